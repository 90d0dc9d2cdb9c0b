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
  document.addEventListener("submit", (event) => {
    typed = false;
    // Who signs out leaves no manuals behind on the device (F35), and no stopwatch.
    if (!event.target.matches("[data-sign-out]")) return;
    if ("caches" in window) ["procstd-pack", "procstd-watch"].forEach((name) => caches.delete(name));
    // What is not sent yet waits for the same person; what is sent is no longer needed here.
    Object.keys(localStorage).filter((name) => name.startsWith("procstd-sent:")).forEach((name) => localStorage.removeItem(name));
  });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });

  // A field that depends on another one is shown when that has its value.
  const showDependents = () => document.querySelectorAll("[data-show-if]").forEach((field) => {
    const chosen = [...document.getElementsByName(field.dataset.showIf)]
      .filter((input) => (input.type === "radio" || input.type === "checkbox" ? input.checked : true)).map((input) => input.value);
    const group = field.closest("[id^=div_]") || field.parentElement;
    group.hidden = !chosen.includes(field.dataset.showValue);
  });
  showDependents();
  document.addEventListener("change", showDependents);
  document.addEventListener("htmx:afterSettle", showDependents);

  // Tabs that do not fit a phone are scrolled to the one that is open; the page itself stays where it is.
  document.querySelectorAll(".project-tabs, .account-tabs").forEach((tabs) => {
    const open = tabs.querySelector("[aria-current=page]");
    if (open) tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;
  });

  // A region with data-refresh is fetched anew so many seconds apart, but only while somebody can see it.
  const region = document.querySelector("[data-refresh]");
  if (region) {
    let asked = Date.now();
    const refresh = () => {
      const now = document.getElementById(region.id);
      if (document.hidden || !now || !window.htmx || Date.now() - asked < region.dataset.refresh * 1000) return;
      asked = Date.now();
      window.htmx.trigger(now, "refresh");
    };
    setInterval(refresh, 1000);
    document.addEventListener("visibilitychange", refresh);
    const stale = (event) => event.target.closest?.("[data-refresh]")?.classList.add("is-stale");
    document.addEventListener("htmx:sendError", stale);
    document.addEventListener("htmx:responseError", stale);
    // Signed out meanwhile: the answer is the sign-in page, which belongs into the whole window.
    document.addEventListener("htmx:beforeSwap", (event) => {
      if (!event.detail.target.dataset.refresh || event.detail.xhr.responseText.includes(`id="${region.id}"`)) return;
      event.detail.shouldSwap = false;
      if (event.detail.xhr.status < 400) location.reload();
    });
  }
  // Nobody looks at a hidden page: its bell asks again when the page is seen.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "bell" && document.hidden) event.preventDefault();
  });

  // The first wrong field, or the one that the address names, gets the focus: a keyboard or a screen reader starts there.
  const wrong = document.querySelector(".is-invalid, [aria-invalid=true]");
  const named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  (wrong || named)?.focus?.();
})();
