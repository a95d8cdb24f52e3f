"""What the reading operations share: the replay that the numbers come from, filters, names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery

from interlock.agreement.schema import Agreement
from interlock.agreement.wording import words
from interlock.insight.instants import week_after, week_on
from interlock.insight.tally import Tallies, values
from interlock.operations.agreements import agreement_of
from interlock.operations.tallies import NO_TALLIES, tallies_of
from interlock.replay.edition import EDITION
from interlock.replay.outcome import Finding, Instant
from interlock.store.models import FACTS, AgreementVersion, Import, Replay, Tally

Row = TypeVar("Row", bound=Model)

PAGE = 50
"""Rows on one page of a list."""

_WHOLE = re.compile(r"-?[0-9]{1,18}")


class Ground(StrEnum):
    """Whether there is something to show, and if not, what is missing."""

    READY = "ready"
    NO_AGREEMENT = "no agreement"
    NOT_REPLAYED = "not replayed"
    NOBODY = "nobody"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Basis:
    """What the numbers of a page come from.

    `stale`: facts came in, were taken back, another agreement was put in force since the replay, or
    rules of ours are others than those that made it. `zone` is the IANA name of the zone in which
    weeks begin and instants are shown. `known_by`: the replay went by what was known then, whatever
    came since. `pinned`: its instant was chosen, and nothing moves in it.
    """

    ground: Ground
    agreement: str = ""
    version: str = ""
    as_of: Instant | None = None
    zone: str = "UTC"
    people: int = 0
    facts: int = 0
    stale: bool = False
    findings: tuple[Finding, ...] = ()
    known_by: Instant | None = None
    pinned: bool = False

    @property
    def tz(self) -> tzinfo:
        """The zone itself."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True)
class Filters:
    """Which verdicts to look at. None: all; "": those without an owner, source or tier.

    `week` is a day of the week in which an obligation started or a cohort entered; `state` a
    state of obligations in words.
    """

    owner: str | None = None
    source: str | None = None
    tier: str | None = None
    week: date | None = None
    state: str | None = None

    @property
    def on_lead(self) -> dict[str, str]:
        """The filters on owner, source and tier, as values that these columns must have."""
        chosen = {"owner": self.owner, "source": self.source, "tier": self.tier}
        return {name: value for name, value in chosen.items() if value is not None}

    def span(self, zone: tzinfo) -> tuple[int, int] | None:
        """First instant of the week and of the week after it, or None for all weeks."""
        if self.week is None:
            return None
        week = week_on(self.week, zone)
        return week, week_after(week, zone)


@dataclass(frozen=True)
class Named:
    """Something by its key, with the name that people know it by (the key where none is known)."""

    key: str
    name: str


@dataclass(frozen=True)
class Choices:
    """The values that the filters can take, as they occur."""

    owners: tuple[Named, ...] = ()
    sources: tuple[str, ...] = ()
    tiers: tuple[Named, ...] = ()


ALL = Filters()
NO_CHOICES = Choices()


@dataclass(frozen=True)
class Reading:
    """The current replay, its agreement and its tallies; None and nothing where there is none.

    `adopted` is the text that was put in force last when it was made.
    """

    basis: Basis
    replay: int | None = None
    adopted: int | None = None
    agreement: Agreement | None = None
    tallies: Tallies = NO_TALLIES


