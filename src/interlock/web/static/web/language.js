// The language test: a digit says where the lead stands, y or n whether it fits, Enter goes on.
(() => {
  "use strict";
  const form = document.getElementById("placing");
  if (!form) return;
  const writes = (element) =>
    element.isContentEditable ||
    (/^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) && element.type !== "radio");
  const follows = (element) => /^(A|BUTTON|SUMMARY)$/.test(element.tagName);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (writes(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter") {
      if (follows(event.target)) return;
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    const choice = form.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
  });
})();
