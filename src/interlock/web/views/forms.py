"""Forms that buyers fill in, without script and without cookies; and the pages that keep them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django import forms
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from interlock.operations.close_form import close_form
from interlock.operations.keep_form import keep_form
from interlock.operations.read_forms import EMAIL, FIELDS, FormKept, read_form, read_forms
from interlock.operations.reading import current
from interlock.operations.receive_form import (
    CONSENT,
    LONGEST,
    USUAL,
    FormReceived,
    Sent,
    receive_form,
)
from interlock.operations.whence import network_address
from interlock.web.fields import key_field, line_field, say, text_field
from interlock.web.pages import actor, show, there, went


@dataclass(frozen=True)
class Field:
    """One field as a page shows it."""

    name: str
    word: str
    type: str
    needed: bool
    most: int
    value: str = ""
    problem: str = ""


_TYPES = {EMAIL: "email", "phone": "tel", "message": "long"}

# --- what buyers see --------------------------------------------------------------------------


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, name: str) -> HttpResponse:
    """The form; sent, it is answered with thanks, or shown again with what is missing."""
    kept = read_form(name)
    if kept is None or not kept.is_open:
        raise Http404(f"there is no form {name}")
    if request.method != "POST":
        return _framed(_form_page(request, FormReceived(Sent.INCOMPLETE, kept)), kept)
    told = {key: request.POST.get(key, "") for key in request.POST}
    received = receive_form(name, told, network_address(request.META))
    if received.sent is Sent.TAKEN:
        if received.go_to:
            return HttpResponseRedirect(received.go_to, status=HTTPStatus.SEE_OTHER)
        return _framed(render(request, "web/form_thanks.html", {"form": kept}), kept)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if received.sent is Sent.TOO_MANY:
        status = HTTPStatus.TOO_MANY_REQUESTS
    return _framed(_form_page(request, received, status), kept)


def _form_page(
    request: HttpRequest, received: FormReceived, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    kept = received.form
    assert kept is not None  # noqa: S101 - asked for before
    context = {
        "form": kept,
        "fields": _fields(kept, received),
        "submission": secrets.token_hex(16),
        "consent_problem": received.problems.get(CONSENT, ""),
        "too_many": received.sent is Sent.TOO_MANY,
    }
    return render(request, "web/form.html", context, status=status)


def _fields(kept: FormKept, received: FormReceived | None = None) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=name,
            word=FIELDS[name],
            type=_TYPES.get(name, "text"),
            needed=name == EMAIL or name in kept.needed,
            most=LONGEST.get(name, USUAL),
            value=received.answers.get(name, "") if received else "",
            problem=received.problems.get(name, "") if received else "",
        )
        for name in kept.fields
    )


def _framed(page: HttpResponse, kept: FormKept) -> HttpResponse:
    """Lets the pages show it in a frame that an admin has named, and no others."""
    page["Cache-Control"] = "no-store"
    if kept.frames:
        page._csp_replace = {"frame-ancestors": list(kept.frames)}  # type: ignore[attr-defined]  # noqa: SLF001 - how django-csp is told
        page.xframe_options_exempt = True  # how Django is told
    return page


# --- what admins see --------------------------------------------------------------------------


class KeepForm(forms.Form):
    """What a form consists of."""

    name = key_field("Small letters, digits and -: it is the end of the address.")
    title = line_field("Title", 200)
    says = text_field("What it says above the fields", 2_000, required=False)
    asks_for = forms.MultipleChoiceField(
        label="It asks for", choices=list(FIELDS.items()), widget=forms.CheckboxSelectMultiple
    )
    needed = forms.MultipleChoiceField(
        label="Of these must be filled",
        choices=list(FIELDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    consent = text_field(
        "What has to be agreed to",
        2_000,
        required=False,
        help_text="Kept with each lead in the words that were agreed to. Empty: nothing is asked.",
    )
    thanks = text_field(
        "What it says when it was sent", 2_000, initial="Thank you. We will be in touch."
    )
    source = line_field("Source of its leads", 200, required=False, initial="web")
    campaign = line_field(
        "Campaign", 200, required=False, help_text="The id of the campaign that it belongs to."
    )
    returns = text_field(
        "Addresses that a buyer may be sent back to",
        5_000,
        required=False,
        help_text="One on each line, where the form stands in a page of yours.",
    )
    frames = text_field(
        "Sites that may show it in a frame",
        5_000,
        required=False,
        help_text="One on each line, such as https://www.example.com. Empty: none.",
    )


@require_http_methods(["GET", "POST"])
def lead_forms(request: HttpRequest) -> HttpResponse:
    """The forms, and one more to be made."""
    initial = {"asks_for": [EMAIL, "name", "company"], "needed": [EMAIL]}
    return _page(request, None, initial)


@require_http_methods(["GET", "POST"])
def lead_form(request: HttpRequest, name: str) -> HttpResponse:
    """One form, to be changed; with what a page of one's own needs to show it."""
    kept = there(read_form(name), f"form {name}")
    lines = {"returns": "\n".join(kept.returns), "frames": "\n".join(kept.frames)}
    same = {each: getattr(kept, each) for each in KeepForm.base_fields if each != "asks_for"}
    initial = {**same, **lines, "asks_for": kept.fields}
    return _page(request, kept, initial)


@require_POST
def close(request: HttpRequest, name: str) -> HttpResponse:
    """Takes nothing more from one form."""
    done = close_form(name, by=actor(request))
    said = f"{name} was closed: its address is empty from now on."
    return went(request, said, to="lead-forms", done=done, what=f"open form {name}")


def _page(
    request: HttpRequest, kept: FormKept | None, initial: Mapping[str, object]
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    asked = KeepForm(data, initial=dict(initial))
    if data is not None and asked.is_valid():
        told = {**asked.cleaned_data}
        fields = tuple(told.pop("asks_for"))
        made = FormKept(
            **{
                **told,
                "name": kept.name if kept else told["name"],
                "fields": fields,
                "needed": tuple(told["needed"]),
                "returns": tuple(told["returns"].split()),
                "frames": tuple(told["frames"].split()),
            }
        )
        problems = keep_form(made, by=actor(request))
        if not problems:
            notes.success(request, f"The form {made.name} is kept.")
            return redirect("lead-form", made.name)
        say(
            asked,
            (f"{each.message}; {each.hint}" if each.hint else each.message for each in problems),
        )
    address = request.build_absolute_uri(reverse("form", args=[kept.name])) if kept else ""
    snippet = {"form": kept, "fields": _fields(kept), "address": address} if kept else {}
    return show(
        request,
        "settings/forms",
        current().basis,
        form=asked,
        checks=(asked["asks_for"], asked["needed"]),
        kept=kept,
        address=address,
        snippet=render_to_string("web/parts/form_snippet.html", snippet) if kept else "",
        forms=read_forms(),
    )
