"""A dial of a draft dragged on a store by itself: `python -m benches.picture FOLDER PEOPLE`.

The store is made and filled as `benches.day` does; then a real server is asked for the picture as a
page asks for it while somebody drags, and dials are dragged in a real browser. Printed is JSON:
lists of seconds; without a Chromium nothing of the browser.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benches.day import EMPTY, HOST, WARM, Seconds, Served, people_who_ask, server_on, taken

from interlock.config import setup
from tests.support.browser import NoChromiumError, chromium

DRAGGED = 40
"""Steps of the dial."""
STEP = """number => new Promise(painted => {
  const dial = document.querySelector("input[type=range]");
  let begin;
  document.addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => painted(performance.now() - begin);
    after.port2.postMessage("the frame is made");
  }), { once: true });
  dial.value = Number(dial.value) + (number % 2 ? -1 : 1) * (1 + number % 5) * dial.step;
  begin = performance.now();
  dial.dispatchEvent(new Event("input", { bubbles: true }));
})"""
"""Milliseconds from a step of the first dial to the frame with its picture."""


def main(folder: Path, people: int) -> dict[str, Any]:
    """Fills the store and measures; seconds by what took them."""
    setup(folder)
    from interlock.agreement.dials import dials_of  # noqa: PLC0415 - the folder first
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - as above
    from interlock.operations.load_company import load_company  # noqa: PLC0415 - as above
    from interlock.operations.open_draft import open_draft  # noqa: PLC0415 - as above
    from interlock.operations.reading import current  # noqa: PLC0415 - as above
    from interlock.store.models import FACTS  # noqa: PLC0415 - as above

    load_company(folder, people=people, progress=lambda _what, _done, _of: None)
    agreement, draft = current().agreement, open_draft("Dragged", by=COMMAND_LINE).draft
    assert agreement is not None  # noqa: S101 - the company has one
    dial = next(each for each in dials_of(agreement) if each.spot)
    _, cookie, token = people_who_ask()
    with server_on(folder) as port:
        served = Served(port, cookie, token)
        begin = time.perf_counter()
        served.page(f"/agreement/drafts/{draft}/try")
        first = time.perf_counter() - begin

        def drag(step: int) -> None:
            turned = urlencode({dial.key: dial.value + (step + 1) * dial.step})
            said = served.page(f"/agreement/drafts/{draft}/try?{turned}", within=True)
            if 'id="picture"' not in said:
                raise SystemExit("no picture came")

        found = taken(DRAGGED, empty=lambda _: served.page(EMPTY, known=False), drag=drag)
        address = f"http://{HOST}:{port}/agreement/drafts/{draft}/try"
        with suppress(NoChromiumError):
            found["tab"] = _in_a_tab(address, cookie)
    size = {kind: FACTS[kind].objects.count() for kind in ("person", "touch")}
    return {**size, **found, "first": first}


def _in_a_tab(address: str, session: str) -> Seconds:
    """What each step took in a browser on this machine, from the input to the painted picture."""
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        tab = context.new_page()
        tab.goto(address, wait_until="load")
        spent = [tab.evaluate(STEP, number) / 1000 for number in range(DRAGGED + WARM)]
    return spent[WARM:]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
