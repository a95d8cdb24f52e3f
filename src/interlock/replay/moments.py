"""What a criterion may read, at every moment: one column for each variable of the vocabulary."""

from __future__ import annotations

from functools import cached_property

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import Name, ValueType, names
from interlock.agreement.hours import DAY
from interlock.agreement.schema import Agreement, Criterion
from interlock.agreement.vocabulary import ATTEMPT_KINDS, COUNTS, FACT_SCOPES
from interlock.facts.columns import Column, Mask
from interlock.replay.deadlines import Calendars
from interlock.replay.evaluate import ColumnOf, holds, unknown
from interlock.replay.index import Index
from interlock.replay.kinds import (
    ACTIVITY,
    ASSIGNMENT,
    CLOSE,
    DECISION,
    KINDS,
    OPPORTUNITY,
    TOUCH,
    codes_in,
    ended,
)
from interlock.replay.money import units_of
from interlock.replay.outcome import Codes, Instants, Numbers

KNOWN_AT_THE_CLOSE = ("status", "stage", "closed_at")
"""What an opportunity shows of its end."""


class Moments:
    """The variables at each moment of an index under an agreement; each is worked out once."""

    def __init__(self, index: Index, agreement: Agreement) -> None:
        self.index = index
        self.agreement = agreement
        self._columns: dict[str, Column] = {}
        self._held: dict[str, Mask] = {}

    @cached_property
    def calendars(self) -> Calendars:
        """The agreement's calendars."""
        return Calendars(self.agreement)

    def column(self, name: Name) -> Column:
        """The variable's value at every moment."""
        if name.path not in self._columns:
            self._columns[name.path] = self._make(name)
        return self._columns[name.path]

    def holds(self, criterion: Criterion) -> Mask:
        """At which moments the criterion holds."""
        if criterion.text not in self._held:
            column_of = self.read_by(criterion)
            self._held[criterion.text] = holds(criterion.expression, column_of, len(self.index))
        return self._held[criterion.text]

    def holds_at(
        self,
        criterion: Criterion,
        moments: NDArray[np.int64],
        since: NDArray[np.int64] | None = None,
    ) -> Mask:
        """Whether it holds at the given moments only; a negative moment never does.

        `since` as in `read_by`.
        """
        held = holds(criterion.expression, self.read_by(criterion, moments, since), len(moments))
        return held & (moments >= 0)

    def read_by(
        self,
        criterion: Criterion,
        moments: NDArray[np.int64] | None = None,
        since: NDArray[np.int64] | None = None,
    ) -> ColumnOf:
        """The variables as the criterion reads them, at every moment or at the given ones.

        Counts are of all that happened so far, or of what happened after the moments `since` (-1:
        after nothing). At the close of an opportunity a criterion that does not ask how it ended
        has no opportunity at hand: it spoke of the opening.
        """
        asks = {name.field for name in names(criterion.expression) if name.scope == "opportunity"}
        opening_only = not asks & set(KNOWN_AT_THE_CLOSE)

        def column_of(name: Name) -> Column:
            column = self.column(name)
            column = column if moments is None else column.take(moments)
            if opening_only and name.scope == "opportunity":
                closes = self._closes if moments is None else self._closes[moments]
                return Column(column.values, column.mask & ~closes, column.words)
            if since is not None and is_count(name):
                before = self.column(name).take(since)
                return Column(column.values - np.where(since >= 0, before.values, 0), column.known)
            return column

        return column_of

    @cached_property
    def _closes(self) -> Mask:
        """Which moments are the close of an opportunity."""
        return self.is_kind(CLOSE)

    def _make(self, name: Name) -> Column:
        if not name.scope:
            return Column(self.fit if name.field == "fit" else self.engagement)
        if name.scope == "person":
            return self._state(name, self.index.person_row)
        if name.scope == "account":
            return self._state(name, self.index.account_row)
        if name.scope in FACT_SCOPES:
            return self._state(name, self.index.rows_of(name.scope))
        if name.scope == "opportunities":
            return Column(self._count(_opportunities(self, name.field)))
        return Column(self._count(_counted(self, name.scope, name.field).astype(np.int64)))

    def _state(self, name: Name, rows: NDArray[np.int32]) -> Column:
        column = self.index.table(name.scope).columns.get(name.field)
        if column is None:
            return unknown(name.type, len(rows))
        if name.scope == "opportunity":
            return self._opportunity(name.field, column, rows)
        return column.take(rows)

    def _opportunity(self, field: str, column: Column, rows: NDArray[np.int32]) -> Column:
        """An opportunity's columns as they stood: until it was closed its status is "open".

        The stage that the CRM shows of one that has ended was not its stage before.
        """
        taken, table = column.take(rows), self.index.table("opportunity")
        if field == "amount":
            return Column(taken.values / units_of(table)[rows], taken.known)
        if field not in KNOWN_AT_THE_CLOSE:
            return taken
        closes = self.index.kind == CLOSE
        if field == "closed_at":
            return Column(taken.values, taken.mask & closes)
        if field == "stage":
            return Column(taken.values, taken.mask & (closes | ~ended(table)[rows]), taken.words)
        words = np.array([*taken.words, "open"] if taken.words is not None else ["open"], object)
        return Column(np.where(closes, taken.values, len(words) - 1), taken.known, words)

    def _count(self, steps: NDArray[np.int64]) -> NDArray[np.int64]:
        """Running sum within each person's history, the moment itself included."""
        total = np.cumsum(steps)
        first = self.index.first
        before = np.concatenate([[0], total])[first[:-1]]
        counted: NDArray[np.int64] = total - np.repeat(before, np.diff(first))
        return counted

    def is_kind(self, kind: int) -> Mask:
        """Which moments are of that kind."""
        result: Mask = self.index.kind == kind
        return result

    def has_word(self, kind: str, field: str, words: tuple[str, ...]) -> Mask:
        """Which moments are a fact of that kind with one of the words in that column."""
        column = self.column(Name(kind, field, ValueType.TEXT))
        if column.words is None:
            return np.zeros(len(self.index), bool)
        wanted = np.array([word in words for word in column.words])
        return wanted[column.values] & column.mask

    def members_at(self, kind: str, moments: NDArray[np.int64] | None = None) -> Codes:
        """Who a fact of that kind names at each moment, or at these (-1: none, or unknown)."""
        table = self.index.table(kind)
        codes = codes_in(table.columns.get("member"), self.index.members, len(table))
        rows = self.index.rows_of(kind)
        return at_rows(codes, rows if moments is None else rows[moments])

    @cached_property
    def assigned(self) -> Codes:
        """At each moment, the member who has the lead: the last assigned (-1: none, or a queue)."""
        index, member = self.index, self.members_at("assignment")
        given = np.where(index.kind == ASSIGNMENT, np.arange(len(index)), -1)
        seen = np.maximum.accumulate(given) if len(index) else given
        start = np.repeat(index.first[:-1], np.diff(index.first))
        return np.where(seen >= start, member[np.maximum(seen, 0)], np.int32(-1))

    @cached_property
    def fit(self) -> Numbers:
        """The fit score at each moment: the points whose criteria hold, capped."""
        score = np.zeros(len(self.index))
        for points in self.agreement.fit.points:
            score += points.points * self.holds(points.when)
        cap = self.agreement.fit.cap
        return score if cap is None else np.minimum(score, cap)

    @cached_property
    def engagement(self) -> Numbers:
        """The engagement score at each moment, decayed to it, rounded to 6 decimals."""
        return np.round(self._decayed, 6)

    def engagement_at(self, moments: NDArray[np.int64], instant: int) -> Numbers:
        """What is left at a later instant of the score at these moments, rounded to 6 decimals."""
        passed = (instant - self.index.at[moments]) / self._half_life
        return np.round(self._decayed[moments] * 2.0**-passed, 6)

    @property
    def _half_life(self) -> float:
        return float(self.agreement.engagement.half_life_days * DAY)

    @cached_property
    def _decayed(self) -> Numbers:
        kinds = self.agreement.engagement.points
        table = self.index.table("touch")
        weights = np.array([*kinds.values(), 0], np.float64)
        words = np.array([*kinds], dtype=object)
        codes = codes_in(table.columns.get("kind"), words, len(table))
        rows = self.index.rows_of("touch")
        points = weights[codes[rows]] if len(table) else np.zeros(len(rows))
        is_touch = self.is_kind(TOUCH)
        return _decay(self.index.first, self.index.at, is_touch, points, self._half_life)


