"""Webhooks that go out: whom Interlock tells of what happens, and the log of each."""

from __future__ import annotations

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interlock.operations.keep_webhook_out import WebhookOutKept, keep_webhook_out
from interlock.operations.outbox import IN_WORDS
from interlock.operations.read_webhooks_out import read_outgoing, read_webhooks_out
from interlock.operations.reading import current
from interlock.operations.send_again import send_again
from interlock.operations.switch_webhook_out import switch_webhook_out
from interlock.web.fields import TO_THE_LETTER, key_field, line_field, say
from interlock.web.pages import actor, show, there, went


class WebhookOutForm(forms.Form):
    """Where a webhook sends, and of what it tells."""

    name = key_field("Small letters, digits and -. A name that is there already is changed.")
    url = line_field(
        "Address",
        2_000,
        look=TO_THE_LETTER | {"inputmode": "url"},
        help_text="It begins with https:// and belongs to the public network.",
    )
    topics = forms.MultipleChoiceField(
        label="Tell it when",
        choices=[(str(topic), words) for topic, words in IN_WORDS.items()],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-sm"}),
        error_messages={"required": "Choose at least one."},
    )


@require_http_methods(["GET", "POST"])
def webhooks_out(request: HttpRequest) -> HttpResponse:
    """The webhooks, and a form for another one."""
    by = actor(request)
    form = WebhookOutForm(request.POST if request.method == "POST" else None)
    done: WebhookOutKept | None = None
    if request.method == "POST" and form.is_valid():
        done = keep_webhook_out(**form.cleaned_data, by=by)
        say(form, (f"{problem}." for problem in done.problems))
        if not done.problems:
            form = WebhookOutForm()
    rows = read_webhooks_out(by=by)
    basis = current().basis
    return show(request, "settings/webhooks_out", basis, form=form, done=done, webhooks=rows)


@require_safe
def log(request: HttpRequest, name: str) -> HttpResponse:
    """What one webhook was told, and what it answered."""
    after = request.GET.get("after", "")
    found = there(read_outgoing(name, by=actor(request), after=after), f"webhook {name}")
    return show(request, "settings/webhook_out", current().basis, log=found)


@require_POST
def switch(request: HttpRequest, name: str) -> HttpResponse:
    """Switches one on or off."""
    on = request.POST.get("to") == "on"
    done = switch_webhook_out(name, on=on, by=actor(request))
    told = "on: what waits is sent now" if on else "off: nothing is sent to it"
    said = f"{name} is switched {told}."
    return went(request, said, to="webhooks-out", done=done, what=f"webhook {name} to switch")


@require_POST
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Sends one message once more."""
    name = there(send_again(number, by=actor(request)), f"message {number}")
    notes.success(request, "The message is on its way again, with the id that it had.")
    return redirect("webhook-out", name)
