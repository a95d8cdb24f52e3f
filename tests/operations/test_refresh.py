"""After any change, what a refresh shows is what a replay of everybody shows."""

from __future__ import annotations

import csv
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from interlock.operations import refresh as module
from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.adopt import adopt
from interlock.operations.look import look_at_changed
from interlock.operations.rebuild import Rebuilt, rebuild
from interlock.operations.refresh import refresh
from interlock.operations.take_back import take_back
from interlock.operations.tallies import tallies_of
from interlock.store.models import FACTS, Event, Import, Lead, Obligation, Period, Replay, Visit
from tests.insight.test_tally import rows_of
from tests.operations import company
from tests.operations.importing import take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]

VERDICTS = (Lead, Visit, Obligation, Period)


def shown() -> dict[str, Any]:
    """All that a replay shows, without its numbers; of a finding not the example."""
    found: dict[str, Any] = {}
    for model in VERDICTS:
        names = [f.name for f in model._meta.concrete_fields if f.name not in ("id", "replay")]  # noqa: SLF001 - Django's name for it
        found[model.__name__] = sorted(model.objects.values_list(*names), key=repr)
    replay = Replay.objects.get(current=True)
    found["tallies"] = rows_of(tallies_of(replay.tally.digest))
    found["findings"] = {(f["code"], f["message"]): f["count"] for f in replay.findings}
    found["replay"] = (replay.as_of, replay.people, replay.facts, replay.pinned)
    found["first"], found["fingerprint"] = replay.first_at, replay.fingerprint
    return found


def same_as_a_replay_of_all(refreshed: Rebuilt) -> None:
    few = shown()
    pinned = Replay.objects.get(current=True).pinned
    assert (refreshed.as_of, refreshed.people, refreshed.facts) == few["replay"][:3]
    assert refreshed.visits == len(few["Visit"])
    assert refreshed.obligations == len(few["Obligation"])
    rebuild(by=COMMAND_LINE, as_of=refreshed.as_of)
    Replay.objects.update(pinned=pinned)
    assert shown() == few


def test_a_touch_replays_one_person_of_ten() -> None:
    company.replayed()
    company.put("touch", "t9", company.at(20, "16:30"), person="p9", kind="demo")
    refreshed = refresh(by=COMMAND_LINE)
    assert (refreshed.replayed, refreshed.people) == (1, 10)
    assert Lead.objects.get(person="p9").stage == "mql"
    assert Event.objects.latest("pk").about.startswith("1 of 10 people")
    same_as_a_replay_of_all(refreshed)


def test_what_is_known_late_is_told_of_the_few_as_of_all() -> None:
    company.fill()
    Import.objects.update(started_at=company.at(1))
    company.replay()
    late = Import.objects.create(
        source="late",
        state=Import.DONE,
        started_at=company.at(19, "15:00"),
        finished_at=1,
        by="tester",
    )
    demo = {"person": "p9", "kind": "demo", "live": True, "digest": 0, "batch": late}
    FACTS["touch"].objects.create(**demo, key="t9", at=company.at(19, "13:00"))
    refreshed = refresh(by=COMMAND_LINE)
    assert refreshed.replayed == 1
    assert [n for key, n in shown()["tallies"].items() if "detection" in key] == [2 * 3600]
    same_as_a_replay_of_all(refreshed)


def test_nothing_new_replays_nobody() -> None:
    company.replayed()
    refreshed = refresh(by=COMMAND_LINE)
    assert refreshed.replayed == 0
    same_as_a_replay_of_all(refreshed)


def test_what_falls_due_by_the_clock_alone_is_broken() -> None:
    company.fill()
    adopt(company.agreement_text(), by=COMMAND_LINE)
    with time_machine.travel(company.AS_OF, tick=False):
        rebuild(by=COMMAND_LINE)
    assert Obligation.objects.get(person="p8", promise="first-touch").state == "open"
    with time_machine.travel(company.at(23, "12:01"), tick=False):
        refreshed = refresh(by=COMMAND_LINE)
    assert Obligation.objects.get(person="p8", promise="first-touch").state == "broken"
    assert refreshed.replayed < 4
    same_as_a_replay_of_all(refreshed)


