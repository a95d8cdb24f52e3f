"""Leads sent to one store by itself: `python -m benches.receiving FOLDER PEOPLE SENT`.

The store is made and filled with the made-up company of that many people. Printed is JSON: seconds
of each lead (a person and a touch in one post, replayed before the answer) and of each empty page.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from interlock.config import setup

WARM = 5
"""First ones, which do not count: what is compiled and remembered is so by then."""


def main(folder: Path, people: int, sent: int) -> dict[str, list[float]]:
    """Fills the store and sends."""
    setup(folder)
    from django.conf import settings  # noqa: PLC0415 - the folder comes first
    from django.test import Client  # noqa: PLC0415 - as above

    from interlock.operations.actor import Actor  # noqa: PLC0415 - as above
    from interlock.operations.load_company import load_company  # noqa: PLC0415 - as above
    from interlock.operations.make_token import make_token  # noqa: PLC0415 - as above
    from interlock.operations.permissions import Role, Scope  # noqa: PLC0415 - as above
    from interlock.store.models import User  # noqa: PLC0415 - as above

    settings.ALLOWED_HOSTS = ["testserver"]
    load_company(folder, people=people, progress=lambda _what, _done, _of: None)
    admin = User.objects.filter(role=Role.ADMIN).first()
    assert admin is not None  # noqa: S101 - the company has one
    by = Actor(admin.username, admin.side, admin.role, admin.member)
    token = make_token("bench", [Scope.FACTS_WRITE], Role.ADMIN, by=by).secret
    client = Client(headers={"authorization": f"Bearer {token}"})

    def lead(number: int) -> None:
        answer = client.post("/api/v1/facts", _lead(number), content_type="application/json")
        assert answer.json()["taken"] == 2, answer.content  # noqa: S101, PLR2004 - else it measures nothing

    def page(_number: int) -> None:
        assert client.get("/sign-in").status_code == 200  # noqa: S101, PLR2004 - as above

    return {"leads": _timed(lead, sent), "pages": _timed(page, sent)}


def _lead(number: int) -> str:
    at = datetime.now(UTC).isoformat()
    who = f"bench-{number}"
    facts: list[dict[str, Any]] = [
        {"fact": "person", "id": who, "created_at": at, "name": f"Lead {number}", "source": "web"},
        {"fact": "touch", "id": who, "person": who, "at": at, "kind": "demo"},
    ]
    return json.dumps({"source": "bench", "facts": facts})


def _timed(deed: Callable[[int], None], times: int) -> list[float]:
    taken = []
    for number in range(times + WARM):
        begin = time.perf_counter()
        deed(number)
        taken.append(time.perf_counter() - begin)
    return taken[WARM:]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
