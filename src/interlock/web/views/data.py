"""What came in, what was refused, and what the keepers of the data may do about it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interlock.operations.permissions import Action, require
from interlock.operations.read_data import ImportPage, read_data, read_import_page
from interlock.operations.read_imports import facts_summary
from interlock.operations.reading import current, whole_number
from interlock.operations.replay_job import latest_replay_job, queue_replay
from interlock.operations.take_back import take_back
from interlock.web.pages import actor, show


class Reason(forms.Form):
    """Why an import is taken back."""

    why = forms.CharField(
        label="Why?",
        max_length=500,
        error_messages={"required": "Say why, in a few words: it stays in the audit trail."},
        widget=forms.TextInput(attrs={"class": "input w-full", "autocomplete": "off"}),
    )


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Imports and the findings of the last replay. The page then asks for the facts itself."""
    page = read_data(whole_number(request.GET.get("before", "")))
    return show(request, "data", page.basis, page=page, job=page.job)


@require_safe
def facts(request: HttpRequest) -> HttpResponse:
    """How many facts of each kind there are, from when to when."""
    return show(request, "facts", current().basis, facts=facts_summary())


@require_safe
def imported(request: HttpRequest, number: int) -> HttpResponse:
    """One import: its files and its refused rows."""
    page = _import_page(request, number)
    return show(request, "import", page.basis, page=page)


@require_safe
def refused(request: HttpRequest, number: int, name: str) -> FileResponse:
    """One file of refused rows, to be mended and imported again."""
    path = next((file for file in _import_page(request, number).files if file.name == name), None)
    if path is None:
        raise Http404(f"import {number} has no refused rows of {name}")
    return FileResponse(path.open("rb"), as_attachment=True, content_type="text/csv; charset=utf-8")


@require_http_methods(["GET", "POST"])
def taking_back(request: HttpRequest, number: int) -> HttpResponse:
    """Asks for a reason, takes the import back and has everyone replayed."""
    by = actor(request)
    require(by, Action.TAKE_BACK)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        taken = take_back(number, by=by, why=form.cleaned_data["why"])
        if taken.imported is None:
            messages.error(request, f"Not taken back: {taken.trouble}.")
            return redirect("import", number)
        queue_replay(by=by)
        messages.success(
            request, f"Import {number} was taken back. A replay was asked for; numbers follow it."
        )
        return redirect("data")
    page = _import_page(request, number)
    if page.imported.taken_back_at is not None:
        return redirect("import", number)
    return show(request, "take_back", page.basis, page=page, form=form)


@require_POST
def replay(request: HttpRequest) -> HttpResponse:
    """Has everyone replayed by the worker."""
    queue_replay(by=actor(request))
    return redirect("data")


@require_safe
def replay_progress(request: HttpRequest) -> HttpResponse:
    """How far the replay is, for the page that watches it."""
    return show(request, "parts/replay", current().basis, job=latest_replay_job(), watched=True)


def _import_page(request: HttpRequest, number: int) -> ImportPage:
    page = read_import_page(number, request.GET.get("after", ""))
    if page is None:
        raise Http404(f"there is no import {number}")
    return page
