// The page of the reading pack: keeps manuals on this device, says until when, and lets them go again.
(() => {
  const list = document.getElementById("pack");
  if (!list) return;
  const CACHE = "procstd-pack";
  const words = JSON.parse(document.getElementById("pack-words").textContent);
  const news = document.getElementById("pack-news");
  const keep = document.getElementById("pack-keep");
  const drop = document.getElementById("pack-drop");
  const boxes = [...list.querySelectorAll("input[name=keep]")];
  const say = (sentence, facts = {}) => {
    news.textContent = Object.entries(facts).reduce((text, [name, value]) => text.replace(`{${name}}`, value), sentence);
  };
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" });
  const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src], link[rel=icon]")].map((node) => node.href || node.src);

  // Without a service worker (an old browser, plain HTTP) nothing can be kept, and the page says so.
  if (!("serviceWorker" in navigator) || !("caches" in window)) { say(words.impossible); return; }
  document.querySelectorAll("[data-pack-only]").forEach((node) => { node.hidden = false; });

  const until = (response) => Number(response.headers.get("X-Pack-Until")) * 1000;
  const nothing = { keys: async () => [], match: async () => undefined };
  const mark = async () => {
    const cache = (await caches.has(CACHE)) ? await caches.open(CACHE) : nothing;
    const present = new Set(boxes.map((box) => new URL(box.value, location).href));
    let kept = 0;
    for (const request of await cache.keys()) {
      // A version that is no longer in force is not on the list: its copy goes.
      if (request.url.startsWith(new URL("read/", location).href) && !present.has(request.url) && navigator.onLine) await cache.delete(request);
    }
    for (const box of boxes) {
      const copy = await cache.match(box.value, { ignoreVary: true });
      const state = box.closest("tr").querySelector("[data-pack-state]");
      const end = copy && until(copy);
      state.className = `state state--${copy ? (end > Date.now() ? "done" : "failed") : "draft"}`;
      state.textContent = (copy ? (end > Date.now() ? words.kept : words.expired) : words.not_kept).replace("{day}", copy ? day.format(end) : "");
      if (copy) { kept += 1; box.checked = true; }
    }
    drop.hidden = kept === 0;
    return kept;
  };

  keep.addEventListener("click", async () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    keep.disabled = true;
    try {
      await navigator.serviceWorker.register(keep.dataset.worker);
      await navigator.serviceWorker.ready;
      const cache = await caches.open(CACHE);
      for (const box of boxes) if (!box.checked) await cache.delete(box.value, { ignoreVary: true });
      let done = 0;
      for (const address of chosen) {
        await cache.add(new Request(address, { cache: "reload" }));
        done += 1;
        say(words.progress, { done, all: chosen.length });
      }
      await cache.addAll([...parts, ...keep.dataset.pages.split(" ")].map((address) => new Request(address, { cache: "reload" })));
      await mark();
      say(words.done, { all: chosen.length });
    } catch (error) {
      say(words.failed);
    } finally {
      keep.disabled = false;
    }
  });

  drop.addEventListener("click", async () => {
    await caches.delete(CACHE);
    const registered = await navigator.serviceWorker.getRegistration(keep.dataset.worker);
    if (registered) await registered.unregister();
    boxes.forEach((box) => { box.checked = false; });
    await mark();
    say(words.dropped);
  });

  mark();
})();
