"""Opening a round of the language test: real leads from history, and terms to say in own words."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from interlock.agreement.expiry import day_words
from interlock.agreement.schema import Agreement, Stage
from interlock.agreement.terms import defined
from interlock.operations.actor import Actor
from interlock.operations.addresses import of_round
from interlock.operations.agreements import agreements
from interlock.operations.ask import said_in
from interlock.operations.lead_cards import lead_cards
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, require
from interlock.operations.round_leads import Sample, some_people
from interlock.operations.rounds import asked_members
from interlock.practice.choosing import Candidate, choose
from interlock.replay.outcome import Instant
from interlock.store.models import LanguageLead, LanguageRound, LanguageTerm, Lead, Replay
from interlock.store.trail import record

FEWEST, MANY, LEADS = 5, 60, 20
"""Leads of a round: at least, at most, and unless something else is asked for."""
LONGEST_TERM, MOST_TERMS = 80, 12
LONGEST_DAYS = 60
_DAY = 86_400


@dataclass(frozen=True)
class RoundAsked:
    """What a round is to be about: how many leads, which stages (ids), which terms, until when.

    `shows_names`: the leads may be shown with their names. A term is one of the glossary, a stage's
    name, or any word.
    """

    leads: int
    stages: tuple[str, ...]
    terms: tuple[str, ...]
    closes_at: Instant
    shows_names: bool = False


@dataclass(frozen=True)
class Opened:
    """The number of the round; None and the problems where it was not opened."""

    number: int | None = None
    problems: tuple[str, ...] = ()


def open_round(
    asked: RoundAsked, *, by: Actor, now: Instant | None = None, seed: int | None = None
) -> Opened:
    """Chooses the leads and keeps them as they are shown. `seed` chooses them; None: by lot."""
    require(by, Action.TEST_LANGUAGE)
    moment = int(time.time()) if now is None else now
    shown = Replay.objects.filter(current=True).first()
    texts = agreements()
    if shown is None or texts is None or texts.timeline is None:
        return Opened(problems=("There are no leads yet: import facts, and replay them.",))
    agreement = texts.agreement_at(moment)
    stages = [stage for stage in agreement.stages if stage.id in asked.stages]
    if problems := _problems(asked, stages, moment):
        return Opened(problems=problems)
    chance = secrets.randbelow(1 << 31) if seed is None else seed
    sample = Sample(some_people(shown.pk, chance), agreement, moment)
    chosen = choose(sample.candidates(stages), asked.leads, chance)
    if len(chosen) < FEWEST:
        many = f"Only {len(chosen)} leads were ever at these stages or before them"
        return Opened(problems=(f"{many}; a round asks about {FEWEST} at least.",))
    names = asked.shows_names and not _any_known(shown.pk, chosen, agreement)
    cards = lead_cards([(each.person, each.at) for each in chosen], agreement, with_names=names)
    with transaction.atomic():
        row = LanguageRound.objects.create(
            agreement=texts.at(moment),
            stages=[stage.id for stage in stages],
            shows_names=names,
            seed=chance,
            opened_by=by.name,
            opened_at=moment,
            closes_at=asked.closes_at,
        )
        LanguageLead.objects.bulk_create(
            LanguageLead(
                round=row,
                place=place,
                person=each.person,
                at=each.at,
                card=card,
                **asdict(sample.ask(each, stages)),
            )
            for place, (each, card) in enumerate(zip(chosen, cards, strict=True), 1)
        )
        LanguageTerm.objects.bulk_create(_terms(row, asked.terms, agreement))
        _tell(row, len(chosen), agreement)
        about = f"language round {row.pk}"
        record(by, "open", about, at=moment, why=f"{len(chosen)} leads")
    return Opened(row.pk)


def _problems(asked: RoundAsked, stages: Sequence[Stage], now: Instant) -> tuple[str, ...]:
    found = []
    if not FEWEST <= asked.leads <= MANY:
        found.append(f"A round asks about {FEWEST} to {MANY} leads.")
    if len(stages) < len(set(asked.stages)) or not stages:
        found.append("Choose stages of the agreement in force, one at least.")
    if not now < asked.closes_at <= now + LONGEST_DAYS * _DAY:
        found.append(f"A round closes later than now, and within {LONGEST_DAYS} days.")
    if len(asked.terms) > MOST_TERMS or any(len(each) > LONGEST_TERM for each in asked.terms):
        found.append(f"A round asks for {MOST_TERMS} terms at most, of {LONGEST_TERM} letters.")
    return tuple(found)


def _tell(row: LanguageRound, leads: int, agreement: Agreement) -> None:
    """Tells every member of both sides that the round waits for them."""
    last = datetime.fromtimestamp(row.closes_at - 1, agreement.zone).date()
    notify(
        asked_members(),
        ("language round", row.pk),
        f"Place {leads} leads in a language test, by {day_words(last)}",
        because="Both sides say what the agreement's words mean to them, unseen by each other",
        link=of_round(row.pk),
        at=row.opened_at,
    )


def _any_known(replay: int, chosen: Sequence[Candidate], agreement: Agreement) -> bool:
    """Whether one of the leads has come to an end since, so that its name may tell of it.

    Then all names are hidden: a name that is missing among others would tell, too.
    """
    ends = [stage.id for stage in agreement.stages if stage.outcome]
    people = [each.person for each in chosen]
    return Lead.objects.filter(replay=replay, person__in=people, stage__in=ends).exists()


def _terms(row: LanguageRound, asked: Sequence[str], agreement: Agreement) -> list[LanguageTerm]:
    """Each term once, with the definition that the agreement has of it."""
    known = defined(agreement)
    terms = list(dict.fromkeys(filter(None, (said_in(each) for each in asked))))
    return [
        LanguageTerm(
            round=row,
            place=place,
            term=term,
            meaning=found.meaning if found else "",
            clause=found.clause if found else "",
        )
        for place, term in enumerate(terms, 1)
        for found in (known.get(term.lower()),)
    ]
