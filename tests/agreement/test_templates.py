from __future__ import annotations

import pytest

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement, Side
from interlock.agreement.shape import written
from interlock.agreement.templates import template_names, template_text
from interlock.operations.tell_marketing import kept_by_telling
from interlock.practice.campaigns import ruling_campaigns
from tests.agreement.small import agreement


def test_there_are_three() -> None:
    assert template_names() == ("b2b-software", "industrial", "professional-services")


def test_another_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        template_text("../b2b-software")


@pytest.mark.parametrize("name", template_names())
def test_a_template_has_no_problems_at_all(name: str) -> None:
    assert load(template_text(name)).problems == ()


@pytest.mark.parametrize("name", template_names())
def test_a_template_fills_every_section(name: str) -> None:
    found = agreement(template_text(name))
    optional = {"expires_on"}  # a last day is for those who want one
    empty = {key for key in written(Agreement) if not getattr(found, key)} - optional
    assert empty == set()
    assert found.fit.points
    assert found.engagement.points


@pytest.mark.parametrize("name", template_names())
def test_both_sides_owe_by_the_lead_and_by_the_period(name: str) -> None:
    found = agreement(template_text(name))
    for promises in (found.event_promises, found.period_promises):
        assert {promise.owed_by for promise in promises} == set(Side)


@pytest.mark.parametrize("name", template_names())
def test_rules_of_engagement_run(name: str) -> None:
    """Campaigns are announced, contact is told, and a point of contact has a deputy."""
    found = agreement(template_text(name))
    rule = ruling_campaigns(found)
    assert rule is not None
    assert rule.within is not None
    assert kept_by_telling(found)
    assert all(party.contact and party.deputy for party in found.parties)


@pytest.mark.parametrize("name", template_names())
def test_every_stage_says_what_each_does(name: str) -> None:
    for stage in agreement(template_text(name)).stages:
        assert stage.meaning
        assert stage.outcome or (stage.buyer and stage.marketing), stage.id


@pytest.mark.parametrize("name", template_names())
def test_a_lead_that_was_sent_back_has_a_way_back(name: str) -> None:
    found = agreement(template_text(name))
    ends = {stage.id for stage in found.stages if stage.outcome}
    onward = {before for stage in found.stages for before in stage.comes_from}
    for reason in found.reasons:
        if reason.goes_to not in ends:
            assert reason.returns, reason.id
            assert reason.goes_to in onward, reason.id
