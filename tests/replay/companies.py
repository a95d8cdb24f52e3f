"""Random small agreements and histories, dense in what collides: seconds, stages, pauses."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline, in_turn
from interlock.facts.kinds import ACTIVITY_KINDS
from interlock.replay.outcome import ABSENT
from tests.replay.scenario import seconds
from tests.replay.tables import Row

STATE = [
    "known(person.id)",
    "touches.any >= 1",
    "touches.visit >= 2",
    "engagement >= 10",
    "engagement >= 20.0",
    "fit >= 10",
    "fit > 10 && touches.any == 1",
    'person.country == "NO"',
    "!known(person.country)",
    "account.employees >= 100",
    "known(account.id) && account.employees < 100",
    "opportunities.open >= 1",
    "opportunities.won + opportunities.lost >= 1",
    "activities.attempts >= 1",
    "decisions.reject >= 1",
    "assignments.any >= 1",
]
AT_HAND = [
    'decision.kind == "accept"',
    'decision.kind == "reject" && decision.member == "m0"',
    'touch.kind == "form"',
    'touch.kind == "form" || person.country == "SE"',
    'activity.kind == "call" && activity.human',
    'activity.direction == "outbound"',
    'opportunity.status == "won"',
    'opportunity.status == "open" && opportunity.amount >= 10.5',
    'assignment.member == "m1"',
    "known(assignment.queue)",
]
CALL = 'activity.kind in ["call", "email", "meeting"]'
HOLD = 'person.lead_status == "hold"'
START = seconds("2026-03-25 00:00")
"""A Wednesday; the clocks go forward in the night to Sunday."""

criteria = st.sampled_from(STATE) | st.sampled_from(AT_HAND)
starts_when = criteria.filter(lambda text: "||" not in text)
"""An agreement whose time starts at one side of an "or" is refused."""
ids = ["s0", "s1", "s2", "s3", "out"]

_WEEK = ("mon", "tue", "wed", "thu", "fri")
CALENDARS = {
    "office": {
        "meaning": "Nine to five, a break at noon on one day",
        "timezone": "Europe/Oslo",
        "hours": {day: ["09:00-17:00"] for day in _WEEK},
        "breaks": {"2026-03-26": ["12:00-13:00"]},
        "holidays": ["2026-03-30"],
    },
    "night": {
        "meaning": "Over midnight, half the world away",
        "timezone": "Australia/Lord_Howe",
        "hours": {day: ["20:00-04:00"] for day in (*_WEEK, "sat")},
    },
    "never": {
        "meaning": "Closed from now on",
        "timezone": "UTC",
        "hours": {},
        "date_overrides": {"2026-01-05": ["09:00-10:00"]},
    },
}
HEAD: dict[str, Any] = {
    "name": "Random",
    "version": "1",
    "in_force_from": "2026-01-01",
    "parties": {side: {"name": side, "signs": ["A"]} for side in ("marketing", "sales")},
    "calendars": CALENDARS,
}
BUDGETS = [
    *(f"{count} working hours" for count in (0, 1, 3, 8, 20)),
    "90 working minutes",
    *(f"{count} working days" for count in (0, 1, 2, 4)),
    "2 hours",
    "1 day",
]


@st.composite
def agreements(
    draw: st.DrawFn, first_day: str = "2026-01-01", *, numbers: bool = False
) -> Agreement:
    """An agreement of four stages, one that only reasons lead to, two reasons, some promises.

    `numbers`: and two period promises.
    """
    chosen = st.just([0, 1, 2]) if numbers else _of_promises
    text = HEAD | {
        "in_force_from": first_day,
        "fit": {
            "points": {
                "here": {"when": 'person.country == "NO"', "points": 10},
                "large": {"when": "account.employees >= 100", "points": 15},
            },
            "cap": draw(st.sampled_from([12, 100])),
        },
        "engagement": {"half_life_days": 1, "points": {"visit": 10, "form": 20}},
        "stages": {id: draw(stages(place)) for place, id in enumerate(ids)},
        "reasons": {"r0": draw(reasons("out")), "r1": draw(reasons(draw(st.sampled_from(ids))))},
        "promises": {f"p{number}": draw(promises()) for number in draw(chosen)},
    }
    if numbers:
        text["promises"] |= {f"n{number}": draw(period_promises()) for number in range(2)}
    return _loaded(text)


def _loaded(text: dict[str, Any]) -> Agreement:
    loaded = load(json.dumps(text))
    assert loaded.agreement is not None, [problem.message for problem in loaded.errors]
    return loaded.agreement


MEASURES: list[dict[str, Any]] = [
    {"enters": "s0", "target": 2},
    {"enters": "s1", "target": 1},
    {"enters": "s1", "out_of": "s0", "target": 0.5},
    {"sum": "opportunity.amount", "target": 20},
    {"counts": 'activity.kind == "call"', "target": 2},
    {"counts": 'opportunity.status == "won"', "target": 1},
    {"counts": "account.employees >= 100", "target": 1},
    {"keeps": "p0", "target": 0.5},
]


@st.composite
def period_promises(draw: st.DrawFn) -> dict[str, Any]:
    """A promise of a number each day or week, of the team or of each member."""
    by, to = draw(st.permutations(["sales", "marketing"]))
    promise = {
        "name": "Number",
        "says": "So many.",
        "owed_by": by,
        "owed_to": to,
        "each": draw(st.sampled_from(["day", "week"])),
        "per": draw(st.sampled_from(["team", "member"])),
        "calendar": draw(st.sampled_from(["office", "office", "night"])),
        **draw(st.sampled_from(MEASURES)),
    }
    return promise | ({"when": draw(st.sampled_from(STATE))} if draw(st.booleans()) else {})


_of_promises = st.sampled_from([[0, 1, 2], [0, 1, 2], [2, 0], [0]])


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Versions that follow one another within the days of a history."""
    days = draw(st.lists(st.sampled_from(["26", "27", "30"]), min_size=1, unique=True))
    texts = [draw(agreements())]
    texts += [draw(agreements(f"2026-03-{day}")) for day in sorted(days)]
    return in_turn(texts)


