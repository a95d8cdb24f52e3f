"""What is asked of every moment, as data: one kernel (`answers`) decides any criteria by it.

A criterion is cut at its "and"s and "or"s into parts, each decided in a way of its own and then
kept in one bit. It holds where all bits of one of its terms are set. What reads one table is
decided by the rows of that table, a score or a count by comparing it with a number; the rest is
general: evaluated as it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from itertools import product

from interlock.agreement.criterion import Criterion
from interlock.agreement.expression import (
    Call,
    Constant,
    Expression,
    ListOf,
    Name,
    ValueType,
    names,
)
from interlock.agreement.schema import Agreement
from interlock.agreement.vocabulary import ATTEMPT_KINDS, COUNTS, FACT_SCOPES, STATE_SCOPES
from interlock.replay.kept import once_each
from interlock.replay.kinds import ACTIVITY, ASSIGNMENT, CLOSE, DECISION, KINDS, OPPORTUNITY, TOUCH

KNOWN_AT_THE_CLOSE = ("status", "stage", "closed_at")
"""What an opportunity shows of its end."""

_MOST_BITS = 62
_MOST_OF_A_FACT, _MOST_OF_A_STATE = 16, 32
"""So many bits has what a row says: one for each part, and which points a touch gives."""
_MOST_TERMS = 32
_EXACT = 2**53

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
"""The comparisons whose values are one span; and the same with the sides changed."""

Terms = frozenset[int]
"""Bits that are all set together, as one number each; a criterion holds where one of them is."""

ALWAYS_SO: Terms = frozenset({0})
NEVER_SO: Terms = frozenset()


@dataclass(frozen=True)
class Threshold:
    """A score, or the count of that position, compared with a number."""

    variable: str
    count: int
    operation: str
    value: float


@dataclass(frozen=True)
class Part:
    """A part of a criterion that one bit stands for.

    `scope` says who decides it: a table by its rows; "opportunity" at the moments of one; "kind" by
    the kind of the moment (`of_kind`); "threshold" a score or a count; "" the whole evaluator.
    """

    scope: str
    expression: Expression | None = None
    opening_only: bool = False
    of_kind: int = -1
    threshold: Threshold | None = None


Steps = tuple[tuple[Part, int], ...]
"""What moves a count: at each moment at which the part holds, by so many.

