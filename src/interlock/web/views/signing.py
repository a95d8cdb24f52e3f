"""Signing in and out, and the theme of the pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views as oidc
from django import forms
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from interlock.agreement.schema import Side
from interlock.operations.permissions import Role
from interlock.operations.sign_in import may_sign_in, note_failed_sign_in
from interlock.operations.whence import network_address
from interlock.web.pages import actor
from interlock.web.rooms import THEME_COOKIE, THEMES
from interlock.web.second_step import ELSEWHERE, LOG, OFF, TOO_MANY

YEAR = 365 * 24 * 3600


class SignInForm(AuthenticationForm):
    """E-mail address and password; attempts are counted, and slowed down when many fail."""

    username = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(
            attrs={"class": "input w-full", "autocomplete": "username", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(
            attrs={"class": "input w-full", "autocomplete": "current-password"}
        ),
    )
    error_messages = {  # noqa: RUF012 - Django reads it so
        "invalid_login": "This e-mail address and password do not go together. Check both and try "
        "again.",
        "inactive": OFF,
    }

    def clean_username(self) -> str:
        """E-mail addresses are kept in lower case."""
        return str(self.cleaned_data["username"]).lower()

    def clean(self) -> dict[str, Any]:
        """Checks the password, unless too many attempts have failed lately."""
        email = self.cleaned_data.get("username")
        if email is None:
            return self.cleaned_data
        address = network_address(self.request.META) if self.request else ""
        now = int(time.time())
        if not may_sign_in(email, address, now):
            raise forms.ValidationError(TOO_MANY, code="too_many")
        try:
            return super().clean()
        except forms.ValidationError:
            note_failed_sign_in(email, address, now)
            raise


class SignIn(LoginView):
    """The sign-in page; afterwards one is where one wanted to go, on this site only."""

    form_class = SignInForm
    template_name = "web/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """With the other places where one may be known."""
        elsewhere = [
            {"name": each.app.name, "address": each.get_login_url(self.request)}
            for each in get_adapter().list_providers(self.request)
        ]
        return super().get_context_data(elsewhere=elsewhere, **context)

    def get_success_url(self) -> str:
        """Where one wanted to go; who wanted to go nowhere in particular starts at their desk."""
        wanted = self.get_redirect_url()
        return resolve_url("start") if wanted in {"", resolve_url("scoreboard")} else wanted

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Goes on to the second step, where the sign-in has one."""
        signing_in = Login(user=form.get_user(), redirect_url=self.get_success_url())
        named = {"username": form.get_user().get_username()}
        answer: HttpResponse = perform_password_login(self.request, named, signing_in)
        return answer


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Where one's day begins: at the desk for who works on leads, else at the scoreboard."""
    by = actor(request)
    desks: dict[str, str] = {Side.SALES: "desk", Side.MARKETING: "marketing-desk"}
    works = bool(by.member) and by.role == Role.MEMBER
    return redirect(desks.get(by.side, "scoreboard") if works else "scoreboard")


@require_safe
def elsewhere(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Goes to where one may be known, to sign in: nothing else is offered there."""
    if request.GET.get("process", AuthProcess.LOGIN) != AuthProcess.LOGIN:
        raise Http404("one goes there to sign in only")
    return _or_back(oidc.login, request, provider_id)


@require_safe
def came_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Comes back from there."""
    return _or_back(oidc.callback, request, provider_id)


def _or_back(
    step: Callable[..., HttpResponse], request: HttpRequest, provider_id: str
) -> HttpResponse:
    """The step, or back to the sign-in where the provider does not answer as it should."""
    try:
        return step(request, provider_id)
    except RequestException as trouble:
        LOG.warning("the OIDC provider does not answer: %s", trouble)
        messages.error(request, ELSEWHERE)
        return redirect("sign-in")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remembers the chosen theme in a cookie; none: as the system."""
    chosen = request.POST.get("theme", "")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(back if safe else "/")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response
