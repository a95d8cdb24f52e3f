"""Ruling on a case, by whom the agreement names; of a consequence, saying what was done."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.addresses import of_case
from interlock.operations.agreements import agreements, text_in_force
from interlock.operations.answer import Answer, no_case
from interlock.operations.ask import said_in
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, require
from interlock.operations.rulers import Rulers, rulers, waits_until
from interlock.operations.staff import Staff, staff
from interlock.practice.disputes import Kind, Way, waits_for
from interlock.practice.parting import SIDES
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Case
from interlock.store.trail import record

RULINGS = (Way.MARKETING, Way.SALES, Way.BOTH)
"""The ways in which a dispute can be ruled."""


def rule(number: int, way: str, reasons: str, *, by: Actor, now: Instant | None = None) -> Answer:
    """Settles a case for good: for one side or both in part, or, of a consequence, as done.

    Of two at once the first counts. Both sides are heard before: see
    `interlock.practice.disputes.waits_for`.
    """
    require(by, Action.DISPUTE)
    moment, said = int(time.time()) if now is None else now, said_in(reasons)
    everybody = staff()
    with taking_turns():
        row = Case.objects.filter(pk=number).defer("shown").prefetch_related("views").first()
        if row is None:
            return no_case(number)
        if refused := _refused(row, way, said) or kept_from_ruling(row, everybody, by, moment):
            return Answer(refused=refused)
        row.ruled_for, row.reasons = way, said
        row.ruled_by, row.ruled_at = by.sign_in, moment
        row.save(update_fields=["ruled_for", "reasons", "ruled_by", "ruled_at"])
        _tell(row, everybody)
        verb = "say done" if way == Way.DONE else f"rule for {way}"
        record(by, verb, f"case {number}: {row.clause}", at=moment, why=said)
    return Answer(said="Settled. It stands here with its reasons.")


def judges_of(row: Case, everybody: Staff, now: Instant) -> Rulers:
    """Who settles the case: who rules on disputes; of a consequence, its owner as well."""
    agreement = text_in_force(now)
    if agreement is None:
        people = tuple(everybody.people[each] for each in everybody.keepers)
        return Rulers("whoever keeps the data", "", people)
    found = rulers(agreement, everybody)
    if row.kind != Kind.CONSEQUENCE:
        return found
    meant = everybody.meant_by(row.owner, "", "", agreement)
    people = tuple(everybody.people[each] for each in meant) + found.people
    return Rulers(row.owner or found.called, row.clause, people)


def kept_from_ruling(row: Case, everybody: Staff, by: Actor, now: Instant) -> str:
    """Why the actor may not settle the case now; "" where they may."""
    if row.ruled_at is not None:
        return f"{everybody.name_at(row.ruled_by)} has settled it already."
    deed = "say that it is done" if row.kind == Kind.CONSEQUENCE else "rule"
    if refused := judges_of(row, everybody, now).kept_from(by, row.opened_by, deed):
        return refused
    if row.kind == Kind.CONSEQUENCE:
        return ""
    said = {view.side for view in row.views.all()}
    waits = waits_for(said, waits_until(row, agreements()), now)
    return f"{' and '.join(waits).capitalize()} can still say how they see it." if waits else ""


def _refused(row: Case, way: str, said: str) -> str:
    allowed = (Way.DONE,) if row.kind == Kind.CONSEQUENCE else RULINGS
    if way not in allowed:
        return f"It is settled as one of: {', '.join(allowed)}."
    return "" if said else "Give the reasons: later cases are held against them."


def _tell(row: Case, everybody: Staff) -> None:
    leads = [whom for side in SIDES for whom in everybody.leads_of(side)]
    what = "is done" if row.ruled_for == Way.DONE else f"was ruled for {row.ruled_for}"
    notify(
        [*everybody.whom_at(row.opened_by), *leads],
        ("case", row.pk, "ruled"),
        f"{row.title} {what}",
        because=f"{everybody.name_at(row.ruled_by)}: {row.reasons}",
        link=of_case(row.pk),
        at=row.ruled_at or 0,
    )
