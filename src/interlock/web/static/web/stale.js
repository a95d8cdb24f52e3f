// What keeps itself up to date says so when it no longer is: the server did not answer, or asks for patience.
(() => {
  "use strict";
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const TOO_MANY = 429;
  let answered = clock();

  function mark(element, words) {
    if (!element.matches?.("[data-live]") || element.querySelector("[data-stale]")) return;
    const said = document.createElement("span");
    said.dataset.stale = "";
    said.className = "text-muted text-xs";
    said.setAttribute("role", "status");
    said.textContent = words || ` as of ${answered}: no answer since`;
    element.append(said);
  }

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      const { xhr } = event.detail;
      mark(event.target, xhr?.status === TOO_MANY && xhr.responseText);
    });
  }
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (!event.detail.successful) return;
    answered = clock();
    event.target.querySelector?.("[data-stale]")?.remove();
  });
})();
