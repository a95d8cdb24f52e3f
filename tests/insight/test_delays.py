"""Where the time went, in one calm line, and in sums that are counted by hand."""

from __future__ import annotations

import pytest

from interlock.agreement.delays import Part
from interlock.agreement.schema import Side
from interlock.insight.delays import all_charged, promise_delays, split_sentence, time_went
from interlock.insight.tally import Subject, add_up, tally
from interlock.replay.because import explain_obligations
from interlock.replay.delays import PartOfTime, Split, delays
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.outcome import State
from tests.replay import scenario

H, M = 3600, 60


Came = tuple[int | None, int | None, int | None]
"""When it was known, owned and accepted."""


def split(seconds: list[int], came: Came, paused: int = 0) -> Split:
    sides = (Side.MARKETING, Side.MARKETING, Side.SALES, Side.SALES)
    parts = (PartOfTime(p, side, s, s) for p, side, s in zip(Part, sides, seconds, strict=True))
    return Split(*came, ends_at=sum(seconds) + paused, parts=tuple(parts), paused=paused)


ALL, OWNED, KNOWN, NONE = (1, 2, 3), (1, 2, None), (1, None, None), (None, None, None)

LINES: list[tuple[list[int], Came, State, str]] = [
    (
        [2 * H, 10 * M, H, 20 * M],
        ALL,
        State.KEPT,
        "Known after 2 h, owned after 10 min, accepted after 1 h, kept after 20 min.",
    ),
    (
        [0, 0, 0, 90 * M],
        OWNED,
        State.KEPT_LATE,
        "Known at once, owned at once, kept after 1 h 30 min.",
    ),
    (
        [0, 0, 0, 0],
        ALL,
        State.KEPT,
        "Known at once, owned at once, accepted at once, kept at once.",
    ),
    ([4 * H, 0, 0, 0], NONE, State.BROKEN, "Not known for 4 h up to the deadline."),
    (
        [0, 3 * H, 0, 0],
        KNOWN,
        State.KEPT,
        "Known at once, without a working owner in sales for 3 h until it was kept.",
    ),
    (
        [0, M, 0, 3 * H],
        OWNED,
        State.BROKEN,
        "Known at once, owned after 1 min, not kept for 3 h up to the deadline.",
    ),
    (
        [0, M, 0, 3 * H],
        OWNED,
        State.WARNED,
        "Known at once, owned after 1 min, not kept for 3 h so far.",
    ),
    ([0, M, 0, 3 * H], OWNED, State.VOID, "Known at once, owned after 1 min, void after 3 h."),
]


@pytest.mark.parametrize(("seconds", "came", "state", "said"), LINES)
def test_one_obligation_in_one_line(
    seconds: list[int], came: Came, state: State, said: str
) -> None:
    assert line(split(seconds, came), state) == said


def line(found: Split, state: State, *, is_working: bool = False) -> str:
    said = split_sentence(found, state, Side.SALES, is_working=is_working)
    return said.replace("\N{NO-BREAK SPACE}", " ")


def test_working_time_and_pauses_are_said() -> None:
    found = line(split([0, 0, 0, H], OWNED, 2 * H), State.KEPT, is_working=True)
    assert found == (
        "Known at once, owned at once, kept after 1 h (working time); "
        "the clock stood still for 2 h."
    )


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("vic", "Known at once, owned after 30 min, kept after 30 min (working time)."),
        ("wim", "Known at once, owned after 1 h (none of it working time), kept after 20 min"),
        ("xia", "Known at once, owned after 2 h, kept after 30 min."),
        (
            "uri",
            "Known at once, without a working owner in sales for 1 h 30 min until it was kept.",
        ),
    ],
)
def test_an_absence_is_not_called_at_once(person: str, said: str) -> None:
    story = scenario.read(scenario.FOLDER / "promises/delays-while-away.yaml")
    agreement, as_of = scenario.agreement_of(story), scenario.seconds(str(story["as_of"]))
    eras = Eras.of(build(scenario.facts_of(story, agreement), as_of), agreement)
    owed = explain_obligations(eras, decide(eras, as_of), [*eras.index.people].index(person))
    is_working = person in ("vic", "wim")
    found = line(owed[0].split, State.KEPT, is_working=is_working)
    assert found.startswith(said)


def test_what_waits_on_a_clock_that_does_not_go_is_counted_on_the_wall() -> None:
    parts = (PartOfTime(p, Side.SALES, 74 * H * (p is Part.ASSIGNMENT), 0) for p in Part)
    found = Split(*KNOWN, ends_at=74 * H, parts=tuple(parts), paused=0)
    assert line(found, State.OPEN, is_working=True) == (
        "Known at once, without a working owner in sales for 74 h (none of it working time) so far."
    )


@pytest.mark.parametrize(
    ("state", "said"), [(State.KEPT, "kept after 3 h."), (State.OPEN, "not kept for 3 h so far.")]
)
def test_who_needs_no_owner_of_their_own_lacks_none(state: State, said: str) -> None:
    """A promise of marketing about leads that no marketer is given, as the templates have it."""
    found = split([0, 3 * H, 0, 0], KNOWN)
    told = split_sentence(found, state, Side.MARKETING, is_working=False)
    assert told.replace("\N{NO-BREAK SPACE}", " ") == f"Known at once, {said}"


