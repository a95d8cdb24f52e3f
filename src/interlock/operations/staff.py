"""Who there is: members and sign-ins, and whom a text such as "sales manager" means."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from interlock.agreement.schema import Agreement, Party
from interlock.operations.actor import Actor
from interlock.operations.away import lasting
from interlock.operations.permissions import Role
from interlock.replay.outcome import Instant
from interlock.store.models import FACTS, User

_OWNERS = frozenset({"owner", "owner of the lead", "lead owner", "lead's owner", "whoever owes it"})
_MANAGERS = frozenset(
    {"manager", "their manager", "owner's manager", "line manager", "team lead", "team leader"}
)
_CONTACTS = frozenset({"contact", "point of contact"})


@dataclass(frozen=True)
class Somebody:
    """Somebody who can be told: `whom` is the member's key, or the address of a sign-in alone.

    `can_sign_in`: notices in the app are seen. `right` is the role of the sign-in; empty: none.
    """

    whom: str
    name: str
    email: str = ""
    side: str = ""
    role: str = ""
    manager: str = ""
    calendar: str = ""
    right: str = ""


@dataclass(frozen=True)
class Staff:
    """Everybody, by `whom`, as of the instant.

    `names` are what sign-ins are called, by their address: of those who left, too.
    """

    people: Mapping[str, Somebody]
    names: Mapping[str, str]
    now: Instant

    @cached_property
    def away(self) -> frozenset[str]:
        """The members who are absent just now. One query, where somebody asks."""
        under_way = lasting(self.now).filter(at__lte=self.now)
        return frozenset(under_way.values_list("member", flat=True))

    def leads_of(self, side: str) -> tuple[str, ...]:
        """The leads of a side; where it has none, whoever keeps the data."""
        leads = (s for s in self.people.values() if s.right == Role.LEAD and s.side == side)
        return tuple(each.whom for each in leads) or self.keepers

    @cached_property
    def keepers(self) -> tuple[str, ...]:
        """Revenue operations; where there are none, the admins."""
        for right in (Role.OPERATIONS, Role.ADMIN):
            found = tuple(s.whom for s in self.people.values() if s.right == right)
            if found:
                return found
        return ()

    @cached_property
    def admins(self) -> tuple[str, ...]:
        """Whoever decides what comes in and goes out by itself."""
        return tuple(each.whom for each in self.people.values() if each.right == Role.ADMIN)

    def name_of(self, by: Actor) -> str:
        """What whoever acts is called."""
        me = self.people.get(whom_of(by.member, by.sign_in))
        return me.name if me else by.sign_in

    def whom_at(self, address: str) -> tuple[str, ...]:
        """By what whoever has that address is told; () where nobody does any more."""
        return tuple(each.whom for each in self.people.values() if each.email == address)[:1]

    def name_at(self, address: str) -> str:
        """The name of a sign-in; its address where it has none."""
        return self.names.get(address, address)

    def meant_by(
        self, tell: str, owner: str, side: str, agreement: Agreement | None
    ) -> tuple[str, ...]:
        """Whom a text of the agreement means, about a promise of that owner and side; () nobody.

        In this order: the owner; a member of that name; members of that role (the owner, else the
        nearest above the owner, else those of the side, else all); the point of contact, and while
        that one is away the deputy; whom the agreement's `roles` name; the owner's manager.
        """
        words = plain(tell)
        if words in _OWNERS:
            return (owner,) if owner in self.people else ()
        named = self._called(words)
        if named:
            return named
        holders = [s for s in self.people.values() if s.role and plain(s.role) == words]
        if holders:
            return self._nearest(holders, owner, side)
        if agreement is not None and (found := self._by_agreement(words, side, agreement)):
            return found
        above = self.people.get(owner)
        manager = above.manager if above else ""
        return (manager,) if words in _MANAGERS and manager in self.people else ()

    def _by_agreement(self, words: str, side: str, agreement: Agreement) -> tuple[str, ...]:
        if words in _CONTACTS:
            party = next((each for each in agreement.parties if each.side == side), None)
            return self._contact(party) if party else ()
        said = {plain(role): plain(who) for role, who in agreement.roles.items()}
        return self._called(said[words]) if words in said else ()

    def _contact(self, party: Party) -> tuple[str, ...]:
        """The point of contact; the deputy while that one is away, or is nobody here."""
        contact, deputy = (
            self._called(plain(name)) if name else () for name in (party.contact, party.deputy)
        )
        there = tuple(each for each in contact if not deputy or each not in self.away)
        return there or deputy or contact

    def _called(self, name: str) -> tuple[str, ...]:
        return tuple(s.whom for s in self.people.values() if plain(s.name) == name)

    def _nearest(self, holders: Sequence[Somebody], owner: str, side: str) -> tuple[str, ...]:
        keys = {each.whom for each in holders}
        for above in self._upward(owner):
            if above in keys:
                return (above,)
        same = tuple(each.whom for each in holders if each.side == side)
        return same or tuple(each.whom for each in holders)

    def _upward(self, owner: str) -> Iterator[str]:
        """The owner, the owner's manager, and so on; a circle of managers is walked once."""
        seen: set[str] = set()
        while owner in self.people and owner not in seen:
            seen.add(owner)
            yield owner
            owner = self.people[owner].manager


def plain(words: str) -> str:
    """A text as it is compared: in small letters, single blanks, no article before it."""
    return " ".join(words.casefold().split()).removeprefix("the ")


def whom_of(member: str, username: str) -> str:
    """By what somebody who signs in is told."""
    return member or username


def staff(now: Instant | None = None) -> Staff:
    """Everybody who is there now. Two queries."""
    fields = ("key", "name", "email", "side", "role", "manager", "calendar")
    rows = FACTS["member"].objects.filter(live=True).order_by("key").values_list(*fields)
    people = {row[0]: Somebody(*(cell or "" for cell in row)) for row in rows}
    names = {}
    for user in User.objects.order_by("pk"):
        whom = whom_of(user.member, user.username)
        known = people.get(whom, Somebody(whom, ""))
        names[user.username] = known.name or user.get_full_name() or user.username
        if user.is_active:
            people[whom] = replace(
                known,
                name=names[user.username],
                email=user.username,
                side=user.side,
                right=user.role,
            )
    return Staff(people, names, int(time.time()) if now is None else now)
