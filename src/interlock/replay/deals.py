"""Opportunities as they stood at an instant: of whom, when each began and ended, its worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import Column
from interlock.replay.contacts import (
    closed_at,
    closed_by,
    contacts,
    keys_of,
    said_in,
    source_rows,
)
from interlock.replay.index import Index
from interlock.replay.kinds import OPPORTUNITY, opened_by, with_status
from interlock.replay.money import amounts_in, has_amount_in
from interlock.replay.outcome import ABSENT, Codes, Flags, Instants

DEAL_COLUMNS: dict[str, tuple[str, ...]] = {
    "person": ("id", "account", "source"),
    "account": ("id",),
    "merge": ("person", "into"),
    "opportunity": ("id", "person", "account", "closed_at", "status", "currency", "amount", "name"),
    "contact_role": ("opportunity", "person"),
}
"""The columns that are read of facts about opportunities, by kind."""


@dataclass(frozen=True)
class Deals:
    """Every opportunity that was opened up to an instant, in the order of the facts.

    `names` are what the CRM calls them ("" where nothing). `customer` tells buyers apart: the
    account that the deal names, else its main contact's as known at the opening, else the first
    that was known of the contact later, else the contact: whoever moves to another account buys for
    another customer. `person` is the main contact's key, `source`
    that person's lead source ("": none is known). `closed` is ABSENT while it is open. `amount` is
    in minor units of the currency; 0 where the deal is not `priced`: it has no amount in it.
    """

    keys: NDArray[np.object_]
    names: NDArray[np.object_]
    customer: Codes
    person: NDArray[np.object_]
    source: NDArray[np.object_]
    opened: Instants
    closed: Instants
    won: Flags
    amount: Instants
    priced: Flags

    def where(self, kept: NDArray[np.generic]) -> Deals:
        """The deals for which `kept` holds, or those at these places."""
        return Deals(**{f: getattr(self, f)[kept] for f in self.__dataclass_fields__})

    def __len__(self) -> int:
        return len(self.keys)


def deals_of(index: Index, currency: str, as_of: int) -> Deals:
    """The opportunities of an index."""
    table, people = index.table("opportunity"), index.table("person")
    rows = np.flatnonzero(opened_by(table, as_of))
    closed, keys = closed_by(table, as_of), keys_of(table, rows)
    moment = _main_contacts(index, rows)
    person = np.append(index.people, "")[np.append(index.person, np.int32(-1))[moment]]
    own = _texts(table.columns.get("account"), rows)
    account = np.where(own != "", own, _accounts(index, moment))
    buyers = [
        f"account {company}" if company else f"person {who}" if who else f"deal {key}"
        for company, who, key in zip(account, person, keys, strict=True)
    ]
    return Deals(
        keys=keys,
        names=_texts(table.columns.get("name"), rows),
        customer=np.unique(np.array(buyers, str), return_inverse=True)[1].astype(np.int32),
        person=person,
        source=_texts(people.columns.get("source"), source_rows(index, moment)),
        opened=table.at[rows],
        closed=np.where(closed, closed_at(table), ABSENT)[rows],
        won=(closed & with_status(table, ("won",)))[rows],
        amount=amounts_in(table, currency)[rows],
        priced=has_amount_in(table, currency)[rows],
    )


def _accounts(index: Index, moments: NDArray[np.int64]) -> NDArray[np.object_]:
    """The account of each contact: as known at the moment, else the first known later; "": none."""
    column = index.table("person").columns.get("account")
    if column is None:
        return _texts(None, moments)
    return _texts(column, said_in(index, moments, column.mask))


def _main_contacts(index: Index, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The moment at which each was opened to its main contact, else to any; -1 where to nobody."""
    found = np.full(len(rows), -1, np.int64)
    for per in ("account", "person"):  # the main contact is written last
        moment, which = contacts(index, OPPORTUNITY, rows, per)
        found[which[::-1]] = moment[::-1]
    return found


def _texts(column: Column | None, rows: NDArray[np.integer]) -> NDArray[np.object_]:
    """The texts at these rows; "" where there is none."""
    found = np.full(len(rows), "", object)
    if column is None or column.words is None:
        return found
    taken = column.take(rows)
    found[taken.mask] = column.words[taken.values[taken.mask]]
    return found
