"""One working day on a store by itself: `python -m benches.day FOLDER PEOPLE`.

The store is made in FOLDER (or in the database that INTERLOCK_DATABASE names) and filled with the
made-up company of that many people; one that is full already is taken as it is. Then a real server
is asked for pages, sent leads, and a worker's sweep is done. Printed is JSON: lists of seconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from interlock.cli.running import answers, port_is_taken
from interlock.config import setup

ASKED, SENT = 100, 100
"""How often each page is asked for, and how many leads are sent."""
WARM = 8
"""First ones, which do not count: what is compiled and remembered is so by then, in each thread."""
CLOCKS = 100_000
HOST, PORTS = "127.0.0.1", range(8731, 8831)
EMPTY = "/sign-in"

Seconds = list[float]


class Served:
    """A server on the store, asked over one connection that is kept."""

    def __init__(self, port: int, cookie: str, token: str) -> None:
        self.connection = HTTPConnection(HOST, port, timeout=60)
        self.cookie, self.token = {"Cookie": f"sessionid={cookie}"}, f"Bearer {token}"

    def page(self, address: str, *, known: bool = True, within: bool = False) -> str:
        """The page, as whoever is signed in sees it; `known` False: as a stranger does.

        `within`: as a page asks for a part of itself.
        """
        headers = (self.cookie if known else {}) | ({"HX-Request": "true"} if within else {})
        self.connection.request("GET", address, headers=headers)
        return self._answer(address)

    def send(self, facts: list[dict[str, Any]]) -> None:
        """Facts to the API."""
        headers = {"Authorization": self.token, "Content-Type": "application/json"}
        body = json.dumps({"source": "bench", "facts": facts})
        self.connection.request("POST", "/api/v1/facts", body, headers)
        told = json.loads(self._answer("/api/v1/facts"))
        if told["taken"] != len(facts):
            raise SystemExit(f"it was not taken: {told}")

    def _answer(self, address: str) -> str:
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:  # noqa: PLR2004 - as HTTP has it
            raise SystemExit(f"{address} was answered with {answer.status}: {text[:500]}")
        return text


def main(folder: Path, people: int) -> dict[str, Any]:
    """Fills the store and measures; seconds by what took them."""
    setup(folder)
    from interlock.operations.load_company import load_company  # noqa: PLC0415 - the folder first
    from interlock.store.models import FACTS  # noqa: PLC0415 - as above

    load_company(folder, people=people, progress=lambda _what, _done, _of: None)
    size = {kind: FACTS[kind].objects.count() for kind in ("person", "touch")}
    member, cookie, token = people_who_ask()
    with server_on(folder) as port:
        served = Served(port, cookie, token)
        found = {**_pages(served, member), **_leads(served)}
    return {**size, **found, **_swept()}


def _pages(served: Served, member: str) -> dict[str, Seconds]:
    """The desk, a lead beside it, whether anything changed, and an empty page, turn about."""
    from urllib.parse import quote  # noqa: PLC0415 - beside what needs it

    from interlock.operations.owed import UNSETTLED  # noqa: PLC0415 - after the settings
    from interlock.store.models import Obligation  # noqa: PLC0415 - as above

    owed = Obligation.objects.filter(owner=member, state__in=UNSETTLED, kept_at=None)
    leads = [*owed.order_by("pk").values_list("person", flat=True).distinct()[:ASKED]]

    def lead(number: int) -> None:
        served.page(f"/desk?lead={quote(leads[number % len(leads)])}")

    return taken(
        ASKED,
        empty=lambda _: served.page(EMPTY, known=False),
        desk=lambda _: served.page("/desk"),
        lead=lead,
        pulse=lambda _: served.page("/pulse"),
        people=lambda _: served.page("/people"),
    )


def _leads(served: Served) -> dict[str, Seconds]:
    """Leads sent one by one: until each is answered, and until it stands on its owner's desk."""
    from interlock.store.models import Lead  # noqa: PLC0415 - after the settings

    began = f"{int(time.time())}"
    sent, seen = [], []
    for number in range(SENT + WARM):
        who = f"bench-{began}-{number}"
        facts = _lead(who)
        begin = time.perf_counter()
        served.send(facts)
        answered = time.perf_counter()
        lead = Lead.objects.get(person=who)
        asked = time.perf_counter()
        if not lead.owner or who not in served.page(f"/desk?of={lead.owner}"):
            raise SystemExit(f"{who} does not stand on the desk of {lead.owner or 'anybody'}")
        sent.append(answered - begin)
        seen.append(answered - begin + time.perf_counter() - asked)
    return {"sent": sent[WARM:], "seen": seen[WARM:]}


