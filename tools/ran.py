"""When the long runs were last made in full: a table in docs/decisions/testing.md that they keep.

They are too long for `./dev test`, and what nobody remembers to run is not tested. So each says
when it was run last, and writes it down once it has passed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

from environment import ROOT, say

PAGE = ROOT / "docs" / "decisions" / "testing.md"


def in_full(verb: str, run: Callable[[], int]) -> int:
    """Runs it, says when that was done last, and notes that it was done; what `run` returns."""
    before = _row(verb).search(PAGE.read_text("utf-8"))
    say(f"./dev {verb} was last run in full: {before[1].strip() if before else 'never'}")
    began = time.monotonic()
    status = run()
    if status == 0:
        minutes = round((time.monotonic() - began) / 60)
        note(verb, f"{datetime.now(UTC):%d %B %Y}, in {minutes} minutes")
    return status


def note(verb: str, when: str) -> None:
    """Writes into the verb's row of the table when it was run."""
    text = PAGE.read_text("utf-8")
    PAGE.write_text(_row(verb).sub(lambda row: row[0].replace(row[1], f" {when} "), text), "utf-8")


def _row(verb: str) -> re.Pattern[str]:
    return re.compile(rf"(?m)^\| `\./dev {verb}` \|.*\|([^|\n]+)\|$")
