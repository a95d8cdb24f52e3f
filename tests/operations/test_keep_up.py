"""The numbers about everybody follow what came in live, by themselves and not too often."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils.timezone import now as present
from django_q.models import OrmQ

from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.adopt import adopt
from interlock.operations.clean import clean
from interlock.operations.delivery import LiveFact
from interlock.operations.duties import Duty, one_turn, see_to
from interlock.operations.keep_up import keep_up
from interlock.operations.live import receive_live
from interlock.operations.look import sweep
from interlock.operations.rebuild import rebuild
from interlock.store.models import Job, Replay
from tests.operations import company
from tests.operations.company import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]

BO = Actor("bo@example.com", "sales", "member", "bo")
OPENED = at(23)
MINUTE = 60


def opened() -> None:
    company.fill()
    adopt(company.agreement_text(), by=COMMAND_LINE)
    with time_machine.travel(OPENED, tick=False):
        rebuild(by=COMMAND_LINE)


def came(now: int) -> None:
    touch = {"id": f"t{now}", "person": "p9", "at": now, "kind": "demo"}
    receive_live([LiveFact("touch", touch)], by=BO, source="desk", now=now)


def asked(now: int) -> bool:
    with time_machine.travel(now, tick=False):
        return keep_up(now)


def test_a_replay_by_older_rules_asks_for_one_by_todays() -> None:
    opened()
    assert not asked(OPENED + 5 * MINUTE)
    Replay.objects.update(edition=0)
    assert not asked(OPENED + 4 * MINUTE)
    assert asked(OPENED + 5 * MINUTE)


def test_what_came_in_live_asks_for_a_replay_once_a_while_is_over() -> None:
    opened()
    came(OPENED + 10)
    assert not asked(OPENED + 4 * MINUTE)
    assert asked(OPENED + 5 * MINUTE)
    assert OrmQ.objects.count() == 1
    assert not asked(OPENED + 6 * MINUTE)


def test_what_time_alone_brought_asks_for_one_too() -> None:
    opened()
    assert not asked(at(24))
    sweep(at(24))
    assert asked(at(24))


def test_another_agreement_asks_for_one_and_so_does_its_first_day() -> None:
    opened()
    coming = company.agreement_text(version="2", in_force_from="2026-03-30")
    adopt(coming, by=COMMAND_LINE)
    assert asked(OPENED + 5 * MINUTE)
    Job.objects.all().delete()
    with time_machine.travel(OPENED + 6 * MINUTE, tick=False):
        rebuild(by=COMMAND_LINE)
    assert not asked(at(29, "23:59"))
    assert asked(at(30, "00:00"))


def test_nothing_new_asks_for_none() -> None:
    opened()
    assert not asked(OPENED + 60 * MINUTE)


def test_nobody_asks_where_it_is_switched_off_or_a_pinned_replay_is_shown(settings: Any) -> None:
    opened()
    came(OPENED + 10)
    settings.REFRESH_SECONDS = 0
    assert not asked(at(24))
    settings.REFRESH_SECONDS = 300
    Replay.objects.update(pinned=True)
    assert not asked(at(24))
    assert not Job.objects.exists()


def test_sessions_that_are_over_are_cleared_away() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=present())
    clean(int(present().timestamp()) + 1)
    assert not Session.objects.exists()


def test_a_duty_whose_database_fails_keeps_no_other_from_its_turn() -> None:
    seen: list[int] = []

    def fails(_now: int, _stopping: object) -> None:
        raise OperationalError("locked")

    one_turn([Duty(fails), Duty(lambda now, _: seen.append(now))], 7)
    assert seen == [7]


def test_turns_end_once_they_are_told_to() -> None:
    stopping, seen = threading.Event(), []

    def last(now: int, _stopping: object) -> None:
        seen.append(now)
        stopping.set()

    see_to([Duty(last), Duty(lambda now, _: seen.append(now))], stopping)
    assert len(seen) == 1
