"""A forgotten password: asking for a link, and choosing a new one with it."""

from __future__ import annotations

import time

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from interlock.operations.ask_for_password import Asking, ask_for_password
from interlock.operations.choose_password import choose_password, read_password_link
from interlock.operations.outside import is_mail_set_up
from interlock.operations.reading import current
from interlock.operations.whence import network_address
from interlock.web.pages import show
from interlock.web.views.account import password_field

KEPT = "password-link"
"""Where the session keeps the secret of a link, so that no address shows it."""


class AskForm(forms.Form):
    """Whose password was forgotten."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "input w-full", "autocomplete": "username"}),
    )


class ChooseForm(forms.Form):
    """The new password."""

    password = password_field("Your new password", "new-password")


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Has a link sent, where mail is set up; else the page says whom to ask."""
    form, asked = AskForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        asked = ask_for_password(
            form.cleaned_data["email"],
            address=network_address(request.META),
            now=int(time.time()),
        )
    return show(
        request,
        "forgotten",
        current().basis,
        form=form,
        mail=is_mail_set_up(),
        taken=asked is Asking.TAKEN,
        too_often=asked is Asking.TOO_OFTEN,
    )


@require_safe
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Takes the secret of a link out of the address bar, and goes on to the form."""
    request.session[KEPT] = secret
    return redirect("choose-password")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Asks whoever holds the link for the new password."""
    secret = str(request.session.get(KEPT, ""))
    email = read_password_link(secret)
    form = ChooseForm(request.POST or None) if email else None
    if form is not None and request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["password"]
        problems = choose_password(secret, chosen, address=network_address(request.META))
        if not problems:
            del request.session[KEPT]
            messages.success(request, "Your password was changed. Every session has ended.")
            return redirect("sign-in")
        for problem in problems:
            form.add_error("password", f"{problem[:1].upper()}{problem[1:]}")
    page = show(request, "choose_password", current().basis, form=form, email=email)
    page.status_code = 200 if email else 404
    return page
