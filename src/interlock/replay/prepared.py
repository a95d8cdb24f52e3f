"""Questions as the arrays that a kernel reads. They are kept: the next buyer is asked the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import Expression
from interlock.agreement.schema import Agreement
from interlock.agreement.vocabulary import FACT_SCOPES, STATE_SCOPES
from interlock.replay.asked import Asked, Part, Question, Threshold, asked, reads_the_word
from interlock.replay.evaluate import without
from interlock.replay.fading import Fading, fading, half_life_of
from interlock.replay.kept import once_each
from interlock.replay.kinds import KINDS, TOUCH, table_of
from interlock.replay.outcome import Numbers
from interlock.replay.truths import ByRows, Told, by_rows

Bits = NDArray[np.int64]

Held = NDArray[np.uint16]
"""Numbers, one a moment, whose bits say which criteria hold there."""

AT_ONCE = 16
"""So many criteria have their bits in one number."""

FACTS_WITH_CODES = tuple(scope for scope in FACT_SCOPES if scope != "opportunity")


class Tests(NamedTuple):
    """What is asked; a table of terms has those of entry e from `begin[e]` to `begin[e + 1]`.

    Step s adds `step_by` to count `step_count` where all bits of `step_bits` are set; `steps` are
    those of all. Threshold t sets `bit` where its value lies in [least, below): the first `of_fit`
    are of fit, the others of the count `of_count`. Those of engagement, counted in millionths, are
    told by the `edges` from which on bits are `turned`. `points` are those that terms give to fit,
    at most `cap`.
    """

    counts: int
    steps: int
    step_bits: Bits
    step_count: Bits
    step_by: Bits
    of_count: Bits
    least: Numbers
    below: Numbers
    bit: Bits
    of_fit: int
    edges: Numbers
    turned: Bits
    points: Numbers
    points_begin: Bits
    points_terms: Bits
    cap: float
    begin: Bits
    terms: Bits


class Layout(NamedTuple):
    """By the kind of a moment: the bits that are set whatever its fact (`base`).

    Where the bits of its parts begin (`shift`). `of_states`: something is asked of the versions of
    persons and accounts, or of fit. `weights` are the points that a touch gives, by the
    position of its kind among those that give points; at last of one that gives none.
    """

    base: Bits
    shift: Bits
    of_states: bool
    weights: Numbers


@dataclass(frozen=True, eq=False)
class Words:
    """What the word of a fact alone tells: the bits of parts; and `weights`, the points it gives.

    `beside` is what its row tells beside the word.
    """

    told: Told
    weights: Mapping[str, float]
    beside: ByRows


@dataclass(frozen=True)
class Prepared:
    """Some questions, by their positions among those asked.

    `rows` says what the rows of each scope's table decide, and `words` what the words of its facts
    do, where they are told. `of_sales` are the parts that speak of an opportunity, `general` those
    that are evaluated as they stand.
    """

    questions: range
    asked: Asked
    rows: dict[str, ByRows]
    words: dict[str, Words]
    of_sales: tuple[Part, ...]
    general: tuple[Part, ...]
    tests: Tests
    layout: Layout
    fading: Fading


def prepared(questions: tuple[Question, ...], agreement: Agreement) -> list[Prepared]:
    """The questions under the agreement, as many together as there is room for."""
    return _under(agreement)(questions)


@once_each
def _under(agreement: Agreement) -> Callable[[tuple[Question, ...]], list[Prepared]]:
    """What is asked under the agreement; the last few questions are kept."""
    return lru_cache(maxsize=16)(lambda questions: _prepared(questions, agreement))


def _prepared(questions: tuple[Question, ...], agreement: Agreement) -> list[Prepared]:
    return [
        Prepared(
            questions=mine,
            asked=data,
            rows={scope: _rows(data, scope, agreement) for scope in (*STATE_SCOPES, *FACT_SCOPES)},
            words={scope: _words(data, scope, agreement) for scope in FACTS_WITH_CODES},
            of_sales=data.of("opportunity"),
            general=data.of(""),
            tests=_tests(data),
            layout=_layout(data, agreement),
            fading=fading(half_life_of(agreement)),
        )
        for data, mine in asked(questions, agreement)
    ]


def _rows(data: Asked, scope: str, agreement: Agreement) -> ByRows:
    points = agreement.engagement.points if scope == KINDS[TOUCH] else ()
    return by_rows(_expressions(data.of(scope)), tuple(points))


def _words(data: Asked, scope: str, agreement: Agreement) -> Words:
    parts = data.of(scope)
    by_word = [part for part in parts if reads_the_word(part)]  # they come first
    told = enumerate(_expressions(by_word), data.bit[parts[0]] if parts else 0)
    points = agreement.engagement.points if scope == KINDS[TOUCH] else {}
    beside = by_rows(_expressions(parts[len(by_word) :]))
    return Words(Told(tuple(told)), {word: float(each) for word, each in points.items()}, beside)


def _expressions(parts: Sequence[Part]) -> tuple[Expression, ...]:
    return tuple(part.expression for part in parts if part.expression is not None)


def _layout(data: Asked, agreement: Agreement) -> Layout:
    base, shift = np.zeros(len(KINDS), np.int64), np.zeros(len(KINDS), np.int64)
    for kind, name in enumerate(KINDS):
        base[kind] = sum(1 << bit for part, bit in data.bit.items() if _is_set(part, kind))
        if mine := data.of(name):
            shift[kind] = data.bit[mine[0]]
    weights = np.array([*agreement.engagement.points.values(), 0], np.float64)
    of_states = data.with_fit or any(data.of(scope) for scope in STATE_SCOPES)
    return Layout(base, shift, of_states, weights)


def _is_set(part: Part, kind: int) -> bool:
    """Whether the part holds at every moment of that kind, whatever its fact."""
    if part.scope == "kind":
        return part.of_kind == kind
    elsewhere = part.scope in FACT_SCOPES and part.scope != table_of(kind)
    return elsewhere and part.expression is not None and without(part.expression)


def _tests(data: Asked) -> Tests:
    steps = [
        (term, count, by)
        for count, moves in enumerate(data.counts)
        for terms, by in moves
        for term in terms
    ]
    limits = sorted(
        (each.count, *_span(each), 1 << bit)
        for each, bit in zip(data.thresholds, data.threshold_bits, strict=True)
        if each.variable != "engagement"
    )
    step_bits, step_count, step_by = np.array(steps, np.int64).reshape(-1, 3).T.copy()
    points_begin, points_terms = _flat([terms for _, terms in data.fit])
    begin, terms = _flat([*data.terms])
    edges, turned = _edges(data)
    return Tests(
        counts=len(data.counts),
        steps=int(np.bitwise_or.reduce(step_bits)) if len(step_bits) else 0,
        step_bits=step_bits,
        step_count=step_count,
        step_by=step_by,
        of_count=np.array([limit[0] for limit in limits], np.int64),
        least=np.array([limit[1] for limit in limits], np.float64),
        below=np.array([limit[2] for limit in limits], np.float64),
        bit=np.array([limit[3] for limit in limits], np.int64),
        of_fit=sum(each.variable == "fit" for each in data.thresholds),
        edges=edges,
        turned=turned,
        points=np.array([points for points, _ in data.fit], np.float64),
        points_begin=points_begin,
        points_terms=points_terms,
        cap=data.cap,
        begin=begin,
        terms=terms,
    )


def _edges(data: Asked) -> tuple[Numbers, Bits]:
    """Where what engagement meets turns, in order, and the bits that turn there."""
    turned: dict[float, int] = {}
    for each, bit in zip(data.thresholds, data.threshold_bits, strict=True):
        if each.variable == "engagement":
            for edge in _span(each):
                turned[edge] = turned.get(edge, 0) ^ 1 << bit
    edges = sorted(edge for edge, bits in turned.items() if bits and edge < math.inf)
    return np.array(edges, np.float64), np.array([turned[edge] for edge in edges], np.int64)


def _span(threshold: Threshold) -> tuple[float, float]:
    """The values [least, below) that meet the threshold; of engagement in millionths."""
    value, after = threshold.value, math.nextafter(threshold.value, math.inf)
    if threshold.variable == "engagement":
        # what is compared is rounded: so many millionths, as a decimal number
        value, after = _first_from(value), _first_from(after)
    return {
        "<": (-math.inf, value),
        "<=": (-math.inf, after),
        ">": (after, math.inf),
        ">=": (value, math.inf),
        "==": (value, after),
    }[threshold.operation]


def _first_from(value: float) -> float:
    """The least whole number of millionths that is, as a decimal number, not less than this."""
    whole = float(math.floor(value * 1e6))
    while whole / 1e6 >= value:
        whole = min(whole - 1, math.nextafter(whole, -math.inf))
    while whole / 1e6 < value:
        whole = max(whole + 1, math.nextafter(whole, math.inf))
    return whole


def _flat(tables: list[frozenset[int]]) -> tuple[Bits, Bits]:
    begin = np.cumsum([0, *map(len, tables)]).astype(np.int64)
    return begin, np.array([term for terms in tables for term in sorted(terms)], np.int64)
