"""Rounds of the language test over the desk's company, and people of both sides who answer."""

from __future__ import annotations

from collections.abc import Callable

from interlock.operations.actor import Actor
from interlock.operations.open_round import Opened, RoundAsked, open_round
from interlock.operations.place_lead import place_lead
from interlock.store.models import LanguageLead
from tests.operations.desk import LEA, NOW

DAY = 86_400
STAGES = ("lead", "mql", "sal")


def asked(**changes: object) -> RoundAsked:
    """What a round of the desk's company is about."""
    usual = {"leads": 8, "stages": STAGES, "terms": ("MQL", "Fit"), "closes_at": NOW + DAY}
    return RoundAsked(**{**usual, **changes})  # type: ignore[arg-type]  # what the tests ask for


def opened_round(**changes: object) -> Opened:
    """A round that Lea opened."""
    return open_round(asked(**changes), by=LEA, now=NOW, seed=7)


def member(number: int, side: str) -> Actor:
    """One of the members of a side."""
    return Actor(f"{side}{number}@example.com", side, "member")


def people(many: int, side: str) -> list[Actor]:
    """So many members of a side."""
    return [member(number, side) for number in range(many)]


Says = Callable[[LanguageLead], tuple[str, bool]]


def answer(number: int, who: list[Actor], says: Says) -> None:
    """Has each of them place every lead as `says` has it."""
    for lead in LanguageLead.objects.filter(round=number):
        stage, fits = says(lead)
        for each in who:
            said = place_lead(number, lead.place, stage, fits=fits, by=each, now=NOW + 1)
            assert not said.refused, said.refused


def as_agreed(lead: LanguageLead) -> tuple[str, bool]:
    """What the agreement says of the lead."""
    return lead.stage, bool(lead.parts["fit"][0][1])
