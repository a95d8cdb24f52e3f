"""Trying a draft: the same numbers as the command's, and evidence that stays as it was seen."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from interlock.insight.trial import told
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.change_draft import Keys, change_draft
from interlock.operations.keep_trial import keep_trial
from interlock.operations.open_draft import open_draft
from interlock.operations.put_numbers import put_numbers
from interlock.operations.read_curve import POINTS, read_curve
from interlock.operations.read_trial import read_trial
from interlock.operations.rebuild import rebuild
from interlock.operations.try_draft import TrialPage, tried_text, try_draft
from interlock.operations.whatif import whatif
from interlock.operations.workbench import put_away
from interlock.store.models import FACTS, Event
from tests.operations.company import AS_OF, agreement_text, replayed

pytestmark = pytest.mark.django_db

REASONS = {"not-ready": "Not ready"}
WITHIN = "promises.first-touch.within"


def opened() -> int:
    replayed()
    draft = open_draft("Stricter", by=COMMAND_LINE).draft
    assert draft is not None
    return draft


def tried(draft: int, **turns: float) -> TrialPage:
    page = try_draft(draft, {key.replace("__", "@"): value for key, value in turns.items()})
    assert page is not None
    return page


def test_a_draft_that_changes_nothing_shows_nothing() -> None:
    page = tried(opened())
    assert page.shown is not None
    assert page.shown.sentence == "On this history nothing would have been otherwise."


def test_the_numbers_are_those_of_the_command() -> None:
    draft = opened()
    change_draft(draft, Keys(((WITHIN, "8 working hours"),)), revision=1, by=COMMAND_LINE)
    names = dict(FACTS["member"].objects.values_list("key", "name"))
    [trial] = whatif([(WITHIN, "8 working hours")]).trials
    assert trial.comparison is not None
    assert tried(draft).shown == told(trial.comparison, names, REASONS)


def test_a_dial_is_the_change_of_its_key() -> None:
    draft = opened()
    page = try_draft(draft, {f"{WITHIN}@": 8.0})
    assert page is not None
    [trial] = whatif([(WITHIN, "8 working hours")]).trials
    assert trial.comparison is not None
    names = dict(FACTS["member"].objects.values_list("key", "name"))
    assert page.shown == told(trial.comparison, names, REASONS)
    assert "8 working hours" in tried_text(page)
    before = {each.promise: each.before for each in page.shown.promises}
    after = {each.promise: each.after for each in page.shown.promises}
    # p3 came two hours late, and is in time now; of seven that are decided four are then kept
    assert before["first-touch"] == pytest.approx(3 / 7)
    assert (after["first-touch"] or 0) > (before["first-touch"] or 1)


def test_dials_stay_within_their_bounds_and_nonsense_is_left_alone() -> None:
    draft = opened()
    wild = {f"{WITHIN}@": 1e9, "stages.nothing@": 3.0, "name@": 2.0}
    page = try_draft(draft, wild)
    assert page is not None
    [dial] = [each for each in page.dials if each.path == WITHIN]
    assert f"{dial.high:.0f} working hours" in tried_text(page)


def test_those_who_move_are_called_by_their_names() -> None:
    draft = opened()
    none = Keys((("stages.mql.enter", "engagement >= 90"),))
    change_draft(draft, none, revision=1, by=COMMAND_LINE)
    page = tried(draft)
    assert page.shown is not None
    fallen = {key for each in page.shown.stages for key in each.lost.examples}
    assert fallen
    assert dict(page.names) == {key: f"Person {key.removeprefix('p')}" for key in fallen}


def test_evidence_opens_as_it_was_whatever_comes_since() -> None:
    draft = opened()
    turns = {f"{WITHIN}@": 8.0}
    number = keep_trial(draft, turns, by=COMMAND_LINE, now=AS_OF)
    assert number is not None
    page = try_draft(draft, turns)
    assert page is not None
    before = read_trial(number)
    FACTS["activity"].objects.all().delete()
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    after = read_trial(number)
    assert before is not None
    assert after is not None
    assert page.shown is not None
    kept = {name: _plain(value) for name, value in asdict(page.shown).items()}
    assert before.turned == page.turned == ("First touch: within 8 instead of 4 working hours",)
    kept |= {"currency": page.currency, "turned": list(page.turned)}
    assert kept == dict(before.shown) == dict(after.shown)
    assert Event.objects.filter(verb="keep trial").count() == 1


def test_the_numbers_that_were_turned_become_the_draft_s() -> None:
    draft = opened()
    assert put_numbers(draft, {f"{WITHIN}@": 8.0}, by=COMMAND_LINE, now=AS_OF).revision == 2
    page = tried(draft)
    assert page.turned == ()
    assert page.agreement is not None
    assert '"within": "8 working hours"' in page.agreement.source
    assert put_numbers(draft, {f"{WITHIN}@": 8.0}, by=COMMAND_LINE).revision == 2
    change_draft(draft, Keys((("stages.mql.enter", "fitt > 1.0"),)), revision=2, by=COMMAND_LINE)
    assert "fitt" in put_numbers(draft, {f"{WITHIN}@": 4.0}, by=COMMAND_LINE).problems[0].message
    assert put_numbers(draft + 1, {}, by=COMMAND_LINE).revision is None


def test_who_turns_a_number_does_not_turn_back_what_another_changed_meanwhile() -> None:
    draft = opened()
    turns = {dial.key: dial.value for dial in tried(draft).dials} | {f"{WITHIN}@": 8.0}
    edit = Keys((("promises.greeting.within", "9 working hours"),))
    change_draft(draft, edit, revision=1, by=COMMAND_LINE)
    page = try_draft(draft, turns, seen=1)
    assert page is not None
    assert page.turned == ("First touch: within 8 instead of 4 working hours",)
    assert keep_trial(draft, turns, seen=1, by=COMMAND_LINE, now=AS_OF) is not None
    assert "9 working hours" in tried_text(page)
    assert put_numbers(draft, turns, seen=1, by=COMMAND_LINE).revision == 3
    page = tried(draft)
    assert page.agreement is not None
    assert '"within": "8 working hours"' in page.agreement.source
    assert '"within": "9 working hours"' in page.agreement.source
    late = put_numbers(draft, turns | {f"{WITHIN}@": 6.0}, seen=1, by=COMMAND_LINE)
    assert late.clash is not None
    assert late.clash.paths == ("promises.first-touch",)


def _plain(value: object) -> object:
    """As JSON keeps it: tuples are lists."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def test_a_draft_with_errors_says_why_it_cannot_be_tried() -> None:
    draft = opened()
    wrong = Keys((("stages.mql.enter", "fitt > 1.0"),))
    change_draft(draft, wrong, revision=1, by=COMMAND_LINE)
    page = tried(draft)
    assert page.shown is None
    [(title, problem)] = page.problems
    assert (title, "fitt" in problem.message) == ("MQL", True)


