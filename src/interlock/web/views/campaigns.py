"""Campaigns that marketing tells sales of before they begin."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from interlock.operations.announce_campaign import Campaign, announce_campaign
from interlock.operations.answer import Answer
from interlock.operations.call_off_campaign import call_off_campaign
from interlock.operations.read_campaigns import CampaignsPage, read_campaigns
from interlock.web.fields import line_field, say
from interlock.web.pages import actor, show


class CampaignForm(forms.Form):
    """What sales is told. `campaign` is the key of one that the CRM has planned."""

    name = line_field("Campaign", 200)
    audience = line_field("Whom it reaches", 1_000)
    offer = line_field("What it offers", 1_000)
    starts_on = forms.DateField(
        label="First day",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "input", "type": "date"}),
    )
    campaign = forms.CharField(required=False, max_length=1_000, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def campaigns(request: HttpRequest) -> HttpResponse:
    """All that were announced, and for marketing a form that announces another."""
    by = actor(request)
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = announce_campaign(Campaign(**form.cleaned_data), by=by)
        if not answer.refused:
            return _said(request, answer)
        say(form, [answer.refused])
    page = read_campaigns(by=by)
    if request.method != "POST":
        form = CampaignForm(initial=_asked(page, request.GET.get("campaign", "")))
    return show(request, "agreed/campaigns", page.basis, page=page, form=form)


def _asked(page: CampaignsPage, key: str) -> dict[str, object]:
    """What is known of the planned campaign that is asked for."""
    found = next((each for each in page.planned if each.key == key), None)
    if found is None:
        return {}
    return {"name": found.name, "starts_on": found.starts_on, "campaign": found.key}


@require_POST
def calling_off(request: HttpRequest, number: int) -> HttpResponse:
    """One does not take place."""
    return _said(request, call_off_campaign(number, by=actor(request)))


def _said(request: HttpRequest, answer: Answer) -> HttpResponse:
    if answer.refused:
        messages.error(request, answer.refused)
    else:
        messages.success(request, answer.said)
    return redirect("campaigns")
