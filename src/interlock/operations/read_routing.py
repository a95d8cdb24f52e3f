"""Why did I get this lead? What routing decided about one person, with all that it went by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from interlock.operations.reading import Named, named
from interlock.replay.because import Condition
from interlock.replay.outcome import Instant
from interlock.replay.routing import How, State
from interlock.store.models import FACTS, Route

MOST = 20
"""So many times that a lead was given out are told: the latest."""


@dataclass(frozen=True)
class AskedRule:
    """A rule as it was asked: what it says, whether it held, and its condition with the values."""

    id: str
    says: str
    holds: bool
    condition: Condition | None


@dataclass(frozen=True)
class TurnTaker:
    """One who takes turns by the rule, as it stood before the lead was given.

    `state`: at work, not at work or away. `taken`: leads by this rule so far; `owed`: turns that a
    fair share would still bring, below 0 where there were more.
    """

    member: Named
    weight: int
    state: str
    taken: int
    owed: float
    chosen: bool


@dataclass(frozen=True)
class RoutedLead:
    """One time that the lead was given to a member, or to a queue (`member` is empty).

    `says` answers why, in sentences. `asked` are the rules in order, up to the one that held.
    `waits`: the lead is in the queue still; `again` is when somebody may be there to take it.
    """

    at: Instant
    how: str
    member: Named
    queue: str
    queue_owner: Named
    rule: str
    version: str
    says: tuple[str, ...]
    asked: tuple[AskedRule, ...]
    takers: tuple[TurnTaker, ...]
    waits: bool
    again: Instant | None


@dataclass(frozen=True)
class _Names:
    """Names of members by key, of accounts by key, and who goes by a role, an address or a name."""

    members: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    known_as: Mapping[str, str] = field(default_factory=dict)


def read_routing(person: str, until: Instant | None = None) -> tuple[RoutedLead, ...]:
    """Each time that routing gave the person to somebody, latest first. At most three queries.

    `until`: only what was decided up to then (UTC seconds).
    """
    rows = Route.objects.filter(person=person)
    rows = rows if until is None else rows.filter(at__lte=until)
    found = list(rows.order_by("-id")[:MOST])
    names = _names({str(row.why.get("account")) for row in found}) if found else _Names()
    return tuple(_routed(row, names) for row in found)


def _names(accounts: set[str]) -> _Names:
    named_by = ("role", "name", "email", "key")
    found = FACTS["member"].objects.filter(live=True).order_by("-key")
    members = [*found.values(*named_by)]
    known_as = {
        str(member[by]).casefold(): member["key"]
        for by in named_by  # the last one that knows the word counts, of equals the first by key
        for member in members
        if member[by]
    }
    of_accounts = FACTS["account"].objects.filter(live=True, key__in=accounts)
    return _Names(
        members={member["key"]: member["name"] for member in members},
        accounts=dict(of_accounts.values_list("key", "name")),
        known_as=known_as,
    )


def _routed(row: Route, names: _Names) -> RoutedLead:
    why: Mapping[str, Any] = row.why
    asked = tuple(
        AskedRule(each["rule"], each["says"], each["holds"], _condition(each["condition"]))
        for each in why["asked"]
    )
    takers = tuple(
        TurnTaker(
            member=named(each["member"], names.members),
            weight=each["weight"],
            state=each["state"],
            taken=each["taken"],
            owed=each["owed"],
            chosen=each["member"] == row.member,
        )
        for each in why["standings"]
    )
    owner = why["queue_owner"]
    return RoutedLead(
        at=row.at,
        how=row.how,
        member=named(row.member, names.members),
        queue=row.queue,
        queue_owner=named(names.known_as.get(owner.casefold(), owner), names.members),
        rule=row.rule,
        version=why["version"],
        says=tuple(_says(row, why, takers, names)),
        asked=asked,
        takers=takers,
        waits=row.waits,
        again=why["again"],
    )


def _condition(said: Mapping[str, Any] | None) -> Condition | None:
    """A condition as it was kept."""
    if said is None:
        return None
    parts = (_condition(part) for part in said["parts"])
    return Condition(
        sentence=said["sentence"],
        holds=said["holds"],
        values=tuple((path, value) for path, value in said["values"]),
        joined=said["joined"],
        parts=tuple(part for part in parts if part is not None),
    )


# --- in words ---------------------------------------------------------------------------------


def _says(
    row: Route, why: Mapping[str, Any], takers: Sequence[TurnTaker], names: _Names
) -> list[str]:
    who = names.members.get(row.member) or row.member
    account = names.accounts.get(why["account"]) or why["account"]
    owner = why["account_owner"]
    if row.how == How.ACCOUNT:
        return [f"{who} already has {account}; who has a lead's account gets it, without a turn."]
    said = []
    if owner and owner != row.member:
        said.append(f"{names.members.get(owner) or owner} has {account}, and was passed over.")
    if row.how == How.TURN:
        return [*said, *_turn(row, who, takers)]
    causes = {
        How.RULE_QUEUE: f"The rule {row.rule} puts its leads in a queue",
        How.NO_RULE: "No rule takes it",
        How.NOBODY: f"Nobody takes turns by the rule {row.rule}",
        How.AWAY: f"All who take turns by the rule {row.rule} were away",
        How.WAITS: f"Nobody who takes turns by the rule {row.rule} was at work",
    }
    waiting = "it waits" if row.waits else "it waited"
    return [*said, f'{causes[How(row.how)]}; {waiting} in "{row.queue}".']


def _turn(row: Route, who: str, takers: Sequence[TurnTaker]) -> list[str]:
    """Whose turn it was: "3 of 7 take turns…"."""
    mine = next(each for each in takers if each.chosen)
    at_work = [each for each in takers if each.state == State.AT_WORK]
    total = sum(each.weight for each in takers)
    if len(takers) == 1:
        return [f"{who} alone takes turns by the rule {row.rule}."]
    share = f"with a weight of {mine.weight} out of {total}"
    said = [f"It was {who}'s turn: {len(takers)} take turns by the rule {row.rule}, {who} {share}."]
    if at_work and len(at_work) < len(takers):
        said.append(f"Only {len(at_work)} of them {_were(len(at_work))} at work.")
    elif not at_work:
        said.append("None of them was at work, so that it went to one who was not away.")
    had = f"{mine.taken} {'lead' if mine.taken == 1 else 'leads'}"
    return [*said, f"Before it, {who} had had {had} by this rule."]


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
