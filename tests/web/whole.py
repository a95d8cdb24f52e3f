"""Fills a data folder with something for every page: `python -m tests.web.whole FOLDER`.

The company of `tests.web.morning` with a goal, and what admins set up. `examples.json` in the
folder says, of each page whose address has a part that varies, one that is there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.web import morning

ADMIN = "kim@example.com"
SECOND = "ada@example.com"
"""Another admin, who has an authenticator app."""
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The key of the app."""


def main() -> None:
    morning.main(goals=morning.goals(1_250_000))
    from tests.web import furnished  # noqa: PLC0415 - the folder comes first

    furnished.came_in()
    examples = furnished.agreed_next() | furnished.disputed()
    examples |= furnished.people(ADMIN, SECOND, KEY) | furnished.went_out(ADMIN)
    (Path(sys.argv[1]) / "examples.json").write_text(json.dumps(examples))


if __name__ == "__main__":
    main()
