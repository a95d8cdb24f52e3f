"""One's own sign-in: password, second step, and where one is signed in."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.forms import ReauthenticateForm
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interlock.operations.change_password import change_password
from interlock.operations.end_sessions import end_sessions
from interlock.operations.read_second_step import read_second_step
from interlock.operations.read_sessions import read_sessions
from interlock.operations.reading import current
from interlock.operations.whence import network_address
from interlock.store.models import User
from interlock.web.pages import actor, show

LONGEST_PASSWORD = 1024


_what_it_must_be: Callable[[], str] = lazy(lambda: " ".join(password_validators_help_texts()), str)
"""Not at import: the list of common passwords is read for it."""


def password_field(label: str, autocomplete: str) -> forms.CharField:
    """A field for a password; one that is chosen here says what it must be like."""
    widget = forms.PasswordInput(attrs={"class": "input w-full", "autocomplete": autocomplete})
    told = _what_it_must_be() if autocomplete == "new-password" else ""
    return forms.CharField(
        label=label, strip=False, max_length=LONGEST_PASSWORD, widget=widget, help_text=told
    )


class PasswordForm(forms.Form):
    """The password so far, and the new one."""

    old = password_field("Your password so far", "current-password")
    new = password_field("The new one", "new-password")


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]  # the library has no types
    """The password once more, before something that only its owner may do, such as signing."""

    password = password_field("Password", "current-password")


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What the sign-in is, takes, and where it is open."""
    by = actor(request)
    return show(
        request,
        "settings/account",
        current().basis,
        by=by,
        second_step=read_second_step(by=by),
        sessions=read_sessions(by=by, here=request.session.session_key or ""),
    )


@sensitive_post_parameters("old", "new")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Changes the password; every other session ends with it."""
    by = actor(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        problems = change_password(
            asked["old"], asked["new"], by=by, address=network_address(request.META)
        )
        for problem in problems:
            form.add_error(None, f"{problem[:1].upper()}{problem[1:]}")
        if not problems:
            end_sessions(by=by, here=request.session.session_key or "")
            update_session_auth_hash(request, User.objects.get(username=by.name))
            UserSession.objects.create_from_request(request)
            messages.success(request, "Your password was changed. Other sessions have ended.")
            return redirect("account")
    return show(request, "settings/password", current().basis, form=form)


@require_POST
def end_one(request: HttpRequest, number: int) -> HttpResponse:
    """Ends one session; the one that asks is signed out like any other."""
    here = request.session.session_key or ""
    if not end_sessions(by=actor(request), here=here, number=number):
        raise Http404(f"there is no session {number}")
    messages.success(request, "The session has ended.")
    return redirect("account")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Ends all sessions but the one that asks."""
    ended = end_sessions(by=actor(request), here=request.session.session_key or "")
    messages.success(request, f"Ended: {ended} other session{'' if ended == 1 else 's'}.")
    return redirect("account")
