"""The removal effect of each channel in a Markov chain of journeys, exactly.

Anderl, Becker, von Wangenheim, Schumann (2016), "Mapping the customer journey".
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.replay.journeys import Journeys
from interlock.replay.outcome import Codes, Numbers
from interlock.replay.parts import in_parts, plain

ORDERS = (1, 2, 3)
MOST_STATES = 4_000
"""A chain's matrix of so many states has 128 MB; its inverse takes some ten seconds."""

_FEW_STATES = 300
"""Of more states, counts of journeys in parts would take longer to add up than to make."""

_FEW_PAIRS = 255
"""Steps between so many states have numbers of 16 bits."""

_PAIRS = 4_096
"""The numbers of so many steps at once stay in the processor's nearest cache."""

_FEW_KEYS = 1 << 20
"""So many possible states are looked up in a table; more are put in order."""


@dataclass(frozen=True)
class Chain:
    """A chain of journeys, solved. A state is the last channels of a journey.

    `keys` are the states' channels as digits (see `trail`) and `channel_of` the last one of each.
    `visits` is N = (I - Q)^-1: how often a journey in one state is still in another; `reached` the
    same from the start; `chance` is u = N R, that of converting from a state, and `whole` that from
    the start. `base` is one more than there are channels.
    """

    keys: NDArray[np.int64]
    channel_of: NDArray[np.int64]
    visits: Numbers
    reached: Numbers
    chance: Numbers
    whole: float
    base: int

    def trail(self, state: int) -> list[int]:
        """The channels of a state, the earliest first."""
        found, key = [], int(self.keys[state])
        while key:
            key, digit = divmod(key, self.base)
            found.append(digit - 1)
        return found[::-1]

    def first_come(self, channel: int) -> tuple[NDArray[np.int64], Numbers]:
        """The states of a channel, and the chance that a journey comes to it first by each.

        By one state, that is N_0c / N_cc.
        """
        mine: NDArray[np.int64] = np.flatnonzero(self.channel_of == channel)
        chances = np.linalg.solve(self.visits[np.ix_(mine, mine)].T, self.reached[mine])
        return mine, chances.astype(np.float64, copy=False)

    def effects(self) -> Numbers:
        """Each channel's removal effect: the share of conversions that is lost without it."""
        effect = np.zeros(self.base - 1)
        if self.whole <= 0:
            return effect
        if len(self.keys) == len(effect):  # a state a channel
            first_come = self.reached / np.diagonal(self.visits)
            effect[self.channel_of] = first_come * self.chance
        else:
            for channel in range(len(effect)):
                mine, come = self.first_come(channel)
                effect[channel] = come @ self.chance[mine]
        return effect / self.whole


def markov(journeys: Journeys, *, order: int = 1, self_transitions: bool = True) -> Numbers:
    """Each channel's removal effect as a share of all; zeros where nothing converted.

    Without a channel, journeys end in nothing where they would have come to it. The share of
    conversions that is lost is (N_0S N_SS^-1) u_S / u_0, with S the states that end with the
    channel: the chance to come to S at all, by where it is first come to, times that of converting
    from there.
    """
    effects = chain_of(journeys, order=order, self_transitions=self_transitions).effects()
    whole = effects.sum()
    return effects / whole if whole else effects


def chain_of(journeys: Journeys, *, order: int = 1, self_transitions: bool = True) -> Chain:
    """The chain that the journeys make."""
    if isinstance(order, bool) or not isinstance(order, Integral) or order not in ORDERS:
        raise ValueError("`order` is 1, 2 or 3")
    if self_transitions not in (True, False):
        raise ValueError("`self_transitions` is True or False")
    if not self_transitions:
        again = journeys.channel[1:] == journeys.channel[:-1]
        is_new = np.concatenate([[True], ~again])[: len(journeys.channel)]
        journeys = journeys.touches_where(is_new | (journeys.position == 0))
    base = len(journeys.channels) + 1
    state, keys = _states(journeys, order, base)
    start, inner, converted, ended = _counted(journeys, state, len(keys))
    left = inner.sum(axis=1) + ended
    share = np.divide(1.0, left, out=np.zeros(len(keys)), where=left > 0)
    visits = np.linalg.inv(np.eye(len(keys)) - inner * share[:, None])
    chance = visits @ (converted * share)
    start /= start.sum() or 1.0
    whole = float(start @ chance)
    return Chain(keys, keys % base - 1, visits, start @ visits, chance, whole, base)


def _states(
    journeys: Journeys, order: int, base: int
) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
    """Each touch's state, and each state's channels as digits to the base, the last one lowest."""
    if order == 1:
        return journeys.channel, _few(np.arange(1, base), order)
    key = _keys(journeys.first, journeys.channel, order, base)
    if base**order <= _FEW_KEYS:
        there = np.zeros(base**order, bool)
        there[key] = True
        keys, place = np.flatnonzero(there), np.cumsum(there) - 1
        state = place[key]
    else:
        keys, state = np.unique(key, return_inverse=True)
    return state, _few(keys, order)


def _few(keys: NDArray[np.int64], order: int) -> NDArray[np.int64]:
    """The states, unless there are too many."""
    if len(keys) > MOST_STATES:
        raise ValueError(
            f"a chain of order {order} over these journeys has {len(keys):,} states, and at most "
            f"{MOST_STATES:,} are computed; take a lower order or fewer channels"
        )
    return keys


