"""The removal effect of each channel in a Markov chain of journeys, exactly.

Anderl, Becker, von Wangenheim, Schumann (2016), "Mapping the customer journey".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.replay.journeys import Journeys, summed
from interlock.replay.outcome import Numbers

ORDERS = (1, 2, 3)
MOST_STATES = 4_000
"""A chain's matrix of so many states has 128 MB; its inverse takes some ten seconds."""

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

    def effect(self, channel: int) -> float:
        """The removal effect: the share of conversions that is lost without the channel."""
        if self.whole <= 0:
            return 0.0
        mine, first_come = self.first_come(channel)
        return float(first_come @ self.chance[mine] / self.whole)


def markov(journeys: Journeys, *, order: int = 1, self_transitions: bool = True) -> Numbers:
    """Each channel's removal effect as a share of all; zeros where nothing converted.

    Without a channel, journeys end in nothing where they would have come to it. The share of
    conversions that is lost is (N_0S N_SS^-1) u_S / u_0, with S the states that end with the
    channel: the chance to come to S at all, by where it is first come to, times that of converting
    from there.
    """
    chain = chain_of(journeys, order=order, self_transitions=self_transitions)
    effect = np.array([chain.effect(channel) for channel in range(len(journeys.channels))])
    whole = effect.sum()
    return effect / whole if whole else effect


def chain_of(journeys: Journeys, *, order: int = 1, self_transitions: bool = True) -> Chain:
    """The chain that the journeys make."""
    if order not in ORDERS:
        raise ValueError("`order` is 1, 2 or 3")
    if not self_transitions:
        again = journeys.channel[1:] == journeys.channel[:-1]
        is_new = np.concatenate([[True], ~again])[: len(journeys.channel)]
        journeys = journeys.touches_where(is_new | (journeys.position == 0))
    base = len(journeys.channels) + 1
    state, keys = _states(journeys, order, base)
    start, inner, converts = _chances(journeys, state, len(keys))
    visits = np.linalg.inv(np.eye(len(keys)) - inner).astype(np.float64, copy=False)
    chance = visits @ converts
    whole = float(start @ chance)
    return Chain(keys, keys % base - 1, visits, start @ visits, chance, whole, base)


def _states(
    journeys: Journeys, order: int, base: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each touch's state, and each state's channels as digits to the base, the last one lowest."""
    code = journeys.channel.astype(np.int64) + 1
    key = code.copy()
    for back in range(1, order):
        there = np.flatnonzero(journeys.position >= back)
        key[there] += code[there - back] * base**back
    if base**order <= _FEW_KEYS:
        there = np.zeros(base**order, bool)
        there[key] = True
        keys, place = np.flatnonzero(there), np.cumsum(there) - 1
        state = place[key]
    else:
        keys, state = np.unique(key, return_inverse=True)
    if len(keys) > MOST_STATES:
        raise ValueError(
            f"a chain of order {order} over these journeys has {len(keys):,} states, and at most "
            f"{MOST_STATES:,} are computed; take a lower order or fewer channels"
        )
    return state, keys


def _chances(
    journeys: Journeys, state: NDArray[np.int64], states: int
) -> tuple[Numbers, Numbers, Numbers]:
    """The chances of the first state, of the next one from each, and to convert from each."""
    weight = (journeys.conversions + journeys.nulls)[journeys.journey]
    is_last = np.concatenate([journeys.position[1:] == 0, [True]])[: len(state)]
    ends, goes_on = np.flatnonzero(is_last), np.flatnonzero(~is_last)
    left = summed(weight, state, states)
    share = np.divide(1.0, left, out=np.zeros(states), where=left > 0)
    steps = state[goes_on] * states + state[goes_on + 1]
    inner = summed(weight[goes_on], steps, states * states)
    converted = journeys.conversions[journeys.journey[ends]]
    converts = summed(converted, state[ends], states)
    begins = journeys.position == 0
    start = summed(weight[begins], state[begins], states)
    return (
        start / (start.sum() or 1.0),
        inner.reshape(states, states) * share[:, None],
        converts * share,
    )
