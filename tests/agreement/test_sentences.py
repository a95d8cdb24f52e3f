from __future__ import annotations

import pytest

from interlock.agreement.sentences import clause_at, clauses
from interlock.agreement.templates import template_names, template_text
from tests.agreement.small import SMALL, agreement, changed, sentences

WHOLE = (
    changed(
        "    calendar: oslo\n",
        """\
    calendar: oslo
    pauses_while: opportunities.open >= 1
    void_when: decision.kind == "reject"
    warn_at: 75 %
    variants: {big: {when: account.employees >= 1000, within: 1 working hour}}
    escalation: [{at: 1, tell: team lead, does: Calls.}, {at: 2, tell: head of sales}]
""",
    )
    + """\
  answer:
    name: Answer
    says: Marketing answers.
    owed_by: marketing
    owed_to: sales
    starts: {when: 'decision.kind == "reject"'}
    kept_by: activity.kind == "note"
    within: 2 days
    calendar: oslo
  rate:
    {name: R, says: S, owed_by: marketing, owed_to: sales, each: quarter,
    enters: sal, out_of: mql, target: 62.5 %}
  money:
    {name: R, says: S, owed_by: sales, owed_to: marketing, each: year, per: member,
    sum: opportunity.amount, target: 2000000, when: touches.any >= 1}
glossary: {hot lead: {meaning: A lead that was warm., not: A person with fever.}}
markets: {dach: {name: DACH, meaning: Three countries.}}
tiers: {a: {name: Tier A, meaning: Large., when: account.employees >= 1000, worth: They stay.}}
personas: {cto: {name: CTO, meaning: Signs., problems: [Old systems], value_proposition: New ones.}}
fit: {points: {small: {when: account.employees < 10, points: -20}}}
engagement: {points: {webinar: 20, demo: 40}, half_life_days: 7}
goals: {revenue: {name: Revenue, meaning: Signed., target: 1000000, unit: EUR, by: 2026-12-31}}
indicators: {speed: {name: Speed, meaning: Median hours., kind: leading, of: goals.revenue}}
raci: {x: {activity: Scoring, responsible: [A, B], accountable: C, consulted: D, informed: [E, F]}}
rules_of_engagement: {notice: {says: We tell., owner: A, within: 2 days}}
rules_of_disengagement: {end: It ends.}
cadence: {weekly: {name: the meeting, every: week, called_by: A, agenda: [Leads], attends: [A, B]}}
"""
)

SENTENCES = {
    "parties.marketing": "Marketing is the marketing side; Ann signs for it.",
    "glossary.hot lead": (
        '"hot lead" means a lead that was warm; it does not mean a person with fever.'
    ),
    "markets.dach": "We address DACH: three countries.",
    "tiers.a": (
        "An account belongs to Tier A when the account's number of employees is 1,000 or more;"
        " they stay."
    ),
    "personas.cto": "CTO: signs; their problems: old systems; we offer: new ones.",
    "fit.points.small": (
        "A lead loses 20 points of fit when the account's number of employees is less than 10."
    ),
    "engagement": (
        "Of engagement points, webinar gives 20 and demo gives 40; points count half after 7 days."
    ),
    "stages.mql": "A lead enters MQL when there has been at least one touch; marketing owns it.",
    "stages.sal": "A lead enters SAL from MQL when the lead is accepted; sales owns it.",
    "stages.nurture": "A lead enters Nurture by a reason that sends it here; marketing owns it.",
    "reasons.not_now": 'Sales may reject a lead for "Not now", citing MQL; it goes to Nurture.',
    "promises.first-touch": (
        "Sales owes marketing: within 4 working hours (Oslo office) of a lead entering MQL, a human"
        " acts. Within 1 working hour when the account's number of employees is 1,000 or more. The"
        " time stands still while there is at least one open opportunity. Nothing is owed once the"
        " lead is rejected. The owner is warned after 75 % of the time. At the deadline, team lead"
        " is told: calls. At 2 times the time allowed, head of sales is told."
    ),
    "promises.volume": "Marketing owes sales: each month, at least 100 leads entering MQL.",
    "promises.answer": (
        "Marketing owes sales: within 2 days from when the lead is rejected; it is kept when"
        " somebody writes a note."
    ),
    "promises.rate": (
        "Marketing owes sales: each quarter, at least 62.5 % of the leads that enter MQL enter SAL."
    ),
    "promises.money": (
        "Sales owes marketing: each year per member, 2,000,000 EUR of opportunity amount, counting"
        " those where there has been at least one touch."
    ),
    "goals.revenue": ("Together we want 1,000,000 EUR by 31 December 2026 (Revenue): signed."),
    "indicators.speed": "Speed is a leading indicator for Revenue: median hours.",
    "raci.x": ("Scoring: A and B do it, C answers for it, D is consulted, E and F are informed."),
    "rules_of_engagement.notice": "We tell; A sees to it within 2 days.",
    "rules_of_disengagement.end": "It ends.",
    "cadence.weekly": "Every week, A calls the meeting with A and B, on leads.",
}


