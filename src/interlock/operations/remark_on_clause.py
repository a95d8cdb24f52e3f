"""Asking or remarking on a clause of the agreement in force."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from interlock.agreement.schema import Agreement
from interlock.agreement.sentences import clause_at
from interlock.agreement.wording import joined
from interlock.operations.actor import Actor
from interlock.operations.addresses import of_clause
from interlock.operations.agreements import text_in_force
from interlock.operations.answer import Answer
from interlock.operations.ask import said_in
from interlock.operations.concerned import concerned
from interlock.operations.governing import SIDES
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, require
from interlock.operations.staff import Staff, staff, whom_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Remark
from interlock.store.trail import record

SAY_SOMETHING = "Say something, however short."
NAMED = 3
"""So many of those who hear of a remark are named."""
SHOWN = 80
"""Characters of a remark that stand in a notice."""


def remark_on_clause(path: str, words: str, *, by: Actor, now: Instant | None = None) -> Answer:
    """Keeps a question or a remark; who answers for the clause is told."""
    require(by, Action.AGREE)
    moment, said = int(time.time()) if now is None else now, said_in(words)
    if not said:
        return Answer(refused=SAY_SOMETHING)
    with taking_turns():
        agreement = text_in_force(moment)
        clause = clause_at(agreement, path) if agreement else None
        if agreement is None or clause is None:
            return Answer(refused="The agreement in force does not have this clause any more.")
        row = Remark.objects.create(clause=path, words=said, by=by.name, side=by.side, at=moment)
        everybody = staff(moment)
        whom = asked(clause.subject, agreement, everybody, by)
        who = f"{everybody.name_of(by)} on {clause.title}"
        tell_of(row, whom, who, everybody, at=moment)
        record(by, "remark", path, at=moment, why=said)
    heard = f" {hears(whom, everybody)}" if whom else ""
    return Answer(said=f"It stands here for both sides.{heard}")


def asked(subject: object, agreement: Agreement, everybody: Staff, by: Actor) -> tuple[str, ...]:
    """Who is told of a remark of the actor's: who answers for the clause, but not oneself.

    Whoever answers for it alone turns to the points of contact.
    """
    me = whom_of(by.member, by.name)
    contacts = (
        each
        for side in SIDES
        for each in everybody.meant_by("point of contact", "", side, agreement)
    )
    found = tuple(each for each in concerned(subject, agreement, everybody) if each != me)
    return found or tuple(each for each in contacts if each != me)


def hears(whom: Sequence[str], everybody: Staff) -> str:
    """In words, that they are told: the first few by name."""
    names = [everybody.people[each].name for each in whom]
    if len(names) > NAMED:
        names[NAMED - 1 :] = [f"{len(names) - NAMED + 1} others"]
    return f"{joined(names, 'and')} hear{'s' if len(names) == 1 else ''} of it." if names else ""


def short(words: str) -> str:
    """A remark as a notice has it."""
    return words if len(words) <= SHOWN else f"{words[:SHOWN].rstrip()}…"


def tell_of(row: Remark, whom: Collection[str], who: str, everybody: Staff, *, at: Instant) -> None:
    """Tells them, named as members or by their sign-in, what somebody did about a remark."""
    known = everybody.people.values()
    notify(
        [each.whom for each in known if each.whom in whom or each.email in whom],
        ("remark", row.pk, at),
        f"{who}: {short(row.words)}",
        because="What is asked of the agreement is answered where everybody reads it",
        link=f"{of_clause(row.clause)}#said",
        at=at,
    )