@st.composite
def stages(draw: st.DrawFn, place: int) -> dict[str, Any]:
    """A stage that leads may enter from a stage before it, and perhaps from others."""
    before = ["start", *ids[:place]]
    stage = {
        "name": f"Stage {place}",
        "meaning": "Something",
        "owner": "sales",
        "may_skip": draw(_of_numbers(0, 1, 1)) == 1,
        "comes_from": sorted(
            {draw(st.sampled_from(before)), *draw(st.lists(st.sampled_from(["start", *ids])))}
            - {ids[place]}
        ),
    }
    if place < len(ids) - 1:
        stage["enter"] = "known(person.id)" if place == 0 else draw(criteria)
    if place and draw(st.integers(0, 5)) == 0:
        stage["outcome"] = "won"
    return stage


@st.composite
def reasons(draw: st.DrawFn, goes_to: str) -> dict[str, Any]:
    """A reason that leads to a stage, with or without a way back."""
    kinds = st.sampled_from([["reject"], ["reject", "recycle"]])
    reason: dict[str, Any] = {"name": f"To {goes_to}", "for": draw(kinds), "goes_to": goes_to}
    returns: dict[str, Any] = {}
    if draw(st.booleans()):
        returns["when"] = draw(criteria)
    if draw(st.booleans()):
        returns["after_days"] = draw(st.integers(1, 2))
    return reason | ({"returns": returns} if returns else {})


@st.composite
def promises(draw: st.DrawFn) -> dict[str, Any]:
    """A promise with any of what a promise may have."""
    by, to = draw(st.permutations(["sales", "marketing"]))
    starts = {"enters": draw(st.sampled_from([*ids, "s0", "s1"]))} if draw(st.booleans()) else None
    promise: dict[str, Any] = {
        "name": "Promise",
        "says": "Something in time.",
        "owed_by": by,
        "owed_to": to,
        "starts": starts or {"when": draw(starts_when | st.just(HOLD))},
        "kept_by": draw(criteria | st.just(CALL)),
        "within": draw(st.sampled_from(BUDGETS)),
        "calendar": draw(st.sampled_from(["office", "office", "night", "never"])),
    }
    if draw(st.booleans()):
        promise["pauses_while"] = draw(st.just(HOLD) | st.sampled_from(STATE))
    if draw(st.booleans()):
        promise["void_when"] = draw(criteria)
    if draw(st.booleans()):
        promise["warn_at"] = draw(st.sampled_from([0, 0.5, 0.75, 1]))
    conditions = draw(st.lists(st.sampled_from(STATE), max_size=2, unique=True))
    if conditions:
        promise["variants"] = {
            f"v{number}": {"when": when, "within": draw(st.sampled_from(BUDGETS))}
            for number, when in enumerate(conditions)
        }
    return promise


PEOPLE, MEMBERS, ACCOUNTS, OPPORTUNITIES = (
    ["a", "b"],
    ["m0", "m1", "m2"],
    ["acme", "big"],
    ["o0", "o1", "o2"],
)


def _instant(half_hours: int, second: int) -> int:
    return START + half_hours * 1800 + second


instants = st.builds(
    _instant,
    st.integers(18, 36) | st.integers(18, 5 * 48) | st.sampled_from([18, 20, 30, 34, 68]),
    st.sampled_from([0, 0, 0, 1]),
)
maybe = st.none()
people = st.sampled_from(["a", "a", "a", "a", "b", "b", "nobody"])


