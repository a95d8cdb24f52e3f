"""Who may sign in: the members with their roles, and invitations."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from interlock.facts.kinds import SIDES
from interlock.operations.accept_invitation import accept_invitation, read_invitation
from interlock.operations.actor import Actor
from interlock.operations.add_user import LONGEST_NAME
from interlock.operations.change_sign_in import change_sign_in
from interlock.operations.drop_second_step import drop_second_step
from interlock.operations.invite import Invited, invite, send_link
from interlock.operations.permissions import Role
from interlock.operations.read_sign_ins import read_sign_ins
from interlock.operations.reading import current
from interlock.operations.revoke_invitation import revoke_invitation
from interlock.operations.whence import network_address
from interlock.web.pages import actor, show
from interlock.web.views.account import password_field

KEPT = "invitation"
"""Where the session keeps the secret of a link, so that no address shows it."""
_SELECT = {"class": "select"}
_ROLES = [(role, role) for role in Role]
_SIDES = [(side, side) for side in SIDES]


class InvitationForm(forms.Form):
    """Who is invited, and as what."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=LONGEST_NAME,
        widget=forms.EmailInput(attrs={"class": "input w-full", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label="Role", choices=_ROLES, initial=Role.MEMBER, widget=forms.Select(attrs=_SELECT)
    )
    side = forms.ChoiceField(
        label="Side",
        choices=[("", "as the member is"), *_SIDES],
        required=False,
        widget=forms.Select(attrs=_SELECT),
    )


class ChangeForm(forms.Form):
    """What is changed of a sign-in; what is left out stays."""

    role = forms.ChoiceField(choices=_ROLES, required=False)
    side = forms.ChoiceField(choices=_SIDES, required=False)
    active = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda word: word == "yes",
        required=False,
        empty_value=None,
    )


class AcceptForm(forms.Form):
    """What whoever was invited says of themselves."""

    name = forms.CharField(
        label="Your name",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"class": "input w-full", "autocomplete": "name"}),
    )
    password = password_field("A password", "new-password")


@require_http_methods(["GET", "POST"])
def members(request: HttpRequest) -> HttpResponse:
    """Everybody who may sign in, and a form that invites another."""
    by = actor(request)
    form = InvitationForm(request.POST or None)
    invited = _invited(form, by) if request.method == "POST" and form.is_valid() else None
    link, trouble = "", None
    if invited is not None and invited.secret:
        link = request.build_absolute_uri(reverse("invitation", args=[invited.secret]))
        trouble = send_link(invited, link, by=by)
        form = InvitationForm()
    return show(
        request,
        "settings/members",
        current().basis,
        form=form,
        link=link,
        mailed=trouble == "",
        trouble=trouble,
        invited=invited,
        sign_ins=read_sign_ins(by=by),
        roles=tuple(Role),
        sides=SIDES,
    )


def _invited(form: InvitationForm, by: Actor) -> Invited:
    asked = form.cleaned_data
    done = invite(asked["email"], Role(asked["role"]), by=by, side=asked["side"])
    for problem in done.problems:
        form.add_error("email", f"{problem[:1].upper()}{problem[1:]}")
    return done


@require_POST
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Changes the role or the side of one sign-in, or switches it off or on."""
    form = ChangeForm(request.POST)
    if not form.is_valid():
        raise Http404("there is no such role or side")
    asked = form.cleaned_data
    done = change_sign_in(
        number,
        by=actor(request),
        role=Role(asked["role"]) if asked["role"] else None,
        side=asked["side"],
        active=asked["active"],
    )
    if done.problem:
        messages.error(request, f"Nothing was changed: {done.problem}.")
    elif done.changed:
        messages.success(request, f"Changed: {done.changed}.")
    return redirect("members")


@require_POST
def without_second_step(request: HttpRequest, number: int) -> HttpResponse:
    """Takes away the second step of one sign-in."""
    if not drop_second_step(number, by=actor(request)):
        raise Http404(f"sign-in {number} has no second step")
    messages.success(request, "The second step is gone. The password alone signs in again.")
    return redirect("members")


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Revokes one invitation."""
    if not revoke_invitation(number, by=actor(request)):
        raise Http404(f"there is no invitation {number} that holds")
    messages.success(request, "The invitation was revoked. Its link leads nowhere from now on.")
    return redirect("members")


@require_http_methods(["GET"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Takes the secret of a link out of the address bar, and goes on to the form."""
    if read_invitation(secret) is None:
        return _gone(request)
    request.session[KEPT] = secret
    return redirect("accept-invitation")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Asks whoever holds the link for a name and a password."""
    secret = str(request.session.get(KEPT, ""))
    invited = read_invitation(secret)
    if invited is None:
        return _gone(request)
    form = AcceptForm(request.POST or None, initial={"name": invited.name})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        done = accept_invitation(
            secret,
            asked["password"],
            name=asked["name"],
            address=network_address(request.META),
        )
        if done.email:
            del request.session[KEPT]
            messages.success(request, "Your sign-in is ready.")
            return redirect("sign-in")
        for problem in done.problems:
            form.add_error("password", f"{problem[:1].upper()}{problem[1:]}")
    return show(request, "invitation", current().basis, form=form, invited=invited)


def _gone(request: HttpRequest) -> HttpResponse:
    page = show(request, "invitation", current().basis, form=None)
    page.status_code = 404
    return page
