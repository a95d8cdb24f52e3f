"""What a round of the language test found, once it is over."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from interlock.agreement.schema import Agreement
from interlock.insight.sentences import percent
from interlock.operations.actor import Actor
from interlock.operations.agreements import agreement_of
from interlock.operations.permissions import Action, require
from interlock.operations.read_round import NONE_YET, Card, card_of, stage_names
from interlock.operations.read_rounds import RoundLine, round_lines
from interlock.operations.reading import Basis, Named, current
from interlock.operations.rounds import counted_rounds, is_over
from interlock.practice.alpha import Reliability
from interlock.practice.parting import (
    FEW,
    FITS,
    SIDES,
    Agreeing,
    ClauseParts,
    LeadParts,
    Part,
    Parting,
    Placed,
    Told,
    told_of,
)
from interlock.practice.starting import Start, start_from
from interlock.replay.outcome import Instant
from interlock.store.models import LanguageLead, LanguageRound, LanguageTerm, Meaning, Placing


@dataclass(frozen=True)
class ClauseResult:
    """A clause by its name, and how the sides part over it. `path` "": it has no page."""

    name: str
    path: str
    parts: ClauseParts


@dataclass(frozen=True)
class LeadResult:
    """A lead that splits opinions: what was shown, who it is, and where the agreement had it.

    `marketing` and `sales`: the share of each stage named, the most frequent first; `named` are all
    stages that were named, where too few answered to tell whose they are. `mine` is where whoever
    looks placed it; None: nowhere.
    """

    place: int
    person: str
    card: Card
    agreed: Named
    differ: float | None
    marketing: tuple[tuple[Named, float], ...]
    sales: tuple[tuple[Named, float], ...]
    named: tuple[Named, ...]
    mine: Named | None


@dataclass(frozen=True)
class TermResult:
    """A term, what is agreed that it means, and what was said that it means.

    `together` has what both sides said, where too few of a side did; `many` how many people.
    """

    term: str
    meaning: str
    clause: str
    many: int
    marketing: tuple[str, ...] = ()
    sales: tuple[str, ...] = ()
    together: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoundResult:
    """What a round found. Without `stages` too few people answered for anything to be told.

    `clauses` come in the order of how far the sides part over them; `leads` likewise.
    """

    basis: Basis
    line: RoundLine
    few: int
    sentence: str
    stages: Agreeing | None = None
    fits: Agreeing | None = None
    clauses: tuple[ClauseResult, ...] = ()
    leads: tuple[LeadResult, ...] = ()
    terms: tuple[TermResult, ...] = ()
    start: Start | None = None


def read_round_result(number: int, *, by: Actor, now: Instant | None = None) -> RoundResult | None:
    """The result of the round; None where there is no such round, or it is not over."""
    require(by, Action.READ)
    moment = int(time.time()) if now is None else now
    row = counted_rounds().filter(pk=number).first()
    if row is None or not is_over(row, moment):
        return None
    (line,) = round_lines([row], by, moment)
    basis, terms = current().basis, _terms(row)
    leads = list(row.leads.all())
    answers = _answers(row, leads)
    parting = Parting(len(leads), len(row.stages), answers, row.seed)
    if not parting.can_be_told:
        return RoundResult(basis, line, FEW, _too_few(parting.people), terms=terms)
    agreement = agreement_of(row.agreement.digest).agreement
    names = (NONE_YET, *stage_names(row))
    mine = {each.lead: each.stage for each in answers if each.by == by.name}
    return RoundResult(
        basis=basis,
        line=line,
        few=FEW,
        sentence=agreeing_sentence(parting.stages.between),
        stages=parting.stages,
        fits=parting.fits,
        clauses=_clauses(parting, leads, names[1:]),
        leads=tuple(
            _lead(each, leads[each.lead], names, mine.get(each.lead)) for each in parting.leads()
        ),
        terms=terms,
        start=_start(agreement, parting, leads, row.stages) if agreement else None,
    )


def agreeing_sentence(found: Reliability) -> str:
    """How far both sides agree, in one sentence."""
    if found.agree is None:
        return "No lead was placed by both sides, so that there is nothing to compare yet."
    agree = f"Sales and marketing agree on a stage in {percent(found.agree)} of leads"
    if found.alpha is None or found.low is None or found.high is None:
        return f"{agree}; all answers are the same, so that chance cannot be told apart."
    return f"{agree}; alpha {found.alpha:.2f}, between {found.low:.2f} and {found.high:.2f}."


def _too_few(people: Mapping[str, int]) -> str:
    return (
        f"Too few people answered for a result that tells nothing about one of them: "
        f"{sum(people.values())} in all, and it takes {FEW}, two of each side at least."
    )


def _answers(row: LanguageRound, leads: Sequence[LanguageLead]) -> list[Placed]:
    places = {lead.pk: place for place, lead in enumerate(leads)}
    stages = {"": 0} | {stage: place for place, stage in enumerate(row.stages, 1)}
    rows = Placing.objects.filter(lead__round=row, side__in=SIDES)
    return [
        Placed(places[each.lead_id], each.by, each.side, stages[each.stage], each.fits)
        for each in rows
    ]


def _clauses(
    parting: Parting, leads: Sequence[LanguageLead], stages: Sequence[Named]
) -> tuple[ClauseResult, ...]:
    found = []
    for place, stage in enumerate(stages, 1):
        path = f"stages.{stage.key}"
        parts = parting.of_stage(path, place, _parts(leads, path))
        found.append(ClauseResult(f"{stage.name} or beyond", path, parts))
    found.append(ClauseResult("It fits", "", parting.of_fit(_parts(leads, FITS))))
    found.sort(key=lambda each: -each.parts.split.differ)
    return tuple(each for each in found if each.parts.split.leads)


def _parts(leads: Sequence[LanguageLead], path: str) -> list[list[Part]]:
    return [[Part(*each) for each in lead.parts.get(path, ())] for lead in leads]


def _lead(
    parts: LeadParts, row: LanguageLead, names: Sequence[Named], mine: int | None
) -> LeadResult:
    def shares(said: Mapping[int, float]) -> tuple[tuple[Named, float], ...]:
        ordered = sorted(said.items(), key=lambda each: (-each[1], each[0]))
        return tuple((names[place], share) for place, share in ordered)

    at = next((each for each in names if each.key == row.stage), NONE_YET)
    return LeadResult(
        place=row.place,
        person=row.person,
        card=card_of(row.at, row.card),
        agreed=at,
        differ=parts.differ,
        marketing=shares(parts.marketing),
        sales=shares(parts.sales),
        named=tuple(names[place] for place in parts.named),
        mine=None if mine is None else names[mine],
    )


def _start(
    agreement: Agreement,
    parting: Parting,
    leads: Sequence[LanguageLead],
    stages: Sequence[str],
) -> Start | None:
    """Of the proposals for each stage the one that gains most.

    Leads that had come to the stage before are no evidence of its condition: it may hold no more.
    """
    values = [lead.values for lead in leads]
    found = []
    for place, id_ in enumerate(stages, 1):
        stage = agreement.stage(id_)
        decided = np.array([f"stages.{id_}" in lead.decides for lead in leads])
        answers = np.where(decided, parting.pooled(place), np.nan)
        start = start_from(stage, values, answers) if stage else None
        if start is not None:
            found.append(start)
    return max(found, key=lambda each: each.would - each.agrees, default=None)


def _terms(row: LanguageRound) -> tuple[TermResult, ...]:
    said: dict[tuple[int, str], list[str]] = defaultdict(list)
    meanings = Meaning.objects.filter(term__round=row, side__in=SIDES).order_by("words")
    for term, side, words in meanings.values_list("term", "side", "words"):
        said[term, side].append(words)
    return tuple(
        _term(each, *(said[each.pk, side] for side in SIDES))
        for each in LanguageTerm.objects.filter(round=row)
    )


def _term(row: LanguageTerm, marketing: list[str], sales: list[str]) -> TermResult:
    """By side, or mixed in an order that tells nothing, or not at all."""
    told, many = told_of(len(marketing), len(sales)), len(marketing) + len(sales)
    about = row.term, row.meaning, row.clause, many
    if told is Told.BY_SIDE:
        return TermResult(*about, marketing=tuple(marketing), sales=tuple(sales))
    if told is Told.TOGETHER:
        return TermResult(*about, together=tuple(sorted(marketing + sales)))
    return TermResult(*about)
