"""Who rules on a dispute, by when, and until when each side may still say how it sees it.

All that is by the words of the agreement in force. The row of the RACI that governs disputes names
who answers for them. Where no row does, whoever keeps the data (revenue operations) rules, who is
of neither side.
"""

from __future__ import annotations

from dataclasses import dataclass

from interlock.agreement.schema import Agreement, Duration, Rule, TimeUnit
from interlock.operations.actor import Actor
from interlock.operations.agreements import Agreements
from interlock.operations.governing import Part, asked_by, called
from interlock.operations.staff import Somebody, Staff, whom_of
from interlock.operations.working_hours import due_after, open_time
from interlock.practice.disputes import heard_until
from interlock.replay.outcome import Instant
from interlock.store.models import Case

RULE = "disputes"
"""The rule of disengagement whose `within` says how soon a dispute is ruled."""
USUAL = Duration(10, TimeUnit.WORKING_DAYS, "10 working days")
"""How soon something is due where the agreement does not say."""


@dataclass(frozen=True)
class Rulers:
    """Who rules: as the agreement calls them, the clause that says so ("": none), who that is."""

    called: str
    clause: str
    people: tuple[Somebody, ...]

    def is_one(self, by: Actor) -> bool:
        """Whether the actor is one of them."""
        return whom_of(by.member, by.sign_in) in self.whom

    @property
    def whom(self) -> tuple[str, ...]:
        """By what they are told."""
        return tuple(each.whom for each in self.people)

    def kept_from(self, by: Actor, opened_by: str, deed: str = "rule") -> str:
        """Why the actor may not rule on a case that somebody opened; "" where they may.

        `deed`: what else than to rule it is for them to do.
        """
        if not self.is_one(by):
            return f"It is for {self.called} to {deed}."
        if by.sign_in == opened_by and len(self.people) > 1:
            return "You opened it yourself: somebody else rules."
        return ""


def rulers(agreement: Agreement, everybody: Staff) -> Rulers:
    """Who rules on disputes."""
    row = next((each for each in agreement.raci if each.governs == "disputes"), None)
    asked = asked_by(row, agreement, everybody) if row else ()
    named = tuple(each for each in asked if each.part is Part.ACCOUNTABLE)
    if row is None or not named:
        people = tuple(everybody.people[each] for each in everybody.keepers)
        return Rulers("whoever keeps the data (revenue operations)", "", people)
    everyone = {one.whom: one for each in named for one in each.people}
    return Rulers(called(named), f"raci.{row.id}", tuple(everyone.values()))


def due_of_dispute(agreement: Agreement, at: Instant) -> Instant:
    """By when a dispute that begins at the instant is to be ruled."""
    rule = agreement.at(f"rules_of_disengagement.{RULE}")
    within = rule.within if isinstance(rule, Rule) else None
    return due_after(agreement, within or USUAL, at)


def waits_until(row: Case, texts: Agreements | None) -> Instant:
    """Until when a silent side of the case is waited for.

    By the text of those that counted when the case was opened: its ruling is due by that one, too.
    """
    begins, ends = row.opened_at, row.due_at
    agreement = texts.agreement_at(begins) if texts and texts.timeline else None
    working = open_time(agreement, "", begins, ends) if agreement else None
    return heard_until(begins, ends, working)
