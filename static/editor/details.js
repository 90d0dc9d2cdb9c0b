// The details of a step beside the grid, fetched as a fragment; it follows what happens in the grid.
(() => {
  const { on, config, words } = Editor;
  const drawer = document.getElementById("drawer");
  const body = document.getElementById("drawer-body");
  const title = document.getElementById("drawer-title");
  let shown = null, from = null, isTyped = false;

  const load = () => window.htmx.ajax("GET", config.step.replace("KEY", shown), { target: body, swap: "innerHTML" });
  const isSafe = () => !isTyped || window.confirm(words("confirm_details"));
  const open = ({ name, field }) => {
    if (!name || name.startsWith("new-") || !isSafe()) return;
    [shown, from, isTyped] = [name, { name, field }, false];
    title.textContent = words("details", { number: Grid.rowOf(name)?.querySelector(".sheet-open").textContent || "" });
    drawer.hidden = false;
    title.focus();
    Editor.flush();
    load();
  };
  const close = () => {
    if (!isSafe()) return;
    drawer.hidden = true;
    body.replaceChildren();
    [shown, isTyped] = [null, false];
    if (from) Grid.go(Grid.cellOf(from.name, from.field));
  };
  on("details", open);
  drawer.addEventListener("click", (event) => { if (event.target.closest("[data-act=close-details]")) close(); });
  document.addEventListener("keydown", (event) => {
    const isHere = event.target === document.body || drawer.contains(event.target);
    if (event.key === "Escape" && !drawer.hidden && isHere && !event.target.closest("select")) close();
  });
  drawer.addEventListener("input", (event) => { if (event.target.closest("#details-form")) isTyped = true; });
  document.body.addEventListener("part-saved", () => {
    isTyped = false;
    if (!drawer.hidden) title.focus();
    Editor.emit("look");
  });

  // Whoever writes in the grid does not come in their own way: the details know the new edition.
  on("sheet", ({ sheet, isAlone, before }) => {
    if (isAlone) document.querySelectorAll("[name=seen]").forEach((field) => { if (Number(field.value) === before) field.value = sheet.edition; });
    if (!shown) return;
    if (!sheet.rows.some((row) => row.row === shown)) { isTyped = false; close(); }
  });
  on("changed", ({ row, field }) => {
    if (row === shown && !isTyped && !["title_zh", "title_en", "limit_amount", "limit_unit", "is_key_node", "form"].includes(field)
      && !body.contains(document.activeElement)) load();
  });
  on("acked", (op) => Editor.emit("changed", op));
  on("rows", ({ kind }) => { if (shown && kind !== "do" && !isTyped) load(); });
  on("others", () => { if (shown && !isTyped && !body.contains(document.activeElement)) load(); });
  // A copy gets the focus; whoever typed a new row is further on by now.
  on("rows", ({ operations, fresh }) => {
    if (fresh.length === 1 && operations.some((op) => op.op === "duplicate") && !Cells.edit) Grid.go(Grid.cellOf(fresh[0], Grid.active?.field || "title_zh"));
  });

  const changes = document.getElementById("section-changes");
  document.body.addEventListener("draft-saved", () => {
    if (changes?.open) setTimeout(() => { const link = changes.querySelector("summary"); window.htmx.ajax("GET", link.getAttribute("hx-get"), { target: "#changes", swap: "innerHTML" }); }, 400);
  });
  document.querySelectorAll("[data-part]").forEach((link) => link.addEventListener("htmx:afterRequest", () => {
    document.querySelectorAll("[data-part]").forEach((one) => one.classList.toggle("active", one === link));
  }));
})();
