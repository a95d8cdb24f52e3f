"""What waits for a side's answer: questions about leads, and rejections that the facts contest."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.agreement.schema import Side
from interlock.operations.ask import AGAIN, asked_in
from interlock.operations.deeds import NOTHING
from interlock.operations.reading import Named, Reading, named
from interlock.operations.rows import Names, account_in, leads_of, person_in
from interlock.operations.whose import Reach
from interlock.replay.outcome import Instant
from interlock.store.models import Challenge, Lead, Question

MOST = 20
"""So many of each are listed, those that wait longest first."""


@dataclass(frozen=True)
class Waiting:
    """One question or challenge: about whom, from whom, since when, and what it says.

    `passes` are, of a challenge, the conditions that the lead meets, in words; `reason` the reason
    that the rejection gave. `again`: the lead is only to be looked at again.
    """

    number: int
    person: Named
    account: Named
    by: Named
    since: Instant
    says: str
    reason: Named = NOTHING
    passes: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True)
class AllWaiting:
    """How many wait, and those that wait longest."""

    count: int = 0
    questions: tuple[Waiting, ...] = ()
    challenges: tuple[Waiting, ...] = ()


NOTHING_WAITS = AllWaiting()


def read_waiting(reading: Reading, side: Side, names: Names) -> AllWaiting:
    """What waits for the side's answer. Five queries."""
    unanswered = _unanswered(side.value)
    asked, contested = Question.objects.filter(**unanswered), Challenge.objects.filter(**unanswered)
    questions = list(asked.order_by("asked_at", "pk")[:MOST])
    challenges = list(contested.order_by("opened_at", "pk")[:MOST])
    people = {row.person for row in questions} | {row.person for row in challenges}
    leads = leads_of(reading.replay, people)
    return AllWaiting(
        count=asked.count() + contested.count(),
        questions=tuple(_question(row, leads, names) for row in questions),
        challenges=tuple(_challenge(row, leads, names) for row in challenges),
    )


def questions_for(
    reading: Reading, side: str, whose: str, reach: Reach, names: Names
) -> tuple[Waiting, ...]:
    """What the side was asked about leads of the member `whose`, or of nobody on that side.

    Two queries. A lead that somebody else of the side has is theirs to answer for.
    """
    unanswered = _unanswered(side)
    others = [c.key for c in reach.colleagues.values() if c.side == side and c.key != whose]
    asked = Question.objects.filter(**unanswered)
    about = Lead.objects.filter(replay=reading.replay, person__in=asked.values("person"))
    leads = {lead.person: lead for lead in about.exclude(owner__in=others)}
    rows = asked.filter(person__in=leads).order_by("asked_at", "pk")[:MOST]
    return tuple(_question(row, leads, names) for row in rows)


def _unanswered(side: str) -> dict[str, str | None]:
    return {"owed_by": side, "answered_at": None, "withdrawn_at": None}


def _question(row: Question, leads: dict[str, Lead], names: Names) -> Waiting:
    return Waiting(
        row.pk,
        person_in(leads, row.person),
        account_in(leads, row.person),
        _asker(row, names),
        row.asked_at,
        asked_in(row.topic, row.words),
        again=row.topic == AGAIN,
    )


def _challenge(row: Challenge, leads: dict[str, Lead], names: Names) -> Waiting:
    return Waiting(
        row.pk,
        person_in(leads, row.person),
        account_in(leads, row.person),
        _asker(row, names),
        row.opened_at,
        row.says,
        named(row.reason, names.reasons),
        tuple(row.passes),
    )


def _asker(row: Question | Challenge, names: Names) -> Named:
    return named(row.member, names.members) if row.member else Named("", row.by)
