"""The company of `tests.web.morning`, and who rules: `python -m tests.web.disputed FOLDER`.

Bo has Lou, whose first touch is late; Mo is of marketing; Kim keeps the data, and is of no side.
"""

from __future__ import annotations

from tests.web import morning

KIM = "kim@example.com"


def main() -> None:
    morning.main()
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - the folder comes first
    from interlock.operations.add_user import add_user  # noqa: PLC0415 - as above
    from interlock.operations.permissions import Role  # noqa: PLC0415 - as above

    add_user(KIM, morning.PHRASE, by=COMMAND_LINE, side="operations", role=Role.OPERATIONS)


if __name__ == "__main__":
    main()
