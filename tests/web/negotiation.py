"""Fills a data folder with two teams at the table: `python -m tests.web.negotiation FOLDER`.

Ada leads marketing and Bo leads sales, each signs for their side; Mo, of marketing, has a draft of
the next version, which counts from today on, and Sam is of sales.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

from interlock.config import setup

PHRASE = "a long enough secret"


def main() -> None:
    setup(Path(sys.argv[1]))
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - the folder comes first
    from interlock.operations.add_user import add_user  # noqa: PLC0415 - as above
    from interlock.operations.adopt import adopt  # noqa: PLC0415 - as above
    from interlock.operations.open_draft import open_draft  # noqa: PLC0415 - as above
    from interlock.operations.permissions import Role  # noqa: PLC0415 - as above
    from interlock.operations.rebuild import rebuild  # noqa: PLC0415 - as above
    from tests.operations.company import OSLO, agreement_text  # noqa: PLC0415 - as above
    from tests.operations.table import (  # noqa: PLC0415 - the folder comes first
        ADA,
        BO,
        GOVERNED,
        MO,
        SAM,
        next_text,
    )

    for who in (ADA, BO, MO, SAM):
        name = who.name.partition("@")[0].capitalize()
        add_user(who.name, PHRASE, by=COMMAND_LINE, name=name, side=who.side, role=Role(who.role))
    assert adopt(agreement_text(**GOVERNED), by=COMMAND_LINE).version is not None
    rebuild(by=COMMAND_LINE)
    today = str(datetime.fromtimestamp(time.time(), OSLO).date())
    opened = open_draft(
        "Demos cool slower",
        by=MO,
        text=next_text(**GOVERNED, in_force_from=today, expires_on="2999-12-31"),
    )
    assert opened.draft == 1, opened.problems


if __name__ == "__main__":
    main()
