"""Signing a proposal for one's side; once both sides have, it is in force from its first day on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from interlock.agreement.expiry import day_words
from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import first_instant
from interlock.operations.actor import Actor
from interlock.operations.addresses import of_proposal
from interlock.operations.adopt import put_in_force
from interlock.operations.governing import SIDES, Part
from interlock.operations.keep_up import WORKER
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, require
from interlock.operations.proposed import Proposed, hindrances, proposed
from interlock.operations.replay_job import queue_replay
from interlock.operations.signed import by_both, mark_of, marks_of, statement_of
from interlock.operations.staff import whom_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Approval, Replay, Signature
from interlock.store.trail import record

FRESH = 300
"""Seconds for which somebody who showed anew who they are may sign."""


@dataclass(frozen=True)
class Signing:
    """What became of it: said in words, or refused. `version` is what it was put in force as."""

    said: str = ""
    refused: tuple[str, ...] = ()
    version: int | None = None


def is_fresh(shown_at: Instant | None, now: Instant) -> bool:
    """Whether somebody showed anew who they are so lately that they may sign."""
    return shown_at is not None and 0 <= now - shown_at <= FRESH


def sign(
    number: int, seal: str, *, by: Actor, shown_at: Instant | None, now: Instant | None = None
) -> Signing:
    """Signs, for the side of the sign-in, the text that has this seal.

    `shown_at` is when whoever signs last showed anew who they are; None: never in this session.
    With the second side's signature the text is put in force in the same transaction.
    """
    require(by, Action.AGREE)
    moment = int(time.time()) if now is None else now
    with taking_turns():
        found = proposed(number, moment, lock=True)
        if found is None:
            return Signing(refused=("There is no such proposal.",))
        refused = (*who_hinders(found, by), *hindrances(found, by, moment))
        if not refused and found.row.seal != seal:
            refused = ("The page showed another text. Read this one, then sign.",)
        if not refused and not is_fresh(shown_at, moment):
            refused = ("Show once more who you are, then sign.",)
        agreement = found.agreement
        if refused or agreement is None:
            return Signing(refused=refused)
        _approved_by_signing(found, by, moment)
        _write(found, by, moment)
        marks = marks_of(found.row.text, list(Signature.objects.filter(proposal=number)))
        if not by_both(marks):
            _ask_the_other(found, by, moment)
            record(by, "sign", f"proposal {number}", at=moment, why=f"seal {seal}")
            return Signing(said=f"Signed for {by.side}. {_other(by.side).capitalize()} is asked.")
        version = _put_in_force(found, agreement, by, moment)
        record(by, "sign", f"proposal {number}", at=moment, why=f"seal {seal}")
        record(WORKER, "adopt", f"agreement {agreement.version}", at=moment, why=_why(number))
    first = day_words(agreement.in_force_from)
    counts = f"in force from {first} on"
    if first_instant(agreement) > moment:
        counts = f"counts from {first}"
    return Signing(said=f"Signed by both sides: {counts}.", version=version)


def who_hinders(found: Proposed, by: Actor) -> Iterator[str]:
    """Why this actor cannot sign, whatever the text; nothing where they can."""
    if by.side not in SIDES:
        yield "Only the two sides sign, and your sign-in is of neither."
        return
    signers = found.governing.signers_of(by.side)
    signed = found.signed_for(by.side)
    if signed is not None:
        yield f"{signed.name} has signed for {by.side} already."
    elif any(each.by == by.name for each in found.marks):
        yield "Your signature is void. Withdraw this proposal and propose the text anew."
    elif not signers.is_one(by):
        who = " or ".join(signers.names) or "nobody who can sign in"
        yield f"You are not named to sign for {by.side}: {who} may."


def _approved_by_signing(found: Proposed, by: Actor, now: Instant) -> None:
    """Who is accountable and signs has approved by that."""
    for word in found.words:
        if word.asked.part is Part.ACCOUNTABLE and word.asked.is_one(by) and word.is_missing:
            Approval.objects.create(
                proposal=found.row,
                by=by.name,
                side=by.side,
                part=word.asked.part,
                agrees=True,
                why="by signing",
                at=now,
            )


def _write(found: Proposed, by: Actor, now: Instant) -> None:
    somebody = found.everybody.people[whom_of(by.member, by.name)]
    seal = found.row.seal
    said = statement_of(seal=seal, side=by.side, by=by.name, name=somebody.name, at=now)
    Signature.objects.create(
        proposal=found.row,
        seal=seal,
        side=by.side,
        by=by.name,
        name=" ".join(somebody.name.split()),
        at=now,
        statement=said,
        mark=mark_of(said),
    )


def _other(side: str) -> str:
    return next(each for each in SIDES if each != side)


def _ask_the_other(found: Proposed, by: Actor, now: Instant) -> None:
    other = _other(by.side)
    notify(
        [each.whom for each in found.governing.signers_of(other).people],
        ("signed", found.row.pk, by.side),
        f"{by.side.capitalize()} has signed proposal {found.row.pk}; {other} is asked to",
        because="You may sign for your side (parties)",
        link=of_proposal(found.row.pk),
        at=now,
    )


def _put_in_force(found: Proposed, agreement: Agreement, by: Actor, now: Instant) -> int:
    row = found.row
    version = put_in_force(agreement, by=by, now=now)
    row.adopted = version
    row.save(update_fields=["adopted"])
    informed = [each.whom for one in found.governing.of(Part.INFORMED) for each in one.people]
    first_day = day_words(agreement.in_force_from)
    notify(
        informed,
        ("in force", row.pk),
        f"{agreement.name}, version {agreement.version}, is in force from {first_day} on",
        because=f"You are to hear of it ({found.governing.activity})",
        link="/agreement",
        at=max(now, first_instant(agreement)),
    )
    if Replay.objects.filter(current=True).exists():
        queue_replay(by=WORKER)
    return version.pk


def _why(proposal: int) -> str:
    return f"proposal {proposal} is signed by both sides"
