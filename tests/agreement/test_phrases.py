from __future__ import annotations

import pytest

from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.expression import ValueType
from interlock.agreement.phrases import phrase
from tests.agreement.trees import VOCABULARY

SAID = {
    "fit >= 60 && touches.demo_request >= 1": (
        "the fit score is 60 or more and there has been at least one demo request touch"
    ),
    # the fact at hand, in one breath
    'activity.human && activity.direction == "outbound"': "a human acts, outbound",
    'activity.human && activity.kind in ["call", "email"]': "a human calls or writes an e-mail",
    '!activity.human && activity.kind == "message"': "a machine sends a message",
    'activity.kind == "visit"': "somebody visits the buyer",
    'activity.kind == "call" && activity.result == "connected"': (
        'somebody calls and the activity\'s result is "connected"'
    ),
    'activity.kind == "call" && activity.kind == "email"': (
        'somebody calls and the activity\'s kind is "email"'
    ),
    'decision.kind == "accept"': "the lead is accepted",
    'decision.kind in ["win", "lose"]': "the deal is won or lost",
    'decision.kind == "reject" && decision.reason == "no_fit"': (
        'the lead is rejected for the reason "no fit"'
    ),
    'decision.reason == "no_fit"': 'a decision is made for the reason "no fit"',
    'touch.kind == "demo_request"': "there is a demo request touch",
    "known(assignment.member)": "the lead is given to a named owner",
    "known(assignment.queue)": "the lead is put in a queue",
    'opportunity.status == "won" && opportunity.amount > 10000': (
        "an opportunity is won and the opportunity's amount is more than 10,000"
    ),
    # counts
    "touches.any == 0": "there has been no touch",
    "touches.webinar > 1": "there have been at least 2 webinar touches",
    "activities.attempts <= 4": "there have been at most 4 attempts to reach the buyer",
    "decisions.reject == 2": "there have been exactly 2 rejections",
    "opportunities.open >= 1": "there is at least one open opportunity",
    "opportunities.won < 1": "there has been no won opportunity",
    "touches.any != 0": "there has been at least one touch",
    "touches.any != 3": "the number of touches is not 3",
    "touches.any >= activities.any": ("the number of touches is the number of activities or more"),
    # who somebody is
    'person.country in ["DE", "AT"]': 'the person\'s country is "DE" or "AT"',
    '!(person.country in ["DE", "AT"])': 'the person\'s country is none of "DE" and "AT"',
    'person.title.contains("Head")': 'the person\'s title contains "Head"',
    '!person.title.startsWith("Head")': 'the person\'s title does not begin with "Head"',
    "known(person.email)": "the person's e-mail address is known",
    "!known(person.email)": "the person's e-mail address is not known",
    "person.newsletter": "the person's newsletter is yes",
    "person.newsletter == false": "the person's newsletter is no",
    "100 <= account.employees": "the account's number of employees is 100 or more",
    # moments
    'person.created_at >= timestamp("2026-01-31T00:00:00Z")': (
        "the person's creation is at or after 31 January 2026"
    ),
    'touch.at < timestamp("2026-01-31T14:30:00+01:00")': (
        "the touch's time is before 31 January 2026 13:30 UTC"
    ),
    'touch.at - person.created_at <= duration("36h")': (
        "the time from the person's creation to the touch's time is 36 hours or less"
    ),
    'touch.at > person.created_at + duration("48h")': (
        "the touch's time is after 2 days after the person's creation"
    ),
    # conditions in conditions
    "!(fit > 3 || touches.any == 0)": (
        "the fit score is 3 or less and there has been at least one touch"
    ),
    "fit > 3 && (engagement > 2 || touches.any >= 1)": (
        "the fit score is more than 3 and either the engagement score is more than 2 or there has"
        " been at least one touch"
    ),
    "fit > 3 && engagement > 2 || touches.any >= 1": (
        "both the fit score is more than 3 and the engagement score is more than 2, or there has"
        " been at least one touch"
    ),
    "fit > 1 ? engagement > 2 : touches.any >= 1": (
        "if the fit score is more than 1 then the engagement score is more than 2, otherwise there"
        " has been at least one touch"
    ),
    "true": "always",
    "!true": "never",
}


@pytest.mark.parametrize(("text", "said"), SAID.items())
def test_a_criterion_reads_as_plain_english(text: str, said: str) -> None:
    found = compile_criterion(text, VOCABULARY)
    assert isinstance(found, Compiled), found
    assert phrase(found.expression) == said


@pytest.mark.parametrize(
    ("text", "type_", "said"),
    [
        ("fit * 2 - 1", ValueType.NUMBER, "(the fit score times 2) minus 1"),
        ("-fit", ValueType.NUMBER, "minus the fit score"),
        ("size(person.name)", ValueType.INTEGER, "the length of the person's name"),
        (
            'fit > 1 ? "a" : "b"',
            ValueType.TEXT,
            '("a" if the fit score is more than 1, otherwise "b")',
        ),
        ('touch.at - duration("1h")', ValueType.INSTANT, "one hour before the touch's time"),
    ],
)
def test_a_value_reads_as_what_it_is(text: str, type_: ValueType, said: str) -> None:
    found = compile_criterion(text, VOCABULARY, type_)
    assert isinstance(found, Compiled), found
    assert phrase(found.expression) == said
