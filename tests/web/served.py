"""Fills a data folder for the tests in a browser: `python -m tests.web.served FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from interlock.config import setup

PHRASE = "a long enough secret"
KEEPER = "kim@example.com"
READER = "sam@example.com"
ADMIN = "ada@example.com"
HOSTILE = '<script>document.title="taken over"</script>'


def main() -> None:
    setup(Path(sys.argv[1]))
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - the folder comes first
    from interlock.operations.add_user import add_user  # noqa: PLC0415 - as above
    from interlock.operations.keep_form import keep_form  # noqa: PLC0415 - as above
    from interlock.operations.keep_webhook import (  # noqa: PLC0415 - as above
        WebhookAsked,
        keep_webhook,
    )
    from interlock.operations.permissions import Role  # noqa: PLC0415 - as above
    from interlock.operations.read_forms import FIELDS, FormKept  # noqa: PLC0415 - as above
    from interlock.operations.receive_webhook import receive_webhook  # noqa: PLC0415 - as above
    from interlock.web.views.webhooks import EXAMPLE, MAPPING  # noqa: PLC0415 - as above
    from tests.operations.company import at, put, replayed  # noqa: PLC0415 - as above

    put("person", "x", at(2), created_at=at(2), name=HOSTILE, source=HOSTILE, email="x@example.com")
    replayed()
    add_user(KEEPER, PHRASE, by=COMMAND_LINE, name="Kim", side="operations", role=Role.OPERATIONS)
    add_user(ADMIN, PHRASE, by=COMMAND_LINE, name="Ada", side="operations", role=Role.ADMIN)
    add_user(READER, PHRASE, by=COMMAND_LINE, name="Sam", side="sales")
    asked = WebhookAsked("site", "token", MAPPING, EXAMPLE, secret=PHRASE)
    keep_webhook(asked, by=COMMAND_LINE)
    receive_webhook("site", {}, b'{"contact": {"id": "1", "created": "soon"}}', PHRASE)
    form = FormKept(
        name="demo",
        title="See it live",
        says="Half an hour, with your own numbers.",
        fields=tuple(FIELDS),
        needed=("email", "name"),
        consent="You may write to me about this.",
        thanks="Thank you. We will be in touch.",
        source="web",
        campaign="",
        returns=("https://www.example.com/thanks",),
        frames=(),
    )
    keep_form(form, by=COMMAND_LINE)


if __name__ == "__main__":
    main()
