"""What a criterion may read, at every moment, and at which moments it holds.

A criterion is taken apart at its "and"s and "or"s. What reads one table is looked at once for each
of its rows (`truths`), the rest at every moment, in parts of the people that fit the processor's
cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import (
    Call,
    Constant,
    Expression,
    ListOf,
    Name,
    ValueType,
    names,
)
from interlock.agreement.schema import Agreement, Criterion
from interlock.agreement.timeline import Version, alone
from interlock.agreement.vocabulary import ATTEMPT_KINDS, COUNTS, FACT_SCOPES
from interlock.facts.columns import Column, Mask
from interlock.replay.absences import absences
from interlock.replay.calendars import Calendars
from interlock.replay.decay import Decayed, decayed
from interlock.replay.evaluate import ColumnOf, holds, unknown
from interlock.replay.fading import faded, half_life_of
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
from interlock.replay.parts import in_parts
from interlock.replay.runs import add_points, assigned, counted
from interlock.replay.truths import Truths, held_together, leaves, scope_of

KNOWN_AT_THE_CLOSE = ("status", "stage", "closed_at")
"""What an opportunity shows of its end."""

_FEW = 2_000
"""Of so few moments no part is worth an effort."""

T = TypeVar("T")


class Moments:
    """The variables at each moment of an index under an agreement; each is worked out once.

    The agreement counts in the span [since, until), other versions of it before and after. Verdicts
    name clauses by their position in `words`, which all versions share.
    """

    def __init__(
        self, index: Index, agreement: Agreement | Version, truths: Truths | None = None
    ) -> None:
        version = alone(agreement) if isinstance(agreement, Agreement) else agreement
        self.index = index
        self.version = version
        self.agreement = version.agreement
        self.words = version.words
        self._truths = truths or Truths(index)
        self._columns: dict[str, Column] = {}
        self._held: dict[str, Mask] = {}

    def under(self, agreement: Agreement | Version) -> Moments:
        """The same moments under another agreement: what does not depend on it is kept."""
        other = Moments(self.index, agreement, self._truths)
        if other.agreement.engagement == self.agreement.engagement and "_decayed" in vars(self):
            vars(other)["_decayed"] = self._decayed
        return other

    def part(self, begin: int, stop: int) -> Moments:
        """The moments of the persons from `begin` to `stop` (positions among the people)."""
        if stop - begin == len(self.index.people):
            return self
        part = Moments(self.index.part(begin, stop), self.version, self._truths)
        if "_decayed" in vars(self):
            vars(part)["_decayed"] = self._decayed.part(self.index, begin, stop)
        return part

    def prepare(self, criteria: Iterable[Criterion]) -> None:
        """Works out what the criteria read of single tables, and the scores, before the parts."""
        if len(self.index) < _FEW:
            return
        for criterion in criteria:
            for leaf in leaves(criterion.expression):
                self._prepare(leaf)

    @cached_property
    def calendars(self) -> Calendars:
        """The agreement's calendars, and the members' absences from them."""
        return Calendars(self.agreement, absences(self.index))

    def counts_at(self, instants: Instants) -> Mask:
        """At which of the instants its agreement is the one that counts."""
        counts: Mask = (instants >= self.version.since) & (instants < self.version.until)
        return counts

    def column(self, name: Name) -> Column:
        """The variable's value at every moment."""
        if name.path not in self._columns:
            self._columns[name.path] = self._make(name)
        return self._columns[name.path]

    def holds(self, criterion: Criterion) -> Mask:
        """At which moments the criterion holds."""
        if criterion.text not in self._held:
            self._held[criterion.text] = self._hold_all(criterion)
        return self._held[criterion.text]

    def _hold_all(self, criterion: Criterion) -> Mask:
        opening_only, first = speaks_of_opening(criterion), self.index.first
        if len(self.index) < _FEW:
            return self.hold(criterion.expression, opening_only=opening_only)
        held = np.empty(len(self.index), np.bool_)
        self.prepare([criterion])

        def fill(begin: int, stop: int) -> None:
            part = self.part(begin, stop)
            held[first[begin] : first[stop]] = part.hold(
                criterion.expression, opening_only=opening_only
            )

        in_parts(fill, first)
        return held

    def hold(self, part: Expression, *, opening_only: bool) -> Mask:
        """At which moments a part of a criterion holds (`opening_only` as `speaks_of_opening`)."""

        def decide(leaf: Expression) -> Mask:
            if scope := scope_of(leaf):
                return self._truths.at(leaf, scope, self.index)
            if len(self.index) < _FEW or {name.scope for name in names(leaf)} != {"opportunity"}:
                return np.ascontiguousarray(
                    holds(leaf, self._reader(opening_only=opening_only), len(self.index))
                )
            return self._of_opportunities(leaf, opening_only=opening_only)

        return held_together(part, decide)

    def _of_opportunities(self, leaf: Expression, *, opening_only: bool) -> Mask:
        """Where a part holds that speaks of the opportunity at hand: there are few such moments."""
        kind = self.index.kind
        places = np.flatnonzero((kind == OPPORTUNITY) | (kind == CLOSE))
        elsewhere = holds(leaf, lambda name: unknown(name.type, 1), 1)[0]
        held = np.full(len(kind), elsewhere)
        held[places] = holds(leaf, self._reader(places, opening_only=opening_only), len(places))
        return held

    def _prepare(self, leaf: Expression) -> None:
        if scope := scope_of(leaf):
            self._truths.by_row(leaf, scope)
        read = {name.path for name in names(leaf)}
        if "fit" in read:
            self.prepare(points.when for points in self.agreement.fit.points)
        if "engagement" in read:
            self._decayed  # noqa: B018 - of all at once, on all threads

    def holds_at(
        self,
        criterion: Criterion,
        moments: NDArray[np.int64],
        since: NDArray[np.int64] | None = None,
    ) -> Mask:
        """Whether it holds at the given moments only; a negative moment never does.

        `since` as in `read_by`.
        """
        read = self.read_by(criterion, moments, since)

        def decide(leaf: Expression) -> Mask:
            if scope := scope_of(leaf):
                return self._truths.by_row(leaf, scope)[self._rows(scope, moments)]
            return holds(leaf, read, len(moments))

        return held_together(criterion.expression, decide) & (moments >= 0)

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
        return self._reader(moments, since, opening_only=speaks_of_opening(criterion))

    def _reader(
        self,
        moments: NDArray[np.int64] | None = None,
        since: NDArray[np.int64] | None = None,
        *,
        opening_only: bool,
    ) -> ColumnOf:
        def column_of(name: Name) -> Column:
            column = self.column(name) if moments is None else self._column_at(name, moments)
            if opening_only and name.scope == "opportunity":
                kinds = self.index.kind if moments is None else self.index.kind[moments]
                return Column(column.values, column.mask & (kinds != CLOSE), column.words)
            if since is not None and is_count(name):
                before = self.column(name).take(since)
                return Column(column.values - np.where(since >= 0, before.values, 0), column.known)
            return column

        return column_of

    def _make(self, name: Name) -> Column:
        if not name.scope:
            return Column(self.fit if name.field == "fit" else self.engagement)
        if name.scope in COUNTS:
            return Column(counted(self.index.first, _steps(self, name)))
        return self._state(name, self._rows(name.scope), self.index.kind)

    def _column_at(self, name: Name, moments: NDArray[np.int64]) -> Column:
        """The variable's value at the given moments; unknown at a negative one."""
        if not name.scope:
            score = self.fit_at(moments) if name.field == "fit" else self.engagement[moments]
            return Column(score, moments >= 0)
        if name.scope in COUNTS:
            return self.column(name).take(moments)
        return self._state(name, self._rows(name.scope, moments), self.index.kind[moments])

    def _rows(self, scope: str, moments: NDArray[np.int64] | None = None) -> Codes:
        """The row that the scope speaks of at each moment, or at these; -1 where there is none."""
        if scope in FACT_SCOPES:
            rows = self.index.rows_of(scope, moments)
        else:
            of_all = self.index.person_row if scope == "person" else self.index.account_row
            rows = of_all if moments is None else of_all[moments]
        return rows if moments is None else np.where(moments >= 0, rows, np.int32(-1))

    def _state(self, name: Name, rows: Codes, kinds: NDArray[np.uint8]) -> Column:
        column = self.index.table(name.scope).columns.get(name.field)
        if column is None:
            return unknown(name.type, len(rows))
        if name.scope == "opportunity":
            return self._opportunity(name.field, column, rows, kinds == CLOSE)
        return column.take(rows)

    def _opportunity(self, field: str, column: Column, rows: Codes, closes: Mask) -> Column:
        """An opportunity's columns as they stood: until it was closed its status is "open".

        The stage that the CRM shows of one that has ended was not its stage before.
        """
        taken, table = column.take(rows), self.index.table("opportunity")
        if field == "amount":
            return Column(taken.values / units_of(table)[rows], taken.known)
        if field not in KNOWN_AT_THE_CLOSE:
            return taken
        if field == "closed_at":
            return Column(taken.values, taken.mask & closes)
        if field == "stage":
            return Column(taken.values, taken.mask & (closes | ~ended(table)[rows]), taken.words)
        words = np.array([*taken.words, "open"] if taken.words is not None else ["open"], object)
        return Column(np.where(closes, taken.values, len(words) - 1), taken.known, words)

    def is_kind(self, kind: int) -> Mask:
        """Which moments are of that kind."""
        result: Mask = self.index.kind == kind
        return result

    def has_word(self, kind: str, field: str, words: tuple[str, ...]) -> Mask:
        """Which moments are a fact of that kind with one of the words in that column."""
        choices = ListOf(tuple(Constant(word, ValueType.TEXT) for word in words))
        name = Name(kind, field, ValueType.TEXT)
        return self.hold(Call("in", (name, choices), ValueType.FLAG), opening_only=False)

    def members_at(self, kind: str, moments: NDArray[np.int64] | None = None) -> Codes:
        """Who a fact of that kind names at each moment, or at these (-1: none, or unknown)."""
        table = self.index.table(kind)
        codes = codes_in(table.columns.get("member"), self.index.members, len(table))
        return at_rows(codes, self.index.rows_of(kind, moments))

    @cached_property
    def assigned(self) -> Codes:
        """At each moment, the member who has the lead: the last assigned (-1: none, or a queue)."""
        table = self.index.table("assignment")
        member = codes_in(table.columns.get("member"), self.index.members, len(table))
        return assigned(self.index, member)

    @cached_property
    def fit(self) -> Numbers:
        """The fit score at each moment: the points whose criteria hold, capped."""
        score = np.zeros(len(self.index))
        for points in self.agreement.fit.points:
            opening_only = speaks_of_opening(points.when)
            held = self.hold(points.when.expression, opening_only=opening_only)
            add_points(score, held, float(points.points))
        cap = self.agreement.fit.cap
        return score if cap is None else np.minimum(score, cap, out=score)

    def fit_at(self, moments: NDArray[np.int64]) -> Numbers:
        """The fit score at these moments."""
        score = np.zeros(len(moments))
        for points in self.agreement.fit.points:
            score += points.points * self.holds_at(points.when, moments)
        cap = self.agreement.fit.cap
        return score if cap is None else np.minimum(score, cap)

    @property
    def engagement(self) -> Numbers:
        """The engagement score at each moment, decayed to it, rounded to 6 decimals."""
        return self._decayed.score

    @property
    def last_score(self) -> Numbers:
        """Each person's engagement score just after their last moment, not rounded."""
        return self._decayed.last

    def engagement_left(self, instant: int) -> Numbers:
        """What is left of each person's score at an instant after the last moment, rounded."""
        last = self.index.at[self.index.first[1:] - 1]
        return faded(self.last_score, last, instant, self.agreement)

    @property
    def _half_life(self) -> float:
        return half_life_of(self.agreement)

    @cached_property
    def _decayed(self) -> Decayed:
        return decayed(self.index, self.agreement.engagement.points, self._half_life)


