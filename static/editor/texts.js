// Fields outside the grid that save themselves: [data-cell] with data-row and data-field.
(() => {
  const { on } = Editor;
  const value = (field) => (field.type === "checkbox" ? (field.checked ? "yes" : "") : field.value);
  const ready = (field) => { if (field.dataset.was === undefined) field.dataset.was = value(field); };
  const find = (row, name) => document.querySelectorAll(`[data-cell][data-row="${CSS.escape(row)}"][data-field="${CSS.escape(name)}"]`);

  const all = (root) => root.querySelectorAll("[data-cell]").forEach((field) => {
    ready(field);
    grow(field);
  });
  const grow = (field) => {
    if (field.tagName !== "TEXTAREA") return;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 400)}px`;
  };
  const write = (event) => {
    const field = event.target.closest?.("[data-cell]");
    if (!field) return;
    ready(field);
    grow(field);
    mark(field);
    if (value(field) !== field.dataset.was || Editor.isPending(field.dataset.row, field.dataset.field)) {
      Editor.set(field.dataset.row, field.dataset.field, value(field), field.dataset.was);
    }
  };
  // What one language lacks is marked while it is written.
  const mark = (field) => {
    const pair = field.closest(".pair");
    if (!pair) return;
    const [zh, en] = [...pair.querySelectorAll("[data-cell]")].map((one) => one.value.trim());
    pair.classList.toggle("pair--lacks", Boolean(zh) !== Boolean(en));
  };
  const put = (field, text) => {
    if (field.type === "checkbox") field.checked = text === "yes";
    else field.value = text;
    field.dataset.was = text;
    field.removeAttribute("aria-invalid");
    field.classList.remove("is-invalid");
    grow(field);
    mark(field);
  };

  document.addEventListener("input", write);
  document.addEventListener("change", write);
  on("acked", (op) => find(op.row, op.field).forEach((field) => {
    field.dataset.was = op.value;
    field.classList.remove("is-invalid");
    field.removeAttribute("aria-invalid");
  }));
  on("refused", ({ refused }) => refused.forEach((one) => find(one.row, one.field).forEach((field) => {
    field.classList.add("is-invalid");
    field.setAttribute("aria-invalid", "true");
  })));
  on("taken", (one) => find(one.row, one.field).forEach((field) => put(field, one.theirs)));
  on("sheet", ({ sheet }) => Object.entries(sheet.elements).forEach(([name, text]) => {
    for (const field of find("elements", name)) {
      const isTyped = value(field) !== field.dataset.was || Editor.isPending("elements", name);
      if (!isTyped && field.dataset.was !== text) put(field, text);
    }
  }));
  // An undone text comes back here too; details of a step are fetched anew by their own script.
  document.addEventListener("DOMContentLoaded", () => all(document));
  document.addEventListener("htmx:afterSettle", (event) => all(event.target));
})();
