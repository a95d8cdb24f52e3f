"""Fills a data folder with rounds of the language test: `python -m tests.web.spoken FOLDER`.

Round 1 is over, and both sides have answered; round 2 is open for another week.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from interlock.config import setup
from tests.web.morning import BO, PHRASE

DAY = 86_400


def main() -> None:
    setup(Path(sys.argv[1]))
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - the folder comes first
    from interlock.operations.add_user import add_user  # noqa: PLC0415 - as above
    from interlock.operations.close_round import close_round  # noqa: PLC0415 - as above
    from interlock.operations.open_round import open_round  # noqa: PLC0415 - as above
    from interlock.operations.say_meaning import say_meaning  # noqa: PLC0415 - as above
    from tests.operations.desk import LEA, NOW, opened  # noqa: PLC0415 - as above
    from tests.operations.language import (  # noqa: PLC0415 - as above
        answer,
        as_agreed,
        asked,
        opened_round,
        people,
    )

    opened()
    over = opened_round().number
    assert over is not None
    answer(over, people(5, "marketing"), as_agreed)
    answer(over, people(6, "sales"), lambda lead: (lead.stage.replace("mql", "lead"), False))
    for who in (*people(5, "marketing"), *people(6, "sales")):
        say_meaning(over, 1, f"What {who.side} takes it for.", by=who, now=NOW)
    close_round(over, by=LEA, now=NOW + 2)
    now = int(time.time())
    still = open_round(asked(leads=5, terms=("MQL",), closes_at=now + 7 * DAY), by=LEA, now=now)
    assert still.number is not None, still.problems
    add_user(BO, PHRASE, by=COMMAND_LINE)


if __name__ == "__main__":
    main()
