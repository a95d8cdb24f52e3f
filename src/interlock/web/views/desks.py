"""The desks of whoever looks after leads without working them: marketing, and a team's lead."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interlock.operations.answer import Answer
from interlock.operations.answer_challenge import answer_challenge
from interlock.operations.answer_question import answer_question
from interlock.operations.hand_over_many import HandedOver, hand_over_many
from interlock.operations.read_marketing_desk import read_marketing_desk
from interlock.operations.read_team_desk import read_team_desk
from interlock.web.pages import actor, show


@require_safe
def marketing(request: HttpRequest) -> HttpResponse:
    """What marketing owes, what came back, who may return."""
    desk = read_marketing_desk(by=actor(request))
    return show(request, "desk/marketing", desk.basis, desk=desk)


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest) -> HttpResponse:
    """What a team is about to miss and who has how much; sent, it hands leads over."""
    by = actor(request)
    if request.method == "POST":
        people = list(dict.fromkeys(request.POST.getlist("person")))
        _tell(request, hand_over_many(people, request.POST.get("to", ""), by=by))
        return redirect("team-desk")
    desk = read_team_desk(by=by)
    return show(request, "desk/team", desk.basis, desk=desk)


@require_POST
def question(request: HttpRequest, number: int) -> HttpResponse:
    """Answers a question about a lead."""
    answer = answer_question(number, request.POST.get("words", ""), by=actor(request))
    return _answered(request, answer)


@require_POST
def challenge(request: HttpRequest, number: int) -> HttpResponse:
    """Answers whether a contested rejection stands."""
    upheld = request.POST.get("upheld", "")
    if upheld not in {"yes", "no"}:
        return _answered(request, Answer(refused="Say whether the lead was good."))
    words = request.POST.get("words", "")
    answer = answer_challenge(number, upheld=upheld == "yes", by=actor(request), words=words)
    return _answered(request, answer)


def _answered(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Back to the desk that the question was on."""
    if answer.refused:
        messages.error(request, f"Not answered. {answer.refused}")
    else:
        messages.success(request, answer.said)
    return redirect("marketing-desk")


def _tell(request: HttpRequest, handed: HandedOver) -> None:
    if handed.problem:
        messages.error(request, f"Nothing was handed over. {handed.problem}")
    if handed.count:
        leads = "lead is" if handed.count == 1 else "leads are"
        messages.success(request, f"{handed.count} {leads} with {handed.to.name} now.")
    for lead, why in handed.kept:
        messages.warning(request, f"{lead.name} {why}.")
