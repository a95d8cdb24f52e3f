"""A made-up history of any size for the benches: the shape of a company's, drawn with one seed.

Touches come through channels by Zipf's law; people lie unevenly over accounts; one person in twenty
buys. People and accounts change (versions), leads are assigned, called, accepted and rejected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.hours import DAY
from interlock.facts.columns import Array, Column, Facts, FactTable

START, SPAN = 1_735_689_600, 540 * DAY
"""The first instant, and for how long things happen."""

CHANNELS = ("search", "social", "mail", "web", "event", "partner", "referral", "print")
_ZIPF = [1 / rank for rank in range(1, len(CHANNELS) + 1)]
CHANNEL_SHARES = tuple(share / sum(_ZIPF) for share in _ZIPF)
TOUCH_KINDS = ("visit", "email_click", "form", "webinar", "demo")
TOUCH_SHARES = (0.55, 0.3, 0.1, 0.04, 0.01)


@dataclass(frozen=True)
class Size:
    """How many people and touches; everything else follows."""

    people: int
    touches: int

    @property
    def activities(self) -> int:
        """A fifth of the touches."""
        return self.touches // 5

    @property
    def accounts(self) -> int:
        """One for ten people; and as many opportunities."""
        return max(self.people // 10, 1)


WHOLE = Size(people=1_000_000, touches=10_000_000)
"""The history that the bars are set for."""


def history(size: Size, seed: int = 7) -> Facts:
    """The facts, each table in order of arrival, which is not the order of time."""
    draw = _Draw(np.random.default_rng(seed), size)
    tables = (draw.members(), draw.accounts(), draw.people(), draw.opportunities())
    made = (draw.touches(), draw.assignments(), draw.activities(), draw.decisions())
    return {table.kind: table for table in (*tables, *made)}


class _Draw:
    """Draws the tables one by one."""

    def __init__(self, rng: np.random.Generator, size: Size) -> None:
        self.rng, self.size = rng, size
        self.person_ids = _ids("p", size.people)
        self.account_ids = _ids("a", size.accounts)
        self.member_ids = _ids("m", 40)
        self.born = START + rng.integers(0, SPAN // 2, size.people)
        self.leads = rng.permutation(size.people)[: size.people // 5].astype(np.int32)
        """Those whom sales works with."""

    def words(self, rows: int, choices: tuple[str, ...], shares: tuple[float, ...] = ()) -> Column:
        codes = self.rng.choice(len(choices), rows, p=shares or None).astype(np.int32)
        return Column(codes, None, np.array(choices, object))

    def person(self, rows: int, among: NDArray[np.int32] | None = None) -> Column:
        if among is None:
            codes = self.rng.integers(0, self.size.people, rows).astype(np.int32)
        else:
            codes = among[self.rng.integers(0, len(among), rows)]
        return Column(codes, None, self.person_ids)

    def member(self, rows: int) -> Column:
        codes = self.rng.integers(0, len(self.member_ids), rows).astype(np.int32)
        return Column(codes, None, self.member_ids)

    def after(self, person: Array) -> Array:
        """Some instant after each person became known."""
        born = self.born[person]
        passed = self.rng.random(len(person)) ** 1.5
        return (born + passed * (START + SPAN - born)).astype(np.int64)

    def members(self) -> FactTable:
        rows = len(self.member_ids)
        columns = {
            "id": Column(np.arange(rows, dtype=np.int32), None, self.member_ids),
            "side": self.words(rows, ("sales", "marketing"), (0.8, 0.2)),
            "calendar": Column(np.zeros(rows, np.int32), np.zeros(rows, bool), _ids("c", 1)),
        }
        return _table("member", np.full(rows, START), columns)

    def accounts(self) -> FactTable:
        """One in five has a second version, of another size."""
        own = np.arange(self.size.accounts, dtype=np.int32)
        again = own[::5]
        first = START - self.rng.integers(0, SPAN, len(own))
        later = START + self.rng.integers(0, SPAN, len(again))
        rows = len(own) + len(again)
        columns = {
            "id": Column(np.concatenate([own, again]), None, self.account_ids),
            "employees": Column((10 ** (1 + 4 * self.rng.random(rows))).astype(np.int64)),
            "industry": self.words(rows, ("industry", "software", "retail", "health")),
        }
        return _table("account", np.concatenate([first, later]), columns)

    def people(self) -> FactTable:
        """One in ten has a second version, half of them elsewhere; one in eight no account."""
        own = np.arange(self.size.people, dtype=np.int32)
        again = own[::10]
        code = np.concatenate([own, again])
        account = (self.size.accounts * self.rng.random(self.size.people) ** 2).astype(np.int32)
        account = account[code]
        account[len(own) :: 2] = account[len(own) :: 2] // 2
        columns = {
            "id": Column(code, None, self.person_ids),
            "account": Column(account, code % 8 != 0, self.account_ids),
            "source": self.words(len(code), CHANNELS),
            "seniority": self.words(len(code), ("staff", "manager", "director", "vp")),
            "country": self.words(len(code), ("NO", "SE", "DK", "DE", "FR", "US")),
        }
        return _table("person", np.concatenate([self.born, self.after(again)]), columns)

    def opportunities(self) -> FactTable:
        """As many as accounts; half of them won, so that one person in twenty buys."""
        rows = self.size.accounts
        person = self.leads[:rows]
        at = self.after(person)
        columns = {
            "id": Column(np.arange(rows, dtype=np.int32), None, _ids("o", rows)),
            "person": Column(person, None, self.person_ids),
            "status": self.words(rows, ("won", "lost", "open"), (0.5, 0.3, 0.2)),
            "closed_at": Column(at + self.rng.integers(DAY, 90 * DAY, rows)),
            "amount": Column(self.rng.integers(100_000, 10_000_000, rows)),
            "currency": self.words(rows, ("EUR",)),
        }
        return _table("opportunity", at, columns)

    def touches(self) -> FactTable:
        rows = self.size.touches
        person = self.person(rows)
        columns = {
            "person": person,
            "kind": self.words(rows, TOUCH_KINDS, TOUCH_SHARES),
            "channel": self.words(rows, CHANNELS, CHANNEL_SHARES),
        }
        return _table("touch", self.after(person.values), columns)

    def assignments(self) -> FactTable:
        rows = len(self.leads)
        person = Column(self.leads, None, self.person_ids)
        return _table(
            "assignment", self.after(self.leads), {"person": person, "member": self.member(rows)}
        )

    def activities(self) -> FactTable:
        rows = self.size.activities
        person = self.person(rows, self.leads)
        columns = {
            "person": person,
            "kind": self.words(rows, ("call", "email", "meeting", "note"), (0.4, 0.4, 0.1, 0.1)),
            "direction": self.words(rows, ("outbound", "inbound"), (0.8, 0.2)),
            "human": Column(self.rng.random(rows) < 0.8),  # noqa: PLR2004 - a share
            "member": self.member(rows),
        }
        return _table("activity", self.after(person.values), columns)

    def decisions(self) -> FactTable:
        person = self.leads[: self.size.people // 7]
        rows = len(person)
        columns = {
            "person": Column(person, None, self.person_ids),
            "kind": self.words(rows, ("accept", "reject", "recycle"), (0.7, 0.2, 0.1)),
            "reason": self.words(rows, ("not-ready", "no-fit"), (0.7, 0.3)),
            "member": self.member(rows),
        }
        return _table("decision", self.after(person), columns)


def _ids(letter: str, many: int) -> NDArray[np.object_]:
    return np.array([f"{letter}{number}" for number in range(many)], dtype=object)


def _table(kind: str, at: Array, columns: dict[str, Column]) -> FactTable:
    return FactTable(kind, np.arange(len(at)), at.astype(np.int64), columns)
