"""Receives messages in processes that die of SIGKILL in the middle of something.

    python kill.py FOLDER MANY RUNS

FOLDER holds a fresh store, MANY messages come; RUNS is JSON: a list of [point, number]. Each run is
a process that sends all messages from the first one on, as senders do that got no answer: half of
them to the webhook, half to the API with an idempotency key. A point is where it dies, at the
`number`th time of coming there; `none`: nowhere. Printed are the exit statuses, negative for a
signal, the answers that are kept, and the state in the end.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from interlock.config import setup


def run(secret: str, many: int, point: str, number: int) -> int:
    """All messages in a process of its own; its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = receives(secret, many, point, number)
        finally:
            os._exit(status)  # without the clean-up of the process that it is a copy of
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def receives(secret: str, many: int, point: str, number: int) -> int:
    """Sends every message, and dies where it is to."""
    from interlock.operations import (  # noqa: PLC0415 - after the settings
        answer_once,
        delivery,
        look,
        receive_webhook,
    )
    from interlock.store import receiving  # noqa: PLC0415 - as above
    from tests.api.arriving import messages, send  # noqa: PLC0415 - as above
    from tests.operations.kill import dying  # noqa: PLC0415 - as above

    places: dict[str, tuple[Any, str, bool]] = {
        "insert": (receiving, "insert_columns", False),
        "written": (receiving, "insert_columns", True),
        "kept": (delivery, "receive_rows", True),
        "look": (look, "swap_people", False),
        "looked": (look, "set_clocks", True),
        "settled": (receive_webhook, "_settle", True),
        "answered": (receive_webhook, "_received", True),
        "turn": (answer_once, "taking_turns", True),
        "said": (answer_once, "Answered", True),
    }
    if point in places:
        module, name, after = places[point]
        setattr(module, name, dying(getattr(module, name), number, after=after))
    for place, body in enumerate(messages(many)):
        if place % 2:
            posts(secret, place, json.loads(body))
        else:
            send(body)
    return 0


def posts(secret: str, place: int, told: dict[str, Any]) -> None:
    """The message as a fact of the API."""
    from interlock.operations.answer_once import Answered, answer_once  # noqa: PLC0415 - after the settings
    from interlock.operations.receive_facts import receive_facts  # noqa: PLC0415 - after the settings
    from interlock.operations.token_actor import token_actor  # noqa: PLC0415 - after the settings
    from tests.api.arriving import NOW  # noqa: PLC0415 - after the settings

    by = token_actor(secret)
    assert by is not None
    fact = {"fact": "touch", "person": told["who"], "at": told["at"], "kind": told["event"] or "x"}

    def deed() -> Answered:
        received = receive_facts([{**fact, "id": told["id"]}], by=by, source="api", now=NOW)
        return Answered(200, json.dumps([each.became for each in received.facts]))

    answer_once(f"key {place}", json.dumps(told).encode(), deed, by=by)


def main(folder: Path, many: int, runs: list[tuple[str, int]]) -> dict[str, Any]:
    """All runs, one after the other."""
    setup(folder)
    from django.db import connection  # noqa: PLC0415 - after the settings

    from interlock.operations.permissions import Scope  # noqa: PLC0415 - as above
    from interlock.store.models import KeptAnswer  # noqa: PLC0415 - as above
    from tests.api.arriving import opened, state  # noqa: PLC0415 - as above
    from tests.api.conftest import secret_for  # noqa: PLC0415 - as above

    opened()
    secret = secret_for(Scope.FACTS_WRITE)
    connection.close()  # no process shares it
    statuses = [run(secret, many, point, number) for point, number in runs]
    answers = list(KeptAnswer.objects.order_by("key").values_list("key", "body"))
    return {"statuses": statuses, "state": state(), "answers": answers}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]))))
