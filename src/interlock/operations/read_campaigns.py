"""Campaigns as they were announced, each held against the rule that was in force then."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock

from interlock.agreement.schema import Agreement, Rule
from interlock.agreement.sentences import Clause, clause_at
from interlock.operations.actor import Actor
from interlock.operations.agreements import Agreements, agreement_of, agreements
from interlock.operations.announce_campaign import may_not_announce
from interlock.operations.permissions import Action, may, require
from interlock.operations.read_discussion import sign_in_names
from interlock.operations.reading import Basis, current
from interlock.operations.working_hours import due_after
from interlock.practice.campaigns import Kept, kept, ruling_campaigns
from interlock.replay.outcome import Instant
from interlock.store.models import CampaignNotice

NONE_YET = kept([])
MOST = 200
"""So many campaigns are listed, those that begin last first."""


@dataclass(frozen=True)
class CampaignLine:
    """A campaign. `in_time`: None where no rule said how early, or it was called off."""

    number: int
    name: str
    audience: str
    offer: str
    starts_on: date
    by: str
    at: Instant
    in_time: bool | None
    is_called_off: bool
    is_coming: bool


@dataclass(frozen=True)
class CampaignsPage:
    """The page. `rule` is the clause in force that says how early; None where none does."""

    basis: Basis
    rule: Clause | None
    kept: Kept
    lines: tuple[CampaignLine, ...]
    may_announce: bool


@dataclass(frozen=True)
class Announced:
    """Campaigns that were announced, the rule in force that says how early, how it was kept."""

    rule: Clause | None = None
    kept: Kept = NONE_YET
    lines: tuple[CampaignLine, ...] = ()

    @property
    def coming(self) -> tuple[CampaignLine, ...]:
        """Those that are still to begin and were not called off, the next one first."""
        found = (each for each in reversed(self.lines) if each.is_coming)
        return tuple(each for each in found if not each.is_called_off)


NOTHING_ANNOUNCED = Announced()


def read_campaigns(*, by: Actor, now: Instant | None = None) -> CampaignsPage:
    """As the actor sees it."""
    require(by, Action.READ)
    found = announced(int(time.time()) if now is None else now)
    return CampaignsPage(
        basis=current().basis,
        rule=found.rule,
        kept=found.kept,
        lines=found.lines,
        may_announce=may(by, Action.WORK) and not may_not_announce(by),
    )


def announced(now: Instant) -> Announced:
    """What was announced by `now`. Three queries."""
    texts, names = agreements(), sign_in_names()
    lines = tuple(_line(each, texts, names, now) for each in CampaignNotice.objects.all()[:MOST])
    agreement = _at(texts, now)
    rule = ruling_campaigns(agreement) if agreement else None
    return Announced(
        rule=clause_at(agreement, f"rules_of_engagement.{rule.id}") if agreement and rule else None,
        kept=kept([each.in_time for each in lines]),
        lines=lines,
    )


def _at(texts: Agreements | None, at: Instant) -> Agreement | None:
    return agreement_of(texts.at(at).digest).agreement if texts else None


def _line(
    row: CampaignNotice, texts: Agreements | None, names: dict[str, str], now: Instant
) -> CampaignLine:
    agreement = _at(texts, row.at)
    rule = ruling_campaigns(agreement) if agreement else None
    is_off = row.called_off_at is not None
    judged = agreement and rule and not is_off
    return CampaignLine(
        number=row.pk,
        name=row.name,
        audience=row.audience,
        offer=row.offer,
        starts_on=row.starts_on,
        by=names.get(row.by, row.by),
        at=row.at,
        in_time=_in_time(row, agreement, rule) if judged and agreement and rule else None,
        is_called_off=is_off,
        is_coming=agreement is not None and _begins(row, agreement) > now,
    )


def _in_time(row: CampaignNotice, agreement: Agreement, rule: Rule) -> bool | None:
    """Whether so much time lay between the notice and its first day, in whole days."""
    if rule.within is None:
        return None
    due = datetime.fromtimestamp(due_after(agreement, rule.within, row.at), agreement.zone)
    return due.date() <= row.starts_on


def _begins(row: CampaignNotice, agreement: Agreement) -> Instant:
    return int(datetime.combine(row.starts_on, clock(), agreement.zone).timestamp())
