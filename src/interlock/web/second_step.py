"""How django-allauth signs in here: our words, our throttle, our trail, nobody let in by itself."""

from __future__ import annotations

import logging
import secrets
import time
from base64 import b32encode
from collections.abc import Iterator
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from interlock.operations.sign_in import WINDOW, may_sign_in, note_failed_sign_in
from interlock.operations.whence import network_address
from interlock.store.lock import held
from interlock.store.models import User
from interlock.store.sealed import seal, unseal
from interlock.web.pages import NOWHERE

LOG = logging.getLogger(__name__)
SPENT = "This code, or a later one, was used before. Wait for the next one."
TOO_MANY = f"Too many attempts have failed. Wait {WINDOW // 60} minutes, then try again."
OFF = "This sign-in has been switched off."
ELSEWHERE = "Signing in there came to nothing. Try again, or sign in with your password."
UNKNOWN = (
    "You were recognised, but nobody has a sign-in here with an e-mail address that was confirmed "
    "there. Ask an admin to invite you."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Who signs in: nobody makes a sign-in for themselves, and failures are counted."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Sign-ins are made by admins and by whoever runs Interlock."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses to look at a password while too many have failed lately."""
        email = str(credentials.get("username", ""))
        if not may_sign_in(email, network_address(request.META), int(time.time())):
            raise forms.ValidationError(TOO_MANY, code="too_many")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts a wrong password."""
        email = str(credentials.get("username", ""))
        note_failed_sign_in(email, network_address(request.META), int(time.time()))

    def respond_user_inactive(self, request: HttpRequest, _user: User) -> HttpResponse:
        """Back to the sign-in, which says it."""
        messages.error(request, OFF)
        return redirect("sign-in")

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where a request comes from, as everywhere else."""
        return network_address(request.META) or NOWHERE


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """The second step: its secrets are sealed, its words are ours."""

    error_messages = {  # noqa: RUF012 - the library reads it so
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This is not right. Wait for the next code, and try that.",
    }

    def encrypt(self, text: str) -> str:
        """Seals a secret."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; where the deployment's key has changed since, one that nobody can know."""
        return unseal(encrypted_text) or b32encode(secrets.token_bytes(20)).decode()

    def get_totp_issuer(self) -> str:
        """What an authenticator app shows beside the address."""
        return "Interlock"


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # as above
    """Signing in by OIDC or SAML: only for those who have a sign-in already."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        """Being known elsewhere lets nobody in by itself."""
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,  # noqa: ARG002 - the library's signature
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,  # noqa: ARG002 - as above
    ) -> None:
        """Back to the sign-in, which says that it came to nothing; the log says why."""
        LOG.warning("signing in elsewhere came to nothing: %s", exception or error or "no reason")
        messages.error(request, ELSEWHERE)
        raise ImmediateHttpResponse(redirect("sign-in"))

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Joins it, once, to the sign-in that has an e-mail address confirmed there."""
        if sociallogin.is_existing:
            return
        confirmed = [each.email.lower() for each in sociallogin.email_addresses if each.verified]
        user = User.objects.filter(username__in=confirmed, is_active=True).first()
        if user is None:
            messages.error(request, UNKNOWN)
            raise ImmediateHttpResponse(redirect("sign-in"))
        sociallogin.connect(request, user)


class _Throttled(BaseAuthenticateForm):  # type: ignore[misc]  # as above
    """A code of the second step: each counts once, and failures are counted like passwords'."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "class": "input w-full",
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
            }
        ),
    )

    def clean_code(self) -> str:
        """Checks the code, unless too many attempts have failed lately."""
        address, now = network_address(context.request.META), int(time.time())
        if not may_sign_in(self.user.username, address, now):
            raise forms.ValidationError(TOO_MANY, code="too_many")
        try:
            with transaction.atomic():
                # one at a time, so that no code counts twice in one moment
                held(User.objects.filter(pk=self.user.pk)).get()
                code: str = super().clean_code()
                self._use_once(code)
        except forms.ValidationError:
            note_failed_sign_in(self.user.username, address, now)
            raise
        return code

    def _use_once(self, code: str) -> None:
        """Refuses a code of an authenticator app that was used before, by whichever process."""
        app = self.authenticator
        if app.type == Authenticator.Type.TOTP and not _use_up(app, code):
            raise forms.ValidationError(SPENT)


def _use_up(app: Authenticator, code: str) -> bool:
    """Uses a code up, and all from before it; whether it could still be used."""
    step = max(_steps(app, code), default=0)
    if step <= app.data.get("used_step", 0):
        return False
    data = {**app.data, "used_step": step}
    return bool(Authenticator.objects.filter(pk=app.pk).update(data=data))


def _steps(app: Authenticator, code: str) -> Iterator[int]:
    """The half minutes whose code this is, of those whose codes count now; counted from 1970."""
    secret = unseal(app.data["secret"])
    for step in yield_hotp_counters_from_time() if secret else ():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            yield step


class AppForm(ActivateTOTPForm):  # type: ignore[misc]  # as above
    """The first code of an authenticator app that is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "The code that it shows"
        self.fields["code"].widget.attrs |= {"class": "input w-full", "inputmode": "numeric"}
        del self.fields["code"].widget.attrs["placeholder"]


class SetUpApp(ActivateTOTPView):  # type: ignore[misc]  # as above
    """Setting an authenticator app up, which uses up the code that it is done with."""

    @transaction.atomic
    def form_valid(self, form: AppForm) -> HttpResponse:
        """Keeps the app."""
        answer: HttpResponse = super().form_valid(form)
        app = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        _use_up(app, form.cleaned_data["code"])
        return answer


class CodeForm(_Throttled, AuthenticateForm):  # type: ignore[misc]  # as above
    """The code that ends a sign-in."""


class CodeAgainForm(_Throttled, ReauthenticateForm):  # type: ignore[misc]  # as above
    """The code before something that only its owner may do."""
