// Answers for the reading pack without a network: what is kept, as long as it has not expired (F35).
// The network always comes first, so that whoever has one reads what is in force.
const CACHE = "procstd-pack";
const HOME = new URL("./", self.location).pathname;
const EXPIRED = `${HOME}expired/`;
const PATIENCE = 4000;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const fromNetwork = (request) => {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE);
  return fetch(request, { signal: giveUp.signal }).finally(() => clearTimeout(timer));
};

const isExpired = (response) => {
  const until = Number(response.headers.get("X-Pack-Until"));
  return until > 0 && Date.now() / 1000 >= until;
};

const answer = async (request) => {
  if (!(await caches.has(CACHE))) return fetch(request);
  const cache = await caches.open(CACHE);
  // Languages and frames may differ, the page that is kept is the one of its address.
  const kept = await cache.match(request.url, { ignoreVary: true });
  try {
    const fresh = await fromNetwork(request);
    if (kept && request.method === "GET") {
      if (fresh.ok && !fresh.redirected) await cache.put(request.url, fresh.clone());
      // No longer in force, or no longer for this person: nobody shall work by the copy.
      if (fresh.status === 403 || fresh.status === 404) await cache.delete(request.url);
    }
    return fresh;
  } catch (error) {
    if (kept && !isExpired(kept)) return kept;
    // What a page asks for by itself, as its bell, can wait: nothing is put into the page.
    if (request.headers.get("HX-Request")) return new Response(null, { status: 204 });
    if (request.mode !== "navigate") throw error;
    const expired = await cache.match(EXPIRED, { ignoreVary: true });
    if (!expired) throw error;
    return expired;
  }
};

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  event.respondWith(answer(event.request));
});
