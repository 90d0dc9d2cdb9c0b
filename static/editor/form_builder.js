// The form builder: kinds of field are dragged or pressed into the list; fields are moved; one shows its properties.
(() => {
  const { on, config } = Editor;
  const region = document.getElementById("builder-region");
  let chosen = null;

  const list = () => document.getElementById("builder-fields");
  const items = () => [...list().children].filter((one) => one.dataset.row);
  const item = (name) => items().find((one) => one.dataset.row === name);
  const nameBefore = (one) => {
    let before = one.previousElementSibling;
    while (before && !before.dataset.row) before = before.previousElementSibling;
    return before?.dataset.row || "";
  };

  const choose = (name, focus = false) => {
    chosen = item(name) ? name : items()[0]?.dataset.row || null;
    for (const one of items()) {
      one.classList.toggle("is-chosen", one.dataset.row === chosen);
      one.querySelector(".builder-choose").setAttribute("aria-pressed", String(one.dataset.row === chosen));
    }
    document.querySelectorAll(".builder-properties").forEach((one) => { one.hidden = one.dataset.of !== chosen; });
    document.getElementById("properties-none").hidden = Boolean(chosen);
    if (focus) item(chosen)?.querySelector(".builder-choose").focus();
  };
  const reload = async (name, focus) => {
    const field = document.activeElement?.closest?.("[data-cell]")?.dataset.field;
    await window.htmx.ajax("GET", config.build, { target: region, swap: "innerHTML" });
    choose(name, focus);
    if (field && !focus) document.querySelector(`.builder-properties:not([hidden]) [data-field="${CSS.escape(field)}"]`)?.focus();
  };

  const insert = (kind, after) => Editor.send({ op: "insert", table: config.form, after, values: { kind } });
  const act = (op) => chosen && Editor.send({ op, rows: [chosen] });
  const move = (by) => {
    const all = items(), from = all.indexOf(item(chosen)), to = from + by;
    if (from < 0 || to < 0 || to >= all.length) return;
    const others = all.filter((one) => one.dataset.row !== chosen);
    const behind = to ? others[to - 1] : null;
    if (behind) behind.after(item(chosen)); else list().prepend(item(chosen));
    item(chosen).querySelector(".builder-choose").focus();
    Editor.send({ op: "move", rows: [chosen], after: behind?.dataset.row || "" });
  };

  region.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]");
    if (add) insert(add.dataset.add, chosen || items().at(-1)?.dataset.row || "");
    const one = event.target.closest(".builder-field");
    if (one) choose(one.dataset.row);
    const by = event.target.closest("[data-move]");
    if (by) move(Number(by.dataset.move));
    const what = event.target.closest("[data-field-act]");
    if (what) act(what.dataset.fieldAct);
  });
  region.addEventListener("keydown", (event) => {
    if (!event.target.closest(".builder-field")) return;
    choose(event.target.closest(".builder-field").dataset.row);
    const done = event.altKey ? { ArrowUp: () => move(-1), ArrowDown: () => move(1) }[event.key]
      : event.ctrlKey ? { d: () => act("duplicate") }[event.key]
        : { Delete: () => act("delete"), ArrowUp: () => beside(-1), ArrowDown: () => beside(1) }[event.key];
    if (!done) return;
    event.preventDefault();
    done();
  });
  const beside = (by) => {
    const all = items(), next = all[all.indexOf(item(chosen)) + by];
    if (next) choose(next.dataset.row, true);
  };

  // What the list shows of a field follows its label; what depends on kind, key and options is fetched anew.
  on("acked", (op) => {
    if (op.field === "label_zh" || op.field === "label_en") {
      const label = item(op.row)?.querySelector(".builder-label");
      const zh = document.documentElement.lang.startsWith("zh");
      if (label && op.field === (zh ? "label_zh" : "label_en")) label.textContent = op.value;
    }
    if (op.field === "key") { chosen = `${config.form}:${op.value}`; reload(chosen); }
    if (op.field === "kind" || op.field === "options") reload(chosen);
  });
  on("rows", ({ fresh }) => reload(fresh[0] || chosen, true));
  on("others", () => { if (!region.contains(document.activeElement)) reload(chosen); });

  const sortable = () => {
    if (!window.Sortable) return;
    window.Sortable.create(document.getElementById("palette"), { group: { name: "fields", pull: "clone", put: false }, sort: false });
    window.Sortable.create(list(), {
      group: "fields", animation: 120, filter: "button.btn", preventOnFilter: false,
      onAdd: ({ item: dropped }) => {
        const after = nameBefore(dropped);
        const { kind } = dropped.dataset;
        dropped.remove();
        insert(kind, after);
      },
      onUpdate: ({ item: moved }) => Editor.send({ op: "move", rows: [moved.dataset.row], after: nameBefore(moved) }),
    });
  };
  region.addEventListener("htmx:afterSettle", sortable);
  document.addEventListener("DOMContentLoaded", () => { sortable(); choose(items()[0]?.dataset.row); });
})();