def is_count(name: Name) -> bool:
    """Whether the variable counts what happened; how many opportunities are open is no such."""
    return name.scope in COUNTS and name.path != "opportunities.open"


def at_rows(values: Codes, rows: Codes) -> Codes:
    """The values at these rows of their table; -1 where there is none."""
    if not len(values):
        return np.full(len(rows), -1, np.int32)
    return np.where(rows >= 0, values[rows], np.int32(-1))


_KIND_OF_COUNT = {
    "touches": TOUCH,
    "activities": ACTIVITY,
    "decisions": DECISION,
    "assignments": ASSIGNMENT,
}


def _counted(moments: Moments, scope: str, field: str) -> Mask:
    """Which moments a count such as `touches.webinar` counts."""
    kind = _KIND_OF_COUNT[scope]
    if field == "any":
        return moments.is_kind(kind)
    if field != "attempts":
        return moments.has_word(KINDS[kind], "kind", (field,))
    human = moments.column(Name("activity", "human", ValueType.FLAG))
    by_human: Mask = human.values.astype(bool, copy=False) & human.mask
    outbound = moments.has_word("activity", "direction", ("outbound",))
    return moments.has_word("activity", "kind", ATTEMPT_KINDS) & outbound & by_human


def _opportunities(moments: Moments, field: str) -> NDArray[np.int64]:
    """What `opportunities.<field>` adds at each moment."""
    created = moments.is_kind(OPPORTUNITY).astype(np.int64)
    if field == "created":
        return created
    ended = moments.is_kind(CLOSE)
    if field == "open":
        return created - ended
    return (ended & moments.has_word("opportunity", "status", (field,))).astype(np.int64)


@numba.njit(cache=True)
def _decay(
    first: Instants, at: Instants, is_touch: Mask, points: Numbers, half_life: float
) -> Numbers:
    """Engagement at each moment by the recurrence of definitions.md, person by person."""
    score = np.zeros(len(at))
    for p in range(len(first) - 1):
        last, since = 0.0, np.int64(0)
        for m in range(first[p], first[p + 1]):
            now = last * 2.0 ** (-(at[m] - since) / half_life) if last != 0.0 else 0.0
            if is_touch[m]:
                now += points[m]
                last, since = now, at[m]
            score[m] = now
    return score
