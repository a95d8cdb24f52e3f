"""Krippendorff's alpha: how far answers agree beyond what chance would bring about.

1 is perfect agreement, 0 what chance brings about, and less than 0 is contradiction. Answers are
names without an order (nominal); missing ones are allowed. Source: K. Krippendorff, "Computing
Krippendorff's Alpha-Reliability" (2011). The interval is that of A. Zapf et al., "Measuring
inter-rater reliability for nominal data" (2016): the leads are drawn anew, with repetition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MISSING = -1
"""The code of an answer that was not given."""

Answers = NDArray[np.int64]
"""Codes of answers from 0 on, a row for each member, a column for each lead."""
Masses = NDArray[np.float64]
"""How much of each answer a lead was given: a row for each lead, a column for each answer."""

DRAWS = 1_000
"""So often the leads are drawn anew."""
_TAILS = (2.5, 97.5)


@dataclass(frozen=True)
class Reliability:
    """How far answers agree.

    `agree` is the share of pairs of answers to the same lead that are the same, 0 to 1; `alpha`
    the same beyond chance, and `low` and `high` its 95 % interval. `leads` are those that have at
    least one pair. None: it cannot be told; of alpha also where all answers are the same, since
    then nobody knows whether they could have differed.
    """

    leads: int
    agree: float | None = None
    alpha: float | None = None
    low: float | None = None
    high: float | None = None


def within(answers: Answers, seed: int) -> Reliability:
    """How far the members of one group agree among themselves."""
    masses = masses_of(answers, int(answers.max(initial=MISSING)) + 1)
    masses = masses[masses.sum(1) > 1]
    given = masses.sum(1)
    differ = (given**2 - (masses**2).sum(1)) / (given - 1)
    return _reliability(masses, differ, seed)


def between(one: Answers, other: Answers, seed: int) -> Reliability:
    """How far two groups agree with each other, whatever they do among themselves.

    Each group speaks with one voice about each lead, divided as its answers are. Where each is one
    member, that is alpha of the two.
    """
    codes = max(int(one.max(initial=MISSING)), int(other.max(initial=MISSING))) + 1
    first, second = masses_of(one, codes), masses_of(other, codes)
    both = (first.sum(1) > 0) & (second.sum(1) > 0)
    first, second = shares(first[both]), shares(second[both])
    differ = 2 * (1 - (first * second).sum(1))
    return _reliability(first + second, differ, seed)


def masses_of(answers: Answers, codes: int) -> Masses:
    """How often each lead was given each answer."""
    found: Masses = (answers[:, :, None] == np.arange(codes)).sum(0).astype(np.float64)
    return found


def shares(masses: Masses) -> Masses:
    """The same as shares of each lead's answers; not a number where a lead has none."""
    with np.errstate(invalid="ignore"):
        found: Masses = masses / masses.sum(1, keepdims=True)
    return found


def _reliability(masses: Masses, differ: NDArray[np.float64], seed: int) -> Reliability:
    """`differ`: of each lead the pairs of different answers, weighed as Krippendorff does."""
    leads = len(masses)
    if not leads:
        return Reliability(0)
    agree = float(1 - differ.sum() / masses.sum())
    alpha = float(_alphas(np.ones((1, leads)), masses, differ)[0])
    if np.isnan(alpha):
        return Reliability(leads, agree)
    chance = np.random.default_rng(seed)
    drawn = chance.multinomial(leads, np.full(leads, 1 / leads), size=DRAWS).astype(np.float64)
    alphas = _alphas(drawn, masses, differ)
    alphas = alphas[~np.isnan(alphas)]  # all answers of a draw may happen to be the same
    low, high = (float(each) for each in np.percentile(alphas, _TAILS))
    return Reliability(leads, agree, alpha, low, high)


def _alphas(
    drawn: NDArray[np.float64], masses: Masses, differ: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Alpha of each draw, whose row says how often each lead was drawn."""
    of_each = drawn @ masses
    given = of_each.sum(1)
    observed = (drawn @ differ) / given
    expected = (given**2 - (of_each**2).sum(1)) / (given * (given - 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: NDArray[np.float64] = np.where(expected > _NOTHING, 1 - observed / expected, np.nan)
    return found


_NOTHING = 1e-12
