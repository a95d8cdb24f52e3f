"""The agreement as a document: what it says beside the teams' own words."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client

from interlock.agreement.sentences import Clause
from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.adopt import adopt
from interlock.operations.announce_campaign import Campaign, announce_campaign
from interlock.web.views.agreement import adds
from tests.operations.company import AS_OF, agreement_text, replayed
from tests.web.test_pages import words


@pytest.mark.parametrize(
    ("title", "text", "sentence", "added"),
    [
        ("hand over", "The moment of MQL.", '"hand over" means the moment of MQL.', ""),
        (
            "lead",
            "A person. Nothing more.",
            '"lead" means a person. Nothing more; it does not mean a buyer.',
            "It does not mean a buyer.",
        ),
        ("Nordics", "Plants up north.", "We address Nordics: plants up north.", ""),
        (
            "Buyer",
            "Compares offers.",
            "Buyer: compares offers; their problems: small orders; we offer: one contract.",
            "Their problems: small orders; we offer: one contract.",
        ),
        (
            "Revenue",
            "What we sell.",
            "Together we want 9 deals by 31 December 2026 (Revenue): what we sell.",
            "Together we want 9 deals by 31 December 2026 (Revenue).",
        ),
        (
            "oslo",
            "Head office",
            "Head office: Monday to Friday 08:00-16:00.",
            "Monday to Friday 08:00-16:00.",
        ),
        (
            "MQL",
            "Likelier to buy.",
            "A lead enters MQL when it is so; marketing owns it.",
            "A lead enters MQL when it is so; marketing owns it.",
        ),
        ("size", "", "A lead gets one point of fit.", "A lead gets one point of fit."),
    ],
)
def test_a_sentence_only_adds_to_what_the_teams_wrote(
    title: str, text: str, sentence: str, added: str
) -> None:
    assert adds(Clause("x.y", "x", title, text, sentence, None)) == added


def test_nothing_is_said_twice(as_reader: Client) -> None:
    meaning = "Somebody who could sign"
    glossary = {"buyer": {"meaning": f"{meaning}."}}
    adopted = adopt(agreement_text(glossary=glossary), by=COMMAND_LINE)
    assert adopted.version is not None
    for address in ("/agreement", "/agreement/glossary.buyer"):
        page = words(as_reader, address).partition("As written")[0]
        assert page.lower().count(meaning.lower()) == 1, address


def test_the_rule_about_campaigns_stands_where_promises_stand(as_reader: Client) -> None:
    replayed()
    rule = {"says": "Marketing tells first.", "within": "5 working days", "governs": "campaigns"}
    text = agreement_text(version="2", rules_of_engagement={"tell": rule})
    assert adopt(text, by=COMMAND_LINE).version is not None
    told = Campaign("Spring", "plants", "a pilot", date(2100, 1, 1))
    by = Actor("mo@example.com", "marketing", "member")
    with time_machine.travel(AS_OF, tick=False):
        assert announce_campaign(told, by=by).said
    kept = "1 of 1 campaign was announced in time."
    for address in ("/promises", "/agreement/rules_of_engagement.tell"):
        assert f"100 % {kept}" in words(as_reader, address).replace("Marketing tells first. ", "")
    assert kept not in words(as_reader, "/promises?source=web")
    week = words(as_reader, "/?week=2026-03-16").partition("Tell")[2]
    assert "100 % 1 of 1 none" in week
