"""Whom a clause of the agreement concerns first: who answers for what it says."""

from __future__ import annotations

from interlock.agreement.cadence import Meeting
from interlock.agreement.raci import RaciRow
from interlock.agreement.schema import (
    Agreement,
    EventPromise,
    Party,
    PeriodPromise,
    Rule,
    Stage,
)
from interlock.operations.governing import Part, asked_by
from interlock.operations.staff import Staff

_ANSWERING = (Part.RESPONSIBLE, Part.ACCOUNTABLE)


def concerned(subject: object, agreement: Agreement, everybody: Staff) -> tuple[str, ...]:
    """Who answers for the clause.

    For a rule, a meeting or a row of the RACI whom it names; for what one side owes or has, that
    side's point of contact; for everything else whoever answers for the agreement itself.
    """
    if isinstance(subject, Rule | Meeting) and (found := _named(subject, agreement, everybody)):
        return found
    if isinstance(subject, RaciRow):
        return _answering(subject, agreement, everybody)
    if side := _side_of(subject):
        contact = everybody.meant_by("point of contact", "", side, agreement)
        return contact or everybody.leads_of(side)
    row = next((each for each in agreement.raci if each.governs == "agreement"), None)
    return _answering(row, agreement, everybody) if row else everybody.keepers


def _named(clause: Rule | Meeting, agreement: Agreement, everybody: Staff) -> tuple[str, ...]:
    name = clause.owner if isinstance(clause, Rule) else clause.called_by
    return everybody.meant_by(name, "", "", agreement) if name else ()


def _side_of(subject: object) -> str:
    if isinstance(subject, EventPromise | PeriodPromise):
        return str(subject.owed_by)
    if isinstance(subject, Stage):
        return str(subject.owner)
    return str(subject.side) if isinstance(subject, Party) else ""


def _answering(row: RaciRow, agreement: Agreement, everybody: Staff) -> tuple[str, ...]:
    found = asked_by(row, agreement, everybody)
    answering = (each for each in found if each.part in _ANSWERING)
    return tuple(dict.fromkeys(one.whom for each in answering for one in each.people))
