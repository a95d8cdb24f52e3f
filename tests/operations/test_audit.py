"""What was known then comes out today as it did then; what came late is told apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from interlock.cli import main
from interlock.insight.late import Change, LateKind
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.audit import Audit, audit
from interlock.operations.read_attribution import read_attribution
from interlock.operations.read_credit import read_credit
from interlock.operations.read_period import read_period
from interlock.operations.read_person import read_person
from interlock.operations.reading import current
from interlock.operations.rebuild import rebuild
from interlock.operations.refresh import refresh
from interlock.store.models import FACTS, Import, Lead, Obligation, Period, Replay, Visit
from tests.operations.company import AS_OF, agreement_text, at, fill
from tests.operations.importing import take
from tests.support.arriving import came, went

pytestmark = pytest.mark.django_db

LATER = at(23, "09:00")
CALL: dict[str, list[Any]] = {
    "id": ["late call"],
    "person": ["p4"],
    "at": [at(6, "15:30")],
    "kind": ["call"],
    "direction": ["outbound"],
    "human": [True],
    "member": ["bo"],
}


def rows() -> list[list[tuple[Any, ...]]]:
    """Every verdict that is shown, without its number and its replay's."""
    found = []
    for model in (Lead, Visit, Obligation, Period):
        names = [f.name for f in model._meta.concrete_fields if f.name not in ("id", "replay")]  # noqa: SLF001 - Django's name for it
        found.append(sorted(model.objects.values_list(*names), key=repr))
    return found


def replayed(instant: int, **changes: Any) -> None:
    """Puts the agreement in force with these changes, and replays at that instant."""
    with time_machine.travel(instant, tick=False):
        assert adopt(agreement_text(**changes), by=COMMAND_LINE).version is not None
        assert rebuild(by=COMMAND_LINE).trouble == ""


def looked_back(instant: int) -> Audit:
    """An audit of the instant, made in April."""
    with time_machine.travel(at(20, month=4), tick=False):
        found = audit(instant)
    assert found.trouble == ""
    return found


def test_a_call_that_was_heard_of_late_keeps_the_promise_that_was_broken_then() -> None:
    fill()
    replayed(AS_OF)
    call = came("activity", LATER, CALL)
    replayed(LATER + 60)
    assert Obligation.objects.get(person="p4", promise="first-touch").state == "kept"
    found = looked_back(AS_OF)
    assert found.shown is not None
    assert (found.shown.as_of, found.shown.same) == (AS_OF, True)
    assert found.late is not None
    assert found.late.kinds == (LateKind("activity", 1, 0),)
    assert found.late.changes[0] == Change("obligation", "first-touch", "broken", "kept", 1)
    assert (found.late.people, found.late.verdict_count) == (1, 1)
    (kept,) = found.late.verdicts
    assert (kept.person, kept.then, kept.now) == ("p4", "broken", "kept")
    assert {"kept", "state"} <= set(kept.differs)
    (fact,) = kept.facts
    assert (fact.kind, fact.at, fact.learned_at, fact.went) == (
        "activity",
        at(6, "15:30"),
        LATER,
        False,
    )
    assert fact.row == FACTS["activity"].objects.get(batch=call).pk


def test_a_call_that_is_taken_back_counted_then() -> None:
    fill()
    call = came("activity", AS_OF - 60, CALL)
    replayed(AS_OF)
    went(call, LATER)
    found = looked_back(AS_OF)
    assert found.shown is not None
    assert found.shown.same is True
    assert found.late is not None
    assert found.late.kinds == (LateKind("activity", 0, 1),)
    assert found.late.changes[0] == Change("obligation", "first-touch", "kept", "broken", 1)
    assert [fact.went for fact in found.late.verdicts[0].facts] == [True]
    assert looked_back(LATER).late == looked_back(LATER + 60).late


def test_what_is_agreed_later_is_told_apart_from_what_came_late() -> None:
    fill()
    replayed(AS_OF)
    promises = json.loads(agreement_text())["promises"]
    promises["first-touch"]["within"] = "1 working hour"
    replayed(LATER, version="2", promises=promises)
    found = looked_back(AS_OF)
    assert found.version == "1"
    assert found.shown is not None
    assert found.shown.same is True
    assert found.late is not None
    assert (found.late.kinds, found.late.verdict_count) == ((), 0)
    states = {(each.clause, each.then, each.now) for each in found.agreed}
    # p2 was called four working hours after it became an MQL, the second text allows one
    assert ("first-touch", "kept", "kept late") in states
    assert looked_back(LATER).agreed == ()


