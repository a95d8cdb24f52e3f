// Shows the number of a dial while it is dragged; the picture follows from the server.
(() => {
  "use strict";
  document.addEventListener("input", ({ target }) => {
    if (target.type !== "range") return;
    const said = target.closest(".dial")?.querySelector("output");
    const value = Number(target.value), share = "share" in target.dataset;
    if (said) said.textContent = share ? `${+(100 * value).toFixed(2)} %` : value.toLocaleString("en");
    const unit = target.closest(".dial")?.querySelector("[data-unit]"), name = unit?.dataset.unit;
    if (unit) unit.textContent = value === 1 ? name.replace(/s$/, "") : name;
  });
  // Where the dials stand is kept in the address: who goes on and comes back, or loads the page
  // again, finds them so. Once the hand rests, since browsers allow few such changes a second.
  document.addEventListener("change", ({ target }) => {
    if (target.type !== "range") return;
    const turned = new URLSearchParams(new FormData(target.form));
    history.replaceState(history.state, "", `?${turned}`);
  });
})();
