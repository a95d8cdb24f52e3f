"""Two teams at the table: sign-ins of both sides, the agreement in force, a draft of the next one.

Ada leads marketing and signs for it, Bo leads sales and signs for it; Mo and Sam are members, Kim
keeps the data. Everything happens on Monday 2 March 2026; the agreement in force began in January.
"""

from __future__ import annotations

from typing import Any

from interlock.agreement.loading import load
from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.adopt import adopt
from interlock.operations.attributes import known_attributes
from interlock.operations.propose import propose
from interlock.operations.sign import Signing, sign
from interlock.store.models import AgreementVersion, Draft, DraftText, Proposal, User
from tests.operations.company import agreement_text, at

TODAY = at(2)
PHRASE = "a long enough secret"
ADA = Actor("ada@example.com", "marketing", "lead")
BO = Actor("bo@example.com", "sales", "lead")
MO = Actor("mo@example.com", "marketing", "member")
SAM = Actor("sam@example.com", "sales", "member")
KIM = Actor("kim@example.com", "operations", "operations")
EVERYBODY = (ADA, BO, MO, SAM, KIM)

NEXT = {"version": "2", "in_force_from": "2026-03-02"}
GOVERNED = {
    "raci": {
        "agreement": {
            "activity": "Changing the agreement",
            "responsible": ["Mo"],
            "accountable": ["Ada"],
            "consulted": ["Sam"],
            "informed": ["sales"],
            "governs": "agreement",
        }
    }
}


def sit_down(text: str | None = None) -> None:
    """Everybody's sign-in, and the first agreement, put in force by command."""
    for each in EVERYBODY:
        add(each)
    adopted = adopt(text or agreement_text(), by=COMMAND_LINE)
    assert adopted.version is not None, adopted.problems


def add(who: Actor) -> User:
    """A sign-in."""
    name = who.name.partition("@")[0].capitalize()
    return User.objects.create_user(
        who.name, password=PHRASE, first_name=name, side=who.side, role=who.role
    )


def draft(text: str, *, base: AgreementVersion | None = None, by: Actor = MO) -> Draft:
    """A draft with this text; of the version that was put in force last, unless told."""
    assert load(text, attributes=known_attributes()).agreement is not None
    found = base or AgreementVersion.objects.last()
    made = Draft.objects.create(title="The next one", base=found, made_by=by.name, made_at=TODAY)
    DraftText.objects.create(draft=made, revision=1, text=text, by=by.name, side=by.side, at=TODAY)
    return made


def next_text(**changes: Any) -> str:
    """The next version: engagement halves after 12 days instead of 10."""
    engagement = {"half_life_days": 12, "points": {"visit": 10, "form": 20, "demo": 50}}
    return agreement_text(**{**NEXT, "engagement": engagement, **changes})


def proposal(text: str | None = None, *, by: Actor = MO, now: int = TODAY) -> Proposal:
    """A proposal of that text."""
    made = propose(draft(text or next_text()).pk, 1, by=by, why="Demos cool slower.", now=now)
    assert made.number is not None, made.refused
    return Proposal.objects.get(pk=made.number)


def signs(row: Proposal, by: Actor, *, now: int = TODAY) -> Signing:
    """Signs it, having just shown who they are."""
    return sign(row.pk, row.seal, by=by, shown_at=now, now=now)