def test_a_replay_of_what_was_known_then_shows_what_was_shown_and_stays() -> None:
    fill()
    replayed(AS_OF)
    shown = rows()
    came("activity", LATER, CALL)
    replayed(LATER + 60)
    assert rows() != shown
    with time_machine.travel(LATER + 120, tick=False):
        rebuild(by=COMMAND_LINE, as_of=AS_OF, known_then=True)
    assert rows() == shown
    assert "late call" not in {line.key for line in read_person("p4").facts}
    came("touch", LATER + 180, {"id": ["new"], "person": ["p4"], "at": [AS_OF], "kind": ["demo"]})
    basis = current().basis
    assert (basis.known_by, basis.stale) == (AS_OF, False)
    with time_machine.travel(LATER + 240, tick=False):
        refresh(by=COMMAND_LINE)
    assert rows() == shown


def test_credits_and_the_records_of_a_period_are_of_what_was_known_then() -> None:
    fill()
    promises = json.loads(agreement_text())["promises"]
    said = {"name": "Volume", "says": "Two.", "owed_by": "marketing", "owed_to": "sales"}
    promises["volume"] = {**said, "each": "week", "enters": "mql", "target": 2}
    replayed(AS_OF, promises=promises)
    late: dict[str, list[Any]] = {"id": ["t"], "person": ["p10"], "at": [at(12)], "kind": ["demo"]}
    came("touch", LATER, late)
    late = {"id": ["u"], "person": ["p1"], "at": [at(2, "11:00")], "kind": ["form"]}
    came("touch", LATER, {**late, "channel": ["Fair"]})

    def told() -> tuple[list[str], set[str], list[str]]:
        records = read_period("volume", date(2026, 3, 9)).records
        sale = read_credit("o1")
        assert sale is not None
        credited = {row.key for row in read_attribution().rows}
        return [each.person.key for each in records], credited, [t.kind for t in sale.touches]

    with time_machine.travel(LATER + 60, tick=False):
        rebuild(by=COMMAND_LINE, as_of=AS_OF)
        touches = ["greeting", "demo", "form"]
        assert told() == (["p7", "p6", "p10", "p5"], {"Fair", "(unknown)"}, touches)
        rebuild(by=COMMAND_LINE, as_of=AS_OF, known_then=True)
        assert told() == (["p7", "p6", "p5"], {"(unknown)"}, touches[:2])
        for command in (("attribution",), ("promises", "--records", "volume")):
            printed = " ".join(CliRunner().invoke(main, command).stdout.split())
            assert "as known on 2026-03-20 17:00" in printed, command


def test_own_columns_are_read_as_they_were_known_then(tmp_path: Any, data_folder: Any) -> None:
    assert data_folder
    with time_machine.travel(AS_OF - 60, tick=False):
        take(tmp_path, people="id,created,name,size\n1,2026-03-02,Åsa,700\n")
    fit = {"points": {"large": {"when": "person.size >= 500", "points": 40}}}
    replayed(AS_OF, fit=fit)
    with time_machine.travel(LATER, tick=False):
        take(tmp_path, people="id,created,name,size\n2,2026-03-02,Bo,many\n")
    found = looked_back(AS_OF)
    assert (found.shown and found.shown.same, found.people_then, found.people_now) == (True, 1, 2)


def test_what_cannot_be_audited_is_said() -> None:
    with time_machine.travel(LATER, tick=False):
        assert "no agreement" in audit(AS_OF).trouble
        assert "yet to come" in audit(LATER + 1).trouble
    fill()
    replayed(LATER)
    with time_machine.travel(LATER, tick=False):
        assert "no agreement yet" in audit(AS_OF).trouble


def test_an_import_that_ran_while_it_was_shown_is_named() -> None:
    fill()
    replayed(AS_OF)
    batch = came("activity", AS_OF - 5, CALL)
    Import.objects.filter(pk=batch).update(finished_at=AS_OF + 5)
    found = looked_back(AS_OF)
    assert found.running == (batch,)
    assert found.shown is not None
    assert (found.shown.same, found.shown.running) == (False, (batch,))


def run(*words: str) -> Result:
    with time_machine.travel(at(20, month=4), tick=False):
        return CliRunner().invoke(main, words)


