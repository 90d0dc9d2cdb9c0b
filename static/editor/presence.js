// Who else is in this draft, and in which cell: asked every few seconds while somebody looks.
(() => {
  const { on, config, words } = Editor;
  const SECONDS = 5;
  const people = document.getElementById("editor-people");
  let cell = "", isAsking = false;

  const ask = async () => {
    if (document.hidden || isAsking) return;
    isAsking = true;
    try {
      const response = await fetch(config.presence, {
        method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": Editor.token }, redirect: "manual",
        body: JSON.stringify({ window: Editor.window, cell, edition: Editor.edition }),
      });
      if (response.ok) take(await response.json());
    } catch { /* the next time */ } finally { isAsking = false; }
  };
  const take = ({ people: others, sheet }) => {
    show(others);
    // What is on its way would be drawn twice: its own answer brings the rest.
    if (!sheet || Editor.isWaiting || sheet.edition <= Editor.edition) return;
    const before = Editor.edition;
    Editor.edition = sheet.edition;
    Editor.emit("sheet", { sheet, isAlone: false, before });
    Editor.emit("others");
    document.body.dispatchEvent(new CustomEvent("draft-saved"));
  };
  const show = (others) => {
    const names = [...new Set(others.map((one) => one.name))];
    const text = names.length ? words(names.length > 1 ? "here" : "here_one", { names: names.join(", ") }) : "";
    if (people.textContent !== text) people.textContent = text;
    document.querySelectorAll("[data-other]").forEach((one) => { delete one.dataset.other; });
    for (const { name, cell: where } of others) {
      const [row, field] = where.split("|");
      if (!row || !field) continue;
      const found = document.querySelector(`tr[data-row="${CSS.escape(row)}"] [data-field="${CSS.escape(field)}"]`)
        || document.querySelector(`[data-cell][data-row="${CSS.escape(row)}"][data-field="${CSS.escape(field)}"]`)?.closest("label, .builder-property");
      if (found) found.dataset.other = words("is_in", { name });
    }
  };
  on("cell", ({ name, field }) => { cell = `${name}|${field}`; });
  document.addEventListener("focusin", (event) => {
    const field = event.target.closest("[data-cell]");
    if (field) cell = `${field.dataset.row}|${field.dataset.field}`;
  });
  on("look", ask);
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("DOMContentLoaded", ask);
  setInterval(ask, SECONDS * 1000);
})();
