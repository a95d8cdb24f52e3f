"""Warning of planned campaigns whose notice becomes late, and of told ones that are cancelled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django.db import transaction

from interlock.agreement.expiry import day_words
from interlock.agreement.schema import Agreement, Duration, Rule, Side, TimeUnit
from interlock.operations.addresses import CAMPAIGNS
from interlock.operations.agreements import text_in_force
from interlock.operations.announce_campaign import told_as
from interlock.operations.notify import notify, told_of
from interlock.operations.planned_campaigns import (
    Planned,
    cancelled_after_all,
    is_in_time,
    planned,
)
from interlock.operations.staff import Staff, staff
from interlock.operations.working_hours import due_after
from interlock.practice.campaigns import ruling_campaigns
from interlock.replay.outcome import Instant
from interlock.store.models import CampaignNotice

AHEAD = Duration(2, TimeUnit.WORKING_DAYS, "2 working days")
"""How long before its notice would be late a campaign is warned of."""


def warn_of_campaigns(now: Instant, stopping: Callable[[], bool] = lambda: False) -> None:  # noqa: ARG001 - a duty
    """Tells whoever sees to the rule of each campaign whose notice is due soon, or late already.

    A campaign that was moved to another day is told of again. And whoever was told of one, and who
    told them (where they left, marketing's leads), hears that the CRM has it as cancelled.
    """
    agreement = text_in_force(now)
    if agreement is None:
        return
    rule = ruling_campaigns(agreement)
    if rule is not None and rule.within is not None:
        _warn_of_late_notices(agreement, rule, rule.within, now)
    if cancelled := cancelled_after_all(agreement, now):
        _tell_that_they_are_cancelled(cancelled, staff(now))


def _warn_of_late_notices(agreement: Agreement, rule: Rule, within: Duration, now: Instant) -> None:
    soon = due_after(agreement, AHEAD, now)
    near = [
        each
        for each in planned(agreement, now)
        if not is_in_time(agreement, within, soon, each.starts_on)
    ]
    if not near:
        return
    whom = _owing(rule, agreement, staff(now))
    with transaction.atomic():
        for each in near:
            notify(
                whom,
                ("campaign due", each.key, each.starts_on),
                _words(each),
                because=f"{rule.says} ({within.text})",
                link=f"{CAMPAIGNS}?{urlencode({'campaign': each.key})}",
                at=now,
            )


def _tell_that_they_are_cancelled(rows: Sequence[CampaignNotice], everybody: Staff) -> None:
    """None is called off by that: the CRM may be wrong, and marketing says so or calls it off."""
    with transaction.atomic():
        for row in rows:
            announcer = everybody.whom_at(row.by) or everybody.leads_of(Side.MARKETING)
            notify(
                (*told_of(told_as(row), everybody.people), *announcer),
                (*told_as(row), "cancelled"),
                f"{row.name}, announced for {day_words(row.starts_on)}, is cancelled in the CRM",
                because="Sales was told of it, and it is not called off here",
                link=CAMPAIGNS,
                at=everybody.now,
            )


def _owing(rule: Rule, agreement: Agreement, everybody: Staff) -> tuple[str, ...]:
    """Whom the rule names; else marketing's point of contact, else its leads."""
    named = everybody.meant_by(rule.owner, "", Side.MARKETING, agreement) if rule.owner else ()
    contact = everybody.meant_by("point of contact", "", Side.MARKETING, agreement)
    return named or contact or everybody.leads_of(Side.MARKETING)


def _words(each: Planned) -> str:
    begins = f"it begins on {day_words(each.starts_on)}"
    if each.by is None or each.is_late:
        return f"Sales was not told of {each.name} in time: {begins}. Tell them now"
    return f"Tell sales of {each.name} by {day_words(each.by)}: {begins}"
