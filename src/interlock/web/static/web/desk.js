// The desks: single keys act on what is open or focused, and clocks tick while they run.
(() => {
  "use strict";
  const { typing } = window.interlock;
  const HOUR = 3600, MINUTE = 60, SOON = 600, LONG_LATE = 24 * HOUR; // as `left` of the templates
  const desk = () => document.querySelector(".desk");
  const now = () => performance.now() / 1000;
  let drawn = now(), page = desk();

  const openMenu = () => desk()?.querySelector("details.deed[open]");
  const fieldOf = (menu) => menu?.querySelector("input:not([type=hidden])") ?? null;
  const itemOf = (element) => element?.closest("[data-item]") ?? null;

  function closeMenu() {
    const menu = openMenu();
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  // a key counts in the item that has the focus, then on the page; never in an item that nobody chose
  function keyed(key, places) {
    const item = itemOf(document.activeElement), named = `[data-key="${CSS.escape(key)}"]`;
    return places.flatMap((place) => [...place.querySelectorAll(named)]).find(
      (each) => each.checkVisibility() && [null, item].includes(itemOf(each)));
  }

  // the next choice of a menu whose name begins with the letter
  function begunWith(letter, menu) {
    const all = [...menu.querySelectorAll(".deed-choice")];
    const at = all.indexOf(document.activeElement) + 1;
    return [...all.slice(at), ...all.slice(0, at)].find(
      (each) => each.lastChild.textContent.trim().toLowerCase().startsWith(letter));
  }

  function press(element) {
    if (typing(element) || element.matches("h2")) return element.focus();
    const menu = element.tagName === "SUMMARY" ? element.parentElement : null;
    if (menu?.open && fieldOf(menu)) return fieldOf(menu).focus(); // Escape closes it
    element.click();
    menu?.querySelector("input:not([type=hidden]), .deed-choice")?.focus();
  }

  // a menu that is opened by mouse or touch is ready to be written into, where it has a field, before
  // the next key comes: a space on its summary would close it, and letters would do other deeds
  function pointAt(event) {
    const open = openMenu(), menu = event.target.closest("details.deed > summary")?.parentElement;
    if (open && !open.contains(event.target)) open.open = false;
    if (!event.detail || !menu || menu.open || !fieldOf(menu)) return; // a click by a key has no count
    event.preventDefault();
    menu.open = true;
    fieldOf(menu).focus();
  }

  const elsewhere = (event) => event.ctrlKey || event.metaKey || event.altKey ||
    document.querySelector("dialog[open]");

  // an open menu has letters and digits for itself until Escape closes it, before anything else on
  // the page: what is meant for it does no other deed
  function choose(event) {
    const menu = openMenu();
    if (!menu || elsewhere(event) || typing(event.target)) return;
    if (!/^[\p{L}\p{N}]$/u.test(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const key = event.key.toLowerCase();
    const found = keyed(key, [menu]);
    if (found) press(found);
    else begunWith(key, menu)?.focus();
  }

  // and who goes elsewhere leaves it
  function leave(event) {
    const menu = openMenu(), to = event.relatedTarget;
    if (to && menu?.contains(event.target) && !menu.contains(to)) menu.open = false;
  }

  function act(event) {
    if (elsewhere(event) || !desk()) return;
    if (event.key === "Escape") {
      if (openMenu()) closeMenu();
      else if (typing(event.target)) itemOf(event.target)?.querySelector("[data-row]")?.focus();
      return;
    }
    if (typing(event.target) || event.defaultPrevented) return;
    const places = [itemOf(document.activeElement), desk()].filter(Boolean);
    const found = keyed(event.key.toLowerCase(), places);
    if (!found) return;
    event.preventDefault();
    press(found);
  }

  function count() {
    const chosen = desk()?.querySelectorAll("[data-item] input:checked").length ?? 0;
    for (const said of desk()?.querySelectorAll("[data-chosen]") ?? []) {
      said.textContent = chosen ? `${chosen} chosen` : "";
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
    if (left === 0) return "no time left";
    return left < 0 ? `late by ${duration(-left)}` : `${duration(left)} left`;
  }

  function tick() {
    if (!desk()) return;
    const passed = Math.floor(now() - drawn), start = Number(desk().dataset.now);
    let turned = false;
    for (const clock of desk().querySelectorAll("[data-left]")) {
      const turns = clock.dataset.turns ? Number(clock.dataset.turns) - start : Infinity;
      const left = Number(clock.dataset.left);
      const gone = "runs" in clock.dataset ? Math.min(passed, turns) : 0;
      turned ||= passed >= turns || (left >= 0 && left - gone < 0);
      clock.textContent = words(left - gone);
    }
    for (const form of desk().querySelectorAll("[data-until]")) {
      const rest = Number(form.dataset.until) - start - passed;
      form.hidden = rest <= 0;
      form.querySelector("[data-seconds]").textContent = Math.max(rest, 0);
    }
    if (turned) document.dispatchEvent(new Event("interlock:changed"));
  }

  function settle() {
    if (page === desk()) return;
    page = desk();
    drawn = now();
    tick();
    count();
  }

  document.addEventListener("keydown", choose, { capture: true });
  document.addEventListener("keydown", act);
  document.addEventListener("focusout", leave);
  document.addEventListener("change", count);
  document.addEventListener("click", pointAt);
  document.addEventListener("htmx:afterSettle", settle);
  setInterval(tick, 1000);
  tick();
  count();
})();
