"""Opportunities: how they come about, who is part of them, and how they end."""

# ruff: noqa: PLR2004 - a simulation is made of shares and means

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.facts.columns import Column
from interlock.facts.kinds import OPPORTUNITY_STATUSES
from interlock.simulate.days import AS_OF, Instants, Numbers
from interlock.simulate.offices import NOT_YET
from interlock.simulate.selling import (
    CONVERT,
    HELD,
    LOSE,
    LOST_TO,
    MEETING,
    OFFER,
    PILOT,
    REASONS,
    WIN,
    Company,
    activity,
    assignment,
    decision,
)
from interlock.simulate.tables import Codes, Table, each, ids, refers, texts
from interlock.simulate.words import PRODUCT_LINES

OPEN, WON, LOST = range(len(OPPORTUNITY_STATUSES))
STAGES = ("offer", "pilot", "negotiation", "closed")
ROLES = ("decision maker", "user", "champion", "buyer")

_MEAN_AMOUNT = np.array([80_000, 35_000, 12_000])
"""By tier; whole euros."""

_MEMBERS_FOR_A_GROUP = 3
"""From this many people of the buying group on, an opportunity is won twice as often."""


@dataclass(frozen=True)
class Deals:
    """The opportunities' table, its contact roles, and what happened along the way, by kind."""

    opportunities: Table
    roles: Table
    events: dict[str, list[Table]]


@dataclass(frozen=True)
class _Course:
    person: Codes
    ae: Codes
    opened: Instants
    closed: Instants
    won: Codes
    group: Codes


def deal(
    company: Company, person: Codes, qualified: Instants, campaign: Column, rng: np.random.Generator
) -> Deals:
    """The opportunities that come of leads qualified at those instants (at most one a person)."""
    happens = (qualified <= AS_OF) & (rng.random(len(person)) < 0.85)
    course = _course(company, person[happens], qualified[happens], rng)
    table = _opportunities(company, course, campaign, rng)
    return Deals(table, _roles(company, course, table, rng), _events(company, course, table, rng))


def _course(
    company: Company, person: Codes, qualified: Instants, rng: np.random.Generator
) -> _Course:
    people, staff, count = company.people, company.staff, len(person)
    office = people.market[person]
    opened = company.offices.after(office, qualified, rng.gamma(2.0, 9.0, count) + 2)
    seen = opened <= AS_OF
    person, office, opened, count = person[seen], office[seen], opened[seen], int(seen.sum())
    ae = np.empty(count, np.int64)
    for code in range(office.max(initial=0) + 1):
        mine = np.flatnonzero(office == code)
        ae[mine] = rng.choice(staff.aes[staff.office[staff.aes] == code], len(mine))
    group = np.minimum(rng.poisson(1.6, count), _colleagues(company, person))
    hours = (35 + rng.gamma(3.0, 16.0, count)) * 8
    closed = company.offices.after(office, opened, hours)
    won = rng.random(count) < _chance_to_win(company, person, group)
    return _Course(person, ae, opened, closed, won.astype(np.int64), group)


def _colleagues(company: Company, person: Codes) -> Codes:
    """How many others of the same account we know."""
    account = company.people.account
    return np.bincount(account)[account[person]] - 1


def _chance_to_win(company: Company, person: Codes, group: Codes) -> Numbers:
    """The main contact is one of the group."""
    intent = company.people.intent[person]
    complete = group + 1 >= _MEMBERS_FOR_A_GROUP
    return (0.1 + 0.24 * intent) * np.where(complete, 2.3, 1.0)


def _opportunities(
    company: Company, course: _Course, campaign: Column, rng: np.random.Generator
) -> Table:
    people, count = company.people, len(course.person)
    account = people.account[course.person]
    mean = _MEAN_AMOUNT[company.accounts.tier[account]]
    euros = np.round(mean * np.exp(rng.normal(-0.18, 0.6, count)), -2)
    over = course.closed <= AS_OF
    status = np.where(over, np.where(course.won, WON, LOST), OPEN)
    age = (AS_OF - course.opened) / np.maximum(course.closed - course.opened, 1)
    stage = np.where(over, 3, np.clip((age * 3).astype(int), 0, 2))
    line = rng.integers(0, len(PRODUCT_LINES), count)
    names = company.accounts.table["name"]
    return {
        "id": ids("O", count),
        "created_at": Column(course.opened),
        "closed_at": Column(np.where(over, course.closed, 0), over),
        "status": texts(OPPORTUNITY_STATUSES, status),
        "stage": texts(STAGES, stage),
        "name": each(
            [f"{names.value(a)}: {PRODUCT_LINES[p]}" for a, p in zip(account, line, strict=True)]
        ),
        "amount": Column((euros * 100).astype(np.int64)),
        "currency": texts(("EUR",), np.zeros(count, int)),
        "person": refers(people.table["id"], course.person),
        "account": refers(company.accounts.table["id"], account),
        "campaign": campaign.take(course.person),
        "member": refers(company.staff.table["id"], course.ae),
        "product_line": texts(PRODUCT_LINES, line),
    }


def _roles(company: Company, course: _Course, table: Table, rng: np.random.Generator) -> Table:
    """Colleagues of the main contact who take part, each once."""
    account = company.people.account
    order = np.argsort(account, kind="stable")
    first = np.searchsorted(account[order], np.arange(account.max(initial=0) + 2))
    whose, who = [], []
    for row, (person, size) in enumerate(
        zip(course.person.tolist(), course.group.tolist(), strict=True)
    ):
        home = account[person]
        others = order[first[home] : first[home + 1]]
        others = others[others != person]
        chosen = rng.permutation(others)[:size]
        who += chosen.tolist()
        whose += [row] * len(chosen)
    return {
        "id": ids("R", len(who)),
        "opportunity": refers(table["id"], np.array(whose, np.int64)),
        "person": refers(company.people.table["id"], np.array(who, np.int64)),
        "role": texts(ROLES, rng.integers(0, len(ROLES), len(who))),
    }


def _events(
    company: Company, course: _Course, table: Table, rng: np.random.Generator
) -> dict[str, list[Table]]:
    """Hand-over to the account executive, meetings, the decisions at both ends."""
    own, person, ae = table["id"], course.person, course.ae
    lost_to = len(REASONS) + rng.integers(0, len(LOST_TO), len(person))
    ends = decision(
        company,
        person=person,
        at=course.closed,
        member=ae,
        kind=np.where(course.won, WIN, LOSE),
        reason=np.where(course.won, -1, lost_to),
        opportunity=own,
    )
    begins = decision(
        company, person=person, at=course.opened - 60, member=ae, kind=CONVERT, opportunity=own
    )
    given = assignment(company, person=person, at=course.opened - 3_600, member=ae)
    return {
        "assignment": [given],
        "decision": [begins, ends],
        "activity": _meetings(company, course, own, rng),
    }


def _meetings(
    company: Company, course: _Course, own: Column, rng: np.random.Generator
) -> list[Table]:
    office, at, held = company.people.market[course.person], course.opened, []
    for number in range(6):
        count = len(at)
        following = company.offices.after(office, at, rng.gamma(2.0, 24.0, count) + 4)
        at = np.where(following < np.minimum(course.closed, AS_OF), following, NOT_YET)
        held.append(
            activity(
                company,
                person=course.person,
                at=at,
                member=course.ae,
                kind=MEETING,
                result=HELD,
                topic=OFFER if number == 0 else PILOT,
                opportunity=own,
            )
        )
    return held