def test_the_sums_of_a_story_that_was_counted_by_hand() -> None:
    """Of the first touch: what is decided; Kim waits, and what Ned was owed is void."""
    story = scenario.read(scenario.FOLDER / "promises/delays.yaml")
    story["agreement"]["promises"]["first-touch"]["delays"] = {"assignment": "sales"}
    agreement = scenario.agreement_of(story)
    as_of = scenario.seconds(str(story["as_of"]))
    eras = Eras.of(build(scenario.facts_of(story, agreement), as_of), agreement)
    outcome = decide(eras, as_of)
    found = delays(eras, outcome, scenario.seconds(str(story["watched"])))
    touch, answer, *_ = summed = promise_delays(found, outcome, agreement.event_promises)

    assert (touch.name, touch.obligations, touch.paused) == ("First touch", 13, 2 * H)
    sums = {each.part.value: each.lengths for each in touch.parts}
    minutes = {part: (s.working_median, s.working_total // M) for part, s in sums.items()}
    assert minutes == {
        "detection": (0, (2 + 4) * 60),
        # 0:00 four times, 0:10, 0:15, 0:20, 0:30 twice, 1:00 three times, 2:00 twice, 4:00 once
        "assignment": (30 * M, 10 + 60 + 60 + 30 + 20 + 120 + 120 + 15 + 60 + 30 + 240),
        "acceptance": (0, 60 + 45 + 150),
        "reaction": (30 * M, 20 + 30 + 180 + 45 + 30 + 60 + 30 + 45 + 120 + 30),
    }
    assert sums["acceptance"].total == sums["acceptance"].working_total + 64 * H
    assert [each.side for each in touch.parts] == ["marketing", "sales", "sales", "sales"]
    by_side = {each.side.value: each.working_total for each in touch.charged}
    assert by_side == {"marketing": 6 * H, "sales": sum(m[1] for m in minutes.values()) * M - 6 * H}

    assert (answer.obligations, answer.parts[1].lengths.total) == (1, 16 * H)
    charged = {each.side.value: each.total for each in all_charged(summed)}
    assert sum(charged.values()) == sum(p.lengths.total for each in summed for p in each.parts)
    # beside the first touch: Jan's 2 h and 16 h, Pat's 2 h, Ria's 1 h and 0:15
    assert charged["marketing"] == (6 + 2 + 16 + 2 + 1) * H + 15 * M


def test_a_tally_has_the_same_sums_by_whatever_it_is_divided() -> None:
    story = scenario.read(scenario.FOLDER / "promises/delays.yaml")
    agreement = scenario.agreement_of(story)
    as_of = scenario.seconds(str(story["as_of"]))
    eras = Eras.of(build(scenario.facts_of(story, agreement), as_of), agreement)
    outcome = decide(eras, as_of)
    found = delays(eras, outcome)
    tallies = tally(outcome, agreement, went=found)
    whole = {
        (promise.id, part.part.value): part.lengths.working_total
        for promise in promise_delays(found, outcome, agreement.event_promises)
        for part in promise.parts
        if part.lengths.working_total
    }
    sums = {(clause, part): n for _, clause, part, n in add_up(tallies, Subject.DELAY)}
    assert sums == whole
    by_week = add_up(tallies, Subject.DELAY, {"clause": "first-touch"}, by="week")
    reaction = {week: n // 60 for week, _, part, n in by_week if part == "reaction"}
    # Bea was called on Monday, but what she was owed began in the week before
    assert reaction == {scenario.seconds("2026-03-02 00:00"): 590}
    unas = add_up(tallies, Subject.DELAY, {"owner": "una"})
    assert {part: n // 60 for _, _, part, n in unas} == {
        "assignment": 90,
        "acceptance": 150,
        "reaction": 165,
    }


def test_where_the_time_of_one_promise_went_is_said() -> None:
    promise, *_ = scenario.agreement_of({}).event_promises
    found = time_went(promise, {"assignment": 3 * H, "reaction": 6 * H, "acceptance": H})
    assert found is not None
    assert (found.seconds, found.is_working) == (10 * H, True)
    assert [(each.seconds, each.share) for each in found.parts] == [
        (0, 0),
        (3 * H, 0.3),
        (H, 0.1),
        (6 * H, 0.6),
    ]
    assert found.says.replace("\N{NO-BREAK SPACE}", " ") == (
        "60 % of the time was reaction; marketing answers for 30 %, sales answers for 70 %."
    )
    alone = time_went(promise, {"reaction": 1})
    assert alone is not None
    assert alone.says == "All of the time was reaction; sales answers for all of it."
    assert time_went(promise, {}) is None


def test_of_nothing_there_is_no_median() -> None:
    story = scenario.read(scenario.FOLDER / "promises/none.yaml")
    agreement = scenario.agreement_of(scenario.read(scenario.FOLDER / "promises/delays.yaml"))
    as_of = scenario.seconds("2026-03-10 12:00")
    eras = Eras.of(build(scenario.facts_of(story, agreement), as_of), agreement)
    outcome = decide(eras, as_of)
    for each in promise_delays(delays(eras, outcome), outcome, agreement.event_promises):
        assert (each.obligations, each.parts[0].lengths.median) == (0, None)