def test_without_an_agreement_there_is_nothing_to_try_it_on() -> None:
    draft = open_draft("First", by=COMMAND_LINE, text=agreement_text()).draft
    assert draft is not None
    assert tried(draft).shown is None
    assert keep_trial(draft, {}, by=COMMAND_LINE) is None


def test_a_fact_that_is_gone_is_named_where_it_was_read() -> None:
    text = agreement_text(attributes={"person": {"plan": "text"}})
    draft = open_draft("Odd", by=COMMAND_LINE, text=text).draft
    assert draft is not None
    reads = Keys((("stages.mql.enter", 'person.planet == "x"'),))
    change_draft(draft, reads, revision=1, by=COMMAND_LINE)
    assert "person.planet" in tried(draft).problems[0][1].message


def test_the_curve_of_a_threshold_holds_the_whatif_of_each_value() -> None:
    draft = opened()
    page = tried(draft)
    [dial] = [each for each in page.dials if each.path == "stages.mql.enter"]
    curve = read_curve(draft, dial.key)
    assert curve is not None
    assert curve.today == dial.value
    assert len(curve.points) >= POINTS
    for point in curve.points:
        turned = try_draft(draft, {dial.key: point.value})
        assert turned is not None
        assert turned.shown is not None
        [mql] = [each for each in turned.shown.stages if each.stage == "mql"]
        assert point.leads == mql.after
    leads = [point.leads for point in curve.points]
    assert leads == sorted(leads, reverse=True)


def test_there_is_no_curve_of_what_is_no_threshold() -> None:
    draft = opened()
    assert read_curve(draft, f"{WITHIN}@") is None
    first = read_curve(draft, "")
    assert first is not None
    assert first.dial.path == "stages.mql.enter"
    assert first.today == first.dial.value
    assert read_curve(draft + 1, "stages.mql.enter@0.0") is None


@pytest.mark.parametrize("kind", ["member", "opportunity", "touch", "decision", "person"])
def test_a_history_without_a_kind_of_fact_is_tried_all_the_same(kind: str) -> None:
    draft = opened()
    FACTS[kind].objects.all().delete()
    put_away()
    page = tried(draft)
    assert page.shown is not None
    assert try_draft(draft, {each.key: each.high for each in page.dials}) is not None
    assert keep_trial(draft, {}, by=COMMAND_LINE) is not None
    for dial in (each for each in page.dials if each.spot):
        assert read_curve(draft, dial.key) is not None
