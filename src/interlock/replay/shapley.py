"""What each channel brings to the coalition of all, by Shapley's value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interlock.replay.journeys import Journeys, summed
from interlock.replay.outcome import Numbers

MOST_CHANNELS = 20
"""A game on rates looks at every coalition; of 20 channels there are a million."""


def shapley(journeys: Journeys) -> Numbers:
    """What each channel has of the value of the paths that lie inside the coalition.

    The sum over coalitions comes to a plain rule: the value of a path is shared equally by the
    different channels on it. Values below 0 count as they are; so all of them may come to 0, of
    which no channel could have a share.
    """
    journey, channel, many = players_of(journeys)
    return summed(journeys.value[journey] / many[journey], channel, len(journeys.channels))


def players_of(
    journeys: Journeys,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The different channels of each journey, as pairs in order; and how many a journey has."""
    pairs = np.unique(journeys.journey * len(journeys.channels) + journeys.channel)
    journey, channel = np.divmod(pairs, max(len(journeys.channels), 1))
    return journey, channel, np.bincount(journey, minlength=len(journeys))


def shapley_rate(journeys: Journeys) -> Numbers:
    """Each channel's share of the conversion rate, in the game of the rates of coalitions.

    A coalition's rate is that of the journeys whose channels all belong to it; it is 0 where there
    are none. A channel that makes the rate lower has a negative share. What it brings is the mean,
    over how many channels were there before it, of its mean gain to so many.
    """
    rate = rates_of(journeys)
    gains = [mean_gains(rate, player) for player in range(len(journeys.channels))]
    worth = np.array([gain.mean() for gain in gains])
    whole = worth.sum()
    return worth / whole if whole else worth


def rates_of(journeys: Journeys) -> Numbers:
    """The conversion rate of every coalition; coalitions are sets of bits."""
    players = len(journeys.channels)
    if players > MOST_CHANNELS:
        raise ValueError(
            f"{players} channels make 2^{players} coalitions, and at most {MOST_CHANNELS} "
            "channels are computed; group the small ones"
        )
    touched = journeys.length > 0
    members: NDArray[np.int64] = np.zeros(len(journeys), np.int64)
    np.bitwise_or.at(members, journeys.journey, np.int64(1) << journeys.channel.astype(np.int64))
    converted = _inside(members[touched], journeys.conversions[touched], players)
    every = _inside(members[touched], (journeys.conversions + journeys.nulls)[touched], players)
    return np.divide(converted, every, out=np.zeros(2**players), where=every > 0)


def mean_gains(rate: Numbers, player: int) -> Numbers:
    """By how much a channel raises the rate of coalitions of 0, 1, 2… others, on average."""
    players = len(rate).bit_length() - 1
    coalition = np.arange(len(rate))
    without = coalition[(coalition >> player) & 1 == 0]
    size = np.bitwise_count(without)
    gained = rate[without | 1 << player] - rate[without]
    return summed(gained, size, players) / np.bincount(size, minlength=players)


def _inside(members: NDArray[np.int64], weight: Numbers, players: int) -> Numbers:
    """For every coalition, the weight of the journeys inside it."""
    total = summed(weight, members, 2**players)
    for player in range(players):
        by_player = total.reshape(-1, 2, 1 << player)
        by_player[:, 1] += by_player[:, 0]
    return total
