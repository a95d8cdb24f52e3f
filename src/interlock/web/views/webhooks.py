"""Webhooks that come in: kept by an admin, their refused messages mended by who keeps the data."""

from __future__ import annotations

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interlock.operations.check_mapping import Checked, check_mapping
from interlock.operations.close_webhook import close_webhook
from interlock.operations.keep_webhook import WebhookAsked, WebhookKept, keep_webhook
from interlock.operations.read_webhooks import (
    read_message,
    read_messages,
    read_webhook,
    read_webhooks,
)
from interlock.operations.reading import current
from interlock.operations.receive_webhook import Came, let_go, mend_message
from interlock.web.fields import TO_THE_LETTER, code_field, key_field, line_field
from interlock.web.pages import actor, show, there, went

SIGNINGS = (
    ("standard", "With a signature"),
    ("token", "With a token"),
)
MAPPING = """\
source: site
files:
  - file: body
    gives:
      - as: person
        columns:
          id: contact.id
          created_at: contact.created
          name: contact.name
          email: contact.email
      - as: touch
        columns:
          person: contact.id
          at: webhook.at
          kind: {value: form}
        other_columns: ignore
"""
EXAMPLE = """\
{"contact": {"id": "4711", "created": "2026-03-23T08:00:00Z",
             "name": "Ada Berg", "email": "ada@example.com"}}
"""


class WebhookForm(forms.Form):
    """What a webhook consists of."""

    name = key_field("Small letters, digits and -: it is the end of the address.")
    signing = forms.ChoiceField(
        label="How it signs",
        choices=SIGNINGS,
        help_text="A signature is over id, time and body, as Standard Webhooks has it; a token "
        "comes in the header Authorization, or as ?token= in the address.",
        widget=forms.Select(attrs={"class": "select w-full"}),
    )
    secret = line_field(
        "Its secret",
        500,
        look=TO_THE_LETTER,
        required=False,
        help_text="Where the other system gives one. Left empty, one is made, or stays as it is.",
    )
    mapping = code_field(
        "How its bodies are read",
        50_000,
        rows=14,
        help_text="A manifest as of an import; its one file is called body. webhook.id and "
        "webhook.at are the message's own.",
    )
    rows_at = line_field(
        "Where the records are",
        200,
        look=TO_THE_LETTER,
        required=False,
        help_text="The path of a list inside the body, such as data.rows; empty: the body itself.",
    )
    example = code_field(
        "A message as it is sent",
        200_000,
        rows=8,
        strip=False,
        help_text="Its keys are remembered, so give one with everything that may occur.",
    )


@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """The webhooks, and a form for another one."""
    return _page(request, "", {"mapping": MAPPING, "example": EXAMPLE, "signing": "standard"})


@require_http_methods(["GET", "POST"])
def kept(request: HttpRequest, name: str) -> HttpResponse:
    """One webhook, to be changed."""
    found = there(read_webhook(name, by=actor(request)), f"webhook {name}")
    return _page(request, name, {each: getattr(found, each) for each in _SHOWN})


_SHOWN = ("name", "signing", "mapping", "rows_at", "example")


@require_POST
def close(request: HttpRequest, name: str) -> HttpResponse:
    """Takes nothing more from one webhook."""
    done = close_webhook(name, by=actor(request))
    said = f"{name} was closed: whatever it sends is refused from now on."
    return went(request, said, to="webhooks-in", done=done, what=f"open webhook {name}")


@require_safe
def messages(request: HttpRequest, name: str) -> HttpResponse:
    """The messages of one webhook that wait to be mended."""
    page = there(read_messages(name, request.GET.get("after", "")), f"webhook {name}")
    return show(request, "messages", current().basis, page=page)


@require_http_methods(["GET", "POST"])
def message(request: HttpRequest, number: int) -> HttpResponse:
    """One message that was refused: mended and taken again, or let go."""
    by = actor(request)
    row = there(read_message(number), f"message {number}")
    if request.method == "POST" and row.waits:
        if request.POST.get("do") == "let go":
            let_go(number, by=by, why=request.POST.get("why", "")[:500])
            notes.success(request, "The message was let go. It stays kept as it came.")
            return redirect("messages", row.webhook)
        taken = mend_message(number, request.POST.get("body", ""), by=by)
        if taken is not None and taken.came is Came.TAKEN:
            notes.success(request, f"Taken: {taken.taken} new, {taken.unchanged} known.")
            return redirect("messages", row.webhook)
        notes.error(request, "Something of it is refused still; the reasons are below.")
        return redirect("message", number)
    return show(request, "message", current().basis, row=row)


def _page(request: HttpRequest, name: str, initial: dict[str, str]) -> HttpResponse:
    by = actor(request)
    asked = request.POST if request.method == "POST" else None
    form = WebhookForm(asked, initial=initial)
    checked: Checked | None = None
    done: WebhookKept | None = None
    if asked is not None and form.is_valid():
        told = {**form.cleaned_data, **({"name": name} if name else {})}
        if asked.get("do") == "check":
            checked = check_mapping(told["mapping"], told["rows_at"], told["example"])
        else:
            done = keep_webhook(WebhookAsked(**told), by=by)
            if not done.problems:
                form = WebhookForm(initial=initial | ({} if not name else told))
    problems = (done or checked).problems if done or checked else ()  # type: ignore[union-attr]  # one of them is there
    address = request.build_absolute_uri(reverse("webhook-in", args=[done.name])) if done else ""
    return show(
        request,
        "settings/webhooks",
        current().basis,
        form=form,
        checked=checked,
        done=done,
        problems=problems,
        address=address,
        name=name,
        webhooks=read_webhooks(),
    )
