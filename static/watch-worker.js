// Opens the stopwatch without a network: the page as it was last seen. What was measured since is kept by the page itself.
const CACHE = "procstd-watch";
const PATIENCE = 5000;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const answer = async (request) => {
  // Gone with the signing out: nothing is kept then, and nothing answered.
  if (!(await caches.has(CACHE))) return fetch(request);
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url, { ignoreVary: true });
  const giveUp = new AbortController(), timer = setTimeout(() => giveUp.abort(), PATIENCE);
  try {
    const fresh = await fetch(request, { signal: giveUp.signal });
    if (request.mode === "navigate" && kept) {
      if (fresh.ok && !fresh.redirected) await cache.put(request.url, fresh.clone());
      if (fresh.status === 403 || fresh.status === 404) await cache.delete(request.url);
    }
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  // Pages and what they are made of; the clock and the laps are between the page and the server.
  if (request.mode === "navigate" || ["style", "script", "image", "font"].includes(request.destination)) event.respondWith(answer(request));
});
