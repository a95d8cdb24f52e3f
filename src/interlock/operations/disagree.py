"""What the made-up company disputed: cases ruled alike, two that wait; and what it asked."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q

from interlock.facts.kinds import SIDES
from interlock.operations.actor import Actor
from interlock.operations.answer_remark import answer_remark
from interlock.operations.case_subjects import About
from interlock.operations.open_case import open_case
from interlock.operations.permissions import Role
from interlock.operations.reading import current
from interlock.operations.remark_on_clause import remark_on_clause
from interlock.operations.rule import rule
from interlock.operations.state_view import state_view
from interlock.practice.disputes import Kind, Way
from interlock.replay.outcome import Instant, State
from interlock.simulate.disputed import CASES, CREDIT, EARNED, QUESTION
from interlock.simulate.staff import DEMO_HEADS, DEMO_KEEPER, DEMO_MARKETING, DEMO_SALES
from interlock.store.models import FACTS, Obligation, Remark

_DAY = 86_400
_PROMISE = "first-touch"
_SOURCE = "partner"
_CHANNEL = "webinar"
_A_QUARTER = 92 * _DAY
_NOT_IN_TIME = (State.BROKEN.word, State.KEPT_LATE.word)


def disagree(now: Instant) -> None:
    """Cases about first touches of partners' leads, all ruled for sales, and two about credits.

    And a question about the clause, which was answered. What there is nothing to be about is left
    out. It is there whole, or not at all; whoever takes part can sign in by now.
    """
    rows = FACTS["member"].objects.filter(live=True).values_list("key", "email", "side")
    people = {
        key: Actor(email, side if side in SIDES else "", Role.LEAD, key)
        for key, email, side in rows
    }
    with transaction.atomic():
        _settled(people, now)
        _waiting(people, now)
        _asked(people, now)


def _settled(people: dict[str, Actor], now: Instant) -> None:
    """Each opened by the head of sales, answered by marketing, ruled by whoever keeps the text."""
    seen: set[str] = set()
    for case in CASES:
        opened_at = now - case.days_ago * _DAY
        about = _late_before(opened_at, seen)
        if about is None:
            continue
        seen.add(about.person)
        made = open_case(about, case.sales, by=people[DEMO_HEADS[1]], now=opened_at)
        if made.number is not None:
            view_at, ruled_at = opened_at + _DAY, opened_at + 3 * _DAY
            state_view(made.number, case.marketing, by=people[DEMO_MARKETING], now=view_at)
            rule(made.number, Way.SALES, case.reasons, by=people[DEMO_KEEPER], now=ruled_at)


def _late_before(at: Instant, seen: set[str]) -> About | None:
    """The latest first touch of a partner's lead that was due and not made by then."""
    late = Obligation.objects.filter(
        Q(kept_at=None) | Q(kept_at__lt=at),
        replay=current().replay,
        promise=_PROMISE,
        source=_SOURCE,
        state__in=_NOT_IN_TIME,
        due_at__lt=at,
    ).exclude(person__in=seen)
    row = late.order_by("-due_at", "person").first()
    return About(Kind.OBLIGATION, _PROMISE, row.person, str(row.started_at)) if row else None


def _waiting(people: dict[str, Actor], now: Instant) -> None:
    """How the last sale but a few days was shared out; what a channel earned in the last quarter.

    The head of marketing disputes the one, the head of sales the other.
    """
    marketing, sales = (people[head] for head in DEMO_HEADS)
    won = FACTS["opportunity"].objects.filter(live=True, status="won")
    sale = won.filter(closed_at__lt=now - 3 * _DAY).order_by("-closed_at", "key").first()
    if sale is not None:
        open_case(About(Kind.CREDIT, sale.key), CREDIT, by=marketing, now=now - _DAY)
    day = datetime.fromtimestamp(now - _A_QUARTER, UTC).date().isoformat()
    earned = About(Kind.CHANNEL, _CHANNEL, at=day, by="channel", each="quarter")
    open_case(earned, EARNED, by=sales, now=now - 2 * _DAY)


def _asked(people: dict[str, Actor], now: Instant) -> None:
    path = f"promises.{_PROMISE}"
    asked = remark_on_clause(path, QUESTION.asked, by=people[DEMO_SALES], now=now - 6 * _DAY)
    row = Remark.objects.filter(clause=path, to=None).last()
    if asked.said and row is not None:
        answer_remark(row.pk, QUESTION.answer, by=people[DEMO_MARKETING], now=now - 5 * _DAY)
