"""The members of the two teams: side, team, calendar and how many leads each takes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from interlock.operations.change_member import LONGEST_TEAM, MOST, Says, change_member
from interlock.operations.read_members import MemberLine, Members, read_members
from interlock.web.pages import actor, show

_SELECT = {"class": "select"}


class MemberForm(forms.Form):
    """What is said of one member; of a lead's team, the capacity alone."""

    side = forms.ChoiceField(label="Side", widget=forms.Select(attrs=_SELECT))
    team = forms.CharField(
        label="Team",
        required=False,
        max_length=LONGEST_TEAM,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "list": "teams"}),
    )
    calendar = forms.ChoiceField(
        label="Works by", required=False, widget=forms.Select(attrs=_SELECT)
    )
    capacity = forms.IntegerField(
        label="Leads a week",
        required=False,
        min_value=0,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"class": "input"}),
        help_text="Turns are weighed by it. 0: none comes; empty: as the others.",
    )
    mark = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, page: Members, line: MemberLine, **kwargs: Any) -> None:
        said = {name: getattr(line, name) for name in ("side", "team", "calendar", "capacity")}
        super().__init__(*args, **kwargs)
        self.initial = {**said, "mark": line.mark}
        if not page.everything:
            for name in ("side", "team", "calendar"):
                del self.fields[name]
            return
        known = {each.key: each.name for each in page.calendars}
        if line.calendar:
            known.setdefault(line.calendar, line.works_by)
        calendars = [("", "as the clause says"), *known.items()]
        self.fields["side"].choices = [(each, each) for each in page.sides]  # type: ignore[attr-defined]  # of a ChoiceField
        self.fields["calendar"].choices = calendars  # type: ignore[attr-defined]  # as above


@require_http_methods(["GET", "POST"])
def teams(request: HttpRequest) -> HttpResponse:
    """The members, and a form for the one that was chosen."""
    page = read_members(by=actor(request))
    chosen = request.GET.get("member", "")
    line = page.of(chosen)
    if chosen and line is None:
        raise Http404(f"there is no member {chosen} of whom you may say something")
    form = None if line is None else MemberForm(request.POST or None, page=page, line=line)
    if request.method == "POST" and form is not None and line is not None and form.is_valid():
        known = Says(line.side, line.team, line.calendar, line.capacity)
        asked = {name: value for name, value in form.cleaned_data.items() if name != "mark"}
        done = change_member(
            line.key,
            replace(known, **asked),
            mark=form.cleaned_data["mark"],
            by=actor(request),
            now=int(time.time()),
        )
        if not done.problems:
            said = f"Noted of {line.name}: {done.changed}." if done.changed else "Nothing changed."
            messages.success(request, said)
            return redirect("teams")
        for problem in done.problems:
            form.add_error(None, f"{problem[:1].upper()}{problem[1:]}")
    return show(request, "settings/teams", page.basis, page=page, form=form, line=line)
