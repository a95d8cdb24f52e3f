"""The agreement as a document, and one page for each of its clauses."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.agreement.schema import Rule
from interlock.agreement.sentences import SECTION_TITLES, Clause
from interlock.operations.followed import followed
from interlock.operations.precedents import precedents
from interlock.operations.read_agreement import read_agreement, read_clause
from interlock.operations.read_campaigns import RuleKept, read_rule_kept
from interlock.operations.read_clause_history import read_clause_history
from interlock.operations.read_discussion import open_by_clause, read_talk
from interlock.operations.reading import ALL
from interlock.operations.watched import watched_at
from interlock.web.pages import actor, show


@dataclass(frozen=True)
class Section:
    """One section of the document.

    Each of its clauses stands with what its sentence adds, and how many remarks on it are open.
    """

    id: str
    title: str
    clauses: tuple[tuple[Clause, str, int], ...]


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """The document, with its contents and what there is to beware of."""
    page = read_agreement()
    sections = sections_of(page.clauses, open_by_clause())
    return show(request, "agreement", page.basis, page=page, sections=sections)


def sections_of(clauses: Iterable[Clause], remarks: Mapping[str, int]) -> list[Section]:
    """The document in sections; `remarks` are how many are open, by clause."""
    return [
        Section(
            id,
            SECTION_TITLES[id],
            tuple((each, adds(each), remarks.get(each.path, 0)) for each in found),
        )
        for id, found in groupby(clauses, key=lambda clause: clause.section)
    ]


@require_safe
def clause(request: HttpRequest, path: str) -> HttpResponse:
    """One clause: its sentence, its text, what it decided."""
    page = read_clause(path, request.GET.get("after", ""))
    if page.clause is None:
        raise Http404(f"the agreement has no clause {path}")
    title, now = SECTION_TITLES[page.clause.section], int(time.time())
    return show(
        request,
        "clause",
        page.basis,
        page=page,
        clause=page.clause,
        added=adds(page.clause),
        history=read_clause_history(path),
        talk=read_talk(page.clause, by=actor(request), now=now),
        before=precedents(path, page.clause.sentence),
        near=watched_at(path, now),
        followed=followed(path, now),
        campaigns=_campaigns(page.clause, now),
        section=title,
    )


def _campaigns(clause: Clause, now: int) -> RuleKept | None:
    """How the rule about campaigns is kept, where the clause is that rule."""
    if not isinstance(clause.subject, Rule) or not clause.subject.governs:
        return None
    return read_rule_kept(ALL, now)


_SAID = {"we", "address", "means"}
"""Words that a sentence may begin with and that say nothing beside a clause's title and text."""


def adds(clause: Clause) -> str:
    """What the clause's sentence says beyond its title and the teams' own text; "" for nothing.

    Sentences that repeat the text (of a term, a persona, a goal) are left with what stands before
    and after it.
    """
    text = " ".join(clause.text.split()).rstrip(".")
    before, said, after = _divided(clause.sentence, text)
    if not text or not said:
        return clause.sentence
    if set(re.findall(r"\w+", before.lower())) <= _SAID | set(
        re.findall(r"\w+", clause.title.lower())
    ):
        before = ""
    parts = (part.strip(" :;,.") for part in (before, after))
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts if part)


def _divided(sentence: str, text: str) -> tuple[str, str, str]:
    """The sentence before, in and after the text, whose capitals do not matter."""
    at = sentence.lower().find(text.lower())
    end = at + len(text)
    return (sentence[:at], sentence[at:end], sentence[end:]) if at >= 0 else (sentence, "", "")
