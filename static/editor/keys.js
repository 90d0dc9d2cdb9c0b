// The keys of a spreadsheet, the buttons above the grid, dragging, and changes to several rows.
(() => {
  const { table, body, blank, columns, go } = Grid;

  const lines = () => [...Grid.rows(), blank];
  const step = (cell, down, right) => {
    const all = lines();
    let row = all.indexOf(cell.closest("tr")) + down, column = columns.indexOf(cell.dataset.field) + right;
    if (column < 0) { column = columns.length - 1; row -= 1; }
    if (column >= columns.length) { column = 0; row += 1; }
    row = Math.max(0, Math.min(all.length - 1, row));
    go(all[row].querySelector(`[data-field=${columns[column]}]`));
  };
  const edge = (cell, field) => go(cell.closest("tr").querySelector(`[data-field=${field}]`));

  const targets = () => {
    const chosen = Grid.chosen();
    return chosen.length ? chosen : Grid.active?.name ? [Grid.active.name] : [];
  };
  const uncheck = () => { table.querySelectorAll("input:checked").forEach((box) => { box.checked = false; }); showChosen(); };
  const acts = {
    insert: () => {
      const name = Grid.insert(Grid.active?.name || null);
      go(Grid.cellOf(name, "title_zh"));
    },
    duplicate: () => targets().length && Editor.send({ op: "duplicate", rows: targets() }),
    delete: () => {
      const rows = targets();
      if (!rows.length) return;
      const next = Grid.rowOf(rows.at(-1)).nextElementSibling || blank;
      const field = Grid.active?.field || columns[0];
      Editor.send({ op: "delete", rows });
      uncheck();
      go(next.querySelector(`[data-field=${field}]`));
    },
    up: () => move(-1),
    down: () => move(1),
    details: () => Grid.active?.name && Editor.emit("details", Grid.active),
  };
  const move = (by) => {
    const names = Grid.rows().map((tr) => tr.dataset.row);
    const rows = targets().sort((a, b) => names.indexOf(a) - names.indexOf(b));
    if (!rows.length) return;
    const rest = names.filter((name) => !rows.includes(name));
    const first = rest.filter((name) => names.indexOf(name) < names.indexOf(rows[0])).length;
    const position = first + by;
    if (position < 0 || position > rest.length) return;
    place(rows, position ? rest[position - 1] : "");
    const active = Grid.active;
    if (active) go(Grid.cellOf(active.name, active.field));
    Editor.emit("said", Editor.words("moved", { number: Grid.rowOf(rows[0]).rowIndex }));
  };
  const place = (rows, after) => {
    let behind = after ? Grid.rowOf(after) : null;
    for (const name of rows) {
      const tr = Grid.rowOf(name);
      if (behind) behind.after(tr); else body.prepend(tr);
      behind = tr;
    }
    Editor.send({ op: "move", rows, after });
  };

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const editing = (event) => {
    const { input, cell } = Cells.edit;
    if (event.key === "Escape") { event.preventDefault(); return Cells.cancel(); }
    if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      const row = Grid.nameOf(cell), kept = Cells.commit();
      // What was typed in the empty last row stands in a row of its own now.
      const now = row ? kept : Grid.rows().at(-1)?.querySelector(`[data-field=${kept.dataset.field}]`) || kept;
      const from = !row && !now.textContent ? kept : now;
      if (event.ctrlKey && event.key === "Enter") { go(from); return acts.insert(); }
      return event.key === "Enter" ? step(from, event.shiftKey ? -1 : 1, 0) : step(from, 0, event.shiftKey ? -1 : 1);
    }
    if (MOVES[event.key] && !input.options && !input.list && !event.altKey) {
      event.preventDefault();
      return step(Cells.commit(), ...MOVES[event.key]);
    }
    return null;
  };
  const right = document.dir === "rtl" ? -1 : 1;
  const plain = {
    ArrowUp: (cell) => step(cell, -1, 0), ArrowDown: (cell) => step(cell, 1, 0),
    ArrowLeft: (cell) => columns.indexOf(cell.dataset.field) && step(cell, 0, -right),
    ArrowRight: (cell) => columns.indexOf(cell.dataset.field) < columns.length - 1 && step(cell, 0, right),
    Home: (cell) => edge(cell, columns[0]), End: (cell) => edge(cell, columns.at(-1)),
    Enter: (cell, event) => step(cell, event.shiftKey ? -1 : 1, 0), F2: (cell) => Cells.begin(cell),
    Delete: (cell) => Cells.clear(cell), Backspace: (cell) => Cells.clear(cell),
    PageUp: (cell) => step(cell, -10, 0), PageDown: (cell) => step(cell, 10, 0),
  };
  const control = {
    z: () => Editor.undo(), Z: () => Editor.redo(), y: () => Editor.redo(),
    Enter: acts.insert, d: acts.duplicate, D: acts.duplicate, Delete: acts.delete,
    Home: () => go(body.rows[0]?.querySelector("td")), End: () => go(blank.querySelector("td")),
  };
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td[data-field]");
    if (!cell || event.isComposing || event.key === "Process") return;
    if (Cells.edit) { editing(event); return; }
    const { key } = event;
    let act = null;
    if (event.ctrlKey || event.metaKey) act = control[key];
    else if (event.altKey) act = { ArrowUp: acts.up, ArrowDown: acts.down, Enter: acts.details }[key];
    else if (key === "Tab") {
      const isLast = cell.closest("tr") === blank && cell.dataset.field === columns.at(-1);
      const isFirst = cell.closest("tr") === lines()[0] && cell.dataset.field === columns[0];
      if (event.shiftKey ? isFirst : isLast) return;  // the way out of the table
      act = () => step(cell, 0, event.shiftKey ? -1 : 1);
    } else if (key === " " && event.shiftKey) act = () => { const box = cell.closest("tr").querySelector("input"); if (box) { box.checked = !box.checked; showChosen(); } };
    else if (key === "Escape") act = () => (Grid.chosen().length ? uncheck() : document.querySelector(".grid-tools button").focus());
    else if (key === " " && cell.dataset.field === "is_key_node") act = () => Cells.toggle(cell);
    else if (plain[key]) act = () => plain[key](cell, event);
    else if (key.length === 1) act = () => Cells.begin(cell, key);
    if (!act) return;
    event.preventDefault();
    act();
  });
  table.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("td[data-field]");
    if (cell && !Cells.edit && cell.dataset.field !== "is_key_node") Cells.begin(cell);
  });
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td[data-field]");
    if (cell && !event.target.closest("input, select")) {
      if (Grid.active?.field === "is_key_node" && event.detail > 1) Cells.toggle(cell);
      else if (!Cells.edit) go(cell);
    }
    const link = event.target.closest(".sheet-open");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      Editor.emit("details", { name: link.closest("tr").dataset.row, field: columns[0] });
    }
  });
  document.querySelector(".grid-tools").addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());

  // --- several rows at once ------------------------------------------------------------------------
  const bulk = document.getElementById("grid-bulk"), field = document.getElementById("bulk-field");
  const holder = document.getElementById("bulk-value");
  const showChosen = () => {
    const n = Grid.chosen().length;
    bulk.hidden = !n;
    document.getElementById("grid-chosen").textContent = n ? Editor.words("chosen", { n }) : "";
    for (const tr of Grid.rows()) tr.setAttribute("aria-selected", String(tr.querySelector("input").checked));
    if (n && !holder.firstChild) offer();
  };
  const offer = () => holder.replaceChildren(Cells.control(field.value, ""));
  table.addEventListener("change", (event) => { if (event.target.type === "checkbox") showChosen(); });
  field.addEventListener("change", offer);
  bulk.addEventListener("submit", (event) => {
    event.preventDefault();
    const input = holder.firstChild;
    const shown = input.options ? input.selectedOptions[0].textContent.replace(/^–$/, "") : input.value;
    for (const name of Grid.chosen()) {
      const cell = Grid.cellOf(name, field.value), seen = Grid.was(name, field.value);
      Grid.draw(cell, shown);
      Cells.write(cell, input.value, seen, shown);
    }
    Editor.flush();
  });
  Editor.on("drawn", showChosen);

  let order = [];
  window.Sortable?.create(body, {
    handle: ".sheet-grip", animation: 120, onStart: () => { order = Grid.rows().map((tr) => tr.dataset.row); },
    onEnd: ({ item }) => {
      const now = Grid.rows().map((tr) => tr.dataset.row);
      if (String(now) === String(order)) return;
      Editor.send({ op: "move", rows: [item.dataset.row], after: item.previousElementSibling?.dataset.row || "" });
    },
  });
})();