def test_who_is_first_heard_of_later_is_there_when_that_is_over() -> None:
    company.fill()
    adopt(company.agreement_text(), by=COMMAND_LINE)
    with time_machine.travel(company.at(24), tick=False):
        rebuild(by=COMMAND_LINE)
    assert not Lead.objects.filter(person="late").exists()
    with time_machine.travel(company.at(2, month=4), tick=False):
        refreshed = refresh(by=COMMAND_LINE)
    assert Lead.objects.get(person="late").stage == "lead"
    assert refreshed.replayed < 4
    same_as_a_replay_of_all(refreshed)


def test_another_agreement_replays_everybody() -> None:
    company.replayed()
    assert adopt(company.agreement_text(version="2"), by=COMMAND_LINE).version is not None
    assert refresh(by=COMMAND_LINE).replayed == 10


def test_a_replay_by_older_rules_lives_on_until_a_refresh_makes_it_anew_for_everybody() -> None:
    company.fill()
    adopt(company.agreement_text(), by=COMMAND_LINE)
    with time_machine.travel(company.AS_OF, tick=False):
        rebuild(by=COMMAND_LINE)
        Replay.objects.update(edition=0)
        company.put("touch", "t9", company.at(20, "16:30"), person="p9", kind="demo")
        looked = look_at_changed({"touch": frozenset({"t9"})}, company.AS_OF)
        assert (looked.live, looked.people) == (True, frozenset({"p9"}))
        assert Lead.objects.get(person="p9").stage == "mql"
        assert refresh(by=COMMAND_LINE).replayed == 10
        assert refresh(by=COMMAND_LINE).replayed == 0


def test_after_an_import_that_was_half_way_everybody_is_replayed() -> None:
    company.fill()
    Import.objects.update(state=Import.RUNNING)
    company.replay()
    Import.objects.update(state=Import.DONE)
    assert refresh(by=COMMAND_LINE).replayed == 10
    assert refresh(by=COMMAND_LINE).replayed == 0


def test_a_refresh_killed_before_its_end_leaves_all_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company.replayed()
    before = shown()
    company.put("touch", "t9", company.at(20, "16:30"), person="p9", kind="demo")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "save_tallies", killed)
        with pytest.raises(KeyboardInterrupt):
            refresh(by=COMMAND_LINE)
    assert shown() == before
    same_as_a_replay_of_all(refresh(by=COMMAND_LINE))


def test_only_a_keeper_may() -> None:
    with pytest.raises(NotAllowedError):
        refresh(by=Actor("sam", "sales", "member"))


# --- properties -------------------------------------------------------------------------------

MANIFEST = """\
source: crm
files:
  - file: members.csv
    as: member
    columns: {id: id, name: id, side: side, calendar: calendar}
  - file: accounts.csv
    as: account
    columns: {id: id, created_at: at, updated_at: updated, employees: employees}
  - file: people.csv
    as: person
    columns: {id: id, created_at: at, updated_at: updated, account: account, source: source}
  - file: opportunities.csv
    as: opportunity
    columns:
      {id: id, created_at: at, closed_at: closed, status: status, amount: amount, person: person}
  - file: roles.csv
    as: contact_role
    columns: {id: id, opportunity: opportunity, person: person}
  - file: touches.csv
    as: touch
    columns: {id: id, at: at, person: person, kind: kind}
  - file: assignments.csv
    as: assignment
    columns: {id: id, at: at, person: person, member: member}
  - file: decisions.csv
    as: decision
    columns: {id: id, at: at, person: person, kind: kind, reason: reason, member: member}
  - file: activities.csv
    as: activity
    columns: {id: id, at: at, person: person, kind: kind, member: member}
"""
BEGIN = datetime(2026, 3, 9, 8, tzinfo=UTC)
PEOPLE = [*"abcdefghij"]


def _one(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words)


def _id(letter: str) -> st.SearchStrategy[str]:
    return st.integers(0, 9).map(lambda number: f"{letter}{number}")


