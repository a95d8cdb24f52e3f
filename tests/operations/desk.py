"""The company of eleven people, with an agreement for a desk, as of Monday 23 March, 10:00.

Bo and Cy are of sales and each of a team of their own; Lea leads Bo's. Mo is of marketing. p8 is
Cy's and an MQL since Friday at four; so is `vp`, who passes every fit criterion, and is Bo's. p5
was accepted by Cy. Nobody has `free`, who became an MQL on Monday at nine.
"""

from __future__ import annotations

from typing import Any

import time_machine

from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.adopt import adopt
from interlock.operations.rebuild import rebuild
from interlock.store.models import FACTS, Lead, Obligation
from tests.operations import company
from tests.operations.company import at, put

NOW = at(23, "10:00")
BO = Actor("bo@example.com", "sales", "member", "bo")
CY = Actor("cy@example.com", "sales", "member", "cy")
LEA = Actor("lea@example.com", "sales", "lead", "lea")
MO = Actor("mo@example.com", "marketing", "member", "mo")

STAGES: dict[str, Any] = {
    "sql": {
        "name": "SQL",
        "meaning": "They have a need.",
        "owner": "sales",
        "enter": 'decision.kind == "qualify"',
        "comes_from": ["sal"],
    },
    "opportunity": {
        "name": "Opportunity",
        "meaning": "There is an offer.",
        "owner": "sales",
        "enter": 'opportunity.status == "open"',
        "comes_from": ["sal", "sql"],
    },
    "customer": {
        "name": "Customer",
        "meaning": "Bought.",
        "owner": "sales",
        "enter": 'opportunity.status == "won"',
        "comes_from": ["opportunity"],
        "outcome": "won",
    },
    "lost": {
        "name": "Lost",
        "meaning": "Did not buy.",
        "owner": "sales",
        "enter": 'opportunity.status == "lost"',
        "comes_from": ["opportunity"],
        "outcome": "lost",
    },
    "out": {"name": "Out", "meaning": "Will not buy.", "owner": "sales", "outcome": "out"},
}
REASONS: dict[str, Any] = {
    "no-fit": {
        "name": "Not our customer",
        "for": ["reject", "disqualify"],
        "cites": "stages.mql",
        "goes_to": "nurture",
    },
    "unreachable": {
        "name": "Never reached",
        "for": ["reject", "recycle"],
        "cites": "promises.attempts",
        "goes_to": "nurture",
    },
    "student": {"name": "A student", "for": ["disqualify"], "goes_to": "out"},
}
PROMISES: dict[str, Any] = {
    "decision": {
        "name": "A decision",
        "says": "Sales accepts or rejects within two working days.",
        "owed_by": "sales",
        "owed_to": "marketing",
        "starts": {"enters": "mql"},
        "kept_by": 'decision.kind in ["accept", "reject", "disqualify"]',
        "within": "2 working days",
        "calendar": "office",
    },
    "attempts": {
        "name": "Three attempts",
        "says": "Sales tries three times before it gives up.",
        "owed_by": "sales",
        "owed_to": "marketing",
        "starts": {"enters": "sal"},
        "kept_by": 'activities.attempts >= 3 || decision.kind == "qualify"',
        "within": "10 working days",
        "calendar": "office",
    },
    "pipeline": {
        "name": "Pipeline",
        "says": "Marketing brings a pipeline.",
        "owed_by": "marketing",
        "owed_to": "sales",
        "each": "quarter",
        "sum": "opportunity.amount",
        "target": 1000,
    },
}
PERSONAS = {
    "director": {
        "name": "Director",
        "meaning": "Decides.",
        "value_proposition": "A stop avoided pays for it.",
        "messages": {"mql": "What an hour of standstill costs."},
    }
}


def agreement() -> dict[str, Any]:
    """The agreement of the desk, before it is written down."""
    found = company.agreement_of_the_company()
    stages = found["stages"]
    stages["mql"]["enter"] = "fit >= 0 && engagement >= 50"
    nurture = stages.pop("nurture") | {"comes_from": ["mql", "sal", "sql"]}
    found["stages"] = {**{k: stages[k] for k in ("lead", "mql", "sal")}, **STAGES}
    found["stages"]["nurture"] = nurture
    found["reasons"] |= REASONS
    found["promises"] |= PROMISES
    found["promises"]["first-touch"]["pauses_while"] = 'person.lead_status == "on hold"'
    return found | {"personas": PERSONAS}


def opened(now: int = NOW) -> None:
    """Fills the store, puts the agreement in force, and replays from the present."""
    company.fill()
    FACTS["member"].objects.filter(key="bo").update(email="bo@example.com", team="north")
    FACTS["member"].objects.filter(key="cy").update(email="cy@example.com", team="south")
    put("member", "lea", name="Lea Moe", side="sales", email="lea@example.com", team="north")
    put("member", "mo", name="Mo Lie", side="marketing", email="mo@example.com")
    put("account", "large", name="Large ASA", employees=900)
    put(
        "person",
        "vp",
        at(20),
        created_at=at(20),
        name="Vera Pihl",
        email="vera@example.com",
        seniority="vp",
        persona="director",
        account="large",
        source="web",
    )
    put("touch", "t-vp", at(20, "16:00"), person="vp", kind="demo")
    put("assignment", "a-vp", at(20, "16:00"), person="vp", member="bo")
    put("person", "free", at(20), created_at=at(20), name="Free Lund", source="web")
    put("touch", "t-free", at(23), person="free", kind="demo")
    adopted = adopt(company.text_of(agreement()), by=COMMAND_LINE)
    assert adopted.version is not None, [problem.message for problem in adopted.problems]
    with time_machine.travel(now, tick=False):
        rebuild(by=COMMAND_LINE)


def stage(person: str) -> str:
    """Where the lead stands."""
    return str(Lead.objects.get(person=person).stage)


def states(person: str) -> dict[str, str]:
    """What is owed about the lead, and how it stands."""
    return dict(Obligation.objects.filter(person=person).values_list("promise", "state"))
