"""The removal effect of each channel in a Markov chain of journeys, exactly.

Anderl, Becker, von Wangenheim, Schumann (2016), "Mapping the customer journey".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interlock.replay.journeys import Journeys, summed
from interlock.replay.outcome import Numbers

ORDERS = (1, 2, 3)
MOST_STATES = 4_000
"""A chain's matrix of so many states has 128 MB; its inverse takes some ten seconds."""


def markov(journeys: Journeys, *, order: int = 1, self_transitions: bool = True) -> Numbers:
    """Each channel's removal effect as a share of all; zeros where nothing converted.

    A state is the last `order` channels of a journey. Without a channel, journeys end in nothing
    where they would have come to it. With N = (I - Q)^-1, u = N R and S the states that end with
    the channel, the share of conversions that is lost is (N_0S N_SS^-1) u_S / u_0: the chance to
    come to S at all, by where it is first come to, times that of converting from there.
    """
    if order not in ORDERS:
        raise ValueError("`order` is 1, 2 or 3")
    if not self_transitions:
        again = journeys.channel[1:] == journeys.channel[:-1]
        is_new = np.concatenate([[True], ~again])[: len(journeys.channel)]
        journeys = journeys.touches_where(is_new | (journeys.position == 0))
    state, channel_of = _states(journeys, order)
    effect = np.zeros(len(journeys.channels))
    start, inner, converts = _chain(journeys, state, len(channel_of))
    visits = np.linalg.inv(np.eye(len(channel_of)) - inner)
    chance, reached = visits @ converts, start @ visits
    whole = float(start @ chance)
    if whole <= 0:
        return effect
    for channel in range(len(effect)):
        mine = np.flatnonzero(channel_of == channel)
        first_come = np.linalg.solve(visits[np.ix_(mine, mine)].T, reached[mine])
        effect[channel] = first_come @ chance[mine] / whole
    effect /= effect.sum()
    return effect


def _states(journeys: Journeys, order: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each touch's state, and each state's last channel."""
    base = len(journeys.channels) + 1
    code = journeys.channel.astype(np.int64) + 1
    key = code.copy()
    for back in range(1, order):
        there = journeys.position >= back
        key[there] += code[np.flatnonzero(there) - back] * base**back
    keys, state = np.unique(key, return_inverse=True)
    if len(keys) > MOST_STATES:
        raise ValueError(
            f"a chain of order {order} over these journeys has {len(keys):,} states, and at most "
            f"{MOST_STATES:,} are computed; take a lower order or fewer channels"
        )
    return state, keys % base - 1


def _chain(
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
        start / max(start.sum(), 1.0),
        inner.reshape(states, states) * share[:, None],
        converts * share,
    )