@numba.njit(cache=True)
def _keys(first: NDArray[np.int64], channel: Codes, order: int, base: int) -> NDArray[np.int64]:
    """The last channels up to each touch, as digits to the base: one more than their places."""
    key, whole = np.empty(len(channel), np.int64), base**order
    for j in range(len(first) - 1):
        last = 0
        for t in range(first[j], first[j + 1]):
            last = (last * base + channel[t] + 1) % whole
            key[t] = last
    return key


def _counted(
    journeys: Journeys, state: NDArray[np.integer], states: int
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """How often each state is the first, is followed by each, ends in a conversion, and ends."""
    found: list[Numbers] = []

    first, conversions, nulls = journeys.first, journeys.conversions, journeys.nulls
    columns = plain(first), plain(state, np.int32), conversions, nulls

    def count(begin: int, stop: int) -> None:
        counts = np.zeros((states + 3) * states)
        if states > _FEW_PAIRS or not _count_ones(*columns, begin, stop, states, counts):
            counts[:] = 0
            _count(*columns, begin, stop, states, counts)
        found.append(counts)

    if states <= _FEW_STATES:
        in_parts(count, journeys.first)
    else:
        count(0, len(journeys))
    counts = np.sum(found, axis=0).reshape(states + 3, states)
    return counts[0], counts[3:], counts[1], counts[2]


@numba.njit(cache=True, nogil=True)
def _count(  # noqa: PLR0913, PLR0917 - the columns of journeys
    first: NDArray[np.int64],
    state: Codes,
    conversions: Numbers,
    nulls: Numbers,
    begin: int,
    stop: int,
    states: int,
    counts: Numbers,
) -> None:
    """Adds journeys to the counts: of starts, conversions, ends, then steps from state to state.

    Of few states every other step is counted apart: the next step, where it is the same, need not
    wait for the count. Places are unsigned: with those that might be below zero, each look-up would
    ask.
    """
    one, two, many = np.uint64(1), np.uint64(2), np.uint64(states)
    converted, ended, steps = counts[states:], counts[2 * states :], counts[3 * states :]
    apart = states <= _FEW_STATES
    others = np.zeros(states * states) if apart else steps
    for j in range(begin, stop):
        touch, end = np.uint64(first[j]), np.uint64(first[j + 1])
        if touch == end:
            continue
        weight, here = conversions[j] + nulls[j], np.uint64(state[touch])
        counts[here] += weight
        touch += one
        while touch + one < end:
            there, then = np.uint64(state[touch]), np.uint64(state[touch + one])
            steps[here * many + there] += weight
            others[there * many + then] += weight
            here = then
            touch += two
        if touch < end:
            there = np.uint64(state[touch])
            steps[here * many + there] += weight
            here = there
        converted[here] += conversions[j]
        ended[here] += weight
    if apart:
        steps += others


@numba.njit(cache=True, nogil=True)
def _count_ones(  # noqa: PLR0913, PLR0917 - the columns of journeys
    first: NDArray[np.int64],
    state: Codes,
    conversions: Numbers,
    nulls: Numbers,
    begin: int,
    stop: int,
    states: int,
    counts: Numbers,
) -> bool:
    """As `_count`, of journeys that each stand for one; False where one does not.

    Where a journey ends is what the processor often guesses wrong. So steps are counted as if all
    were one journey, and those between two of them are taken away again. A state is the end as
    often as one starts in it or comes to it, and does not go on.
    """
    converted, ended, steps = counts[states:], counts[2 * states :], counts[3 * states :]
    _count_steps(state[first[begin] : first[stop]], states, steps)
    many, before = np.uint64(states), np.uint64(states)
    for j in range(begin, stop):
        touch, end = np.uint64(first[j]), np.uint64(first[j + 1])
        if touch == end:
            continue
        if conversions[j] + nulls[j] != 1.0:
            return False
        here, last = np.uint64(state[touch]), np.uint64(state[end - np.uint64(1)])
        counts[here] += 1.0
        if before < many:
            steps[before * many + here] -= 1.0
        if conversions[j]:
            converted[last] += conversions[j]
        before = last
    for one in range(states):
        ended[one] = counts[one]
        for other in range(states):
            ended[one] += steps[other * states + one] - steps[one * states + other]
    return True


@numba.njit(cache=True)
def _count_steps(state: Codes, states: int, steps: Numbers) -> None:
    """Adds how often each state is followed by each.

    Of four steps each is counted apart: the next one, where it is the same, need not wait.
    """
    pair, apart = np.empty(_PAIRS, np.uint16), np.zeros((4, states * states), np.int64)
    many, one, two, three = np.int32(states), np.uint64(1), np.uint64(2), np.uint64(3)
    for begin in range(0, len(state) - 1, _PAIRS):
        here, there = state[begin : begin + _PAIRS], state[begin + 1 : begin + 1 + _PAIRS]
        for i in range(len(there)):
            pair[i] = np.uint16(here[i] * many + there[i])
        fours = len(there) // 4 * 4
        for i in range(0, fours, 4):
            k = np.uint64(i)
            apart[0, pair[k]] += 1
            apart[1, pair[k + one]] += 1
            apart[2, pair[k + two]] += 1
            apart[3, pair[k + three]] += 1
        for i in range(fours, len(there)):
            apart[0, pair[i]] += 1
    for step in range(states * states):
        steps[step] += apart[:, step].sum()