@pytest.mark.parametrize(("path", "expected"), SENTENCES.items(), ids=SENTENCES)
def test_each_clause_is_a_sentence(path: str, expected: str) -> None:
    assert sentences(WHOLE)[path] == expected


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        (
            "owner: sales, enter",
            "owner: sales, comes_from: [start, mql, nurture], may_skip: true, outcome: won, enter",
            "stages.sal",
            (
                "A lead enters SAL, new or from MQL or Nurture when the lead is accepted; sales"
                " owns it; it is then won; it may be skipped."
            ),
        ),
        (
            "cites: stages.mql",
            "returns: {after_days: 30, when: touches.any >= 3}",
            "reasons.not_now",
            (
                'Sales may reject a lead for "Not now"; it goes to Nurture and may come back after'
                " 30 days and when there have been at least 3 touches; marketing sees to it."
            ),
        ),
        (
            "reasons:",
            "attribution: {model: markov, order: 2, self_transitions: false}\nreasons:",
            "attribution",
            (
                "A sale is shared out among the touches of all its contacts in the 365 days before"
                " it by the model markov of order 2, where no channel follows itself. Marketing"
                " sourced a deal by the first touch before it was opened; marketing influenced it"
                " by any touch before it was won or lost, and the two do not add up."
            ),
        ),
        (
            "within: 4 working hours",
            "within: 4 working hours\n    delays: {assignment: sales}",
            "promises.first-touch",
            (
                "Sales owes marketing: within 4 working hours (Oslo office) of a lead entering MQL,"
                " a human acts. Marketing answers for the time until it is known, sales for the"
                " time until somebody who owes it and is not away has the lead, until it is"
                " accepted and until the promise is kept."
            ),
        ),
        (
            "within: 4 working hours",
            "within: 4 working hours\n    delays: {detection: sales, assignment: sales}",
            "promises.first-touch",
            (
                "Sales owes marketing: within 4 working hours (Oslo office) of a lead entering MQL,"
                " a human acts. Sales answers for all of the time."
            ),
        ),
    ],
)
def test_what_else_a_clause_can_say(old: str, new: str, path: str, expected: str) -> None:
    assert sentences(changed(old, new))[path] == expected


def test_every_clause_is_listed_once_with_its_path() -> None:
    found = agreement(WHOLE)
    paths = [clause.path for clause in clauses(found)]
    assert len(paths) == len(set(paths))
    assert set(SENTENCES) <= set(paths)
    for clause in clauses(found):
        assert found.at(clause.path) is clause.subject
        assert clause.path.startswith(clause.section)
        assert clause.title


def test_a_clause_is_found_by_its_path() -> None:
    found = clause_at(agreement(), "promises.first-touch")
    assert found is not None
    assert (found.section, found.title, found.text) == ("promises", "First touch", "Sales calls.")
    assert clause_at(agreement(), "promises.nothing") is None
    assert clause_at(agreement(), "name") is None


def test_a_section_that_is_not_written_has_no_clauses() -> None:
    assert {clause.section for clause in clauses(agreement(SMALL))} == {
        "parties",
        "calendars",
        "stages",
        "reasons",
        "promises",
    }


@pytest.mark.parametrize("name", template_names())
def test_every_clause_of_every_template_is_a_sentence(name: str) -> None:
    for path, sentence in sentences(template_text(name)).items():
        assert sentence[0] == sentence[0].upper(), path
        assert sentence.endswith("."), path
        assert "  " not in sentence, path
        assert "None" not in sentence, path