No part has an "or": of two terms that hold at once each would move the count.
"""


@dataclass(frozen=True)
class Asked:
    """Questions as data.

    `bit` is the bit of each part; `terms` those of each criterion, by its position. `thresholds`
    have the bits of `threshold_bits`; `counts` what moves each count, and by how much. `fit` are
    the points of the fit score and the terms that give them; there are none where no threshold is
    of it (not `with_fit`).
    """

    bit: dict[Part, int]
    terms: tuple[Terms, ...]
    thresholds: tuple[Threshold, ...]
    threshold_bits: tuple[int, ...]
    counts: tuple[tuple[tuple[Terms, int], ...], ...]
    fit: tuple[tuple[float, Terms], ...]
    cap: float
    with_fit: bool

    def of(self, scope: str) -> tuple[Part, ...]:
        """The parts that this scope decides, in order of their bits, which follow each other.

        Those that read the word of a fact come first.
        """
        return tuple(part for part in self.bit if part.scope == scope)


class TooMuchError(ValueError):
    """More parts than there are bits for."""


@dataclass(frozen=True, eq=False)
class Question:
    """What a criterion asks; and whether it means opportunities as they were opened.

    There is one for all criteria that ask the same, so that it is told from others without a look
    at what it says.
    """

    expression: Expression
    opening_only: bool


as_asked = lru_cache(maxsize=4_096)(Question)
"""The question of an expression."""


def _question(criterion: Criterion) -> Question:
    return as_asked(criterion.expression, speaks_of_opening(criterion.expression))


question = once_each(_question, 4_096)
"""What a criterion asks."""


def speaks_of_opening(expression: Expression) -> bool:
    """Whether an opportunity at hand is meant as it was opened: it asks nothing of its end."""
    asks = {name.field for name in names(expression) if name.scope == "opportunity"}
    return not asks & set(KNOWN_AT_THE_CLOSE)


def asked(questions: Sequence[Question], agreement: Agreement) -> list[tuple[Asked, range]]:
    """The questions as data, and which of them each has: as many together as there is room for."""
    try:
        return [(_Making(agreement).of(questions), range(len(questions)))]
    except TooMuchError:
        if len(questions) <= 1:
            return [(_Making(agreement, whole=True).of(questions), range(len(questions)))]
    half = len(questions) // 2
    later = asked(questions[half:], agreement)
    moved = [(data, range(mine.start + half, mine.stop + half)) for data, mine in later]
    return [*asked(questions[:half], agreement), *moved]


def by_columns_alone(question: Question, agreement: Agreement) -> bool:
    """Whether columns, scores and counts decide it, each by itself: nothing has to be evaluated."""
    making = _Making(agreement)
    try:
        making.terms_of(question)
    except TooMuchError:
        return False
    return all(part.scope for part in making.parts)


@dataclass
class _Making:
    """The parts found so far. `whole`: no criterion is cut, each is one general part."""

    agreement: Agreement
    whole: bool = False
    parts: dict[Part, int] = field(default_factory=dict)
    thresholds: dict[Threshold, int] = field(default_factory=dict)
    counts: dict[Name, int] = field(default_factory=dict)
    moves: dict[int, tuple[tuple[Terms, int], ...]] = field(default_factory=dict)

    def of(self, questions: Sequence[Question]) -> Asked:
        """All of them. Bits are numbered as they are found, and then put in order."""
        held = [self.terms_of(each) for each in questions]
        with_fit = any(each.variable == "fit" for each in self.thresholds)
        points = self.agreement.fit.points if with_fit else ()
        fit = [(float(each.points), self.terms_of(question(each.when))) for each in points]
        ordered = sorted(self.parts, key=_place)
        if max(len(ordered), len(held), len(fit)) > _MOST_BITS or self._crowded():
            raise TooMuchError
        to = {self.parts[part]: place for place, part in enumerate(ordered)}
        cap = self.agreement.fit.cap
        return Asked(
            bit={part: place for place, part in enumerate(ordered)},
            terms=tuple(_moved(terms, to) for terms in held),
            thresholds=tuple(self.thresholds),
            threshold_bits=tuple(to[bit] for bit in self.thresholds.values()),
            counts=tuple(
                tuple((_moved(terms, to), by) for terms, by in self.moves[count])
                for count in self.counts.values()
            ),
            fit=tuple((points, _moved(terms, to)) for points, terms in fit),
            cap=float("inf") if cap is None else float(cap),
            with_fit=with_fit,
        )

    def _crowded(self) -> bool:
        """Whether a row of some table decides more parts than there is room for."""
        many = Counter(part.scope for part in self.parts)
        points = len(self.agreement.engagement.points).bit_length()
        return (
            max(many[scope] for scope in STATE_SCOPES) > _MOST_OF_A_STATE
            or max(many[scope] for scope in FACT_SCOPES if scope != "opportunity") > _MOST_OF_A_FACT
            or many["touch"] + points > _MOST_OF_A_FACT
        )

    def _bit(self, part: Part) -> int:
        return self.parts.setdefault(part, len(self.parts))

    def terms_of(self, asked: Question) -> Terms:
        """The terms of which one has to hold."""
        found = self._general(asked) if self.whole else self._cut(asked)
        return found if len(found) <= _MOST_TERMS else self._general(asked)

    def _general(self, asked: Question) -> Terms:
        """As it stands."""
        return _one(self._bit(Part("", asked.expression, asked.opening_only)))

    def _cut(self, asked: Question) -> Terms:
        expression, opening_only = asked.expression, asked.opening_only
        if isinstance(expression, Constant):
            return ALWAYS_SO if expression.value is True else NEVER_SO
        joins = isinstance(expression, Call) and expression.op in ("&&", "||")
        if (scope := scope_of(expression)) and not (joins and len(names(expression)) > 1):
            return _one(self._bit(Part(scope, expression)))
        if {name.scope for name in names(expression)} == {"opportunity"}:
            return _one(self._bit(Part("opportunity", expression, opening_only)))
        if isinstance(expression, Call) and joins:
            sides = [self._cut(as_asked(side, opening_only)) for side in expression.arguments]
            return reduce(_both if expression.op == "&&" else frozenset.union, sides)
        compared = _compared(expression)
        return self._general(asked) if compared is None else _one(self._threshold(*compared))

    def _moves(self, part: Part) -> Terms:
        """What has to be so for a count to move."""
        if part.expression is None or part.scope == "opportunity":
            return _one(self._bit(part))
        return self._cut(as_asked(part.expression, part.opening_only))

    def _threshold(self, name: Name, operation: str, value: float) -> int:
        """The bit of a score or a count that is compared with a number."""
        count = -1
        if name.scope:
            count = self.counts.setdefault(name, len(self.counts))
            self.moves[count] = tuple((self._moves(part), by) for part, by in steps_of(name))
        threshold = Threshold("count" if name.scope else name.field, count, operation, value)
        if threshold not in self.thresholds:
            self.thresholds[threshold] = self._bit(Part("threshold", threshold=threshold))
        return self.thresholds[threshold]


def _one(bit: int) -> Terms:
    return frozenset({1 << bit})


def _place(part: Part) -> tuple[int, bool]:
    return _ORDER.index(part.scope), not reads_the_word(part)


def reads_the_word(part: Part) -> bool:
    """Whether the word alone decides it that says what sort of fact it is."""
    read = names(part.expression) if part.expression is not None else frozenset()
    return part.scope in FACT_SCOPES and {name.field for name in read} == {"kind"}


_ORDER = (*STATE_SCOPES, *FACT_SCOPES, "kind", "threshold", "")


def _moved(terms: Terms, to: dict[int, int]) -> Terms:
    """The terms with each bit at its new place."""
    return frozenset(sum(1 << to[bit] for bit in to if term >> bit & 1) for term in terms)


def _both(left: Terms, right: Terms) -> Terms:
    if len(left) * len(right) > _MOST_TERMS**2:
        raise TooMuchError
    return frozenset(one | other for one, other in product(left, right))


def scope_of(part: Expression) -> str | None:
    """The one table whose rows decide the part; None where there is no such.

    What an opportunity shows depends on the moment, too.
    """
    read = {name.scope for name in names(part)}
    scope = read.pop() if len(read) == 1 else ""
    return scope if scope in (*STATE_SCOPES, *FACT_SCOPES) and scope != "opportunity" else None


def _compared(part: Expression) -> tuple[Name, str, float] | None:
    """The score or count, the operation and the number of a plain comparison."""
    if not isinstance(part, Call) or part.op not in _FLIPPED:
        return None
    left, right = part.arguments
    op = part.op
    if isinstance(left, Constant):
        left, right, op = right, left, _FLIPPED[op]
    if not isinstance(left, Name) or not isinstance(right, Constant):
        return None
    value = right.value
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _EXACT:
        return None
    return left, op, float(value)


_KIND_OF_COUNT = {
    "touches": TOUCH,
    "activities": ACTIVITY,
    "decisions": DECISION,
    "assignments": ASSIGNMENT,
}


def steps_of(name: Name) -> Steps:
    """What moves a count such as `touches.webinar` or `opportunities.open`."""
    if name.scope == "opportunities":
        created, closed = Part("kind", of_kind=OPPORTUNITY), Part("kind", of_kind=CLOSE)
        if name.field == "created":
            return ((created, 1),)
        if name.field == "open":
            return ((created, 1), (closed, -1))
        return ((Part("opportunity", _has_word("opportunity", "status", (name.field,))), 1),)
    kind = _KIND_OF_COUNT[name.scope]
    if name.field == "any":
        return ((Part("kind", of_kind=kind), 1),)
    if name.field != "attempts":
        return ((Part(KINDS[kind], _has_word(KINDS[kind], "kind", (name.field,))), 1),)
    human = Name("activity", "human", ValueType.FLAG)
    outbound = _has_word("activity", "direction", ("outbound",))
    attempt = _has_word("activity", "kind", ATTEMPT_KINDS)
    return ((Part("activity", Call("&&", (human, outbound, attempt), ValueType.FLAG)), 1),)


def _has_word(kind: str, column: str, words: tuple[str, ...]) -> Expression:
    choices = ListOf(tuple(Constant(word, ValueType.TEXT) for word in words))
    return Call("in", (Name(kind, column, ValueType.TEXT), choices), ValueType.FLAG)


def is_count(name: Name) -> bool:
    """Whether the variable counts what happened; how many opportunities are open is no such."""
    return name.scope in COUNTS and name.path != "opportunities.open"
