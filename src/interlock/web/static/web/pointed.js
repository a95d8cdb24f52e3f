// Opens the entry that the address points at: its because stands in a details element.
(() => {
  "use strict";
  function open() {
    const entry = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = entry?.querySelector("details");
    if (!details) return;
    details.open = true;
    entry.scrollIntoView();
  }

  addEventListener("hashchange", open);
  open();
})();
