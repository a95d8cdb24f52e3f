"""Telling marketing what came of a talk with a buyer, as a note on the lead."""

from __future__ import annotations

from interlock.agreement.schema import Agreement
from interlock.operations.actor import Actor
from interlock.operations.ask import said_in
from interlock.operations.deeds import Deed, Plan, new_id, perform, refuse
from interlock.operations.delivery import LiveFact
from interlock.operations.standing import Standing
from interlock.operations.whose import Reach
from interlock.replay.outcome import Instant

TOLD = "told marketing"
"""The topic of such a note, as an agreement's criteria call it."""


def kept_by_telling(agreement: Agreement) -> tuple[str, ...]:
    """The names of the promises that such a note keeps; where there is none, nobody is asked."""
    return tuple(each.name for each in agreement.event_promises if TOLD in each.kept_by.text)


def tell_marketing(
    person: str, words: str, *, by: Actor, mark: str | None = None, now: Instant | None = None
) -> Deed:
    """Adds a note of one's own that is meant for marketing."""
    said = said_in(words)

    def plan(here: Standing, reach: Reach, moment: Instant) -> Plan:
        if not kept_by_telling(here.agreement):
            return refuse("No promise of the agreement is kept by telling marketing.")
        if not said:
            return refuse("Say in a few words what was talked about.")
        values = {
            "id": new_id(),
            "person": here.key,
            "at": moment,
            "kind": "note",
            "human": True,
            "subject": said,
            "topic": TOLD,
            "member": reach.member or None,
        }
        fact = LiveFact("activity", values)
        return Plan((fact,), verb="tell marketing", said="Marketing is told", why=said)

    return perform(person, plan, by=by, mark=mark, now=now)
