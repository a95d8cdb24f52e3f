// The keyboard: / searches, j and k move in lists, g goes to a room or a desk, ? lists the keys.
(() => {
  "use strict";
  const typing = (element) =>
    element.isContentEditable || (/^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) &&
      !/^(checkbox|radio|submit)$/.test(element.type));
  const visible = (element) => element.checkVisibility();
  const rows = () => [...document.querySelectorAll("[data-row]")].filter(visible);
  const rooms = () => [...document.querySelectorAll("nav[aria-label^=Rooms] a")].filter(visible);
  const keys = () => document.getElementById("keys");
  let going = false;
  // place: the row after one that went away, from which lists go on
  window.interlock = { typing, place: null };

  // from the row that has the focus or is open, else from wherever on the page the focus is; where it
  // is nowhere (a dialog that was closed keeps it for a while), from the place of a row that went away
  function step(by) {
    const all = rows(), active = document.activeElement;
    if (!all.length) return;
    const open = all.find((row) => row.hasAttribute("aria-current"));
    const from = all.includes(active) ? active : open ?? active, { place } = window.interlock;
    if (from === document.body || from.closest("dialog")) {
      const at = all.indexOf(place);
      window.interlock.place = null;
      if (at >= 0) return all[by > 0 ? at : Math.max(at + by, 0)].focus();
      return all[by > 0 ? 0 : all.length - 1].focus();
    }
    const passed = Node.DOCUMENT_POSITION_FOLLOWING;
    const at = all.findLastIndex(
      (row) => row === from || row.compareDocumentPosition(from) & passed);
    const next = all[at] === from || by > 0 ? at + by : at;
    all[Math.min(Math.max(next, 0), all.length - 1)].focus();
  }

  function go(key) {
    if (/^[1-9]$/.test(key)) return rooms()[Number(key) - 1];
    return document.querySelector(`[data-go="${CSS.escape(key)}"]`);
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
    const gone = going && go(event.key);
    going = false;
    if (gone) {
      event.preventDefault();
      return gone.click();
    }
    if (!(event.key in acts)) return;
    event.preventDefault();
    acts[event.key]();
  });
  document.addEventListener("click", (event) => {
    closeFacets(event.target.closest("details.facet"));
    if (event.target.closest("[data-keys]")) keys()?.showModal();
  });
})();
