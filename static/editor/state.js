// Says what became of what was written: the state, what was refused, what another person changed.
(() => {
  const { on, words, config } = Editor;
  const state = document.getElementById("editor-state");
  const troubles = document.getElementById("editor-troubles");
  const said = document.getElementById("editor-said");
  const open = new Map();

  on("state", ({ name, text }) => {
    state.dataset.state = name;
    state.textContent = text;
    for (const act of ["undo", "redo"]) {
      const button = document.querySelector(`[data-act=${act}]`);
      if (button) button.disabled = !(act === "undo" ? Editor.canUndo : Editor.canRedo);
    }
  });
  on("said", (text) => { said.textContent = ""; setTimeout(() => { said.textContent = text; }, 50); });

  const element = (name, text = "", className = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    made.className = className;
    return made;
  };
  const button = (key, act, className = "btn btn-sm") => {
    const made = element("button", words(key), className);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
  const place = (row, field) => {
    const number = document.querySelector(`tr[data-row="${CSS.escape(row)}"] .sheet-open`)?.textContent;
    const label = document.querySelector(`[data-column="${CSS.escape(field)}"]`)?.textContent
      || document.querySelector(`[data-cell][data-row="${CSS.escape(row)}"][data-field="${CSS.escape(field)}"]`)?.closest(".pair, .mb-2, label")?.querySelector(".pair-name, .form-label")?.firstChild?.textContent || field;
    return number ? words("step", { number, column: label }) : label;
  };
  const show = (key, item) => {
    open.get(key)?.remove();
    open.set(key, item);
    troubles.append(item);
    troubles.hidden = false;
  };
  const close = (key) => {
    open.get(key)?.remove();
    open.delete(key);
    troubles.hidden = open.size === 0;
  };
  Editor.settle = (row, field) => close(`${row}|${field}`);

  on("acked", (op) => close(`${op.row}|${op.field}`));
  on("refused", ({ refused }) => refused.forEach((one) => {
    const key = `${one.row}|${one.field || one.value}`;
    const item = element("li", "", "trouble trouble--refused");
    const text = `${one.value ? `“${one.value.slice(0, 200)}” – ` : ""}${one.message}`;
    const target = document.querySelector(`tr[data-row="${CSS.escape(one.row)}"] [data-field="${CSS.escape(one.field)}"]`);
    if (target && one.field) {
      const link = button("", () => target.focus(), "btn btn-link p-0");
      link.textContent = place(one.row, one.field);
      item.append(link, ": ", text, " ");
    } else item.append(one.row && one.field ? `${place(one.row, one.field)}: ${text} ` : `${text} `);
    item.append(button("dismiss", () => { close(key); Editor.emit("dismissed", one); }, "btn btn-sm btn-ghost-secondary"));
    show(key, item);
  }));

  on("conflicts", (conflicts) => conflicts.forEach((one) => {
    const key = `${one.row}|${one.field}`;
    const item = element("li", "", "trouble trouble--conflict");
    const texts = element("div", "", "trouble-texts");
    const [mine, theirs] = [one.mine, one.shown || one.theirs];
    for (const [label, text] of [[words("mine"), mine], [words("theirs", { who: one.by }), theirs]]) {
      const box = element("div", "", "trouble-text");
      box.append(element("strong", label), element("p", text || "–"));
      texts.append(box);
    }
    texts.hidden = mine.length + theirs.length > 160;
    const resolve = (act) => () => { close(key); act(); };
    const buttons = element("span", "", "trouble-acts");
    buttons.append(
      button("take_theirs", resolve(() => Editor.emit("taken", one))),
      button("keep_mine", resolve(() => Editor.set(one.row, one.field, one.mine, one.theirs))),
      button("compare", () => { texts.hidden = !texts.hidden; }, "btn btn-sm btn-ghost-secondary"),
    );
    item.append(element("span", words("conflict", { who: one.by, place: place(one.row, one.field) })), buttons, texts);
    item.tabIndex = -1;
    show(key, item);
  }));

  document.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act=undo], [data-act=redo]")?.dataset.act;
    if (act) Editor[act]();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const act = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
    // In a field that is being typed in, the browser's own undo is meant.
    if (!act || event.target.closest("textarea, input:not([type=checkbox]), select, [contenteditable]")) return;
    event.preventDefault();
    Editor[act]();
  });
  if (config.sheet) Editor.place = place;
})();
