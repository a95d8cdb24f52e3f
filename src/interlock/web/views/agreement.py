"""The agreement as a document, and one page for each of its clauses."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.agreement.sentences import SECTION_TITLES, Clause
from interlock.operations.read_agreement import read_agreement, read_clause
from interlock.web.pages import show


@dataclass(frozen=True)
class Section:
    """One section of the document."""

    id: str
    title: str
    clauses: tuple[Clause, ...]


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """The document, with its contents and what there is to beware of."""
    page = read_agreement()
    sections = [
        Section(id, SECTION_TITLES[id], tuple(clauses))
        for id, clauses in groupby(page.clauses, key=lambda clause: clause.section)
    ]
    return show(request, "agreement", page.basis, page=page, sections=sections)


@require_safe
def clause(request: HttpRequest, path: str) -> HttpResponse:
    """One clause: its sentence, its text, what it decided."""
    page = read_clause(path, request.GET.get("after", ""))
    if page.clause is None:
        raise Http404(f"the agreement has no clause {path}")
    title = SECTION_TITLES[page.clause.section]
    return show(request, "clause", page.basis, page=page, clause=page.clause, section=title)