def _rows(kind: str, /, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries({"kind_of_fact": st.just(kind), "instant": instants, **columns})


def _of(words: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(words)


def _of_numbers(*numbers: int) -> st.SearchStrategy[int]:
    return st.sampled_from(numbers)


def _of_lists(*lists: list[str]) -> st.SearchStrategy[list[str]]:
    return st.sampled_from(lists)


FACTS = (
    _rows(
        "person",
        id=_of(PEOPLE),
        country=maybe | _of(["NO", "SE"]),
        account=maybe | _of(ACCOUNTS),
        lead_status=_of(["hold", "free"]),
    )
    | _rows("account", id=_of(ACCOUNTS), employees=maybe | _of_numbers(50, 100))
    | _rows("touch", person=people, kind=_of(["visit", "form", "other"]))
    | _rows(
        "activity",
        person=people,
        kind=_of(["call", *ACTIVITY_KINDS]),
        direction=_of(["outbound", "inbound"]),
        human=st.booleans(),
        member=maybe | _of([*MEMBERS, "gone"]),
    )
    | _rows(
        "decision",
        person=people,
        kind=_of(["accept", "reject", "reject", "recycle", "qualify"]),
        reason=_of(["r0", "r1", "To out", "other"]) | maybe,
        member=maybe | _of(MEMBERS),
    )
    | _rows("merge", person=people, into=people)
    | _rows("assignment", person=people, member=maybe | _of([*MEMBERS, "gone"]), queue=maybe)
)
"""One fact; persons and accounts have versions."""


ABSENCES = _rows("absence", member=_of([*MEMBERS, *MEMBERS, "gone"]), ends_at=maybe | instants)


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    """Facts in any order of arrival."""
    rows = draw(st.lists(FACTS, min_size=draw(_of_numbers(0, 8, 8, 16)), max_size=20))
    for id in draw(st.lists(_of(OPPORTUNITIES), unique=True)):
        opportunity = _rows(
            "opportunity",
            id=st.just(id),
            person=maybe | people,
            status=_of(["open", "won", "lost"]),
            closed_at=maybe | instants,
            amount=_of_numbers(1000, 1050),
        )
        rows.append(draw(opportunity))
    for number, id in enumerate(draw(st.lists(_of(OPPORTUNITIES), max_size=2))):
        role = _rows(
            "contact_role", id=st.just(f"c{number}"), person=people, opportunity=st.just(id)
        )
        rows.append(draw(role))
    rows += [
        {
            "kind_of_fact": "member",
            "instant": START,
            "id": id,
            "side": draw(_of(["sales", "marketing"])),
            "calendar": draw(maybe | _of(["office", "night", "unheard of"])),
        }
        for id in MEMBERS
    ]
    rows += draw(st.lists(ABSENCES, max_size=4))
    rows += [
        {"kind_of_fact": "account", "instant": ABSENT, "id": id, "employees": 100}
        for id in draw(st.lists(_of(ACCOUNTS), unique=True))
    ]
    rows += [
        {"kind_of_fact": "person", "instant": START + 8 * 3600, "id": id, "country": "NO"}
        for id in draw(_of_lists(PEOPLE, PEOPLE[:1], PEOPLE[:0]))
    ]
    return list(draw(st.permutations(rows)))


@st.composite
def handed_on(draw: st.DrawFn) -> tuple[Agreement, list[Row]]:
    """A lead that goes from hand to hand while its clocks run and after; whoever is away."""
    within = st.lists(_of(BUDGETS), min_size=3, max_size=3, unique=True)
    promises = {
        f"p{number}": {
            "name": "Promise",
            "says": "Something in time.",
            "owed_by": "sales",
            "owed_to": "marketing",
            "starts": {"enters": "s0"},
            "kept_by": 'activity.kind == "call"',
            "within": budget,
            "calendar": draw(_of(["office", "office", "night"])),
            "warn_at": 0.5,
            **({"pauses_while": HOLD} if draw(_of_numbers(0, 0, 1)) else {}),
            **({"void_when": 'person.country == "SE"'} if draw(st.booleans()) else {}),
        }
        for number, budget in enumerate(draw(within))
    }
    stage = {"name": "S", "meaning": "S", "owner": "sales", "enter": "known(person.id)"}
    ended = _of(["NO", "NO", "SE"])
    assigned = _rows("assignment", person=st.just("a"), member=maybe | _of(MEMBERS))
    status = _rows("person", id=st.just("a"), lead_status=_of(["hold", "free"]), country=ended)
    call = _rows("activity", person=st.just("a"), kind=st.just("call"))
    rows: list[Row] = [{"kind_of_fact": "person", "instant": draw(instants), "id": "a"}]
    rows += draw(st.lists(assigned, min_size=2, max_size=6))
    rows += draw(st.lists(ABSENCES, max_size=4)) + draw(st.lists(status, max_size=3))
    rows += draw(st.lists(call, max_size=2))
    rows += [
        {"kind_of_fact": "member", "instant": START, "id": id, "calendar": calendar}
        for id, calendar in zip(MEMBERS, ("night", "office", None), strict=True)
    ]
    return _loaded(HEAD | {"stages": {"s0": stage}, "promises": promises}), rows
