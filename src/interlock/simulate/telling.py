"""What sales tells marketing: a note about each talk with a large account, mostly in time."""

# ruff: noqa: PLR2004 - a simulation is made of shares and means

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlock.simulate.offices import NOT_YET
from interlock.simulate.selling import CALL, CONNECTED, HELD, MEETING, NOTE, TOLD, Company, activity
from interlock.simulate.tables import Table, stacked, texts

_TIER_A = 0
_WORDS = (
    "Wants to hear about vibration first; has two presses that stand still too often.",
    "Asked for a reference of the same industry. Do we have one that talks?",
    "Budget is decided in spring. Would come to a webinar before that.",
    "Compares us with another supplier, by price. What we wrote on savings was of use.",
    "Has read the whitepaper and passed it on to the head of maintenance.",
    "Plans a second line; the plant manager decides, not our contact.",
    "Did not know that we do retrofits: our pages do not say it where they looked.",
    "Would take a pilot of six weeks if somebody of theirs is trained for it.",
)
"""What buyers said, as sales notes it down."""


def told(company: Company, made: Sequence[Table], rng: np.random.Generator) -> Table:
    """A note for three of four of these talks, and one of six of those too late."""
    talks = stacked(list(made))
    person, member = talks["person"].values, talks["member"].values
    kind, result = talks["kind"].values, talks["result"].values
    held = (kind == CALL) & (result == CONNECTED) | (kind == MEETING) & (result == HELD)
    tier = company.accounts.tier[company.people.account[person]]
    talked = np.flatnonzero(held & (tier == _TIER_A) & (talks["at"].values < NOT_YET))
    count = len(talked)
    hours = 3 * np.exp(rng.normal(0, 0.8, count))
    hours = np.where(rng.random(count) < 0.16, rng.uniform(18, 50, count), hours)
    office = company.people.market[person[talked]]
    at = company.offices.after(office, talks["at"].values[talked], hours)
    tells = rng.random(count) < 0.76
    notes = activity(
        company,
        person=person[talked][tells],
        at=at[tells],
        member=member[talked][tells],
        kind=NOTE,
        topic=TOLD,
    )
    return notes | {"subject": texts(_WORDS, np.arange(tells.sum()) % len(_WORDS))}