def _lead(who: str) -> list[dict[str, Any]]:
    """Somebody new who decides and asks for a demonstration: an MQL, which is given out at once."""
    at = datetime.now(UTC).isoformat()
    person = {"id": who, "created_at": at, "name": who, "email": f"{who}@example.com"}
    person |= {"source": "web", "seniority": "Director", "persona": "plant-manager"}
    touch = {"id": who, "person": who, "at": at, "kind": "demo_request"}
    return [{"fact": "person", **person}, {"fact": "touch", **touch}]


def _swept() -> dict[str, Any]:
    """Clocks that have come, of whoever there is: seconds for all of them."""
    from interlock.operations.look import set_clocks, sweep  # noqa: PLC0415 - after the settings
    from interlock.store.models import Clock, Lead  # noqa: PLC0415 - as above

    people = Lead.objects.order_by("pk").values_list("person", flat=True)
    people = people[: min(CLOCKS, people.count() // 2)]
    now = int(time.time())
    open_ = Clock.objects.count()
    set_clocks(dict.fromkeys(people, now))
    begin = time.perf_counter()
    swept = sweep(now)
    return {"open": open_, "swept": swept, "sweep": [time.perf_counter() - begin]}


def people_who_ask() -> tuple[str, str, str]:
    """Who of sales owes most, the session of a keeper who sees that desk, and a keeper's token."""
    from django.db.models import Count  # noqa: PLC0415 - after the settings
    from django.test import Client  # noqa: PLC0415 - as above

    from interlock.operations.actor import COMMAND_LINE, Actor  # noqa: PLC0415 - as above
    from interlock.operations.add_user import add_user  # noqa: PLC0415 - as above
    from interlock.operations.make_token import make_token  # noqa: PLC0415 - as above
    from interlock.operations.owed import UNSETTLED  # noqa: PLC0415 - as above
    from interlock.operations.permissions import Role, Scope  # noqa: PLC0415 - as above
    from interlock.store.models import FACTS, Obligation, User  # noqa: PLC0415 - as above

    owed = Obligation.objects.filter(state__in=UNSETTLED, kept_at=None, owner__startswith="sdr-")
    most = owed.values("owner").annotate(many=Count("pk")).order_by("-many").first()
    assert most is not None  # noqa: S101 - the company's sales owe something
    row = FACTS["member"].objects.get(key=most["owner"], live=True)
    add_user(row.email, "as long as it takes", by=COMMAND_LINE, side="sales", role=Role.ADMIN)
    user = User.objects.get(username=row.email)
    client = Client()
    client.force_login(user)
    by = Actor(user.username, user.side, user.role, user.member)
    token = make_token(f"bench {time.time()}", [Scope.FACTS_WRITE], Role.ADMIN, by=by).secret
    return row.key, client.cookies["sessionid"].value, token


def taken(times: int, **deeds: Callable[[int], object]) -> dict[str, Seconds]:
    """Seconds that each took, turn about."""
    spent: dict[str, Seconds] = {name: [] for name in deeds}
    for number in range(times + WARM):
        for name, deed in deeds.items():
            begin = time.perf_counter()
            deed(number)
            spent[name].append(time.perf_counter() - begin)
    return {name: seconds[WARM:] for name, seconds in spent.items()}


@contextmanager
def server_on(folder: Path) -> Iterator[int]:
    """`interlock serve` on the store, while the block runs; its port."""
    port = next(port for port in PORTS if not port_is_taken(HOST, port))
    command = [str(Path(sys.executable).with_name("interlock")), "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env={**os.environ, "INTERLOCK_DATA": str(folder)}, stdout=subprocess.DEVNULL
    ) as server:
        try:
            while not answers(HOST, port):
                if server.poll() is not None:
                    raise SystemExit("the server ended before it answered")
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
