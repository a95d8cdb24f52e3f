"""An outcome becomes rows that say the same, and rows are swapped whole."""

from __future__ import annotations

from datetime import date

import pytest

from interlock.replay.engine import replay
from interlock.store.models import AgreementVersion, Lead, Obligation, Replay, Visit
from interlock.store.verdicts import save, show
from tests.replay import scenario

pytestmark = pytest.mark.django_db


def begun(*, current: bool = False) -> Replay:
    version, _ = AgreementVersion.objects.get_or_create(
        digest="d",
        in_force_from=date(2026, 1, 1),
        defaults={"name": "A", "version": "1", "text": "", "added_at": 1, "by": "t"},
    )
    return Replay.objects.create(
        agreement=version, adopted=version, as_of=1, started_at=1, current=current
    )


def wrote(row: Replay, person: str) -> None:
    Lead.objects.create(replay=row, person=person)
    Visit.objects.create(replay=row, person=person, stage="mql", entered_at=1)
    Obligation.objects.create(replay=row, promise="call", person=person, started_at=1, state="open")


def people() -> list[list[str]]:
    return [
        sorted(model.objects.values_list("person", flat=True))
        for model in (Lead, Visit, Obligation)
    ]


def saved(name: str) -> None:
    """Saves the outcome of a story."""
    story = scenario.read(scenario.FOLDER / f"{name}.yaml")
    agreement = scenario.agreement_of(story)
    facts, as_of = scenario.facts_of(story, agreement), scenario.seconds(str(story["as_of"]))
    save(begun(), replay(facts, agreement, as_of), lambda *_: None)


def test_obligations_say_what_the_story_says() -> None:
    saved("promises/variants")
    start, at = scenario.seconds("2026-03-02 16:30"), scenario.seconds
    rows = Obligation.objects.order_by("id").values_list(
        "person", "promise", "state", "variant", "started_at", "due_at", "kept_at", "ended_at"
    )
    assert list(rows) == [
        ("ann", "first-touch", "broken", "large", start, at("2026-03-03 09:30"), None, None),
        ("bea", "first-touch", "broken", "senior", start, at("2026-03-03 10:30"), None, None),
        ("cid", "first-touch", "broken", "", start, at("2026-03-03 12:30"), None, None),
        ("dan", "first-touch", "broken", "abroad", start, at("2026-03-03 16:30"), None, None),
    ]


def test_what_never_falls_due_has_no_deadline_and_what_is_void_an_end() -> None:
    saved("promises/never-opens")
    saved("promises/void")
    assert Obligation.objects.filter(person="ann", state="open", due_at=None).count() == 2
    void = Obligation.objects.get(person="bea", state="void")
    assert void.ended_at == void.due_at == scenario.seconds("2026-03-02 14:00")
    assert Lead.objects.filter(person="ann", open_obligations=2, next_due=None).count() == 1


def test_visits_say_what_the_story_says() -> None:
    saved("stages/unicode")
    rows = Visit.objects.order_by("id").values_list(
        "person", "stage", "came_from", "left_at", "skipped", "reason", "by", "source"
    )
    at = [scenario.seconds(f"2026-03-0{day} 09:00") for day in (2, 3)]
    assert list(rows) == [
        ("Øystein Ærø", "lead", "", at[0], False, "", "", "Straße"),
        ("Øystein Ærø", "mql", "lead", at[1], False, "", "", "Straße"),
        ("Øystein Ærø", "nurture", "mql", None, False, "not-ready", "山田", "Straße"),
    ]


def test_leads_say_what_the_story_says() -> None:
    saved("stages/where-a-lead-stands")
    rows = Lead.objects.order_by("id").values_list(
        "person", "stage", "owner", "source", "tier", "fit", "score", "since"
    )
    known, qualified = (scenario.seconds(f"2026-03-02 0{hour}:00") for hour in (8, 9))
    at_the_last_fact = scenario.seconds("2026-03-06 08:00") - qualified
    score = pytest.approx(50 * 2 ** -(at_the_last_fact / (10 * 86_400)))
    assert list(rows) == [
        ("ann", "mql", "sam", "web", "good", 60.0, score, qualified),
        ("bea", "lead", "", "", "", 0.0, 0.0, known),
        ("cid", "lead", "", "", "", 0.0, 0.0, known),
    ]


def test_nobody_and_no_promises_are_no_rows() -> None:
    saved("stages/nobody")
    saved("promises/none")
    assert people() == [["ann"], ["ann"], []]


def test_showing_swaps_and_clears_what_an_earlier_replay_left() -> None:
    shown, killed, fresh = begun(current=True), begun(), begun()
    wrote(shown, "old")
    wrote(killed, "orphan")
    wrote(fresh, "new")
    show(fresh)
    assert people() == [["new"]] * 3
    assert list(Replay.objects.filter(current=True)) == [fresh]


def test_a_replay_that_was_overtaken_is_not_shown() -> None:
    """Of two at once the later one wins, whichever is ready first, and none is lost half-way."""
    slow, quick = begun(), begun()
    wrote(quick, "quick")
    wrote(slow, "slow")
    show(quick)
    assert people() == [["quick"]] * 3
    wrote(slow, "slow, still writing")
    show(slow)
    assert people() == [["quick"]] * 3
    assert list(Replay.objects.filter(current=True)) == [quick]


def test_rows_of_a_later_replay_at_work_are_left_alone() -> None:
    quick, later = begun(), begun()
    wrote(quick, "quick")
    wrote(later, "later")
    show(quick)
    assert people() == [["later", "quick"]] * 3
