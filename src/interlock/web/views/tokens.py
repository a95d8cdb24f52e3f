"""Tokens: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from interlock.operations.actor import Actor
from interlock.operations.make_token import LONGEST_NAME, TokenMade, make_token
from interlock.operations.permissions import SCOPES, Role, Scope, may_act_as
from interlock.operations.read_tokens import read_tokens
from interlock.operations.reading import current
from interlock.operations.revoke_token import revoke_token
from interlock.web.pages import actor, show, went

LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "until it is revoked"))


_ALIKE = {Scope.READ: "read what you may read", Scope.REPLAY: "replay all of history"}
"""Scopes whose deeds say no more than the scope itself."""


def _scopes() -> list[tuple[str, str]]:
    said = {scope: " and ".join(sorted(deeds)) for scope, deeds in SCOPES.items()} | _ALIKE
    return [(scope, words) for scope, words in said.items()]


class TokenForm(forms.Form):
    """What a new token is for, and what it may do."""

    name = forms.CharField(
        label="What is it for?",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(
            attrs={"class": "input w-full", "autocomplete": "off", "placeholder": "CRM sync"}
        ),
        error_messages={
            "required": "Say what it is for: its uses stand in the trail by this name."
        },
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=_scopes,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what it may do: at least one scope."},
    )
    role = forms.ChoiceField(label="In the role", widget=forms.Select(attrs={"class": "select"}))
    days = forms.ChoiceField(
        label="For",
        choices=LIFETIMES,
        initial="90",
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role, role) for role in Role if may_act_as(by, role)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]  # of a ChoiceField
        self.fields["role"].initial = by.role


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens, and a form for another one; a new one's secret is in the answer alone."""
    by = actor(request)
    form = TokenForm(request.POST or None, by=by)
    made = _made(form, by) if request.method == "POST" and form.is_valid() else None
    if made is not None and made.number is not None:
        form = TokenForm(by=by)
    lines = read_tokens(by=by)
    return show(
        request, "settings/tokens", current().basis, form=form, made=made, tokens=lines, by=by
    )


def _made(form: TokenForm, by: Actor) -> TokenMade:
    asked = form.cleaned_data
    made = make_token(
        asked["name"],
        [Scope(each) for each in asked["scopes"]],
        Role(asked["role"]),
        by=by,
        days=int(asked["days"]) if asked["days"] else None,
    )
    for problem in made.problems:
        form.add_error(None, problem.capitalize())
    return made


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Revokes one token."""
    done = revoke_token(number, by=actor(request))
    said = "The token was revoked. Whoever shows it from now on is refused."
    return went(request, said, to="tokens", done=done, what=f"token {number} to revoke")
