// A dial is a slider and a number that say the same; the picture follows from the server.
(() => {
  "use strict";
  const partsOf = (target) => {
    const dial = target.closest(".dial");
    return dial && {
      slider: dial.querySelector("[type=range]"),
      number: dial.querySelector("[type=number]"),
      unit: dial.querySelector("[data-unit]"),
    };
  };
  const scale = (slider) => ("share" in slider.dataset ? 100 : 1);
  function said({ slider, number }) {
    number.value = String(+(Number(slider.value) * scale(slider)).toFixed(6));
  }
  // Before the form hears of it: it sends what the slider says, which takes the nearest that it can.
  document.addEventListener("input", ({ target }) => {
    const parts = partsOf(target);
    if (!parts) return;
    const { slider, number, unit } = parts;
    if (target === slider) said(parts);
    else if (Number.isFinite(number.valueAsNumber)) slider.value = String(number.valueAsNumber / scale(slider));
    if (unit) unit.textContent = Number(slider.value) === 1 ? unit.dataset.unit.replace(/s$/, "") : unit.dataset.unit;
  }, true);
  // Where the dials stand is kept in the address: who goes on and comes back, or loads the page
  // again, finds them so. Once the hand rests, since browsers allow few such changes a second.
  document.addEventListener("change", ({ target }) => {
    const parts = partsOf(target);
    if (!parts) return;
    said(parts);
    const turned = new URLSearchParams(new FormData(target.form));
    history.replaceState(history.state, "", `?${turned}`);
  });
})();
