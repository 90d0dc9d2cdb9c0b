// Writing in a cell of the grid: an input or a choice in the cell, kept or given up; copying and pasting.
(() => {
  const { config } = Editor;
  const { table, go, was, catcher } = Grid;
  const CHOICES = ["limit_unit", "form"];
  let edit = null;

  const lists = (sheet) => {
    const steps = document.getElementById("steps-list");
    steps.replaceChildren(...sheet.rows.map((row, index) => option(`${index + 1} ${row.cells.title_zh.at(-1) || row.cells.title_en.at(-1)}`)), option(Editor.words("end")));
  };
  const option = (text, value = text) => {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = text;
    return made;
  };

  const control = (field, text) => {
    let made;
    if (CHOICES.includes(field)) {
      made = document.createElement("select");
      made.append(...config.choices[field].map(([value, label]) => option(label, value)));
      made.className = "form-select form-select-sm";
    } else {
      made = document.createElement("input");
      made.className = "form-control form-control-sm";
      made.autocomplete = "off";
      made.maxLength = 400;
      if (field === "responsible" || field === "accountable") made.setAttribute("list", "posts-list");
      if (field === "next") made.setAttribute("list", "steps-list");
      if (field === "limit_amount") made.inputMode = "numeric";
    }
    made.value = text;
    made.setAttribute("aria-label", document.querySelector(`th[data-column=${field}]`).textContent);
    return made;
  };

  // Opens a cell; with *typed* its text is replaced by what is typed, or was typed already (into the catcher).
  const begin = (cell, typed = null) => {
    if (edit) commit();
    const field = cell.dataset.field, name = Grid.nameOf(cell);
    if (field === "is_key_node") { catcher.value = ""; return toggle(cell); }
    if (field === "next" && cell.closest("tr").hasAttribute("data-several")) {
      catcher.value = "";
      return Editor.emit("details", { name, field });
    }
    const before = cell.textContent;
    const isChoice = CHOICES.includes(field);
    let input = catcher;
    if (isChoice) {
      catcher.value = "";
      input = control(field, was(name, field) ?? (field === "limit_unit" ? "working_hours" : ""));
      cell.append(input);
      input.addEventListener("blur", () => { if (edit?.input === input) commit(); });
    } else if (typed !== null || !catcher.value) catcher.value = typed ?? before;
    cell.classList.add("is-edited");
    edit = { cell, input, before, was: was(name, field), start: input.value, isTyped: typed !== null };
    input.focus();
    if (isChoice && typed) {
      const found = [...input.options].find((one) => one.textContent.toLowerCase().startsWith(typed.toLowerCase()));
      if (found) input.value = found.value;
    } else if (!isChoice && typed === null) input.select();
  };
  const close = (text) => {
    const { cell, input } = edit;
    edit = null;
    cell.classList.remove("is-edited");
    Grid.put(cell, text);
    if (input === catcher) catcher.value = "";
    else input.remove();
    return cell;
  };
  const cancel = () => edit && go(close(edit.before));
  const commit = () => {
    if (!edit) return null;
    const { input, before, was: seen } = edit;
    const value = input.value.trim();
    const shown = input.options ? input.selectedOptions[0]?.textContent.replace(/^–$/, "") ?? "" : value;
    const isChanged = input.options ? value !== edit.start || edit.isTyped : value !== before.trim();
    const cell = close(isChanged ? shown : before);
    if (isChanged) write(cell, value, seen, shown);
    return cell;
  };
  // What an input method, or a paste by the mouse, puts into the catcher opens the cell.
  catcher.addEventListener("compositionstart", () => { if (!edit) opened(); });
  catcher.addEventListener("input", () => { if (!edit) opened(); });
  const opened = () => {
    const cell = catcher.parentElement;
    const isText = !CHOICES.includes(cell.dataset.field) && cell.dataset.field !== "is_key_node";
    if (!isText) { begin(cell, catcher.value.trim() || null); return; }
    const name = Grid.nameOf(cell);
    if (cell.dataset.field === "next" && cell.closest("tr").hasAttribute("data-several")) { begin(cell); return; }
    cell.classList.add("is-edited");
    edit = { cell, input: catcher, before: cell.textContent, was: was(name, cell.dataset.field), start: "", isTyped: true };
  };
  catcher.addEventListener("blur", () => { if (edit?.input === catcher) commit(); });
  // Sends what a cell says now. In the empty last row it makes a step.
  const write = (cell, value, seen, shown = value) => {
    const field = cell.dataset.field;
    const name = Grid.nameOf(cell);
    if (!name) {
      Grid.put(cell, "");
      if (!value) return;
      Grid.put(Grid.cellOf(Grid.insert(null, { [field]: value }), field), shown);
      return;
    }
    Grid.accept(name, field);
    cell.classList.remove("is-refused");
    Editor.set(name, field, value, seen === undefined ? was(name, field) : seen);
    Grid.lacks(cell.closest("tr"));
  };
  const toggle = (cell) => {
    const value = cell.textContent ? "" : "yes";
    const seen = was(Grid.nameOf(cell), "is_key_node");
    Grid.draw(cell, value);
    write(cell, value, seen, value ? "✓" : "");
  };
  const clear = (cell) => {
    if (cell.dataset.field === "limit_unit" || (cell.dataset.field === "next" && cell.closest("tr").hasAttribute("data-several"))) return;
    if (!Grid.nameOf(cell) || !cell.textContent) return;
    const seen = was(Grid.nameOf(cell), cell.dataset.field);
    Grid.put(cell, "");
    write(cell, "", seen);
  };

  // --- copying and pasting -------------------------------------------------------------------------
  const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  table.addEventListener("copy", (event) => {
    if (edit || String(getSelection())) return;
    const chosen = Grid.chosen();
    const text = chosen.length
      ? chosen.map((name) => Grid.columns.map((field) => quoted(Grid.cellOf(name, field).textContent)).join("\t")).join("\n")
      : event.target.closest("td")?.textContent || "";
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  });
  table.addEventListener("paste", (event) => {
    const cell = event.target.closest("td[data-field]");
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!cell || !text) return;
    const isBlock = /[\t\n]/.test(text.trimEnd());
    if (edit && !isBlock) return;
    event.preventDefault();
    if (edit) cancel();
    if (isBlock) paste(cell, text);
    else write(cell, text.trim(), was(Grid.nameOf(cell), cell.dataset.field), text.trim());
    if (!isBlock && Grid.nameOf(cell)) Grid.put(cell, text.trim());
  });
  const paste = (cell, text) => {
    const name = Grid.nameOf(cell);
    const names = Grid.rows().map((tr) => tr.dataset.row);
    const first = name ? names.indexOf(name) : names.length;
    // What the cells said when they were pasted over; no more lines are meant than the text has.
    const seen = Object.fromEntries(names.slice(first, first + text.split("\n").length)
      .map((row) => [row, Object.fromEntries(Grid.columns.filter((field) => was(row, field) !== null).map((field) => [field, was(row, field)]))]));
    Editor.send({ op: "paste", row: name, field: cell.dataset.field, text, was: seen });
    Editor.emit("said", Editor.words("pasted"));
  };

  document.getElementById("posts-list").append(...config.choices.posts.map(([, name]) => option(name)));
  Editor.on("drawn", lists);
  window.Cells = { begin, commit, cancel, clear, toggle, write, control, get edit() { return edit; } };
})();
