// A live page keeps up: it asks whether something changed, loads itself anew, and says when it is stale.
// It never goes from under somebody's hands: what they began, chose or opened stays.
(() => {
  "use strict";
  const { typing } = window.interlock;
  // milliseconds between looks at whether something changed: within a second, unless the answer takes its
  // time; then so many times as long as it took, so that open pages never weigh down a busy server
  const SOONEST = 900, LATEST = 15_000, SPARED = 40;
  const page = () => document.querySelector("[data-pulse]");
  let next = 0, missed = 0, underway = 0, asked = null; // asked: the page that a refresh is for
  // as it was before a swap, and whose; onward: the rows from the one where one was
  let focused = null, onward = [], opened = [], scrolled = [], own = false;

  const show = (id, shown) => { document.getElementById(id).hidden = !shown; };
  const begun = (field) =>
    field.type === "checkbox" ? field.checked !== field.defaultChecked
      : field.type !== "hidden" && field.value !== field.defaultValue;

  function inUse() {
    const active = document.activeElement;
    return page().querySelector("[data-until]:not([hidden]), details.deed[open]") ||
      (typing(active) && page().contains(active)) ||
      [...page().querySelectorAll("input, textarea")].some(begun);
  }

  function refresh() {
    if (underway || asked || !page()) return;
    show("waits", inUse());
    if (inUse()) return;
    asked = page();
    const swap = { target: asked, select: `#${asked.id}`, swap: "outerHTML show:none" };
    htmx.ajax("GET", location.href, swap).finally(() => { asked = null; });
  }

  async function look() {
    const looked = page(), since = performance.now();
    clearTimeout(next);
    next = setTimeout(look, LATEST);
    if (!looked || document.hidden) return;
    try {
      const answer = await fetch(looked.dataset.pulse, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const { mark, at } = await answer.json();
      missed = 0;
      if (at) document.getElementById("asof").textContent = `As of ${at}.`;
      if (looked === page() && mark !== looked.dataset.mark) refresh();
    } catch {
      missed += 1;
    }
    show("stale", missed >= 2);
    const spared = missed ? LATEST / 2 : SPARED * (performance.now() - since);
    clearTimeout(next);
    next = setTimeout(look, Math.min(LATEST, Math.max(SOONEST, spared)));
  }

  // what came by itself does not take the page from whoever began something meanwhile
  function keep(event) {
    const { target, requestConfig } = event.detail;
    own = asked !== null && target === asked && !requestConfig?.triggeringEvent;
    if (own && (asked !== page() || inUse())) event.detail.shouldSwap = false;
    if (own) remember(); // one may have gone on since it was asked for
  }

  // --- around a swap ------------------------------------------------------------------------

  const named = (details) => details.querySelector("summary")?.textContent;
  const closable = () => [...(page()?.querySelectorAll("details:not(.deed)") ?? [])];
  const scrolling = () => [...(page()?.querySelectorAll("[data-scrolls]") ?? [])];
  const rows = () => [...(page()?.querySelectorAll("[data-row]") ?? [])];
  const address = (row) => row.getAttribute("href");
  const current = (row) => row.hasAttribute("aria-current");

  function remember() {
    const all = rows(), row = document.activeElement?.closest("[data-row]") ?? null;
    focused = row && address(row);
    const at = all.indexOf(row ?? all.find(current) ?? window.interlock.place);
    onward = at < 0 ? [] : all.slice(at).map(address);
    opened = closable().filter((each) => each.open).map(named);
    scrolled = scrolling().map((each) => each.scrollTop);
  }

  function settle(event) {
    const swapped = event.detail.elt;
    if (!page() || (swapped !== page() && !swapped?.contains?.(page()))) return;
    if (own) for (const each of closable()) each.open ||= opened.includes(named(each));
    // a list stays where it is; what one reads beside it does where the page came by itself
    for (const [at, each] of scrolling().entries()) {
      if (own || each.dataset.scrolls === "") each.scrollTop = scrolled[at] ?? 0;
    }
    const all = rows(), same = (href) => all.find((row) => address(row) === href);
    const back = same(focused) ?? all.find(current);
    if (document.activeElement === document.body) back?.focus({ preventScroll: true });
    // it went away: j goes on with the one that took its place, or with the last
    const left = onward.map(same).find(Boolean) ?? (onward.length ? all.at(-1) : null);
    window.interlock.place = back ? null : left ?? null;
  }

  document.addEventListener("interlock:changed", refresh);
  document.addEventListener("htmx:beforeRequest", () => { underway += 1; remember(); });
  document.addEventListener("htmx:afterRequest", () => { underway -= 1; });
  document.addEventListener("htmx:beforeSwap", keep);
  document.addEventListener("htmx:afterSettle", settle);
  for (const failed of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(failed, () => { if (page()) show("stale", true); });
  }
  next = setTimeout(look, SOONEST);
  document.addEventListener("visibilitychange", look);
})();
