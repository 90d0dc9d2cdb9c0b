// The stopwatch page of a phone: laps are kept here first, and sent when there is a network. Without it the forms work.
(() => {
  const { config, waiting, keep, drop, known, learn, sent: tell, moment, settle, look, newKey } = window.Watch;
  const { words } = config;
  const RETRY = [3000, 6000, 12000, 30000];
  const PATIENCE = 15000;
  const list = document.getElementById("watch-laps");
  const line = document.getElementById("watch-state"), now = document.getElementById("watch-now");
  const start = document.querySelector("form[data-watch=start]");
  let token = document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  let isOut = false, timer = 0, failures = 0, trouble = "", news = "", wish = "";
  const say = (name, facts = {}) => Object.entries(facts).reduce((text, [key, value]) => text.replace(`{${key}}`, value), words[name]);
  const all = () => {
    const found = new Map(known);
    for (const lap of waiting()) found.set(lap.key, lap);
    return [...found.values()].sort((one, other) => other.from - one.from);
  };
  const running = () => all().find((lap) => lap.until === null);

  // --- what is shown -------------------------------------------------------------------------------
  const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: config.zone });
  const span = (ms) => {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return parts.map((part) => String(part).padStart(2, "0")).join(":").replace(/^00:/, "");
  };
  const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  const show = () => {
    const laps = all(), mine = new Map(waiting().map((lap) => [lap.key, lap]));
    laps.forEach((lap, place) => {
      let row = list.querySelector(`[data-key="${lap.key}"]`);
      if (!row) {
        row = document.getElementById("watch-lap").content.firstElementChild.cloneNode(true);
        const link = row.querySelector("[data-watch=open]");
        link.setAttribute("href", link.getAttribute("href").replace(config.none, lap.key));
        row.dataset.key = lap.key;
      }
      if (list.children[place] !== row) list.insertBefore(row, list.children[place] || null);
      put(row.querySelector(".watch-lap-name"), lap.what);
      put(row.querySelector(".watch-lap-of"), ` ${lap.what}`);
      const until = lap.until === null ? words.runs : `${time.format(lap.until)} (${span(lap.until - lap.from)})`;
      put(row.querySelector(".watch-lap-times"), `${time.format(lap.from)} – ${until}`);
      put(row.querySelector(".watch-lap-anomaly"), lap.anomaly || "");
      const marks = [lap.photo && words.photo, lap.doubt && words.doubt, mine.has(lap.key) && words.here, lap.refused && say("refused", { why: lap.refused })];
      put(row.querySelector(".watch-lap-marks"), marks.filter(Boolean).join(" · "));
    });
    const lap = running();
    if (now) {
      now.hidden = !lap;
      if (lap) put(document.getElementById("watch-running"), lap.what);
    }
    tick();
    const n = [...mine.values()].filter((row) => !row.refused).length;
    let text = n ? say(n === 1 ? "kept_one" : "kept", { n }) : words.sent;
    if (!n) wish = "";
    if (trouble) text = n ? `${text} ${trouble}` : trouble;
    if (wish) text = `${text} ${wish}`;
    if (window.Watch.isFull()) text = `${words.full} ${text}`;
    put(line, news ? `${text} ${news}` : text);
    line.classList.toggle("watch-state--waiting", n > 0);
  };
  const tick = () => {
    const lap = now && running();
    if (lap) put(document.getElementById("watch-clock"), span(Date.now() + window.Watch.offset() - lap.from));
  };

  // --- what is done --------------------------------------------------------------------------------
  const change = (lap, facts, shaky = {}) => {
    // The server is told what is new in a lap that it has: the rest was perhaps put right at a desk meanwhile.
    const isHere = waiting().some((row) => row.key === lap.key), names = Object.keys(facts).filter((name) => facts[name] !== lap[name]);
    const changed = isHere ? lap.changed && [...new Set([...lap.changed, ...names])] : names;
    keep({ ...lap, ...facts, changed, edition: lap.edition + 1, refused: "", shaky: { ...lap.shaky, ...shaky } });
    show();
    send();
  };
  const stop = (at) => {
    for (const lap of all().filter((row) => row.until === null)) {
      // A moment that is not sure yet is kept as it was read: it is mended first, and only then put behind the start.
      change(lap, { until: at.shaky ? at.at : Math.max(at.at, lap.from) }, at.shaky ? { until: at.shaky } : {});
    }
  };
  const begin = () => {
    const chosen = start.querySelector("[name=step]:checked"), typed = start.querySelector("[name=what]");
    const step = chosen?.value ? Number(chosen.value) : null;
    const what = step ? chosen.parentElement.textContent.trim() : typed.value.trim();
    typed.classList.toggle("is-invalid", !what);
    if (what) typed.removeAttribute("aria-invalid"); else typed.setAttribute("aria-invalid", "true");
    put(document.getElementById("watch-wrong"), what ? "" : words.nothing);
    if (!what) { typed.focus(); return; }
    const at = moment();
    stop(at);
    keep({ key: newKey(), edition: 1, step, what, from: at.at, until: null, anomaly: "", photo: false, doubt: false, refused: "", shaky: at.shaky ? { from: at.shaky } : {} });
    typed.value = "";
    if (chosen) chosen.checked = false;
    show();
    send();
    now.scrollIntoView({ block: "nearest" });
  };
  // A photo of twelve million points says no more than one of two, and would wait long for a weak network.
  const smaller = async (file) => {
    try {
      const picture = await createImageBitmap(file);
      const by = Math.min(1, 1920 / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * by); canvas.height = Math.round(picture.height * by);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob || file), "image/jpeg", 0.85));
    } catch { return file; }
  };
  const note = async (form, lap) => {
    const facts = { anomaly: form.elements.anomaly.value.trim().replace(/\s+/g, " ") };
    const file = form.elements.photo.files[0];
    if (file) {
      facts.sent = newKey();
      await window.Watch.putPhoto(facts.sent, await smaller(file));
      facts.photo = true;
    }
    const opener = form.closest("[data-key]").querySelector("[data-watch=open]");
    form.remove();
    // Who went on to something else meanwhile stays there.
    const isLost = document.activeElement === document.body;
    change(all().find((row) => row.key === lap.key) || lap, facts);
    if (isLost) opener.focus();
  };

  // --- sending: the clock first, then laps in their order, then photos --------------------------------
  const ask = async (address, options = {}) => {
    const giveUp = new AbortController(), patience = setTimeout(() => giveUp.abort(), PATIENCE);
    try {
      const response = await fetch(address, { redirect: "manual", signal: giveUp.signal, ...options });
      const isOurs = response.headers.get("Content-Type")?.includes("json");
      return { status: response.type === "opaqueredirect" ? 302 : response.status, answer: isOurs ? await response.json() : null };
    } finally { clearTimeout(patience); }
  };
  const post = (address, body, headers = {}) => ask(address, { method: "POST", body, headers: { "X-CSRFToken": token, ...headers } });
  class Failed extends Error {}
  const good = ({ status, answer }) => {
    if (status === 200 && answer) return answer;
    throw new Failed([302, 401, 403].includes(status) ? "signed_out" : "");
  };
  const sendLaps = async () => {
    // A moment that is not sure yet waits for the clock: it is asked for first next time.
    const laps = waiting().filter((lap) => !lap.refused && !Object.keys(lap.shaky || {}).length).slice(0, 50);
    if (!laps.length) return;
    const rows = laps.map(({ key, edition, step, what, from, until, anomaly, doubt, changed }) => ({ key, edition, step, what: what.slice(0, 120), from, until, anomaly: anomaly.slice(0, 300), doubt, changed }));
    const { kept, refused } = good(await post(config.sync, JSON.stringify({ laps: rows }), { "Content-Type": "application/json" }));
    const now_ = new Map(waiting().map((lap) => [lap.key, lap]));
    for (const { key, edition, lap: theirs } of kept) {
      const lap = now_.get(key);
      if (!lap) continue;
      if (theirs) {
        // Another phone changed it as often and came first: what was changed here goes on top of that.
        const mine = Object.fromEntries((lap.changed || []).map((name) => [name, lap[name]]));
        keep({ ...lap, ...theirs, ...mine, doubt: lap.doubt || theirs.doubt, edition: Math.max(theirs.edition, lap.edition) + 1, had: theirs.edition });
        continue;
      }
      // Changed while it was on its way, or its photo is still here: it waits for the next time, and knows what is there.
      if (lap.edition === edition) tell({ ...lap, shaky: {} });
      if (lap.edition === edition && !lap.sent) drop(key); else keep({ ...lap, had: edition });
    }
    for (const { key, edition, message } of refused) {
      const lap = now_.get(key);
      if (lap && lap.edition === edition) keep({ ...lap, refused: message });
    }
  };
  const sendPhotos = async () => {
    // A photo follows its lap: one that waits for the clock keeps its photo with it.
    for (const { key, sent } of waiting().filter((lap) => lap.sent && lap.had && !lap.refused)) {
      const blob = await window.Watch.getPhoto(sent).catch(() => null);
      let refused = "";
      if (blob) {
        const form = new FormData();
        form.append("sent", sent);
        form.append("photo", blob, blob.name || "photo.jpg");
        const told = await post(config.photo.replace(config.none, key), form);
        if (told.status === 400 && told.answer) refused = told.answer.message;
        else good(told);
        await window.Watch.dropPhoto(sent);
      }
      const lap = waiting().find((row) => row.key === key);
      if (!lap || lap.sent !== sent) continue;
      const { sent: _gone, ...rest } = lap;
      rest.photo = !refused;
      if (refused) trouble = say("refused", { why: refused });
      // Only the edition that was taken is done with: a stop meanwhile is still to be sent.
      if (lap.had === lap.edition) { tell(rest); drop(key); } else keep(rest);
    }
  };
  const send = async () => {
    clearTimeout(timer);
    if (isOut) return;
    isOut = true;
    try {
      // The clock of this page says when it was asked and heard; the phone's may be set in between.
      const asked = performance.now();
      const told = good(await ask(config.clock));
      token = told.token;
      document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
      if (settle(told.now, asked, performance.now())) news = words.clock_set;
      trouble = "";
      while (waiting().some((lap) => !lap.refused)) {
        const before = JSON.stringify(waiting());
        await sendLaps();
        await sendPhotos();
        if (JSON.stringify(waiting()) === before) break;
      }
      failures = 0;
    } catch (error) {
      failures += 1;
      trouble = error instanceof Failed && error.message ? words[error.message] : "";
      timer = setTimeout(send, RETRY[Math.min(failures, RETRY.length) - 1]);
    } finally {
      isOut = false;
      show();
    }
    if (!failures && waiting().some((lap) => !lap.refused)) timer = setTimeout(send, RETRY[0]);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-watch]");
    if (!form) return;
    const what = form.dataset.watch;
    if (what === "end") {
      // The end is the server's: what this phone keeps goes first.
      if (!waiting().some((lap) => !lap.refused)) return;
      event.preventDefault();
      wish = words.waiting;
      show();
      send();
      return;
    }
    event.preventDefault();
    if (what === "start") begin();
    if (what === "stop") stop(moment());
    if (what === "note") {
      const lap = all().find((row) => row.key === form.closest("[data-key]").dataset.key);
      if (lap) note(form, lap).catch(() => { trouble = words.full; show(); });
    }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-watch=open], [data-watch=odd]");
    if (!opener) return;
    event.preventDefault();
    // The large button is about what runs, and only opens.
    const isOdd = opener.dataset.watch === "odd";
    const row = isOdd ? list.querySelector(`[data-key="${running()?.key}"]`) : opener.closest("[data-key]");
    const open = row?.querySelector(".watch-note");
    if (open && !isOdd) open.remove();
    if (open || !row) { open?.elements.anomaly.focus(); return; }
    const form = document.getElementById("watch-note").content.firstElementChild.cloneNode(true);
    form.elements.anomaly.value = all().find((lap) => lap.key === row.dataset.key)?.anomaly || "";
    row.append(form);
    form.elements.anomaly.focus();
  });
  // Typing a name means it: no step of the list is chosen any more.
  start?.querySelector("[name=what]").addEventListener("input", () => {
    const other = start.querySelector("[name=step][value='']");
    if (other) other.checked = true;
  });
  setInterval(() => { if (look()) send(); tick(); }, 1000);
  window.addEventListener("online", send);
  window.addEventListener("storage", () => { learn(); show(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { look(); send(); } });
  show();
  send();
  window.Watch.keepPage();
})();
