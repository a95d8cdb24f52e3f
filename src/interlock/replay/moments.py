"""What a criterion may read, at every moment, and at which moments it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.criterion import Criterion
from interlock.agreement.expression import Expression, Name, names
from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Version, alone
from interlock.agreement.vocabulary import COUNTS, FACT_SCOPES
from interlock.facts.columns import Column, Mask
from interlock.replay.answers import NO_BITS, Answers, Evaluated, answers
from interlock.replay.asked import (
    KNOWN_AT_THE_CLOSE,
    Part,
    Question,
    as_asked,
    is_count,
    question,
    scope_of,
    speaks_of_opening,
    steps_of,
)
from interlock.replay.bits import One, bit_set, set_at
from interlock.replay.calendars import Calendars
from interlock.replay.evaluate import ColumnOf, holds, unknown
from interlock.replay.fading import faded
from interlock.replay.index import Index
from interlock.replay.kinds import CLOSE, OPPORTUNITY, ended
from interlock.replay.money import units_of
from interlock.replay.of_index import OfIndex
from interlock.replay.outcome import Codes, Numbers
from interlock.replay.owners import Owners, assigned, own_calendars
from interlock.replay.parts import in_stretches, plain
from interlock.replay.prepared import AT_ONCE, Bits, Held, Prepared, prepared
from interlock.replay.runs import counted
from interlock.replay.truths import held_together

_FITS = 65_536
"""Of so many moments the columns that a general part reads fit the processor's cache."""


