"""The rounds of the language test, and what another one can be about."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F

from interlock.agreement.schema import Agreement
from interlock.agreement.wording import words
from interlock.operations.actor import Actor
from interlock.operations.agreements import agreements
from interlock.operations.permissions import Action, require
from interlock.operations.reading import Basis, Named, current
from interlock.operations.rounds import counted_rounds, is_over
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.models import Meaning, Placing


@dataclass(frozen=True)
class RoundLine:
    """One round: how many leads and terms it has, and how many of them whoever looks answered.

    `people`: how many of each side have answered anything so far.
    """

    number: int
    version: str
    opened_by: str
    opened_at: Instant
    closes_at: Instant
    closed_at: Instant | None
    is_over: bool
    leads: int
    terms: int
    mine: int
    people: tuple[tuple[str, int], ...]

    @property
    def asked(self) -> int:
        """How many answers it asks of everybody."""
        return self.leads + self.terms


@dataclass(frozen=True)
class RoundsPage:
    """All rounds, the latest first, and the stages and terms that another one may be about."""

    basis: Basis
    rounds: tuple[RoundLine, ...]
    stages: tuple[Named, ...] = ()
    terms: tuple[str, ...] = ()


def read_rounds(*, by: Actor, now: Instant | None = None) -> RoundsPage:
    """The rounds. The number of queries does not depend on how many there are."""
    require(by, Action.READ)
    moment = int(time.time()) if now is None else now
    lines = round_lines(counted_rounds(), by, moment)
    texts = agreements()
    agreement = texts.agreement_at(moment) if texts and texts.timeline else None
    basis = current().basis
    if agreement is None:
        return RoundsPage(basis, lines)
    return RoundsPage(basis, lines, stages_of(agreement), terms_of(agreement))


def round_lines(rows: Iterable[Any], by: Actor, now: Instant) -> tuple[RoundLine, ...]:
    """The rounds as lines; rows as of `counted_rounds`. A few queries beside."""
    everybody = staff()
    people: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    mine: dict[int, int] = defaultdict(int)
    placings, meanings = Placing.objects.all(), Meaning.objects.all()
    for given in (
        placings.values("by", "side", of=F("lead__round")).annotate(many=Count("pk")),
        meanings.values("by", "side", of=F("term__round")).annotate(many=Count("pk")),
    ):
        for each in given.order_by():
            people[each["of"]][each["side"]].add(each["by"])
            mine[each["of"]] += each["many"] if each["by"] == by.name else 0
    return tuple(
        RoundLine(
            number=row.pk,
            version=row.agreement.version,
            opened_by=everybody.name_at(row.opened_by),
            opened_at=row.opened_at,
            closes_at=row.closes_at,
            closed_at=row.closed_at,
            is_over=is_over(row, now),
            leads=row.leads_,
            terms=row.terms_,
            mine=mine[row.pk],
            people=tuple(sorted((side, len(who)) for side, who in people[row.pk].items())),
        )
        for row in rows
    )


def stages_of(agreement: Agreement) -> tuple[Named, ...]:
    """The stages that leads can be placed at: those with a condition that end nothing."""
    asked = (each for each in agreement.stages if each.enter is not None and not each.outcome)
    return tuple(Named(each.id, each.name) for each in asked)


def terms_of(agreement: Agreement) -> tuple[str, ...]:
    """The words that the agreement defines: its stages' names and its glossary."""
    names = [each.name for each in stages_of(agreement)]
    return tuple(dict.fromkeys([*names, *(words(each.id) for each in agreement.glossary)]))
