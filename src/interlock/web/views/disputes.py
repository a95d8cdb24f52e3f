"""Disputes: the list, opening one, one of them with what is said and ruled in it."""

from __future__ import annotations

from dataclasses import fields

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interlock.operations.answer import Answer
from interlock.operations.case_subjects import About
from interlock.operations.draft_from_cases import draft_from_cases
from interlock.operations.open_case import GONE, open_case, read_to_open
from interlock.operations.read_case import read_case
from interlock.operations.read_cases import read_cases
from interlock.operations.reading import current
from interlock.operations.rule import RULINGS, rule
from interlock.operations.state_view import state_view
from interlock.web.pages import actor, show, there


@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    """What is open, and what was settled."""
    page = read_cases(by=actor(request))
    return show(request, "disputes/list", page.basis, page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest) -> HttpResponse:
    """What a dispute would be about, and the form that opens it."""
    by, about, problem = actor(request), _about(request), ""
    if request.method == "POST":
        opened = open_case(about, request.POST.get("words", ""), by=by)
        if opened.number is not None:
            messages.success(request, "The case is open. The other side and whoever rules hear it.")
            return redirect("dispute", opened.number)
        problem = opened.refused
    if not about.kind:
        return show(request, "disputes/where", current().basis)
    page = read_to_open(about, by=by)
    if page is None:
        raise Http404(GONE)
    if page.other is not None:
        messages.warning(request, problem or "There is a case about it.")
        return redirect("dispute", page.other)
    return show(
        request,
        "disputes/open",
        page.basis,
        page=page,
        about=about,
        problem=problem,
        words=request.POST.get("words", ""),
    )


def _about(request: HttpRequest) -> About:
    sent = request.POST if request.method == "POST" else request.GET
    return About(**{each.name: sent.get(each.name, "") for each in fields(About)})


@require_safe
def dispute(request: HttpRequest, number: int) -> HttpResponse:
    """One case."""
    page = there(read_case(number, by=actor(request)), f"case {number}")
    return show(request, "disputes/case", page.basis, page=page, shown=page.shown, ways=RULINGS)


@require_POST
def view(request: HttpRequest, number: int) -> HttpResponse:
    """Keeps how one's side sees it."""
    words = request.POST.get("words", "")
    return _answered(request, number, state_view(number, words, by=actor(request)))


@require_POST
def ruling(request: HttpRequest, number: int) -> HttpResponse:
    """Settles it."""
    way, reasons = request.POST.get("way", ""), request.POST.get("reasons", "")
    return _answered(request, number, rule(number, way, reasons, by=actor(request)))


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Opens a draft with what rulings alike propose."""
    clause = request.POST.get("clause", "")
    opened = draft_from_cases(clause, by=actor(request))
    if opened.draft is None:
        for problem in opened.problems:
            messages.error(request, f"No draft was opened: {problem.message}.")
        return redirect("disputes")
    messages.success(request, "A draft is open, with a remark at the clause that names the cases.")
    return redirect("draft-clause", opened.draft, clause)


def _answered(request: HttpRequest, number: int, answer: Answer) -> HttpResponse:
    if answer.is_unknown:
        raise Http404(answer.refused)
    if answer.refused:
        messages.error(request, f"Not done. {answer.refused}")
    else:
        messages.success(request, answer.said)
    return redirect("dispute", number)
