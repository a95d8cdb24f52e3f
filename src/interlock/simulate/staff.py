"""Our own people: who they are, where they sit, and what their habits are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.facts.columns import Column
from interlock.facts.kinds import SIDES
from interlock.simulate.days import Numbers
from interlock.simulate.tables import Codes, Table, each, refers, texts
from interlock.simulate.words import FIRST_NAMES, LAST_NAMES, MARKETS, plain

DEMO_SALES = "sdr-01"
DEMO_MARKETING = "mkt-02"
DEMO_KEEPER = "ops-01"
"""Members who sign in to the demo: an SDR, the marketing manager, the agreement's keeper."""
DEMO_HEADS = ("mkt-01", "sal-01")
"""Who signs the agreement for either side; they sign in to the demo, too."""
DEMO_NEWCOMERS = ("mkt-03", "ae-01")
"""Who can sign in and has not confirmed the agreement yet: a campaign manager, an AE."""

CHERRY_PICKER = "sdr-03"
DOMAIN = "haldensensors.example"
OFFICES = ("oslo", "munich", "london")
"""The calendars of the agreement, in the order of the markets that they serve."""

_CAPACITIES = {"SDR": 5, "AE": 3}
"""Leads that a member of that role can work on in a week; of the others nobody has said."""

_LEADS_AN_SDR = 450
"""From this many leads for each of them on, more SDRs are hired."""

_PEOPLE = (
    # id, name, side, role, office, manager
    ("mkt-01", "Maren Aasen", "marketing", "Head of marketing", "oslo", ""),
    ("mkt-02", "Jonas Lindqvist", "marketing", "Marketing manager", "oslo", "mkt-01"),
    ("mkt-03", "Tuva Strand", "marketing", "Campaign manager", "oslo", "mkt-02"),
    ("mkt-04", "Lea Hofer", "marketing", "Campaign manager", "munich", "mkt-02"),
    ("mkt-05", "Rory Walsh", "marketing", "Campaign manager", "london", "mkt-02"),
    ("sal-01", "Henrik Dahl", "sales", "Head of sales", "oslo", ""),
    ("sal-02", "Kari Moen", "sales", "Sales manager", "oslo", "sal-01"),
    ("sal-03", "Sabine Winkler", "sales", "Sales manager", "munich", "sal-01"),
    ("sal-04", "James Parker", "sales", "Sales manager", "london", "sal-01"),
    ("ops-01", "Sigrid Haugen", "operations", "Revenue operations", "oslo", "sal-01"),
    ("prd-01", "Nils Fossum", "product", "Product manager", "oslo", ""),
    ("sdr-01", "Ingrid Solberg", "sales", "SDR", "oslo", "sal-02"),
    ("sdr-02", "Sindre Lie", "sales", "SDR", "oslo", "sal-02"),
    ("sdr-03", "Erik Nygård", "sales", "SDR", "oslo", "sal-02"),
    ("sdr-04", "Freja Madsen", "sales", "SDR", "oslo", "sal-02"),
    ("sdr-05", "Lukas Steiner", "sales", "SDR", "munich", "sal-03"),
    ("sdr-06", "Katharina Roth", "sales", "SDR", "munich", "sal-03"),
    ("sdr-07", "Tobias Vogel", "sales", "SDR", "munich", "sal-03"),
    ("sdr-08", "Priya Shaw", "sales", "SDR", "london", "sal-04"),
    ("sdr-09", "Liam Byrne", "sales", "SDR", "london", "sal-04"),
    ("ae-01", "Hilde Berg", "sales", "AE", "oslo", "sal-02"),
    ("ae-02", "Magnus Holm", "sales", "AE", "oslo", "sal-02"),
    ("ae-03", "Markus Krause", "sales", "AE", "munich", "sal-03"),
    ("ae-04", "Julia Brunner", "sales", "AE", "munich", "sal-03"),
    ("ae-05", "Oliver Reid", "sales", "AE", "london", "sal-04"),
)


@dataclass(frozen=True)
class Staff:
    """The members' table, and by role the rows of those who work with leads.

    `office` is every member's position in `OFFICES`. `pace` is an SDR's usual working hours to a
    first attempt, in the order of `sdrs`.
    """

    table: Table
    office: Codes
    marketers: Codes
    sdrs: Codes
    aes: Codes
    pace: Numbers
    cherry_picker: int
    names: frozenset[str]


def hire(people: int, rng: np.random.Generator) -> Staff:
    """The staff of a company with that many leads."""
    listed = [*_PEOPLE, *_more_sdrs(people // _LEADS_AN_SDR, rng)]
    id_, name, side, role, office, manager = (
        [str(person[column]) for person in listed] for column in range(6)
    )
    offices = np.array([OFFICES.index(place) for place in office])
    known = each(id_)
    table = {
        "id": known,
        "name": each(name),
        "email": each(_addresses(id_, name)),
        "side": texts(SIDES, np.array([SIDES.index(word) for word in side])),
        "role": each(role),
        "team": texts([word.capitalize() for word in OFFICES], offices),
        "manager": refers(known, np.array([id_.index(boss) if boss else -1 for boss in manager])),
        "calendar": texts(OFFICES, offices),
        "capacity": _capacities(role),
    }
    roles = np.array(role)
    sdrs = np.flatnonzero(roles == "SDR")
    return Staff(
        table=table,
        office=offices,
        marketers=np.flatnonzero(roles == "Campaign manager"),
        sdrs=sdrs,
        aes=np.flatnonzero(roles == "AE"),
        pace=rng.uniform(0.5, 1.1, len(sdrs)),
        cherry_picker=id_.index(CHERRY_PICKER),
        names=frozenset(name),
    )


def _capacities(roles: list[str]) -> Column:
    leads = np.array([_CAPACITIES.get(role, 0) for role in roles])
    return Column(leads, leads > 0)


def _addresses(ids: list[str], names: list[str]) -> list[str]:
    """By name; a second member of one name goes by the id."""
    left = [plain(name).replace("-", ".") for name in names]
    return [
        f"{id if word in left[:row] else word}@{DOMAIN}"
        for row, (id, word) in enumerate(zip(ids, left, strict=True))
    ]


def _more_sdrs(wanted: int, rng: np.random.Generator) -> list[tuple[str, ...]]:
    hired = sum(person[0].startswith("sdr-") for person in _PEOPLE)
    managers = dict(zip(OFFICES, ("sal-02", "sal-03", "sal-04"), strict=True))
    more: list[tuple[str, ...]] = []
    for number in range(hired + 1, wanted + 1):
        place = int(rng.choice(len(OFFICES), p=(0.45, 0.35, 0.2)))
        first = rng.choice(FIRST_NAMES[MARKETS[place]])
        last = rng.choice(LAST_NAMES[MARKETS[place]])
        office = OFFICES[place]
        name = f"{first} {last}"
        more.append((f"sdr-{number:02}", name, "sales", "SDR", office, managers[office]))
    return more
