// Shows the number of a dial while it is dragged; the picture follows from the server.
(() => {
  "use strict";
  document.addEventListener("input", ({ target }) => {
    if (target.type !== "range") return;
    const said = target.closest(".dial")?.querySelector("output");
    if (said) said.textContent = target.value;
  });
})();
