"""What arrives while others arrive: messages of a webhook, and the state that they end in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.keep_webhook import WebhookAsked, keep_webhook
from interlock.operations.receive_webhook import Came, receive_webhook
from interlock.store.models import FACTS, Clock, Lead, Message, Obligation, Visit
from tests.operations import desk

TOKEN = "a token that is long enough"  # noqa: S105 - of a test
NOW = desk.NOW + 3600
OPEN = int(datetime(2026, 3, 23, 9, tzinfo=UTC).timestamp())
MAPPING = """\
source: site
files:
  - file: body
    gives:
      - as: person
        where: row.event == "signup"
        columns: {id: who, created_at: at, name: name, source: {value: web}}
        other_columns: ignore
      - as: touch
        where: row.event != "signup"
        columns: {id: id, person: who, at: at, kind: event, asset: asset}
        other_columns: ignore
"""


def messages(many: int) -> list[str]:
    """Bodies: everybody signs up, then looks at something, then at a demo; a few are not right."""
    bodies: list[dict[str, Any]] = []
    for number in range(many):
        who, step = divmod(number, 4)
        at = datetime.fromtimestamp(OPEN + number % 1800, UTC).isoformat()
        told = {"id": f"m{number}", "who": f"w{who}", "at": at, "asset": None}
        if step == 0:
            told |= {"event": "signup", "name": f"Who {who}"}
        else:
            told |= {"event": ("", "visit", "demo", "visit")[step], "asset": f"page {step}"}
        if number % 50 == 49:
            told["at"] = "soon"
        bodies.append(told)
    return [json.dumps(each) for each in bodies]


def opened() -> None:
    """The company with its desk, and a webhook that anybody with the token may send to."""
    desk.opened()
    example = json.dumps({**json.loads(messages(2)[1]), "name": "Who", "asset": "x"})
    asked = WebhookAsked("site", "token", MAPPING, example, secret=TOKEN)
    kept = keep_webhook(asked, by=COMMAND_LINE)
    assert not kept.problems, kept.problems


def send(body: str) -> Came:
    """One message, as of an hour after the desk was opened."""
    return receive_webhook("site", {}, body.encode(), TOKEN, now=NOW).came


def state() -> dict[str, list[Any]]:
    """Everything that counts in the end, without the numbers of rows and deliveries."""
    own = ("id", "replay", "replay_id", "batch", "batch_id", "part", "line", "delivery", "webhook")
    tables = {
        "person": FACTS["person"].objects.filter(live=True),
        "touch": FACTS["touch"].objects.filter(live=True),
        "leads": Lead.objects.all(),
        "visits": Visit.objects.all(),
        "obligations": Obligation.objects.all(),
        "clocks": Clock.objects.all(),
        "messages": Message.objects.all(),
    }
    return {
        name: sorted(
            json.dumps({k: v for k, v in row.items() if k not in own and k != "webhook_id"})
            for row in rows.values()
        )
        for name, rows in tables.items()
    }
