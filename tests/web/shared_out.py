"""Fills a data folder with a sale and a missed goal: `python -m tests.web.shared_out FOLDER`.

The company of `tests.operations.company`, whose only sale two touches came before, with a goal that
the week of 9 March 2026 missed: what was agreed for that falls to Mo. Ada leads marketing and Bo
leads sales; Mo and Sam are members; Kim keeps the data.
"""

from __future__ import annotations

import sys
from pathlib import Path

import time_machine

from interlock.config import setup

KIM, MO, SAM = (f"{who}@example.com" for who in ("kim", "mo", "sam"))


def main() -> None:
    setup(Path(sys.argv[1]))
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - the folder comes first
    from interlock.operations.follow import follow  # noqa: PLC0415 - as above
    from interlock.operations.rebuild import rebuild  # noqa: PLC0415 - as above
    from tests.operations.company import at, put  # noqa: PLC0415 - as above
    from tests.operations.test_goals import NOW, SHARED, begun  # noqa: PLC0415 - as above

    put("campaign", "spring", at(1), name="Spring webinar")
    put("touch", "t9", at(3), person="p1", kind="webinar", channel="event", campaign="spring")
    over = at(17, "09:00")
    begun(rules_of_disengagement={"shared": SHARED}, now=over)
    assert follow(over) == 1
    with time_machine.travel(NOW, tick=False):
        rebuild(by=COMMAND_LINE)


if __name__ == "__main__":
    main()
