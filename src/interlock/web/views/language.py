"""The language test: rounds, one lead or term at a time, and what a round found."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interlock.operations.close_round import close_round
from interlock.operations.draft_from_round import draft_from_round
from interlock.operations.open_round import FEWEST, LEADS, MANY, RoundAsked, open_round
from interlock.operations.place_lead import place_lead
from interlock.operations.read_round import NONE_YET, RoundPage, read_round, read_round_lead
from interlock.operations.read_round_result import read_round_result
from interlock.operations.read_rounds import RoundsPage, read_rounds
from interlock.operations.say_meaning import LONGEST, say_meaning
from interlock.web.fields import say, text_field
from interlock.web.pages import actor, show, there, went

_DAYS = 7
"""A round stays open so many days, unless something else is asked for."""
_NONE = "none"
"""How a form says that a lead is at none of the stages yet."""


class RoundForm(forms.Form):
    """What a round is about."""

    leads = forms.IntegerField(
        label="Leads",
        min_value=FEWEST,
        max_value=MANY,
        initial=LEADS,
        help_text="Twenty take somebody about ten minutes.",
        widget=forms.NumberInput(attrs={"class": "input"}),
    )
    closes = forms.DateField(
        label="Open until the end of",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "input", "type": "date"}),
    )
    stages = forms.MultipleChoiceField(
        label="Stages", widget=forms.CheckboxSelectMultiple, help_text="Where a lead can be placed."
    )
    terms = text_field(
        "Terms to say in own words",
        1_000,
        rows=4,
        required=False,
        help_text="One on each line. They are asked about before their definitions are shown.",
    )
    shows_names = forms.BooleanField(
        label="Show names",
        required=False,
        help_text="They are hidden all the same where one of the leads was won or lost since.",
    )

    def __init__(self, *args: Any, page: RoundsPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [(each.key, each.name) for each in page.stages]
        self.fields["stages"].choices = stages  # type: ignore[attr-defined]  # of a choice field
        self.fields["stages"].initial = [key for key, _ in stages]
        self.fields["terms"].initial = "\n".join(page.terms[:3])
        today = timezone.now().astimezone(page.basis.tz).date()
        self.fields["closes"].initial = today + timedelta(days=_DAYS)


@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """All rounds, and for whoever may a form that opens another one."""
    by = actor(request)
    page = read_rounds(by=by)
    form = RoundForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        opened = open_round(_asked(form, page), by=by)
        if opened.number is not None:
            messages.success(request, "The round is open. Both teams get a notice of it.")
            return redirect("language-round", opened.number)
        say(form, opened.problems)
    return show(request, "language/index", page.basis, page=page, form=form)


def _asked(form: RoundForm, page: RoundsPage) -> RoundAsked:
    asked = form.cleaned_data
    after = asked["closes"] + timedelta(days=1)
    closes = datetime.combine(after, time(), page.basis.tz)
    return RoundAsked(
        leads=asked["leads"],
        stages=tuple(asked["stages"]),
        terms=tuple(filter(None, map(str.strip, asked["terms"].splitlines()))),
        closes_at=int(closes.timestamp()),
        shows_names=asked["shows_names"],
    )


@require_safe
def round_(request: HttpRequest, number: int) -> HttpResponse:
    """A round: what it asks of whoever looks; once it is over, what it found."""
    by = actor(request)
    result = read_round_result(number, by=by)
    if result is not None:
        return show(request, "language/result", result.basis, result=result)
    page = there(read_round(number, by=by), f"round {number}")
    return show(request, "language/round", page.basis, page=page, go_on=_next(page))


def _next(page: RoundPage) -> str:
    """The address of what one has not answered yet, terms first; "" when all is answered."""
    number = page.line.number
    if page.next_term is not None:
        return reverse("language-term", args=[number, page.next_term])
    if page.next_lead is not None:
        return reverse("language-lead", args=[number, page.next_lead])
    return ""


def _go_on(page: RoundPage) -> HttpResponse:
    return redirect(_next(page) or reverse("language-round", args=[page.line.number]))


@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, number: int, place: int) -> HttpResponse:
    """One term: what does it mean? Once that is said, its definition stands beside it."""
    by = actor(request)
    problem = ""
    if request.method == "POST":
        problem = say_meaning(number, place, request.POST.get("words", ""), by=by).refused
        if not problem:
            return redirect("language-term", number, place)
    page = there(read_round(number, by=by), f"round {number}")
    asked = there(page.term(place), f"term {place} in the round")
    return show(
        request,
        "language/term",
        page.basis,
        page=page,
        term=asked,
        problem=problem or page.kept_from,
        longest=LONGEST,
        go_on=_next(page) or reverse("language-round", args=[number]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lead(request: HttpRequest, number: int, place: int) -> HttpResponse:
    """One lead: where does it stand, and does it fit?"""
    by = actor(request)
    problem = ""
    if request.method == "POST":
        problem = _placed(request, number, place)
        if not problem:
            return _go_on(there(read_round(number, by=by), f"round {number}"))
    page = there(read_round(number, by=by), f"round {number}")
    asked = there(page.lead(place), f"lead {place} in the round")
    card = there(read_round_lead(number, place), f"lead {place} in the round")
    options = [(_NONE, NONE_YET), *((each.key, each) for each in page.stages)]
    return show(
        request,
        "language/lead",
        page.basis,
        page=page,
        lead=asked,
        card=card,
        options=options,
        problem=problem or page.kept_from,
    )


def _placed(request: HttpRequest, number: int, place: int) -> str:
    """Why the answer was not kept; "" where it was."""
    stage, fits = request.POST.get("stage"), request.POST.get("fits")
    if stage is None or fits not in {"yes", "no"}:
        return "Say both: where the lead stands, and whether it fits."
    stage = "" if stage == _NONE else stage
    return place_lead(number, place, stage, fits=fits == "yes", by=actor(request)).refused


@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Closes a round before its time."""
    done = close_round(number, by=actor(request))
    said = "The round is over. Here is what it found."
    to = reverse("language-round", args=[number])
    return went(request, said, to=to, done=done, what=f"open round {number}")


@require_POST
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """Opens a draft with what the round proposes."""
    opened = draft_from_round(number, by=actor(request))
    if opened.draft is None:
        for problem in opened.problems:
            messages.error(request, f"No draft was opened: {problem.message}.")
        return redirect("language-round", number)
    messages.success(request, "A draft is open with this one change. Try it before it is proposed.")
    return redirect("draft", opened.draft)
