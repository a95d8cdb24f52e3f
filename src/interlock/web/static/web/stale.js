// What keeps itself up to date says so when it no longer is: the server did not answer.
(() => {
  "use strict";
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  let answered = clock();

  function mark(element) {
    if (!element.matches?.("[data-live]") || element.querySelector("[data-stale]")) return;
    const said = document.createElement("span");
    said.dataset.stale = "";
    said.className = "text-muted text-xs";
    said.setAttribute("role", "status");
    said.textContent = ` as of ${answered}: no answer since`;
    element.append(said);
  }

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => mark(event.target));
  }
  document.addEventListener("htmx:afterOnLoad", (event) => {
    answered = clock();
    event.target.querySelector?.("[data-stale]")?.remove();
  });
})();
