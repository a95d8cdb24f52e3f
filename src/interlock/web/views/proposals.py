"""Proposals: the list, one of them, what people say to it, and signing it."""

from __future__ import annotations

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interlock.operations.answer import Answer
from interlock.operations.answer_remark import answer_remark
from interlock.operations.approve import approve, take_objection_back
from interlock.operations.propose import propose, what_hinders
from interlock.operations.read_for_proposal import read_for_proposal
from interlock.operations.read_proposal import read_proposal
from interlock.operations.read_proposals import read_proposals
from interlock.operations.reading import current, whole_number
from interlock.operations.remark import remark
from interlock.operations.remark_on_clause import remark_on_clause
from interlock.operations.settle import settle
from interlock.operations.sign import is_fresh, sign
from interlock.operations.withdraw_proposal import withdraw_proposal
from interlock.replay.outcome import Instant
from interlock.web.pages import actor, show, there


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """The open ones with what each lacks, and those that are settled."""
    page = read_proposals()
    return show(request, "proposals/list", page.basis, page=page)


@require_safe
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    """One proposal."""
    page = there(read_proposal(number, by=actor(request)), f"proposal {number}")
    return show(request, "proposals/proposal", page.basis, page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def proposing(request: HttpRequest, draft: int) -> HttpResponse:
    """What would be proposed, and the form that does it."""
    by = actor(request)
    refused: tuple[str, ...] = ()
    if request.method == "POST":
        made = propose(
            draft,
            whole_number(request.POST.get("revision", "")) or 0,
            by=by,
            why=request.POST.get("why", ""),
            trial=whole_number(request.POST.get("trial", "")),
        )
        if made.number is not None:
            messages.success(request, "Proposed. Those whose word or signature is asked hear it.")
            return redirect("proposal", made.number)
        refused = made.refused
    page = there(read_for_proposal(draft), f"draft {draft}")
    return show(
        request,
        "proposals/propose",
        current().basis,
        page=page,
        refused=refused,
        hinders=() if refused else what_hinders(draft, by=by),
        why=request.POST.get("why", ""),
    )


@require_POST
def word(request: HttpRequest, number: int) -> HttpResponse:
    """Approves, objects, or takes the objection back."""
    said, why, by = request.POST.get("agrees"), request.POST.get("why", ""), actor(request)
    if said == "back":
        return _answered(request, take_objection_back(number, by=by, why=why), number)
    return _answered(request, approve(number, agrees=said == "yes", why=why, by=by), number)


@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraws it."""
    why = request.POST.get("why", "")
    return _answered(request, withdraw_proposal(number, by=actor(request), why=why), number)


@require_http_methods(["GET", "HEAD", "POST"])
def signing(request: HttpRequest, number: int) -> HttpResponse:
    """What is signed, and the button for it once whoever looks has shown anew who they are."""
    by = actor(request)
    if request.method == "POST":
        seal = request.POST.get("seal", "")
        signed = sign(number, seal, by=by, shown_at=shown_at(request))
        if signed.said:
            messages.success(request, signed.said)
            return redirect("proposal", number)
        for refused in signed.refused:
            messages.error(request, f"Not signed. {refused}")
        return redirect("sign-proposal", number)
    page = there(read_proposal(number, by=by), f"proposal {number}")
    return show(
        request,
        "proposals/sign",
        page.basis,
        page=page,
        by=by,
        is_shown=is_fresh(shown_at(request), int(time.time())),
        can_show=bool(get_reauthentication_flows(request.user)),
    )


def shown_at(request: HttpRequest) -> Instant | None:
    """When whoever looks last showed anew who they are, in this session; None: never."""
    records = get_authentication_records(request, request.user)
    again = [each["at"] for each in records if each.get("reauthenticated")]
    return int(max(again)) if again else None


@require_POST
def remarking(request: HttpRequest, draft: int) -> HttpResponse:
    """Adds a remark."""
    clause, words = request.POST.get("clause", ""), request.POST.get("words", "")
    return _back(request, remark(draft, clause, words, by=actor(request)))


@require_POST
def remarking_on_clause(request: HttpRequest, path: str) -> HttpResponse:
    """Adds a remark on a clause in force."""
    words = request.POST.get("words", "")
    return _back(request, remark_on_clause(path, words, by=actor(request)))


@require_POST
def answering(request: HttpRequest, number: int) -> HttpResponse:
    """Answers a remark on a clause in force."""
    words = request.POST.get("words", "")
    return _back(request, answer_remark(number, words, by=actor(request)))


@require_POST
def settling(request: HttpRequest, number: int) -> HttpResponse:
    """Settles a remark."""
    return _back(request, settle(number, by=actor(request)))


def _answered(request: HttpRequest, answer: Answer, number: int) -> HttpResponse:
    _tell(request, answer)
    return redirect("proposal", number)


def _back(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Back to the page whose form it was, on this site only."""
    _tell(request, answer)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if safe else "proposals")


def _tell(request: HttpRequest, answer: Answer) -> None:
    if answer.refused:
        messages.error(request, f"Not done. {answer.refused}")
    else:
        messages.success(request, answer.said)
