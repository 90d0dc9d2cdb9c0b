// Carries small operations to the server, one batch at a time, and keeps what could not be sent.
// Everything else of the editor listens to its events: sheet, refused, conflicts, state, acked.
window.Editor = (() => {
  const config = JSON.parse(document.getElementById("editor-config").textContent);
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const store = `editor:${config.draft}`;
  const bus = new EventTarget();
  const RETRY = [2000, 5000, 10000, 20000];
  let edition = config.edition;
  let queue = [], flight = null, timer = 0, failures = 0;
  let undo = [], redo = [], later = null;

  const on = (name, act) => bus.addEventListener(name, (event) => act(event.detail));
  const emit = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));
  const words = (key, facts = {}) => (config.words[key] || key).replace(/\{(\w+)\}/g, (_all, name) => facts[name] ?? "");
  const random = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  let window_ = sessionStorage.getItem("editor-window");
  if (!window_) sessionStorage.setItem("editor-window", window_ = random());

  const keep = () => {
    try {
      sessionStorage.setItem(store, JSON.stringify({ queue, flight, undo: undo.slice(-50), redo: redo.slice(-50) }));
    } catch { /* a full store: the page itself still has everything */ }
  };
  const say = (name, facts) => emit("state", { name, text: words(name, facts) });
  const isPending = (row, field) => [...queue, ...(flight ? flight.operations : [])]
    .some((op) => (op.op === "set" && op.row === row && op.field === field));

  // A cell is written: what was there when the writing began goes along, so that nobody is overwritten unseen.
  const set = (row, field, value, was) => {
    const waiting = queue.find((op) => op.op === "set" && op.row === row && op.field === field);
    if (waiting) waiting.value = value;
    else queue.push({ op: "set", row, field, value, was, behind: isPending(row, field) });
    schedule(600);
  };
  const send = (operation) => { queue.push(operation); schedule(0); };
  const schedule = (delay) => {
    if (!flight && !failures) say("unsaved");
    keep();
    clearTimeout(timer);
    timer = setTimeout(flush, failures ? RETRY[Math.min(failures, RETRY.length) - 1] : delay);
  };

  const take = () => {
    const kind = queue[0].kind || "do";
    if (kind !== "do") return { kind, operations: queue.shift().operations };
    const end = queue.findIndex((op) => op.kind);
    return { kind, operations: queue.splice(0, end < 0 ? queue.length : end) };
  };
  const flush = async () => {
    clearTimeout(timer);
    if (flight?.isOut || (!flight && !queue.length)) return;
    if (!flight) flight = { id: random(), ...take(), reason: document.getElementById("editor-reason")?.value || "" };
    flight.isOut = true;
    keep();
    say("saving");
    const operations = flight.operations.map(({ behind, ...op }) => op);
    let answer = null, status = 0;
    try {
      const response = await fetch(config.operations, {
        method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, redirect: "manual",
        body: JSON.stringify({ operations, reason: flight.reason, window: window_, batch: flight.id }),
      });
      status = response.type === "opaqueredirect" ? 302 : response.status;
      if (response.headers.get("Content-Type")?.includes("json")) answer = await response.json();
    } catch { status = 0; }
    flight.isOut = false;
    if (status === 200 && answer) return finish(answer);
    if (status === 400 || status === 409) return giveUp(answer);
    failures += 1;
    say([302, 401, 403].includes(status) ? "signed_out" : "offline");
    keep();
    timer = setTimeout(flush, RETRY[Math.min(failures, RETRY.length) - 1]);
  };

  const finish = (answer) => {
    const { kind, operations } = flight;
    const isAlone = answer.sheet.edition <= edition + 1;
    failures = 0;
    flight = null;
    rename(answer.made);
    if (answer.undo.length) {
      (kind === "undo" ? redo : undo).push(answer.undo);
      if (kind === "do") redo = [];
    }
    const lost = new Set([...answer.refused, ...answer.conflicts].map((row) => `${row.row}|${row.field}`));
    for (const op of operations.filter((row) => row.op === "set")) {
      const wasLost = lost.has(`${op.row}|${op.field}`);
      for (const next of queue.filter((row) => row.behind && row.row === op.row && row.field === op.field)) {
        next.was = wasLost ? op.was : op.value;
        next.behind = false;
      }
      if (!wasLost) emit("acked", op);
    }
    const before = edition;
    edition = answer.sheet.edition;
    // What people typed (a post's name) and what it means (its code) differ: the sheet knows.
    emit("sheet", { sheet: answer.sheet, made: answer.made, fresh: answer.new, isAlone, before });
    emit("refused", { refused: answer.refused, operations });
    emit("conflicts", answer.conflicts);
    if (operations.some((op) => op.op !== "set") || kind !== "do") emit("rows", { kind, operations, fresh: answer.new });
    if (edition !== before) document.body.dispatchEvent(new CustomEvent("draft-saved"));
    if (!queue.length) { const reason = document.getElementById("editor-reason"); if (reason) reason.value = ""; }
    say("saved", { time: answer.saved });
    keep();
    if (queue.length) schedule(0);
    else if (later) {
      const again = later;
      later = null;
      back(again);
    }
  };
  const rename = (made) => {
    for (const op of queue) {
      for (const key of ["row", "after"]) if (made[op[key]]) op[key] = made[op[key]];
      if (op.rows) op.rows = op.rows.map((name) => made[name] || name);
    }
  };
  const giveUp = (answer) => {
    const message = answer?.message || "";
    const lost = flight.operations;
    flight = null;
    failures = 0;
    emit("state", { name: "refused", text: words("refused", { message }) });
    emit("refused", { refused: lost.filter((op) => op.value || op.text)
      .map((op) => ({ row: op.row || "", field: op.field || "", value: op.value || op.text, message })), operations: lost });
    keep();
    if (queue.length) schedule(0);
  };

  const back = (kind) => {
    const from = kind === "undo" ? undo : redo;
    if (flight || queue.length) { later = kind; flush(); return; }
    const operations = from.pop();
    if (!operations) { emit("said", words(`nothing_to_${kind}`)); return; }
    queue.push({ kind, operations });
    emit("said", words(kind === "undo" ? "undone" : "redone"));
    schedule(0);
  };
  const resume = () => {
    const kept = JSON.parse(sessionStorage.getItem(store) || "{}");
    [queue, undo, redo] = [kept.queue || [], kept.undo || [], kept.redo || []];
    if (kept.flight) flight = { ...kept.flight, isOut: false };
    if (flight || queue.length) schedule(0);
    else say("all_saved");
  };
  window.addEventListener("online", () => { failures = 0; flush(); });
  window.addEventListener("beforeunload", (event) => { if (flight || queue.length) event.preventDefault(); });
  document.addEventListener("DOMContentLoaded", resume);

  return {
    config, words, on, emit, set, send, flush, isPending, token, window: window_,
    undo: () => back("undo"), redo: () => back("redo"),
    get edition() { return edition; }, set edition(value) { edition = value; },
    get canUndo() { return undo.length > 0; }, get canRedo() { return redo.length > 0; },
    get isWaiting() { return Boolean(flight || queue.length); },
  };
})();