class Moments:
    """The variables at each moment of an index under an agreement; each is worked out once.

    The agreement counts in the span [since, until), other versions of it before and after. Verdicts
    name clauses by their position in `words`, which all versions share.
    """

    def __init__(
        self, index: Index, agreement: Agreement | Version, shared: OfIndex | None = None
    ) -> None:
        version = alone(agreement) if isinstance(agreement, Agreement) else agreement
        self.index = index
        self.version = version
        self.agreement = version.agreement
        self.words = version.words
        self.shared = shared or OfIndex(index)
        self._truths = self.shared.truths
        self._held: dict[Question, One] = {}
        self._counts: dict[str, NDArray[np.int64]] = {}
        self._last: Answers | None = None

    def under(self, agreement: Agreement | Version) -> Moments:
        """The same moments under another agreement: what does not depend on it is kept."""
        other = Moments(self.index, agreement, self.shared)
        texts = self.agreement, other.agreement
        if texts[0].engagement == texts[1].engagement and texts[0].fit == texts[1].fit:
            other._held |= self._held
            other._last = self._last
        return other

    def apart(self) -> Moments:
        """The same moments with all that is known of them, for questions that are asked once.

        What they are answered at each moment is kept there, and goes with it.
        """
        other = Moments(self.index, self.version, self.shared)
        other._held |= self._held
        other._last = self._last
        return other

    @cached_property
    def calendars(self) -> Calendars:
        """The agreement's calendars, and the members' absences from them."""
        return Calendars(self.agreement, self.shared.absences)

    def counts_at(self, instants: NDArray[np.int64]) -> Mask:
        """At which of the instants its agreement is the one that counts."""
        counts: Mask = (instants >= self.version.since) & (instants < self.version.until)
        return counts

    # --- where criteria hold ------------------------------------------------------------------

    def ask(self, questions: Iterable[Question]) -> None:
        """Finds where all of these hold, in one look at each moment; each is asked once."""
        if new := tuple(each for each in questions if each not in self._held):
            self._ask(new)

    def holds(self, criterion: Criterion) -> Mask:
        """At which moments the criterion holds."""
        return bit_set(*self.held(criterion))

    def held(self, criterion: Criterion) -> One:
        """Numbers of which, at each moment, one bit says whether it holds; and which bit."""
        return self._bit(question(criterion))

    def together(self, questions: Sequence[Question | None]) -> list[Held]:
        """At each moment a bit for each question, the first one lowest, `AT_ONCE` a number.

        None has no bit: at its place may stand another one's, as there may be others at the end.
        """
        self.ask(dict.fromkeys(each for each in questions if each))
        begins = range(0, max(len(questions), 1), AT_ONCE)
        return [self._in_one(questions[begin : begin + AT_ONCE]) for begin in begins]

    def _in_one(self, questions: Sequence[Question | None]) -> Held:
        places = [(place, *self._held[each]) for place, each in enumerate(questions) if each]
        if places and all(bit == place and bits is places[0][1] for place, bits, bit in places):
            return places[0][1]
        found = np.zeros(len(self.index), np.uint16)
        for bits in {id(bits): bits for _, bits, _ in places}.values():
            for shift in {place - bit for place, each, bit in places if each is bits}:
                moved = [
                    bit for place, each, bit in places if each is bits and place - bit == shift
                ]
                _put(bits, sum(1 << bit for bit in moved), shift, found)
        return found

    def _bit(self, question: Question) -> One:
        if question not in self._held:
            self._ask((question,))
        return self._held[question]

    def _ask(self, questions: tuple[Question, ...], *, with_scores: bool = False) -> Answers:
        """The answers to these, kept; of no questions the scores alone."""
        for data in prepared(questions, self.agreement):
            evaluated = Evaluated(*self._sales(data), self._general(data))
            found = answers(data, self.index, self._truths, evaluated, with_scores=with_scores)
            if self._last is None or len(found.fit):
                self._last = found
            rows = list(found.held)
            for bit, place in enumerate(data.questions):
                self._held[questions[place]] = rows[bit // AT_ONCE], bit % AT_ONCE
        return found

    def _sales(self, data: Prepared) -> tuple[Bits, Bits]:
        """The moments of opportunities, and what the parts that speak of one say there."""
        parts = data.of_sales
        if not parts or not len(self.index.table("opportunity")):
            return NO_BITS, NO_BITS
        places, bits = self._of_opportunities, np.zeros(len(self._of_opportunities), np.int64)

        def fill(begin: int, stop: int) -> None:
            here = places[begin:stop]
            for part in parts if len(here) else ():
                read = self._reader(here, opening_only=part.opening_only)
                held = holds(_expression(part), read, len(here))
                bits[begin:stop] |= held.astype(np.int64) << data.asked.bit[part]

        in_stretches(fill, len(places))
        return places, bits

    @cached_property
    def _of_opportunities(self) -> NDArray[np.int64]:
        return self.shared.few_moments_of(OPPORTUNITY, CLOSE)

    def _general(self, data: Prepared) -> Bits:
        """At every moment the bits of the parts that are evaluated as they stand."""
        parts = data.general
        if not parts:
            return NO_BITS
        bits = np.zeros(len(self.index), np.int64)
        for part in parts:
            self._prepare(_expression(part))

        def fill(begin: int, stop: int) -> None:
            for low in range(begin, stop, _FITS):
                here = np.arange(low, min(low + _FITS, stop))
                for part in parts:
                    read = self._reader(here, opening_only=part.opening_only)
                    held = holds(_expression(part), read, len(here))
                    bits[here[0] : here[-1] + 1] |= held.astype(np.int64) << data.asked.bit[part]

        in_stretches(fill, len(bits))
        return bits

    def _prepare(self, expression: Expression) -> None:
        """Works out, before threads do with it, what is kept of all moments."""
        for name in names(expression):
            if name.scope in COUNTS:
                self.count(name)
            elif name.path == "engagement":
                self.engagement  # noqa: B018 - kept
            elif name.path == "fit":
                for points in self.agreement.fit.points:
                    self._prepare(points.when.expression)

    def holds_at(
        self,
        criterion: Criterion,
        moments: NDArray[np.int64],
        since: NDArray[np.int64] | None = None,
    ) -> Mask:
        """Whether it holds at the given moments only; a negative moment never does.

        `since` as in `read_by`.
        """
        asked = question(criterion)
        if since is None and asked in self._held:
            return set_at(*self._held[asked], plain(moments))
        read = self.read_by(criterion, moments, since)

        def decide(leaf: Expression) -> Mask:
            if scope := scope_of(leaf):
                return self._truths.by_row(leaf, scope)[self._rows(scope, moments)]
            return holds(leaf, read, len(moments))

        return held_together(criterion.expression, decide) & (moments >= 0)

    # --- the variables ------------------------------------------------------------------------

    def read_by(
        self,
        criterion: Criterion,
        moments: NDArray[np.int64],
        since: NDArray[np.int64] | None = None,
    ) -> ColumnOf:
        """The variables as the criterion reads them at the given moments.

        Counts are of all that happened so far, or of what happened after the moments `since` (-1:
        after nothing). At the close of an opportunity a criterion that does not ask how it ended
        has no opportunity at hand: it spoke of the opening.
        """
        opening_only = speaks_of_opening(criterion.expression)
        return self._reader(moments, since, opening_only=opening_only)

    def _reader(
        self,
        moments: NDArray[np.int64],
        since: NDArray[np.int64] | None = None,
        *,
        opening_only: bool,
    ) -> ColumnOf:
        def column_of(name: Name) -> Column:
            column = self._column(name, moments)
            if opening_only and name.scope == "opportunity":
                opens = self.index.kind[moments] != CLOSE
                return Column(column.values, column.mask & opens, column.words)
            if since is not None and is_count(name):
                before = np.where(since >= 0, self.count(name)[since], 0)
                return Column(column.values - before, column.known)
            return column

        return column_of

    def _column(self, name: Name, moments: NDArray[np.int64]) -> Column:
        """The variable's value at the given moments; unknown at a negative one."""
        if not name.scope:
            score = self.fit_at(moments) if name.field == "fit" else self.engagement[moments]
            return Column(score, moments >= 0)
        if name.scope in COUNTS:
            return Column(self.count(name)).take(moments)
        return self._state(name, self._rows(name.scope, moments), self.index.kind[moments])

    def count(self, name: Name) -> NDArray[np.int64]:
        """A count such as `touches.webinar` at every moment."""
        if name.path not in self._counts:
            steps = np.zeros(len(self.index), np.int8)
            for part, by in steps_of(name):
                steps += self._moves(part).view(np.int8) * np.int8(by)
            self._counts[name.path] = counted(self.index.first, steps)
        return self._counts[name.path]

    def _moves(self, part: Part) -> Mask:
        """At which moments a part of a count holds."""
        if part.of_kind >= 0:
            moved: Mask = self.index.kind == part.of_kind
            return moved
        return bit_set(*self._bit(as_asked(_expression(part), part.opening_only)))

    def _rows(self, scope: str, moments: NDArray[np.int64]) -> Codes:
        """The row that the scope speaks of at these moments; -1 where there is none."""
        if scope in FACT_SCOPES:
            return self.index.rows_of(scope, moments)
        rows = self.index.person_row if scope == "person" else self.index.account_row
        return np.where(moments >= 0, rows[moments], np.int32(-1))

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

    def members_at(self, kind: str, moments: NDArray[np.int64] | Codes) -> Codes:
        """Whom an activity or a decision names at these moments (-1: nobody; not such a fact)."""
        return at_rows(getattr(self.owners, kind), self.index.rows_of(kind, moments))

    @property
    def owners(self) -> Owners:
        """Who has which lead from when on."""
        return self.shared.owners

    @cached_property
    def member_calendars(self) -> Codes:
        """Each member's own calendar, by its code (-1: none); and last that of nobody."""
        return own_calendars(self.index, self.calendars.places)

    @cached_property
    def all_work_as_promised(self) -> bool:
        """Whether each promise's calendar is everybody's: nobody has an own one, or is away."""
        return not self.calendars.anybody_away and bool((self.member_calendars < 0).all())

    def assigned(self, moments: NDArray[np.int64]) -> Codes:
        """Who has the lead at these moments: the last assigned (-1: none, or a queue)."""
        who, index = self.owners, self.index
        return assigned(plain(moments), who.given, who.member, who.begin, index.person)

    def fit_at(self, moments: NDArray[np.int64]) -> Numbers:
        """The fit score at these moments."""
        score = np.zeros(len(moments))
        for points in self.agreement.fit.points:
            score += points.points * self.holds_at(points.when, moments)
        cap = self.agreement.fit.cap
        return score if cap is None else np.minimum(score, cap)

    @cached_property
    def engagement(self) -> Numbers:
        """The engagement score at each moment, decayed to it, rounded to 6 decimals."""
        return self._ask((), with_scores=True).scores

    @property
    def last_fit(self) -> Numbers:
        """Each person's fit score at their last moment."""
        fit = self._scores.fit
        return fit if len(fit) else self.fit_at(self.index.first[1:] - 1)

    @property
    def last_score(self) -> Numbers:
        """Each person's engagement score just after their last moment, not rounded."""
        return self._scores.last

    def engagement_left(self, instant: int) -> Numbers:
        """What is left of each person's score at an instant after the last moment, rounded."""
        return faded(self.last_score, self.last_at, instant, self.agreement)

    @property
    def last_at(self) -> NDArray[np.int64]:
        """The instant of each person's last moment."""
        return self._scores.at

    @property
    def _scores(self) -> Answers:
        return self._last or self._ask(())


def at_rows(values: Codes, rows: Codes | NDArray[np.int64]) -> Codes:
    """The values at these rows of their table; -1 where there is none."""
    if not len(values):
        return np.full(len(rows), -1, np.int32)
    return np.where(rows >= 0, values[rows], np.int32(-1))


def _expression(part: Part) -> Expression:
    if part.expression is None:
        raise ValueError("the kind of a moment is no expression")
    return part.expression


def _put(bits: Held, which: int, shift: int, found: Held) -> None:
    """Adds some of the bits, moved up by so many places (down where negative)."""
    in_stretches(
        lambda begin, stop: _put_moved(bits[begin:stop], which, shift, found[begin:stop]), len(bits)
    )


@numba.njit(cache=True, nogil=True)
def _put_moved(bits: Held, which: int, shift: int, found: Held) -> None:
    for m in range(len(bits)):
        mine = bits[m] & which
        found[m] |= mine << shift if shift >= 0 else mine >> -shift
