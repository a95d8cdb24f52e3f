"""A round of the language test as whoever answers sees it: their own answers, and nobody else's."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from interlock.operations.actor import Actor
from interlock.operations.agreements import agreement_of
from interlock.operations.permissions import Action, require
from interlock.operations.read_rounds import RoundLine, round_lines
from interlock.operations.reading import Basis, Named, current
from interlock.operations.rounds import counted_rounds, kept_from_answering
from interlock.replay.outcome import Instant
from interlock.store.models import LanguageLead, LanguageRound, LanguageTerm, Meaning, Placing


@dataclass(frozen=True)
class TermAsked:
    """A term at its place. `said` is one's own answer; only then `meaning` is there."""

    place: int
    term: str
    said: str
    meaning: str
    clause: str


@dataclass(frozen=True)
class LeadAsked:
    """A lead at its place, and one's own answer: `stage` None: none yet; its key "": at none."""

    place: int
    stage: Named | None
    fits: bool | None


@dataclass(frozen=True)
class RoundPage:
    """The round, its terms and its leads, in order. `kept_from`: why one may not answer."""

    basis: Basis
    line: RoundLine
    stages: tuple[Named, ...]
    terms: tuple[TermAsked, ...]
    leads: tuple[LeadAsked, ...]
    kept_from: str

    @property
    def next_term(self) -> int | None:
        """The first term that one has not answered."""
        return next((each.place for each in self.terms if not each.said), None)

    @property
    def next_lead(self) -> int | None:
        """The first lead that one has not placed."""
        return next((each.place for each in self.leads if each.stage is None), None)

    def term(self, place: int) -> TermAsked | None:
        """The term at that place."""
        return next((each for each in self.terms if each.place == place), None)

    def lead(self, place: int) -> LeadAsked | None:
        """The lead at that place."""
        return next((each for each in self.leads if each.place == place), None)


@dataclass(frozen=True)
class StoryPart:
    """One thing that happened to the lead: when, what it was, and what is told of it."""

    at: Instant
    what: str
    told: str


@dataclass(frozen=True)
class Card:
    """A lead as it was known at the instant `at`. `name` is "" where it is hidden.

    `earlier`: so many touches and activities before the `story` are left out.
    """

    at: Instant
    name: str
    profile: tuple[tuple[str, str], ...]
    story: tuple[StoryPart, ...]
    earlier: int


NONE_YET = Named("", "None of them yet")
"""What a lead can be placed at beside the stages."""


def read_round(number: int, *, by: Actor, now: Instant | None = None) -> RoundPage | None:
    """The round of that number; None where there is none."""
    require(by, Action.READ)
    moment = int(time.time()) if now is None else now
    row = counted_rounds().filter(pk=number).first()
    if row is None:
        return None
    (line,) = round_lines([row], by, moment)
    stages = stage_names(row)
    return RoundPage(
        basis=current().basis,
        line=line,
        stages=stages,
        terms=_terms(row, by),
        leads=_leads(row, by, {each.key: each for each in (NONE_YET, *stages)}),
        kept_from=kept_from_answering(row, by, moment),
    )


def stage_names(row: LanguageRound) -> tuple[Named, ...]:
    """The stages that a lead may be placed at, as the round's agreement calls them."""
    agreement = agreement_of(row.agreement.digest).agreement
    found = ((id_, agreement.stage(id_) if agreement else None) for id_ in row.stages)
    return tuple(Named(id_, stage.name if stage else id_) for id_, stage in found)


def _terms(row: LanguageRound, by: Actor) -> tuple[TermAsked, ...]:
    said = dict(Meaning.objects.filter(term__round=row, by=by.name).values_list("term", "words"))
    found = []
    for each in LanguageTerm.objects.filter(round=row):
        mine = said.get(each.pk, "")
        told = (each.meaning, each.clause) if mine else ("", "")
        found.append(TermAsked(each.place, each.term, mine, *told))
    return tuple(found)


def _leads(row: LanguageRound, by: Actor, names: dict[str, Named]) -> tuple[LeadAsked, ...]:
    mine = Placing.objects.filter(lead__round=row, by=by.name)
    placed = {each.lead_id: each for each in mine}
    found = []
    for pk, place in LanguageLead.objects.filter(round=row).values_list("pk", "place"):
        answer = placed.get(pk)
        stage = names.get(answer.stage) if answer else None
        found.append(LeadAsked(place, stage, answer.fits if answer else None))
    return tuple(found)


def read_round_lead(number: int, place: int) -> Card | None:
    """What a round shows of one of its leads. One query."""
    row = LanguageLead.objects.filter(round=number, place=place).values("at", "card").first()
    return None if row is None else card_of(row["at"], row["card"])


def card_of(at: Instant, card: dict[str, Any]) -> Card:
    """A card as it was kept (`interlock.operations.lead_cards`)."""
    return Card(
        at=at,
        name=card["name"],
        profile=tuple((label, text) for label, text in card["profile"]),
        story=tuple(StoryPart(*each) for each in card["story"]),
        earlier=card["earlier"],
    )