def current() -> Reading:
    """Where the numbers come from. One query once the agreement and the tallies have been read."""
    changed = Import.objects.filter(
        Q(finished_at__gt=OuterRef("started_at")) | Q(taken_back_at__gt=OuterRef("started_at")),
        live=False,
    )
    newest = AgreementVersion.objects.order_by("-pk").values("pk")[:1]
    replay = (
        Replay.objects.filter(current=True)
        .select_related("agreement", "tally")
        .defer("agreement__text", "tally__columns")
        .annotate(changed=Exists(changed), last_adopted=Subquery(newest))
        .first()
    )
    if replay is None:
        adopted = AgreementVersion.objects.exists()
        return Reading(Basis(Ground.NOT_REPLAYED if adopted else Ground.NO_AGREEMENT))
    agreement = agreement_of(replay.agreement.digest, replay.known_by).agreement
    if agreement is None:
        return Reading(Basis(Ground.UNREADABLE, replay.agreement.name, replay.agreement.version))
    basis = Basis(
        ground=Ground.READY if replay.people else Ground.NOBODY,
        agreement=replay.agreement.name,
        version=replay.agreement.version,
        as_of=replay.as_of,
        zone=str(agreement.zone),
        people=replay.people,
        facts=replay.facts,
        stale=replay.known_by is None
        and (
            replay.changed or replay.last_adopted != replay.adopted_id or replay.edition != EDITION
        ),
        findings=tuple(Finding(**finding) for finding in replay.findings),
        known_by=replay.known_by,
        pinned=replay.pinned,
    )
    try:
        tallies = tallies_of(replay.tally.digest)
    except Tally.DoesNotExist:  # a refresh has put others in their place this very moment
        return current()
    return Reading(basis, replay.pk, replay.adopted_id, agreement, tallies)


def moment_of(basis: Basis, now: Instant) -> Instant:
    """The instant that a desk shows: `now`, but that of a replay that was pinned."""
    return now if basis.as_of is None or not basis.pinned else basis.as_of


def member_names() -> dict[str, str]:
    """Every member's name by key. One query."""
    return dict(FACTS["member"].objects.filter(live=True).values_list("key", "name"))


def named(key: str, names: Mapping[str, str]) -> Named:
    """The key with its name, where one is known."""
    return Named(key, names.get(key) or key)


def calendar_names(agreement: Agreement | None) -> dict[str, str]:
    """What every calendar means, by its id; without an agreement none."""
    return {each.id: each.meaning for each in agreement.calendars} if agreement else {}


def calendar_called(key: str, names: Mapping[str, str]) -> str:
    """What the calendar of that key means, where nothing is said of it the key in words."""
    told = names.get(key) or words(key)
    return f"{told[:1].upper()}{told[1:]}"


def tier_names(agreement: Agreement) -> dict[str, str]:
    """Every tier's name by its id."""
    return {tier.id: tier.name for tier in agreement.tiers}


def choices(reading: Reading, names: Mapping[str, str]) -> Choices:
    """What the filters can be set to."""
    tallies = reading.tallies
    owners = (named(owner, names) for owner in values(tallies, "owner"))
    tiers = tier_names(reading.agreement) if reading.agreement else {}
    return Choices(
        owners=tuple(sorted(owners, key=lambda each: each.name)),
        sources=tuple(values(tallies, "source")),
        tiers=tuple(named(tier, tiers) for tier in values(tallies, "tier")),
    )


def whole_number(text: str) -> int | None:
    """The number that a mark holds; None where it holds none, or more than a store counts to."""
    return int(text) if _WHOLE.fullmatch(text) else None


def page_after(
    rows: QuerySet[Row, Row], column: str, after: str, size: int
) -> tuple[list[Row], str]:
    """One page of `rows`, latest `column` first, and the mark after which the next one begins.

    The mark names the last row by its instant and id; "" begins at the top, and is returned at
    the end. A mark that cannot be read begins at the top. Rows without an instant are left out.
    """
    at, _, last = after.partition("_")
    instant, row = whole_number(at), whole_number(last)
    if instant is not None and row is not None:
        # the first condition bounds the walk through the index, the second divides equal instants
        rows = rows.filter(
            Q(**{f"{column}__lte": instant}) & (Q(**{f"{column}__lt": instant}) | Q(id__lt=row))
        )
    known = rows.filter(**{f"{column}__isnull": False})
    page = list(known.order_by(f"-{column}", "-id")[: size + 1])
    if len(page) <= size:
        return page, ""
    return page[:size], f"{getattr(page[size - 1], column)}_{page[size - 1].pk}"