def speaks_of_opening(criterion: Criterion) -> bool:
    """Whether an opportunity at hand is meant as it was opened: it asks nothing of its end."""
    asks = {name.field for name in names(criterion.expression) if name.scope == "opportunity"}
    return not asks & set(KNOWN_AT_THE_CLOSE)


def is_count(name: Name) -> bool:
    """Whether the variable counts what happened; how many opportunities are open is no such."""
    return name.scope in COUNTS and name.path != "opportunities.open"


def at_rows(values: Codes, rows: Codes | NDArray[np.int64]) -> Codes:
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


def _steps(moments: Moments, name: Name) -> NDArray[np.int8]:
    """What a count such as `touches.webinar` or `opportunities.open` adds at each moment."""
    if name.scope == "opportunities":
        return _opportunities(moments, name.field)
    kind = _KIND_OF_COUNT[name.scope]
    if name.field == "any":
        return moments.is_kind(kind).view(np.int8)
    if name.field != "attempts":
        return moments.has_word(KINDS[kind], "kind", (name.field,)).view(np.int8)
    human = moments.hold(Name("activity", "human", ValueType.FLAG), opening_only=False)
    outbound = moments.has_word("activity", "direction", ("outbound",))
    attempts = moments.has_word("activity", "kind", ATTEMPT_KINDS) & outbound & human
    return attempts.view(np.int8)


def _opportunities(moments: Moments, field: str) -> NDArray[np.int8]:
    """What `opportunities.<field>` adds at each moment."""
    created = moments.is_kind(OPPORTUNITY).view(np.int8)
    if field == "created":
        return created
    closes = moments.is_kind(CLOSE)
    if field == "open":
        return created - closes.view(np.int8)
    return (closes & moments.has_word("opportunity", "status", (field,))).view(np.int8)
