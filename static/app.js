// The little that pages do by script beyond htmx. Every page works without it.
(() => {
  // A link with data-dialog opens its page's main form in the dialog; without script it is a link.
  const dialog = document.getElementById("dialog");
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const source = document.getElementById(opener.dataset.dialog);
      if (!source) return;
      event.preventDefault();
      document.getElementById("dialog-body").replaceChildren(source.content.cloneNode(true));
      dialog.showModal();
    }
    if (event.target.closest("[data-dialog-close]")) dialog.close();
  });

  // The browser warns before leaving a form in which something was typed.
  let typed = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[method=post]:not([data-careless])")) typed = true;
  });
  document.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });

  // A field that depends on another one is shown when that has its value.
  const dependents = document.querySelectorAll("[data-show-if]");
  const showDependents = () => dependents.forEach((field) => {
    const chosen = [...document.getElementsByName(field.dataset.showIf)]
      .filter((input) => (input.type === "radio" || input.type === "checkbox" ? input.checked : true)).map((input) => input.value);
    const group = field.closest("[id^=div_]") || field.parentElement;
    group.hidden = !chosen.includes(field.dataset.showValue);
  });
  if (dependents.length) {
    showDependents();
    document.addEventListener("change", showDependents);
  }

  // The first wrong field, or the one that the address names, gets the focus: a keyboard or a screen reader starts there.
  const wrong = document.querySelector(".is-invalid, [aria-invalid=true]");
  const named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  (wrong || named)?.focus?.();
})();
