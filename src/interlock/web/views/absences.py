"""When members are away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from interlock.operations.note_absence import note_absence
from interlock.operations.read_absences import read_absences
from interlock.operations.reading import Named
from interlock.operations.take_absence_back import take_absence_back
from interlock.web.pages import actor, show

_DAY = {"class": "input", "type": "date"}


class AbsenceForm(forms.Form):
    """Who is away, and from which day to which."""

    member = forms.ChoiceField(label="Who", widget=forms.Select(attrs={"class": "select"}))
    first = forms.DateField(label="First day", widget=forms.DateInput(attrs=_DAY))
    last = forms.DateField(label="Last day", widget=forms.DateInput(attrs=_DAY))
    reason = forms.CharField(
        label="Reason",
        max_length=80,
        required=False,
        help_text="Read by: whoever leads the team, on its desk. May stay empty.",
        widget=forms.TextInput(
            attrs={"class": "input", "autocomplete": "off", "placeholder": "holiday"}
        ),
    )

    def __init__(self, *args: Any, members: tuple[Named, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.key, each.name) for each in members]
        self.fields["member"].choices = choices  # type: ignore[attr-defined]  # of a ChoiceField


@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """The absences that one may see, and a form for another one."""
    by = actor(request)
    page = read_absences(by=by)
    form = AbsenceForm(request.POST or None, members=page.members)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        problems = note_absence(
            asked["member"], asked["first"], asked["last"], asked["reason"], by=by
        )
        if not problems:
            messages.success(request, "The absence was noted. Promises and turns go by it now.")
            return redirect("absences")
        for problem in problems:
            form.add_error(None, f"{problem[:1].upper()}{problem[1:]}")
    return show(request, "settings/absences", page.basis, page=page, form=form)


@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Takes one absence back that was entered here."""
    if not take_absence_back(number, by=actor(request)):
        raise Http404(f"there is no absence {number} that you entered")
    messages.success(request, "The absence was taken back.")
    return redirect("absences")
