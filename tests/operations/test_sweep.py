"""What comes due is seen to once, whoever sweeps, however often, and whenever somebody dies."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import time_machine
from django.db import connection

from interlock.operations import look as module
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.look import sweep, wait_for_worker
from interlock.operations.rebuild import rebuild
from interlock.operations.refresh import refresh
from interlock.operations.route import give_out
from interlock.store.models import Clock, Happening, Lead, Obligation
from tests.operations import company
from tests.operations.company import at, put

SWEEPING = Path(__file__).with_name("sweeping.py")
KILLS = int(os.environ.get("INTERLOCK_TEST_KILLS", "8"))
HOUR = 3600

in_process = pytest.mark.usefixtures("db", "data_folder")


def opened(now: int) -> None:
    """The company with its agreement, as it stands at the instant."""
    agreement = company.agreement_of_the_company()
    agreement["promises"]["first-touch"]["escalation"] = company.ESCALATION
    adopt(company.text_of(agreement), by=COMMAND_LINE)
    with time_machine.travel(now, tick=False):
        rebuild(by=COMMAND_LINE)


def told(person: str) -> list[tuple[str, int]]:
    """What came to pass of the first touch of a person, and when."""
    rows = Happening.objects.filter(person=person, clause="first-touch").order_by("id")
    return list(rows.values_list("what", "at"))


@in_process
def test_everybody_who_is_due_is_looked_at_and_nobody_is_left() -> None:
    company.fill()
    opened(at(23))
    assert sweep(at(23, "12:00") + 1) > 0
    assert not Clock.objects.filter(at__lte=at(23, "12:00") + 1).exists()
    assert sweep(at(23, "12:00") + 1) == 0


@in_process
def test_more_who_belong_together_than_one_look_takes_are_looked_at_too() -> None:
    company.fill()
    for place in range(4):
        put("contact_role", f"r{place}", opportunity="o1", person=f"p{place + 5}", role="user")
    opened(at(23))
    wait_for_worker(["p5", "p6", "p7", "p8"], at(23, "10:00"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("interlock.operations.look.MOST", 2)
        sweep(at(23, "10:00"))
    assert not Clock.objects.filter(at__lte=at(23, "10:00")).exists()


@in_process
def test_who_cannot_be_looked_at_keeps_nobody_else_waiting() -> None:
    company.fill()
    opened(at(23))
    now = at(23, "10:00")
    wait_for_worker(["p5", "p7", "p8", "p10"], now)

    def failing(eras: Any, outcome: Any, people: Any) -> Any:
        if "p7" in people:
            raise ValueError("a rule that nobody thought of")
        return give_out(eras, outcome, people)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "give_out", failing)
        sweep(now)
    assert not Clock.objects.filter(at__lte=now).exists()
    assert Clock.objects.get(person="p7").at == now + HOUR
    looked = Lead.objects.filter(seen_at=now).values_list("person", flat=True)
    assert set(looked) == {"p5", "p8", "p10"}


@in_process
def test_it_ends_between_two_transactions_where_it_is_told_to() -> None:
    company.fill()
    opened(at(23))
    assert sweep(at(24), lambda: True) == 0
    assert Clock.objects.filter(at__lte=at(24)).exists()


@in_process
def test_the_hour_that_the_clocks_skip_belongs_to_nobody() -> None:
    company.fill()
    # Friday 27 March, 16:00; on Sunday the 29th 02:00 becomes 03:00
    put("touch", "t9", at(27, "16:00"), person="p9", kind="demo")
    opened(at(27, "16:00"))
    hour = at(27, "16:00")
    while hour <= at(30, "16:00"):
        sweep(hour)
        sweep(hour + 1)
        hour += HOUR
    due = at(30, "12:00")
    assert due == at(27, "12:00") + 71 * HOUR
    assert told("p9") == [
        ("step", at(30, "10:00")),
        ("warned", at(30, "11:00")),
        ("step", due),
        ("broken", due),
        ("step", at(30, "16:00")),
    ]


@in_process
def test_after_a_weekend_without_a_worker_each_thing_is_still_noted_once() -> None:
    company.fill()
    opened(at(20, "17:00"))
    sweep(at(26))
    sweep(at(26))
    noted = told("p8")
    # nobody is warned of what is over
    assert noted == [
        ("step", at(23, "10:00")),
        ("broken", at(23, "12:00")),
        ("step", at(23, "12:00")),
        ("step", at(23, "16:00")),
    ]


@in_process
@pytest.mark.parametrize("replay", [rebuild, refresh])
def test_what_came_to_pass_before_everybody_is_replayed_is_noted(replay: Any) -> None:
    company.fill()
    opened(at(20, "17:00"))
    with time_machine.travel(at(24), tick=False):
        replay(by=COMMAND_LINE)
    assert Obligation.objects.get(person="p8", promise="first-touch").state == "broken"
    assert [what for what, _ in told("p8")] == ["step", "broken", "step", "step"]


# --- processes ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:  # noqa: ARG001 - the server
    """The URL of a database of its own beside the suite's; "" on SQLite."""
    if connection.vendor != "postgresql":
        yield ""
        return
    name, url = f"sweeping_{os.getpid()}", urlsplit(os.environ["INTERLOCK_DATABASE"])
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(url._replace(path=f"/{name}"))
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


def run(folder: Path, database: str, runs: list[list[int]]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(SWEEPING), str(folder), json.dumps(runs)],
        env={
            **os.environ,
            "INTERLOCK_DATABASE": database,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]),
        },
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_a_worker_that_is_killed_anywhere_loses_nothing_and_does_nothing_twice(
    tmp_path: Path, database: str
) -> None:
    first = run(tmp_path, database, [[]])
    undisturbed = first["found"][0]
    assert len(undisturbed["Happening"]) > 40
    assert len(undisturbed["Notice"]) > 20
    assert len(undisturbed["Delivery"]) > 10
    assert first["statements"] > 100
    draw = random.Random(KILLS)  # noqa: S311 - test data
    points = [[draw.randint(1, first["statements"])] for _ in range(KILLS)]
    for found, point in zip(run(tmp_path, database, points)["found"], points, strict=True):
        assert found == undisturbed, point


def test_workers_at_once_do_together_what_one_does(tmp_path: Path, database: str) -> None:
    one, *several = run(tmp_path, database, [[0, 0], [0, 0, 0], [0, 0, 30]])["found"]
    assert len(one["Happening"]) > 40
    assert all(each == one for each in several)
