"""Opening a dispute: what it is about, one's side's view, and the evidence as it is seen now."""

from __future__ import annotations

import time
from dataclasses import dataclass

from interlock.agreement.schema import Agreement
from interlock.operations.actor import Actor
from interlock.operations.addresses import of_case
from interlock.operations.agreements import text_in_force
from interlock.operations.ask import said_in
from interlock.operations.case_subjects import About, Subject, subject_of
from interlock.operations.clause_titles import title_in
from interlock.operations.evidence import clause_then, gather
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, require
from interlock.operations.precedents import Precedents, precedents
from interlock.operations.reading import Basis, current
from interlock.operations.rulers import Rulers, due_of_dispute, rulers
from interlock.operations.staff import Staff, staff
from interlock.practice.parting import SIDES
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Case, SideView
from interlock.store.trail import record

GONE = "There is nothing here to dispute: it is kept, still open, or no longer said."


@dataclass(frozen=True)
class Opened:
    """The number of the case; None and why there is none. `other` is the case that there is."""

    number: int | None = None
    refused: str = ""
    other: int | None = None


@dataclass(frozen=True)
class ToOpen:
    """What a case would be about, who would rule by when, and what was ruled on it before.

    `refused` is why whoever looks opens none, "" where they may; `other` the case that there is.
    """

    basis: Basis
    title: str
    clause: str
    wording: str
    lines: tuple[tuple[str, str | Instant], ...]
    link: str
    called: str
    due_at: Instant
    before: Precedents
    refused: str
    other: int | None


@dataclass(frozen=True)
class _Ground:
    subject: Subject
    agreement: Agreement
    everybody: Staff
    judges: Rulers
    due_at: Instant
    wording: str


def read_to_open(about: About, *, by: Actor, now: Instant | None = None) -> ToOpen | None:
    """What whoever would open a case sees first; None where there is nothing to dispute."""
    require(by, Action.DISPUTE)
    ground = _ground(about, int(time.time()) if now is None else now)
    if ground is None:
        return None
    subject = ground.subject
    other = Case.objects.filter(about=subject.key).values_list("pk", flat=True).first()
    return ToOpen(
        basis=current().basis,
        title=subject.title,
        clause=subject.clause,
        wording=ground.wording,
        lines=subject.lines,
        link=subject.link,
        called=ground.judges.called,
        due_at=ground.due_at,
        before=precedents(subject.clause, ground.wording),
        refused=_of_no_side(by),
        other=other,
    )


def open_case(about: About, words: str, *, by: Actor, now: Instant | None = None) -> Opened:
    """Opens a case with the view of one's side. The other side and whoever rules hear of it."""
    require(by, Action.DISPUTE)
    moment, said = int(time.time()) if now is None else now, said_in(words)
    if refused := _of_no_side(by):
        return Opened(refused=refused)
    if not said:
        return Opened(refused="Say how your side sees it: the other side answers to that.")
    ground = _ground(about, moment)
    if ground is None:
        return Opened(refused=GONE)
    subject = ground.subject
    before = precedents(subject.clause, ground.wording).rulings
    shown = gather(subject, before, current().basis)
    with taking_turns():
        other = Case.objects.filter(about=subject.key).first()
        if other is not None:
            way = "was ruled" if other.ruled_at else "is open"
            return Opened(refused=f"Case {other.pk} about it {way} already.", other=other.pk)
        row = Case.objects.create(
            kind=subject.kind,
            about=subject.key,
            clause=subject.clause,
            wording=ground.wording,
            person=subject.person,
            title=subject.title,
            opened_by=by.sign_in,
            side=by.side,
            opened_at=moment,
            due_at=ground.due_at,
            shown=shown,
        )
        SideView.objects.create(case=row, side=by.side, words=said, by=by.sign_in, at=moment)
        _tell(row, ground, by)
        record(by, "open case", f"case {row.pk}: {subject.clause}", at=moment, why=said)
    return Opened(row.pk)


def _ground(about: About, now: Instant) -> _Ground | None:
    """What a case stands on; None where there is no such thing, or no agreement."""
    agreement, subject = text_in_force(now), subject_of(about, current())
    if agreement is None or subject is None:
        return None
    everybody = staff()
    wording = clause_then(subject.clause, subject.at)["sentence"]
    judges, due = rulers(agreement, everybody), due_of_dispute(agreement, now)
    return _Ground(subject, agreement, everybody, judges, due, wording)


def _of_no_side(by: Actor) -> str:
    return "" if by.side in SIDES else "One of marketing or sales opens a dispute."


def _tell(row: Case, ground: _Ground, by: Actor) -> None:
    other = next(side for side in SIDES if side != row.side)
    everybody = ground.everybody
    contact = everybody.meant_by("point of contact", "", other, ground.agreement)
    clause = title_in(ground.agreement, row.clause)
    notify(
        [*everybody.leads_of(other), *contact, *ground.judges.whom],
        ("case", row.pk, "opened"),
        f"{everybody.name_of(by)} disputes {row.title}",
        because=f"Each side says how it sees it; {ground.judges.called} rules ({clause})",
        link=of_case(row.pk),
        at=row.opened_at,
    )
