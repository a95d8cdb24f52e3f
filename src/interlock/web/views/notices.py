"""Notices: the page of them, the bell, and how one is told."""

from __future__ import annotations

import time

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interlock.operations.choose_notices import (
    LONGEST_NAME,
    Choices,
    add_channel,
    choose_notices,
    read_choices,
    read_company_channels,
    remove_channel,
    try_channel,
)
from interlock.operations.digest import DAILY, WEEKLY
from interlock.operations.news import ALWAYS_AT_ONCE, IN_WORDS, OF_A_TEAM, How, News
from interlock.operations.outside import KINDS
from interlock.operations.read_notices import mark_read, read_notices, unread
from interlock.operations.reading import current
from interlock.web.pages import actor, show

_TO_CHOOSE = [news for news in IN_WORDS if news not in ALWAYS_AT_ONCE]
_FORMS = "\n".join(f"{name}: {form}" for name, form in KINDS.values())


class ChoicesForm(forms.Form):
    """How one is told of each sort of news."""

    email = forms.BooleanField(required=False)

    def __init__(self, *args: object, choices: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own
        for news in _TO_CHOOSE:
            self.fields[news.name] = forms.ChoiceField(
                label=IN_WORDS[news],
                choices=[(how, how) for how in How],
                initial=choices.how[news],
                widget=forms.Select(attrs={"class": "select"}),
            )
        self.fields["digest"] = forms.ChoiceField(
            label="Digests come",
            choices=[(DAILY, "each day, as your hours begin"), (WEEKLY, "on Mondays")],
            initial=choices.digest,
            widget=forms.Select(attrs={"class": "select"}),
        )
        self.fields["email"].initial = choices.email


class ChannelForm(forms.Form):
    """A way to be told outside."""

    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"class": "input w-full", "autocomplete": "off"}),
    )
    url = forms.CharField(
        label="Address",
        max_length=1000,
        help_text=_FORMS,
        widget=forms.PasswordInput(attrs={"class": "input w-full", "autocomplete": "off"}),
        error_messages={"required": "Give its address: what stands there is what is written to."},
    )


class CompanyChannelForm(ChannelForm):
    """One of the company's, with what it is told of."""

    side = forms.ChoiceField(
        label="What is owed by",
        choices=[("", "both sides"), ("marketing", "marketing"), ("sales", "sales")],
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
    )
    news = forms.MultipleChoiceField(
        label="Told of",
        choices=[*OF_A_TEAM.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what it is told of."},
    )


@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """One's notices, latest first; sent, the form marks all as read."""
    by = actor(request)
    if request.method == "POST":
        mark_read(None, int(time.time()), by=by)
        return redirect("notices")
    page = read_notices(request.GET.get("after", ""), by=by)
    return show(request, "notices", page.basis, page=page)


@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """How many are unread, for a frame that asks again and again."""
    context = {"unread": unread(actor(request)), "short": "short" in request.GET}
    answer = render(request, "web/parts/bell.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def notice(request: HttpRequest, key: str) -> HttpResponse:
    """Leads on to what a notice is about, and marks it as read."""
    link = mark_read(key, int(time.time()), by=actor(request))
    if link is None:
        raise Http404("you have no such notice")
    return redirect(link)


@require_http_methods(["GET", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """How one is told, and one's channels."""
    by = actor(request)
    now = read_choices(by=by)
    about = request.POST.get("about")
    form = ChoicesForm(request.POST if about == "choices" else None, choices=now)
    channel = ChannelForm(request.POST if about == "channel" else None)
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        how = {news: How(asked[news.name]) for news in _TO_CHOOSE}
        choose_notices(how, email=asked["email"], digest=asked["digest"], by=by)
        messages.success(request, "Kept.")
        return redirect("notice-choices")
    if channel.is_bound and channel.is_valid():
        trouble = add_channel(channel.cleaned_data["name"], channel.cleaned_data["url"], by=by)
        if not trouble:
            messages.success(request, "The channel was added. Try it.")
            return redirect("notice-choices")
        channel.add_error("url", trouble.capitalize())
    always = ", ".join(IN_WORDS[news] for news in ALWAYS_AT_ONCE)
    return show(
        request,
        "settings/notices",
        current().basis,
        choices=now,
        form=form,
        channel=channel,
        always=always,
    )


@require_http_methods(["GET", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """The channels of the company's."""
    by = actor(request)
    form = CompanyChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        trouble = add_channel(
            asked["name"],
            asked["url"],
            by=by,
            company=True,
            news=[News(each) for each in asked["news"]],
            side=asked["side"],
        )
        if not trouble:
            messages.success(request, "The channel was added. Try it.")
            return redirect("channels")
        form.add_error("url", trouble.capitalize())
    lines = read_company_channels(by=by)
    return show(request, "settings/channels", current().basis, channels=lines, form=form)


@require_POST
def try_out(request: HttpRequest) -> HttpResponse:
    """Sends a trial by one of the channels."""
    number = request.POST.get("channel", "")
    if not number.isdecimal() or not try_channel(int(number), by=actor(request)):
        raise Http404("there is no such channel")
    messages.success(
        request, "A trial is on its way; whether it was taken stands below in a moment."
    )
    return _back(request)


@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Takes a channel away."""
    if not remove_channel(number, by=actor(request)):
        raise Http404("there is no such channel")
    messages.success(request, "The channel was removed. Nothing goes there any more.")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    came_from = request.headers.get("Referer", "")
    return redirect("channels" if came_from.endswith("/settings/channels") else "notice-choices")
