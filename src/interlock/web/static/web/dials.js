// Shows the number of a dial while it is dragged; the picture follows from the server.
(() => {
  "use strict";
  document.addEventListener("input", ({ target }) => {
    if (target.type !== "range") return;
    const said = target.closest(".dial")?.querySelector("output");
    if (said) said.textContent = target.value;
    const unit = target.closest(".dial")?.querySelector("[data-unit]"), name = unit?.dataset.unit;
    if (unit) unit.textContent = Number(target.value) === 1 ? name.replace(/s$/, "") : name;
  });
})();
