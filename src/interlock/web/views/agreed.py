"""The agreement that was made: for one reader, who has read it, its proof, its text to print."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from interlock.operations.confirm import confirm
from interlock.operations.counting_from import Standing
from interlock.operations.prove import prove
from interlock.operations.read_confirmations import read_confirmations
from interlock.operations.read_mine import read_mine
from interlock.operations.read_raci import read_raci
from interlock.operations.read_sealed_text import read_sealed_text
from interlock.operations.reading import current
from interlock.web.pages import actor, show, there
from interlock.web.views.agreement import sections_of


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I owe, what I am owed, where I am named."""
    by = actor(request)
    page, readers = read_mine(by=by), read_confirmations(by=by)
    return show(request, "agreed/mine", page.basis, page=page, readers=readers)


@require_safe
def readers(request: HttpRequest) -> HttpResponse:
    """Who has confirmed the version in force, and who has not."""
    page = read_confirmations(by=actor(request))
    return show(request, "agreed/readers", page.basis, page=page)


@require_POST
def confirming(request: HttpRequest) -> HttpResponse:
    """Confirms having read it."""
    answer = confirm(request.POST.get("seal", ""), by=actor(request))
    if answer.refused:
        messages.error(request, f"Not confirmed. {answer.refused}")
    else:
        messages.success(request, answer.said)
    return redirect("mine")


@require_safe
def raci(request: HttpRequest) -> HttpResponse:
    """Who does what as a matrix, and who may do what because of it."""
    page = read_raci(by=actor(request))
    holders = list(zip(page.matrix.roles, page.holders, strict=True))
    return show(request, "agreed/raci", page.basis, page=page, holders=holders)


@require_safe
def proof(request: HttpRequest, seal: str) -> HttpResponse:
    """Whether the text of that seal is the one in force."""
    found = prove(seal)
    is_there = found.standing is not Standing.UNKNOWN
    return show(request, "agreed/proof", current().basis, proof=found, is_there=is_there)


@require_safe
def sealed_text(request: HttpRequest, seal: str) -> HttpResponse:
    """The text of that seal with its signatures, to read and to print."""
    page = there(read_sealed_text(seal), "text of that seal")
    return show(
        request, "agreed/text", page.basis, page=page, sections=sections_of(page.clauses, {})
    )
