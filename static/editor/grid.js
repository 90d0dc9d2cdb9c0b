// The steps as a grid: what the server says is drawn here; rows, the cell in use, the chosen rows.
(() => {
  const { on, config } = Editor;
  const table = document.getElementById("grid");
  const body = table.tBodies[0];
  const blank = table.tBodies[1].rows[0];
  const template = document.getElementById("row-template").content.firstElementChild;
  const columns = config.columns.map(([name]) => name);
  const known = new Map();  // row → column → the text by which two writers are compared
  const refusals = new Map();
  let active = null, made = 0;

  // The cell in use holds an empty input: an input method (Chinese) needs one to write into from the first key on.
  const catcher = document.createElement("input");
  catcher.className = "sheet-catch";
  catcher.autocomplete = "off";
  catcher.maxLength = 400;
  const put = (cell, text) => {
    if (cell.firstChild?.nodeType === Node.TEXT_NODE) cell.firstChild.data = text;
    else if (text) cell.prepend(text);
  };

  const rowOf = (name) => body.querySelector(`tr[data-row="${CSS.escape(name)}"]`);
  const rows = () => [...body.rows];
  const cellOf = (name, field) => (name ? rowOf(name) : blank)?.querySelector(`[data-field="${field}"]`);
  const nameOf = (cell) => cell.closest("tr").dataset.row;
  const was = (name, field) => known.get(name)?.[field] ?? null;

  const draw = (cell, text) => {
    if (cell.classList.contains("is-edited")) return;
    const key = `${nameOf(cell)}|${cell.dataset.field}`;
    const refusal = refusals.get(key);
    cell.classList.toggle("is-refused", Boolean(refusal));
    if (refusal) {
      cell.setAttribute("aria-invalid", "true");
      cell.title = refusal.message;
    } else if (cell.hasAttribute("aria-invalid")) {
      cell.removeAttribute("aria-invalid");
      cell.title = "";
    }
    const shown = refusal ? refusal.value : text;
    if (cell.dataset.field === "is_key_node" && !refusal) {
      put(cell, shown ? "✓" : "");
      cell.setAttribute("aria-label", shown ? Editor.words("yes") : "");
    } else if (cell.textContent !== shown) put(cell, shown);
  };
  const lacks = (tr) => {
    const [zh, en] = ["title_zh", "title_en"].map((name) => tr.querySelector(`[data-field=${name}]`));
    zh.classList.toggle("is-lacking", !zh.textContent && Boolean(en.textContent));
    en.classList.toggle("is-lacking", !en.textContent && Boolean(zh.textContent));
  };
  const number = (tr, position) => {
    tr.setAttribute("aria-rowindex", position + 1);
    const link = tr.querySelector(".sheet-open");
    link.textContent = position;
    link.href = config.step.replace("write/steps/KEY", `steps/${tr.dataset.row}`);
    tr.querySelector("input").setAttribute("aria-label", `${template.querySelector("input").getAttribute("aria-label")} ${position}`);
  };
  const add = (name) => {
    const tr = template.cloneNode(true);
    tr.dataset.row = name;
    body.append(tr);
    return tr;
  };

  const render = ({ sheet, made: names = {}, before }) => {
    for (const [temporary, name] of Object.entries(names)) {
      const tr = rowOf(temporary);
      if (!tr) continue;
      if (rowOf(name)) tr.remove(); else tr.dataset.row = name;
      if (active?.name === temporary) active.name = name;
    }
    const present = new Set(sheet.rows.map((row) => row.row));
    for (const tr of rows()) if (!present.has(tr.dataset.row) && !tr.dataset.row.startsWith("new-")) tr.remove();
    sheet.rows.forEach((row, index) => {
      const tr = rowOf(row.row) || add(row.row);
      if (body.rows[index] !== tr) body.insertBefore(tr, body.rows[index] || null);
      const old = known.get(row.row) || {};
      known.set(row.row, Object.fromEntries(columns.map((name) => [name, row.cells[name][0]])));
      tr.toggleAttribute("data-several", row.several);
      number(tr, index + 1);
      for (const name of columns) {
        const cell = tr.querySelector(`[data-field=${name}]`);
        if (Editor.isPending(row.row, name)) continue;
        if (before !== undefined && old[name] !== undefined && old[name] !== row.cells[name][0]) flash(cell);
        draw(cell, row.cells[name].at(-1));
      }
      lacks(tr);
    });
    for (const name of [...known.keys()]) if (!present.has(name)) known.delete(name);
    Editor.emit("drawn", sheet);
    if (active && !catcher.isConnected && document.activeElement === document.body) go(cellOf(active.name, active.field) || cellOf("", active.field));
    tabbable();
    label();
  };
  const flash = (cell) => {
    cell.classList.add("is-new");
    setTimeout(() => cell.classList.remove("is-new"), 1500);
  };

  // Only one cell is in the order of Tab: the one in use.
  const settle = (cell) => {
    const { field } = cell.dataset;
    active = { name: nameOf(cell), field };
    if (catcher.parentElement === cell) return;
    catcher.value = "";
    const list = { responsible: "posts-list", accountable: "posts-list", next: "steps-list" }[field];
    if (list) catcher.setAttribute("list", list); else catcher.removeAttribute("list");
    catcher.inputMode = field === "limit_amount" ? "numeric" : "text";
    cell.append(catcher);
    label();
  };
  const label = () => {
    const cell = catcher.parentElement;
    if (!cell) return;
    const column = table.querySelector(`th[data-column=${cell.dataset.field}]`).textContent;
    catcher.setAttribute("aria-label", `${cell.closest("tr").querySelector(".sheet-open")?.textContent || "+"}, ${column}: ${cell.textContent || "–"}`);
    for (const name of ["aria-invalid", "title"]) {
      if (cell.getAttribute(name)) catcher.setAttribute(name, cell.getAttribute(name)); else catcher.removeAttribute(name);
    }
  };
  const tabbable = () => {
    const cell = (active && cellOf(active.name, active.field)) || table.querySelector("td[data-field]");
    if (cell && !catcher.isConnected) settle(cell);
  };
  const go = (cell) => {
    if (!cell) return;
    settle(cell);
    label();
    catcher.focus();
  };
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td[data-field]");
    if (!cell) return;
    if (event.target === cell) go(cell);
    active = { name: nameOf(cell), field: cell.dataset.field };
    Editor.emit("cell", active);
  });

  // A row that the server has not numbered yet is called by a name of ours until it is.
  const insert = (after, values = {}) => {
    const name = `new-${Date.now().toString(36)}${(made += 1)}`;
    const tr = add(name);
    const previous = after && rowOf(after);
    if (previous) previous.after(tr);
    else if (after === "") body.prepend(tr);
    for (const [field, text] of Object.entries(values)) tr.querySelector(`[data-field=${field}]`).prepend(text);
    rows().forEach((row, index) => number(row, index + 1));
    Editor.send({ op: "insert", table: "steps", after: after ?? (rows().at(-2)?.dataset.row || ""), values, as: name });
    return name;
  };
  const chosen = () => rows().filter((tr) => tr.querySelector("input[type=checkbox]").checked).map((tr) => tr.dataset.row);
  const refuse = (one) => {
    const cell = cellOf(one.row, one.field);
    if (!cell || !one.row) return;
    refusals.set(`${one.row}|${one.field}`, one);
    draw(cell, one.value);
  };
  const accept = (row, field) => { refusals.delete(`${row}|${field}`); };
  const redraw = (row, field) => {
    accept(row, field);
    const cell = cellOf(row, field);
    const line = Grid.sheet?.rows.find((one) => one.row === row);
    if (cell && line) draw(cell, line.cells[field].at(-1));
  };

  window.Grid = {
    table, body, blank, catcher, put, columns, rows, rowOf, cellOf, nameOf, was, draw, lacks, go, insert, chosen, accept, redraw, sheet: config.sheet,
    get active() { return active; },
  };
  on("acked", (op) => accept(op.row, op.field));
  on("sheet", (detail) => { Grid.sheet = detail.sheet; render(detail); });
  on("refused", ({ refused }) => refused.filter((one) => one.field).forEach(refuse));
  on("dismissed", (one) => redraw(one.row, one.field));
  on("taken", (one) => redraw(one.row, one.field));
  document.addEventListener("DOMContentLoaded", () => { render({ sheet: config.sheet }); tabbable(); });
})();
