// The desk: single keys act on the open lead, clocks tick while they run, and the page keeps up.
(() => {
  "use strict";
  const EVERY = 15_000; // milliseconds between looks at whether something changed
  const HOUR = 3600, MINUTE = 60, SOON = 600, LONG_LATE = 24 * HOUR; // as `left` of the templates
  const desk = () => document.getElementById("desk");
  const now = () => performance.now() / 1000;
  let drawn = now(), missed = 0, underway = 0, asked = null; // asked: the desk that a refresh is for

  const typing = (element) =>
    element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
  const openMenu = () => desk()?.querySelector("details.deed[open]");

  function closeMenu() {
    const menu = openMenu();
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  function act(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (!desk() || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return closeMenu();
    const menu = openMenu();
    const key = CSS.escape(event.key.toLowerCase());
    const all = [...(menu ?? desk()).querySelectorAll(`[data-key="${key}"]`)];
    const found = all.find((each) => each.checkVisibility()) ??
      [...desk().querySelectorAll(`[data-key="${key}"]`)].find((each) => each.checkVisibility());
    if (!found) return;
    event.preventDefault();
    found.click();
    if (found.tagName === "SUMMARY") {
      found.parentElement.querySelector("input:not([type=hidden]), .deed-choice")?.focus();
    }
  }

  // --- clocks -------------------------------------------------------------------------------

  function duration(seconds) {
    const hours = Math.floor(seconds / HOUR), minutes = Math.floor((seconds % HOUR) / MINUTE);
    if (hours) return minutes ? `${hours}\u00a0h ${minutes}\u00a0min` : `${hours}\u00a0h`;
    if (seconds >= SOON) return `${minutes}\u00a0min`;
    return minutes ? `${minutes}\u00a0min ${seconds % MINUTE}\u00a0s` : `${seconds}\u00a0s`;
  }

  function words(left) {
    if (left <= -LONG_LATE) return "late";
    return left < 0 ? `late by ${duration(-left)}` : `${duration(left)} left`;
  }

  function tick() {
    const page = desk();
    if (!page) return;
    const passed = Math.floor(now() - drawn), start = Number(page.dataset.now);
    let turned = false;
    for (const clock of page.querySelectorAll("[data-left]")) {
      const turns = clock.dataset.turns ? Number(clock.dataset.turns) - start : Infinity;
      const left = Number(clock.dataset.left);
      const gone = "runs" in clock.dataset ? Math.min(passed, turns) : 0;
      turned ||= passed >= turns || (left >= 0 && left - gone < 0);
      const rest = left - gone;
      clock.textContent = words(rest);
    }
    for (const form of page.querySelectorAll("[data-until]")) {
      const rest = Number(form.dataset.until) - start - passed;
      form.hidden = rest <= 0;
      form.querySelector("[data-seconds]").textContent = Math.max(rest, 0);
    }
    if (turned && !asked) refresh();
  }

  // --- keeping up ---------------------------------------------------------------------------

  function inUse() {
    const undo = desk().querySelector("[data-until]:not([hidden])");
    return undo || openMenu() || typing(document.activeElement);
  }

  function refresh() {
    if (underway || inUse()) return;
    asked = desk();
    htmx.ajax("GET", location.href, { target: "#desk", select: "#desk", swap: "outerHTML show:none" })
      .finally(() => { asked = null; });
  }

  async function look() {
    const page = desk();
    if (!page || document.hidden) return;
    try {
      const answer = await fetch(page.dataset.pulse, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const { mark, at } = await answer.json();
      missed = 0;
      document.getElementById("asof").textContent = `As of ${at}`;
      if (page === desk() && mark !== page.dataset.mark) refresh();
    } catch {
      missed += 1;
    }
    document.getElementById("stale").hidden = missed < 2;
  }

  // what came by itself never takes the page from under somebody's hands
  function keep(event) {
    if (event.detail.requestConfig?.triggeringEvent) return;
    if (asked && (asked !== desk() || inUse())) event.detail.shouldSwap = false;
  }

  // --- after a swap -------------------------------------------------------------------------

  let focused = null;

  function remember() {
    focused = document.activeElement?.closest("[data-row]")?.getAttribute("href") ?? null;
  }

  function settle(event) {
    if (event.detail.elt?.id !== "desk" && !event.detail.elt?.querySelector?.("#desk")) return;
    drawn = now();
    const rows = [...desk().querySelectorAll("[data-row]")];
    const back = rows.find((row) => row.getAttribute("href") === focused) ??
      rows.find((row) => row.hasAttribute("aria-current"));
    if (document.activeElement === document.body) back?.focus({ preventScroll: true });
    tick();
  }

  document.addEventListener("keydown", act);
  document.addEventListener("click", (event) => {
    const menu = openMenu();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("htmx:beforeRequest", () => { underway += 1; remember(); });
  document.addEventListener("htmx:afterRequest", () => { underway -= 1; });
  document.addEventListener("htmx:beforeSwap", keep);
  document.addEventListener("htmx:afterSettle", settle);
  for (const failed of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(failed, () => { document.getElementById("stale").hidden = false; });
  }
  setInterval(tick, 1000);
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  tick();
})();
