"""What facts that came late changed: what was known then beside what was true then.

Both are replays as of the same instant: `then` of the facts that were known at it, `now` of those
that are known today. A fact *came* if it counts only today, and *went* if it counted only then
(it was corrected, or its import was taken back).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.replay.index import Index
from interlock.replay.kinds import KINDS, table_of
from interlock.replay.outcome import ABSENT, Instant, Outcome, PeriodState, State
from interlock.replay.verdict_rows import STAYS, Pairs, VerdictRows, Whole, differing, verdict_rows

MOST_FACTS = 10
"""So many facts are named with a verdict."""


@dataclass(frozen=True)
class Seen:
    """Facts laid out, and what a replay of them decided."""

    index: Index
    outcome: Outcome


@dataclass(frozen=True)
class LateKind:
    """How many facts of a kind that happened by the instant came, and how many went."""

    kind: str
    came: int
    went: int


@dataclass(frozen=True)
class LateFact:
    """One of them: the row in the store, when it happened, when we learned of it (None: unknown).

    `went`: it counted then, and no longer does.
    """

    kind: str
    row: int
    at: Instant | None
    learned_at: Instant | None
    went: bool


@dataclass(frozen=True)
class Change:
    """Verdicts about one clause that were `then` and are `now`; "none": there was no such verdict.

    `sort` is lead (where it stands), visit, obligation or period.
    """

    sort: str
    clause: str
    then: str
    now: str
    count: int


@dataclass(frozen=True)
class ChangedVerdict:
    """One verdict that differs: about whom (of a period: whose), and since when it is.

    `differs` names what it says differently where both have it. `facts` are those about the person
    that came or went, the first of `fact_count`.
    """

    sort: str
    clause: str
    person: str
    began: Instant | None
    then: str
    now: str
    differs: tuple[str, ...]
    facts: tuple[LateFact, ...]
    fact_count: int


@dataclass(frozen=True)
class Late:
    """What late facts changed: all counts are exact, `verdicts` are the latest of `verdict_count`.

    `people` counts those about whom something differs.
    """

    kinds: tuple[LateKind, ...]
    people: int
    verdict_count: int
    changes: tuple[Change, ...]
    verdicts: tuple[ChangedVerdict, ...]


def late(then: Seen, now: Seen, most: int) -> Late:
    """What differs between the two, with `most` verdicts named, those that began last."""
    pairs = zip(verdict_rows(then.outcome), verdict_rows(now.outcome), strict=True)
    found = [_Differences(*each, differing(*each)) for each in pairs]
    latest = sorted((pair for each in found for pair in each.latest(most)), key=_last_first)
    return Late(
        kinds=tuple(_kinds(then, now)),
        people=len({person for each in found for person in each.people()}),
        verdict_count=sum(len(each.pairs.then) for each in found),
        changes=tuple(sorted((c for each in found for c in each.changes()), key=_most_first)),
        verdicts=tuple(each.named(place, then, now) for _, each, place in latest[:most]),
    )


def _most_first(change: Change) -> tuple[int, str, str, str, str]:
    return (-change.count, change.sort, change.clause, change.then, change.now)


def _last_first(pair: tuple[int, _Differences, int]) -> tuple[int, str, int]:
    began, differences, place = pair
    return (-began, differences.then.sort, place)


# --- verdicts ---------------------------------------------------------------------------------

NONE = "none"
_STATES = {
    "obligation": [*(state.word for state in State), NONE],
    "period": [*(state.word for state in PeriodState), NONE],
}
_CLAUSE = {"lead": "stage", "visit": "stage", "obligation": "promise", "period": "promise"}
_BEGAN = {"lead": "since", "visit": "entered", "obligation": "started", "period": "begins"}


@dataclass(frozen=True)
class _Differences:
    """Verdicts of one sort that differ."""

    then: VerdictRows
    now: VerdictRows
    pairs: Pairs

    def people(self) -> Iterator[str]:
        """About whom they are; each once or twice."""
        for rows, places in ((self.then, self.pairs.then), (self.now, self.pairs.now)):
            if "person" in rows.words:
                codes = np.unique(rows.columns["person"][places[places >= 0]])
                yield from map(str, rows.words["person"][codes])

    def changes(self) -> Iterator[Change]:
        """How many there are of each clause, state then and state now."""
        clauses = _words(self.now, _CLAUSE[self.now.sort], self.pairs.now)
        before = _words(self.then, _CLAUSE[self.now.sort], self.pairs.then)
        clauses = np.where(self.pairs.now >= 0, clauses, before)
        states = (_states(self.then, self.pairs.then), _states(self.now, self.pairs.now))
        for (clause, then, now), count in Counter(zip(clauses, *states, strict=True)).items():
            yield Change(self.now.sort, str(clause), str(then), str(now), count)

    def latest(self, most: int) -> Iterator[tuple[int, _Differences, int]]:
        """Those that began last: since when they are, and their places here."""
        began = np.maximum(
            _values(self.then, _BEGAN[self.then.sort], self.pairs.then),
            _values(self.now, _BEGAN[self.now.sort], self.pairs.now),
        )
        for place in np.argsort(-began, kind="stable")[:most].tolist():
            yield int(began[place]), self, place

    def named(self, place: int, then: Seen, now: Seen) -> ChangedVerdict:
        """One of them in words, with the facts that came or went about its person."""
        places = (int(self.pairs.then[place]), int(self.pairs.now[place]))
        sort, rows, row = self.now.sort, self.now, places[1]
        if row < 0:
            rows, row = self.then, places[0]
        person = rows.word("member" if sort == "period" else "person", row)
        began = int(rows.columns[_BEGAN[sort]][row])
        facts = [] if sort == "period" else _facts(person, then.index, now.index)
        return ChangedVerdict(
            sort=sort,
            clause=rows.word(_CLAUSE[sort], row),
            person=person,
            began=None if began == ABSENT else began,
            then=str(_states(self.then, self.pairs.then[place : place + 1])[0]),
            now=str(_states(self.now, self.pairs.now[place : place + 1])[0]),
            differs=tuple(self._differs(*places)) if min(places) >= 0 else (),
            facts=tuple(facts[:MOST_FACTS]),
            fact_count=len(facts),
        )

    def _differs(self, then: int, now: int) -> Iterator[str]:
        for name, values in self.then.columns.items():
            if name == STAYS:
                continue
            if name in self.then.words:
                other = self.then.word(name, then) != self.now.word(name, now)
            else:
                other = bool(values[then] != self.now.columns[name][now])
            if other:
                yield name


def _words(rows: VerdictRows, column: str, places: Whole) -> NDArray[np.object_]:
    """What a column of words says at the places; "" for nothing."""
    codes = np.append(rows.columns[column], -1)[places]
    found: NDArray[np.object_] = np.append(rows.words[column], "")[codes]
    return found


def _values(rows: VerdictRows, column: str, places: Whole) -> Whole:
    found: Whole = np.append(rows.columns[column], ABSENT)[places]
    return found


def _states(rows: VerdictRows, places: Whole) -> NDArray[np.object_]:
    """The state of the verdicts at the places, in words."""
    if rows.sort == "lead":
        states = _words(rows, "stage", places)
        states[(states == "") & (places >= 0)] = "no stage"
    elif rows.sort == "visit":
        still = _values(rows, "left", places) == ABSENT
        states = np.where(still, "there", "left").astype(object)
    else:
        codes = np.append(rows.columns["state"], -1)[places]
        found: NDArray[np.object_] = np.array(_STATES[rows.sort], object)[codes]
        return found
    states[places < 0] = NONE
    return states


# --- facts ------------------------------------------------------------------------------------


def _kinds(then: Seen, now: Seen) -> Iterator[LateKind]:
    as_of = now.outcome.as_of
    for kind in now.index.facts:
        known, today = then.index.table(kind), now.index.table(kind)
        came = ~_among(today.ids, today.at, known.ids, known.at) & (today.at <= as_of)
        went = ~_among(known.ids, known.at, today.ids, today.at) & (known.at <= as_of)
        if came.any() or went.any():
            yield LateKind(kind, int(came.sum()), int(went.sum()))


def _facts(person: str, then: Index, now: Index) -> list[LateFact]:
    """The facts about a person that came or went, in order of time."""
    ours, theirs = _moments(person, then), _moments(person, now)
    known = {each[:3] for each in ours}
    today = {each[:3] for each in theirs}
    came = [LateFact(*each, went=False) for each in theirs if each[:3] not in known]
    gone = [LateFact(*each, went=True) for each in ours if each[:3] not in today]
    return sorted([*came, *gone], key=lambda fact: (fact.at or 0, fact.went, fact.row))


def _moments(person: str, index: Index) -> list[tuple[str, int, int, int | None]]:
    """Each of a person's moments: kind, the row's id in the store, instant, when learned of."""
    places = np.flatnonzero(index.people == person)
    if not len(places):
        return []
    found = []
    for moment in range(index.first[places[0]], index.first[places[0] + 1]):
        kind, row = int(index.kind[moment]), int(index.row[moment])
        table = index.table(table_of(kind))
        learned = None if table.learned is None else int(table.learned[row])
        found.append((KINDS[kind], int(table.ids[row]), int(index.at[moment]), learned))
    return found


def _among(ids: Whole, at: Whole, others: Whole, other_at: Whole) -> NDArray[np.bool_]:
    """Which rows are among the others, too, with the same instant. Ids ascend."""
    if not len(others):
        return np.zeros(len(ids), bool)
    place = np.minimum(np.searchsorted(others, ids), len(others) - 1)
    found: NDArray[np.bool_] = (others[place] == ids) & (other_at[place] == at)
    return found
