"""Logging an attempt to reach a buyer: a call, an e-mail, a meeting, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from interlock.operations.actor import Actor
from interlock.operations.deeds import Deed, Plan, new_id, perform, refuse
from interlock.operations.delivery import LiveFact
from interlock.operations.standing import Standing
from interlock.operations.whose import Reach
from interlock.replay.outcome import Instant

RESULTS: Mapping[str, tuple[str, ...]] = {
    "call": ("connected", "no answer", "left a message"),
    "email": ("sent", "replied", "bounced"),
    "meeting": ("held", "did not take place"),
}
"""What can come of each kind of attempt, in the order in which they are offered."""

WORDS = {"call": "Call", "email": "E-mail", "meeting": "Meeting"}


def log_attempt(  # noqa: PLR0913 - what an attempt consists of
    person: str,
    kind: str,
    *,
    by: Actor,
    result: str = "",
    mark: str | None = None,
    now: Instant | None = None,
) -> Deed:
    """Adds an attempt of one's own, made now. `result` is one of `RESULTS[kind]`, or empty."""

    def plan(here: Standing, reach: Reach, moment: Instant) -> Plan:
        if kind not in RESULTS:
            return refuse(f"There is no attempt “{kind}”.", *RESULTS)
        if result and result not in RESULTS[kind]:
            return refuse(f"“{result}” cannot come of a {kind}.", *RESULTS[kind])
        values = {
            "id": new_id(),
            "person": here.key,
            "at": moment,
            "kind": kind,
            "direction": "outbound",
            "human": True,
            "result": result or None,
            "member": reach.member or None,
        }
        said = f"{WORDS[kind]}: {result}" if result else f"{WORDS[kind]} logged"
        return Plan((LiveFact("activity", values),), verb=f"log {kind}", said=said, why=result)

    return perform(person, plan, by=by, mark=mark, now=now)
