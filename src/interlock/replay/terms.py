"""What an event promise says, as numbers. It is made once: the next buyer is owed the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.agreement.expression import Expression, names
from interlock.agreement.schema import Duration, EventPromise, TimeUnit
from interlock.agreement.timeline import Words
from interlock.agreement.vocabulary import FACT_SCOPES
from interlock.facts.columns import Mask
from interlock.replay.asked import is_count
from interlock.replay.kept import once_each
from interlock.replay.openings import NEVER
from interlock.replay.outcome import Codes, Instants
from interlock.replay.owners import side_of


@dataclass(frozen=True)
class Terms:
    """A promise by positions: `code` among the promises, `stage` that starts it (-1: none does).

    `side` owes it. What is told by variant has that of none last: its code, the `seconds` of its
    budget (NEVER of one in days), whether `elapsed` time counts. `days` are the budgets in working
    days: the variant (-1: none), and how many. `of_a_fact`: what starts it speaks of the fact at
    hand; `counts`: what keeps it is counted from the start.
    """

    code: int
    side: int
    stage: int
    variants: Codes
    seconds: Instants
    elapsed: Mask
    days: tuple[tuple[int, int], ...]
    of_a_fact: bool
    counts: bool


def _terms(promise: EventPromise, words: Words) -> Terms:
    starts, each = promise.starts, [*(v.within for v in promise.variants), promise.within]
    return Terms(
        code=words.promises.index(promise.id),
        side=side_of(promise),
        stage=words.stages.index(starts.enters) if starts.enters else -1,
        variants=np.array([*(words.variants.index(v.id) for v in promise.variants), -1], np.int32),
        seconds=np.array([NEVER if _in_days(w) else w.amount for w in each], np.int64),
        elapsed=np.array([within.unit is TimeUnit.ELAPSED for within in each]),
        days=tuple(
            (place if place < len(promise.variants) else -1, within.amount)
            for place, within in enumerate(each)
            if _in_days(within)
        ),
        of_a_fact=starts.when is not None and speaks_of_a_fact(starts.when.expression),
        counts=any(is_count(name) for name in names(promise.kept_by.expression)),
    )


terms = once_each(_terms, 1_024)
"""What a promise says, in the words of all versions."""


def _in_days(within: Duration) -> bool:
    return within.unit is TimeUnit.WORKING_DAYS


def speaks_of_a_fact(expression: Expression) -> bool:
    """Whether it reads the fact at hand."""
    return any(name.scope in FACT_SCOPES for name in names(expression))
