// Drag a bar of the plan, or its right end: the form that moves it opens with the new days and asks for the reason.
// Without a mouse the button “Move” beside each line leads to the same form.
const DAY = 86_400_000;
const END = 7;

const later = (day, days) => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);

function drag(bar, down, perDay, address) {
  const begin = { x: Number(bar.getAttribute("x")), width: Number(bar.getAttribute("width")) };
  const atEnd = bar.getBoundingClientRect().right - down.clientX <= END;
  const least = atEnd ? -Math.round(begin.width / perDay) + 1 : -Infinity;
  let days = 0;
  const show = () => {
    if (atEnd) bar.setAttribute("width", begin.width + days * perDay);
    else bar.setAttribute("x", begin.x + days * perDay);
  };
  const move = (event) => {
    days = Math.max(least, Math.round((event.clientX - down.clientX) / perDay));
    show();
  };
  const end = (event) => {
    bar.removeEventListener("pointermove", move);
    document.removeEventListener("keydown", escape);
    bar.classList.remove("gantt-bar--dragged");
    if (event.type === "pointerup" && days) {
      const { start, end: last } = bar.dataset;
      const query = new URLSearchParams({ start_on: atEnd ? start : later(start, days), end_on: later(last, days) });
      window.location.assign(`${address.replace("KEY", bar.dataset.key)}?${query}`);
    } else {
      days = 0;
      show();
    }
  };
  const escape = (event) => {
    if (event.key === "Escape") end(event);
  };
  bar.setPointerCapture(down.pointerId);
  bar.classList.add("gantt-bar--dragged");
  bar.addEventListener("pointermove", move);
  bar.addEventListener("pointerup", end, { once: true });
  bar.addEventListener("pointercancel", end, { once: true });
  document.addEventListener("keydown", escape);
}

for (const box of document.querySelectorAll("[data-moves]")) {
  const perDay = Number(box.querySelector("svg").dataset.perDay);
  box.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest(".gantt-bar:not(.gantt-bar--done)");
    // A finger scrolls the picture.
    if (!bar || event.button || event.pointerType === "touch") return;
    event.preventDefault();
    drag(bar, event, perDay, box.dataset.moves);
  });
}