_person = st.sampled_from([*PEOPLE, "nobody"])
_member = _one("m0", "m1", "m2", "")
_at = st.integers(-200, 60).map(lambda hours: (BEGIN + timedelta(hours=hours)).isoformat())
_maybe_at = st.just("") | _at
FILES: dict[str, dict[str, st.SearchStrategy[str]]] = {
    "members": {
        "id": _one("m0", "m1", "m2"),
        "side": _one("sales", "sales", "marketing"),
        "calendar": _one("office", ""),
    },
    "accounts": {
        "id": _one("acme", "big"),
        "at": _at,
        "updated": _maybe_at,
        "employees": _one("50", "500", "5000"),
    },
    "people": {
        "id": st.sampled_from(PEOPLE),
        "at": _at,
        "updated": _maybe_at,
        "account": _one("", "acme", "big"),
        "source": _one("web", "fair"),
    },
    "opportunities": {
        "id": _id("o"),
        "at": _at,
        "closed": _maybe_at,
        "status": _one("open", "won", "lost"),
        "amount": _one("10.50", "99"),
        "person": _person,
    },
    "roles": {"id": _id("r"), "opportunity": _id("o"), "person": _person},
    "touches": {
        "id": _id("t"),
        "at": _at,
        "person": _person,
        "kind": _one("demo", "form", "visit", "greeting"),
    },
    "assignments": {"id": _id("a"), "at": _at, "person": _person, "member": _member},
    "decisions": {
        "id": _id("d"),
        "at": _at,
        "person": _person,
        "kind": _one("accept", "reject"),
        "reason": _one("not-ready", ""),
        "member": _member,
    },
    "activities": {
        "id": _id("c"),
        "at": _at,
        "person": _person,
        "kind": _one("call", "email"),
        "member": _member,
    },
}
Table = list[tuple[str, ...]]
"""Rows of one file."""


@st.composite
def exports(draw: st.DrawFn) -> dict[str, Table]:
    """New rows, late ones, corrections, duplicates: of a few files."""
    names = draw(st.lists(st.sampled_from([*FILES]), min_size=1, max_size=3, unique=True))
    return {
        name: draw(st.lists(st.tuples(*FILES[name].values()), min_size=1, max_size=3))
        for name in names
    }


STEPS = st.lists(
    st.tuples(st.sampled_from([1, 5, 90_000]), exports() | st.sampled_from(["back", "nothing"])),
    min_size=2,
    max_size=5,
)
"""Steps that follow one another after so many seconds: an import, or one taken back."""

NUMBERS: dict[str, Any] = {
    "volume": {"enters": "mql", "target": 2, "each": "day", "per": "member"},
    "share": {"enters": "mql", "out_of": "lead", "target": 0.5, "each": "week"},
    "pipeline": {"sum": "opportunity.amount", "target": 20, "each": "week"},
    "in-time": {"keeps": "first-touch", "target": 0.5, "each": "day", "per": "member"},
}


def agreement_text() -> str:
    """The company's agreement, with a warning and promises of numbers."""
    base = company.agreement_of_the_company()
    parties = {"name": "Number", "says": "So many.", "owed_by": "sales", "owed_to": "marketing"}
    base["promises"] |= {name: {**parties, **number} for name, number in NUMBERS.items()}
    base["promises"]["first-touch"]["warn_at"] = 0.5
    return company.text_of(base)


class Properties(TestCase):
    """Each example has the store for itself."""

    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=12)
    @given(st.lists(exports(), min_size=2, max_size=2), STEPS)
    def test_a_refresh_after_each_step_is_a_replay_of_everybody(
        self, first: list[dict[str, Table]], steps: list[tuple[int, Any]]
    ) -> None:
        with (
            tempfile.TemporaryDirectory() as name,
            time_machine.travel(BEGIN, tick=False) as clock,
        ):
            adopt(agreement_text(), by=COMMAND_LINE)
            begin: Table = [(each, "2026-02-23T08:00+00:00", "", "", "web") for each in PEOPLE]
            taken = [imported(Path(name), {"people": begin})]
            taken += [imported(Path(name), each) for each in first]
            rebuild(by=COMMAND_LINE)
            for seconds, step in steps:
                clock.shift(seconds)
                if step == "back" and taken:
                    take_back(taken.pop(), by=COMMAND_LINE)
                elif isinstance(step, dict):
                    taken.append(imported(Path(name), step))
                refreshed = refresh(by=COMMAND_LINE)
                event("few" if refreshed.replayed < refreshed.people else "all")
                same_as_a_replay_of_all(refreshed)


def imported(folder: Path, tables: dict[str, Table]) -> int:
    """An import of these rows; the other files are empty. Its number."""
    for name, columns in FILES.items():
        with (folder / f"{name}.csv").open("w", newline="") as stream:
            csv.writer(stream).writerows([[*columns], *tables.get(name, [])])
    return take(folder, MANIFEST).id
