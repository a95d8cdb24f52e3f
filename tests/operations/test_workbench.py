"""The workbench: laid out once, put away unused, and nothing of a trial stays on it."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import pytest

from interlock.agreement.dials import dials_of, with_dials
from interlock.operations import workbench as module
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.catch import catch
from interlock.operations.keep_trial import keep_trial
from interlock.operations.open_draft import open_draft
from interlock.operations.read_curve import read_curve
from interlock.operations.try_draft import try_draft
from interlock.operations.whatif import whatif
from interlock.operations.workbench import (
    DISUSE,
    Workbench,
    put_away,
    put_away_unused,
    workbench,
)
from interlock.store.models import SavedTrial
from tests.operations.company import agreement_text, replayed
from tests.operations.table import MO
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db

CONDITION = "account.employees >= 300 && touches.any >= 2"


def laid_out() -> Workbench:
    bench = workbench()
    assert bench is not None
    return bench


def remembered(bench: Workbench) -> list[int]:
    """How much is known of the moments of the replay that is shown."""
    moments = vars(bench.before.moments)
    return [len(moments["_held"]), len(moments["_counts"])]


def test_a_trial_and_a_condition_leave_nothing_behind() -> None:
    replayed()
    catch(CONDITION, agreement_text(), by=MO)  # the columns that it reads are laid out with it
    bench = laid_out()
    before = remembered(bench)
    agreement = bench.agreement
    for number in range(3):
        assert catch(f"{CONDITION} && fit >= {number}", agreement_text(), by=MO).people
        turns = {each.key: each.value + number for each in dials_of(agreement)}
        assert bench.under(with_dials(agreement, turns)).outcome
    assert workbench() is bench
    assert remembered(bench) == before
    for number in range(100):
        condition = f'account.employees >= {number} && person.source != "{number}"'
        catch(condition, agreement_text(), by=MO)
    truths = vars(vars(bench.before.moments)["_truths"])
    assert max(len(truths["_by_row"]), len(truths["_codes"])) <= 64


def test_one_that_nobody_used_lately_is_put_away() -> None:
    replayed()
    bench, now = laid_out(), monotonic()
    assert put_away_unused(now + DISUSE / 2) == pytest.approx(DISUSE / 2, abs=60)
    assert workbench() is bench
    assert put_away_unused(now + DISUSE + 60) == 0.0
    assert workbench() is not bench
    put_away()
    assert put_away_unused(now) == 0.0


@pytest.mark.django_db(transaction=True)
def test_several_at_once_have_one(tmp_path: Path) -> None:
    replayed()
    put_away()
    benches, _ = at_once(tmp_path, [laid_out] * 4, lambda: None)
    assert len({id(each) for each in benches}) == 1


def test_a_history_that_is_too_large_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    replayed()
    draft = open_draft("Stricter", by=COMMAND_LINE).draft
    assert draft is not None
    put_away()
    monkeypatch.setattr(module, "LARGEST", 3)
    page, curve = try_draft(draft, {}), read_curve(draft, "")
    assert page is not None
    assert (page.shown, page.too_large) == (None, True)
    assert curve is None or curve.points == ()
    assert keep_trial(draft, {}, by=COMMAND_LINE) is None
    assert not SavedTrial.objects.exists()
    caught = catch(CONDITION, agreement_text(), by=MO)
    assert (caught.people, caught.too_large, bool(caught.sentence)) == (None, True, True)
    assert put_away_unused(monotonic()) == 0.0  # nothing was laid out for any of it
    assert whatif().trials  # the command has a process of its own
