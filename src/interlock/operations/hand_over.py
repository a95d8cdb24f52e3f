"""Handing a lead over to somebody else, or taking one that nobody has."""

from __future__ import annotations

from interlock.operations.actor import Actor
from interlock.operations.deeds import Deed, Plan, new_id, perform, refuse
from interlock.operations.delivery import LiveFact
from interlock.operations.standing import Standing
from interlock.operations.whose import Reach
from interlock.replay.outcome import Instant


def hand_over(
    person: str, to: str, *, by: Actor, mark: str | None = None, now: Instant | None = None
) -> Deed:
    """Gives the lead to the member of that key. What was served on its clocks stays served."""

    def plan(here: Standing, reach: Reach, moment: Instant) -> Plan:
        whom = reach.colleagues.get(to)
        if whom is None:
            return refuse(f"No member has the key {to}.")
        if here.owner == to:
            return refuse(f"{here.name} is with {whom.name} already.")
        values = {"id": new_id(), "person": here.key, "at": moment, "member": to}
        said = "Taken" if to == reach.member else f"Handed over to {whom.name}"
        return Plan((LiveFact("assignment", values),), verb="hand over", said=said, why=whom.name)

    return perform(person, plan, by=by, mark=mark, now=now)
