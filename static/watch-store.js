// What the stopwatch keeps on the phone until the server has it: laps, photos, and by how much the phone's clock is wrong.
window.Watch = (() => {
  const config = JSON.parse(document.getElementById("watch-config").textContent);
  const MINE = `procstd-lap:${config.person}:${config.observation}:`;
  const CLOCK = `procstd-clock:${config.person}:${config.observation}`;
  const SENT = `procstd-sent:${config.person}:${config.observation}`;
  // A jump of less is the browser being busy.
  const JUMP = 2000;
  let isFull = false;

  // --- laps: one entry each, so that two windows never overwrite each other's -----------------------
  const memory = new Map();
  const read = (name) => {
    try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
  };
  const write = (name, value) => {
    try { localStorage.setItem(name, JSON.stringify(value)); } catch { isFull = true; }
  };
  const waiting = () => {
    const found = new Map(memory);
    try {
      for (const name of Object.keys(localStorage)) {
        const lap = name.startsWith(MINE) && read(name);
        if (lap) found.set(lap.key, lap);
      }
    } catch { isFull = true; }
    return [...found.values()].sort((one, other) => one.from - other.from);
  };
  const keep = (lap) => {
    write(MINE + lap.key, lap);
    if (isFull) memory.set(lap.key, lap);
  };
  const drop = (key) => {
    memory.delete(key);
    try { localStorage.removeItem(MINE + key); } catch { /* nothing was kept there */ }
  };

  // What the server has, by key. A page out of the cache knows less than was sent since.
  const known = new Map((read(SENT) || []).map((lap) => [lap.key, lap]));
  for (const lap of config.laps) if ((known.get(lap.key)?.edition || 0) <= lap.edition) known.set(lap.key, lap);
  // Another window of this phone may have sent meanwhile: what it wrote is read before ours is, so that neither forgets.
  const learn = () => {
    for (const lap of read(SENT) || []) if ((known.get(lap.key)?.edition || 0) < lap.edition) known.set(lap.key, lap);
  };
  const sent = (lap) => {
    learn();
    known.set(lap.key, lap);
    write(SENT, [...known.values()]);
  };

  // --- photos ------------------------------------------------------------------------------------
  const photos = (mode, act) => new Promise((resolve, reject) => {
    const opening = indexedDB.open("procstd-watch", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const base = opening.result;
      const transaction = base.transaction("photos", mode);
      const asked = act(transaction.objectStore("photos"));
      transaction.oncomplete = () => { base.close(); resolve(asked.result); };
      transaction.onerror = transaction.onabort = () => { base.close(); reject(transaction.error); };
    };
  });
  const putPhoto = (sent, blob) => photos("readwrite", (store) => store.put(blob, sent));
  const getPhoto = (sent) => photos("readonly", (store) => store.get(sent));
  const dropPhoto = (sent) => photos("readwrite", (store) => store.delete(sent)).catch(() => {});

  // --- the clock ---------------------------------------------------------------------------------
  // A moment is the phone's clock corrected by what the server last said. performance.now() cannot be set,
  // so a difference to it tells that the clock was set, or that the phone slept; the next answer of the
  // server tells which, and moves the moments that were taken in between.
  // A page that opens does not know what happened to the clock before: that is a doubt too.
  let { offset = 0, doubts = 0 } = read(CLOCK) || {};
  const doubt = (number) => { doubts = number; write(CLOCK, { offset, doubts }); };
  doubt(doubts + 1);
  let base = Date.now() - performance.now();
  const look = () => {
    const drift = Date.now() - performance.now() - base;
    if (Math.abs(drift) < JUMP) return false;
    base += drift;
    doubt(doubts + 1);
    return true;
  };
  const moment = () => {
    look();
    return { at: Math.round(Date.now() + offset), shaky: doubts };
  };
  // Takes what the server said its moment was, halfway between asking and hearing. Returns whether moments were mended.
  const settle = (now, asked, heard) => {
    look();
    const fresh = now + (heard - asked) / 2 - Date.now();
    const by = Math.round(fresh - offset);
    let mended = false;
    for (const lap of waiting()) {
      if (!lap.shaky || !Object.keys(lap.shaky).length) continue;
      const next = { ...lap, shaky: {} };
      for (const [name, jumps] of Object.entries(lap.shaky)) {
        // With one doubt it is clear what happened; a moment between two could lie on either side.
        if (jumps === 1 && doubts === 1) next[name] = lap[name] + by;
        else if (Math.abs(by) > JUMP) next.doubt = true;
      }
      if (next.until !== null && next.until < next.from) { next.until = next.from; next.doubt = true; }
      if (Math.abs(by) > JUMP) { next.edition += 1; mended = true; }
      keep(next);
    }
    offset = fresh;
    doubt(0);
    return mended;
  };

  // --- the page -----------------------------------------------------------------------------------
  // The page itself is kept too, so that it opens without a network. Over plain HTTP it has to stay open.
  const keepPage = async () => {
    if (!("serviceWorker" in navigator) || !("caches" in window)) return;
    await navigator.serviceWorker.register(config.worker);
    await navigator.serviceWorker.ready;
    const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src], link[rel=icon]")].map((node) => node.href || node.src);
    const cache = await caches.open("procstd-watch");
    await cache.addAll([location.pathname, ...parts].map((address) => new Request(address, { credentials: "same-origin" })));
  };
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
    const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  return { config, waiting, keep, drop, known, learn, sent, putPhoto, getPhoto, dropPhoto, look, moment, settle, newKey, keepPage: () => keepPage().catch(() => {}), isFull: () => isFull, offset: () => offset };
})();
