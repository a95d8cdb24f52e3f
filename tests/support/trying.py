"""Tries a draft in a store of its own: `python -m tests.support.trying FOLDER DIAL VALUE`.

Prints what the trial shows, as JSON. A process of its own, since the settings are of one store.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from interlock.config import setup


def main() -> None:
    folder, dial, value = sys.argv[1:]
    setup(Path(folder))
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - the folder comes first
    from interlock.operations.open_draft import open_draft  # noqa: PLC0415 - as above
    from interlock.operations.try_draft import try_draft  # noqa: PLC0415 - as above

    draft = open_draft("Tried", by=COMMAND_LINE).draft
    page = None if draft is None else try_draft(draft, {dial: float(value)})
    sys.stdout.write(json.dumps(asdict(page.shown) if page and page.shown else None))


if __name__ == "__main__":
    main()
