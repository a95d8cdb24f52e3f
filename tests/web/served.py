"""Fills a data folder for the tests in a browser: `python -m tests.web.served FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from interlock.config import setup

PHRASE = "a long enough secret"
KEEPER = "kim@example.com"
READER = "sam@example.com"
HOSTILE = '<script>document.title="taken over"</script>'


def main() -> None:
    setup(Path(sys.argv[1]))
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - the folder comes first
    from interlock.operations.add_user import add_user  # noqa: PLC0415 - as above
    from interlock.operations.permissions import Role  # noqa: PLC0415 - as above
    from tests.operations.company import at, put, replayed  # noqa: PLC0415 - as above
    from tests.web.furnished import came_in  # noqa: PLC0415 - as above

    put("person", "x", at(2), created_at=at(2), name=HOSTILE, source=HOSTILE, email="x@example.com")
    replayed()
    add_user(KEEPER, PHRASE, by=COMMAND_LINE, name="Kim", side="operations", role=Role.OPERATIONS)
    add_user(READER, PHRASE, by=COMMAND_LINE, name="Sam", side="sales")
    came_in()


if __name__ == "__main__":
    main()