def test_the_command_says_it_in_words_and_by_its_exit_code() -> None:
    assert run("audit", "--at", "2026-03-20T17:00+01:00").exit_code == 1
    fill()
    replayed(AS_OF)
    came("activity", LATER, CALL)
    result = run("audit", "--at", "2026-03-20T17:00+01:00")
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert "comes to the same verdicts today" in said
    assert "obligation first-touch broken kept 1" in said
    assert "activity of 2026-03-06 15:30 learned 2026-03-23 09:00" in said
    Replay.objects.update(fingerprint="0" * 16)
    result = run("audit", "--at", "2026-03-20T17:00+01:00", "--json", "--most", "0")
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert found["shown"]["same"] is False
    assert (found["late"]["verdicts"], found["late"]["verdict_count"]) == ([], 1)
    assert run("audit").exit_code == 2


@pytest.mark.parametrize("split", [1, 4, 8])
def test_in_how_many_imports_and_in_which_order_facts_come_changes_no_verdict(split: int) -> None:
    kinds = ("form", "demo", "greeting", "demo")
    touches = [(f"n{n}", f"p{n % 4 + 1}", at(3 + n, "11:30"), kinds[n % 4]) for n in range(12)]
    fill()
    came("touch", AS_OF - 60, columns(touches))
    replayed(AS_OF)
    at_once = rows()
    assert Visit.objects.filter(entered_at__in=[each[2] for each in touches]).exists()
    FACTS["touch"].objects.filter(batch__source="crm").delete()
    came("touch", AS_OF - 30, columns(touches[:split:-1]))
    came("touch", AS_OF - 15, columns(touches[split::-1]))
    replayed(AS_OF)
    assert rows() == at_once


def columns(cells: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Touches as columns."""
    names = ("id", "person", "at", "kind")
    return dict(zip(names, map(list, zip(*cells, strict=True)), strict=True))


# --- properties -------------------------------------------------------------------------------

_PEOPLE = ("p1", "p4", "p8")
_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("touch"),
            st.sampled_from(_PEOPLE),
            st.integers(1, 19),
            st.sampled_from(("demo", "form", "greeting")),
        ),
        st.tuples(
            st.just("activity"),
            st.sampled_from(_PEOPLE),
            st.integers(1, 19),
            st.sampled_from(("call", "email")),
        ),
        st.tuples(
            st.just("decision"),
            st.sampled_from(_PEOPLE),
            st.integers(1, 19),
            st.sampled_from(("accept", "reject")),
        ),
        st.tuples(st.just("back"), st.integers(0, 3)),
        st.tuples(st.just("agree"), st.sampled_from((30, 50, 70))),
    ),
    min_size=3,
    max_size=6,
)
_MORE: dict[str, dict[str, list[Any]]] = {
    "touch": {},
    "activity": {"direction": ["outbound"], "human": [True], "member": ["bo"]},
    "decision": {"reason": ["not-ready"], "member": ["bo"]},
}


class Properties(TestCase):
    """Each example has the store for itself."""

    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=6)
    @given(_STEPS)
    def test_every_instant_gives_today_what_it_gave_then(
        self, steps: Sequence[tuple[Any, ...]]
    ) -> None:
        fill()
        replayed(AS_OF)
        shown, batches = {AS_OF: rows()}, list[int]()
        for number, step in enumerate(steps, 1):
            instant = AS_OF + 7_200 * number
            self._take(step, instant - 60, batches)
            with time_machine.travel(instant, tick=False):
                rebuild(by=COMMAND_LINE)
            shown[instant] = rows()
        for instant, verdicts in shown.items():
            again = looked_back(instant).shown
            assert again is not None
            assert (again.started_at, again.same) == (instant, True)
            with time_machine.travel(at(20, month=4), tick=False):
                rebuild(by=COMMAND_LINE, as_of=instant, known_then=True)
            assert rows() == verdicts

    def _take(self, step: tuple[Any, ...], instant: int, batches: list[int]) -> None:
        """Facts of the first four ids come in, or an import goes, or an agreement is made."""
        what, *rest = step
        if what == "back":
            for batch in batches[rest[0] : rest[0] + 1]:
                went(batch, instant)
        elif what == "agree":
            stages = json.loads(agreement_text())["stages"]
            stages["mql"]["enter"] = f"engagement >= {rest[0]}"
            with time_machine.travel(instant, tick=False):
                adopt(agreement_text(stages=stages, version=str(rest[0])), by=COMMAND_LINE)
        else:
            person, day, kind = rest
            cells = {"id": [f"{what} {day % 4}"], "person": [person], "at": [at(day)]}
            batches.append(came(what, instant, {**cells, "kind": [kind], **_MORE[what]}))
