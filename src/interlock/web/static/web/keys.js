// The keyboard: / searches, j and k move in lists, g and a digit goes to a room, ? lists the keys.
(() => {
  "use strict";
  const typing = (element) =>
    element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
  const visible = (element) => element.checkVisibility();
  const rows = () => [...document.querySelectorAll("[data-row]")].filter(visible);
  const rooms = () => [...document.querySelectorAll("nav[aria-label^=Rooms] a")].filter(visible);
  const keys = () => document.getElementById("keys");
  let going = false;

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
    all[Math.min(Math.max(next, 0), all.length - 1)].focus();
  }

  function search() {
    const field = [...document.querySelectorAll("[data-search]")].find(visible);
    if (field) field.focus();
    else document.querySelector("a[href$='/people']")?.click();
  }

  function closeFacets(except) {
    for (const facet of document.querySelectorAll("details.facet[open]")) {
      if (facet !== except) facet.open = false;
    }
  }

  const acts = {
    "/": search,
    j: () => step(1),
    k: () => step(-1),
    "?": () => keys()?.showModal(),
    g: () => { going = true; },
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      closeFacets(null);
      if (typing(event.target)) event.target.blur();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (going && /^[1-9]$/.test(event.key)) rooms()[Number(event.key) - 1]?.click();
    going = false;
    if (!(event.key in acts)) return;
    event.preventDefault();
    acts[event.key]();
  });
  document.addEventListener("click", (event) => {
    closeFacets(event.target.closest("details.facet"));
    if (event.target.closest("[data-keys]")) keys()?.showModal();
  });
})();
