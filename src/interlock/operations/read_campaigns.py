"""Campaigns as they were announced, each held against the rule that was in force then."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock

from interlock.agreement.schema import Agreement
from interlock.agreement.sentences import Clause, clause_at
from interlock.insight.instants import week_of, week_on
from interlock.operations.actor import Actor
from interlock.operations.agreements import Agreements, agreement_of, agreements, text_in_force
from interlock.operations.announce_campaign import may_announce
from interlock.operations.permissions import Action, require
from interlock.operations.planned_campaigns import Planned, is_in_time, planned
from interlock.operations.reading import Basis, Filters, current
from interlock.operations.staff import staff
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
    """The page. `rule` is the clause in force that says how early; None where none does.

    `planned` are those of the CRM that begin later and were not announced.
    """

    basis: Basis
    rule: Clause | None
    kept: Kept
    lines: tuple[CampaignLine, ...]
    planned: tuple[Planned, ...]
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
    moment = int(time.time()) if now is None else now
    found, agreement = announced(moment), text_in_force(moment)
    return CampaignsPage(
        basis=current().basis,
        rule=found.rule,
        kept=found.kept,
        lines=found.lines,
        planned=planned(agreement, moment) if agreement else (),
        may_announce=may_announce(by),
    )


def announced(now: Instant) -> Announced:
    """What was announced by `now`. Four queries."""
    texts, names = agreements(), staff().names
    lines = tuple(_line(each, texts, names, now) for each in CampaignNotice.objects.all()[:MOST])
    agreement = _at(texts, now)
    rule = ruling_campaigns(agreement) if agreement else None
    return Announced(
        rule=clause_at(agreement, f"rules_of_engagement.{rule.id}") if agreement and rule else None,
        kept=kept([each.in_time for each in lines]),
        lines=lines,
    )


@dataclass(frozen=True)
class RuleKept:
    """The rule in force that says how early campaigns are announced, and how it was kept."""

    rule: Clause
    kept: Kept

    @property
    def late(self) -> int:
        """How many were announced too late."""
        return self.kept.announced - self.kept.in_time


def read_rule_kept(filters: Filters, now: Instant) -> RuleKept | None:
    """How the rule in force is kept, by what was announced in the filters' week, or ever.

    None where there is none, or the filters are on leads: a campaign is about none in particular.
    Four queries at most.
    """
    agreement = text_in_force(now)
    if agreement is None or filters.on_lead or ruling_campaigns(agreement) is None:
        return None
    found = announced(now)
    if found.rule is None:
        return None
    week = week_on(filters.week, agreement.zone) if filters.week else None
    counted = (
        each.in_time for each in found.lines if week in {None, week_of(each.at, agreement.zone)}
    )
    return RuleKept(found.rule, kept([*counted]))


def _at(texts: Agreements | None, at: Instant) -> Agreement | None:
    return agreement_of(texts.at(at).digest).agreement if texts else None


def _line(
    row: CampaignNotice, texts: Agreements | None, names: Mapping[str, str], now: Instant
) -> CampaignLine:
    agreement, is_off = _at(texts, row.at), row.called_off_at is not None
    return CampaignLine(
        number=row.pk,
        name=row.name,
        audience=row.audience,
        offer=row.offer,
        starts_on=row.starts_on,
        by=names.get(row.by, row.by),
        at=row.at,
        in_time=_judged(row, agreement) if agreement and not is_off else None,
        is_called_off=is_off,
        is_coming=agreement is not None and _begins(row, agreement) > now,
    )


def _judged(row: CampaignNotice, agreement: Agreement) -> bool | None:
    """Whether it was announced in time by the agreement that was in force; None: that says not."""
    rule = ruling_campaigns(agreement)
    return (
        is_in_time(agreement, rule.within, row.at, row.starts_on) if rule and rule.within else None
    )


def _begins(row: CampaignNotice, agreement: Agreement) -> Instant:
    return int(datetime.combine(row.starts_on, clock(), agreement.zone).timestamp())
