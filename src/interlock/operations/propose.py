"""Proposing a draft: its text is frozen under a seal, and those whom it concerns are asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from interlock.agreement.canonical import plain
from interlock.agreement.loading import load
from interlock.agreement.parts import parts
from interlock.agreement.schema import Agreement
from interlock.agreement.titles import title_of
from interlock.agreement.wording import joined
from interlock.operations.actor import Actor
from interlock.operations.addresses import of_proposal
from interlock.operations.agreements import agreement_of, in_force
from interlock.operations.ask import said_in
from interlock.operations.attributes import known_attributes
from interlock.operations.governing import Governing, Part, governing
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, require
from interlock.operations.proposed import moved_on
from interlock.operations.seals import sealed, trials_of
from interlock.operations.staff import Staff, staff, whom_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import DraftText, Proposal
from interlock.store.trail import record


@dataclass(frozen=True)
class MadeProposal:
    """The number of the new proposal; None and why not where there is none."""

    number: int | None = None
    refused: tuple[str, ...] = ()


def what_hinders(draft: int, *, by: Actor, now: Instant | None = None) -> tuple[str, ...]:
    """Why this one cannot propose the draft's last revision now, as `propose` would refuse it."""
    require(by, Action.AGREE)
    moment = int(time.time()) if now is None else now
    last = DraftText.objects.select_related("draft").filter(draft=draft).last()
    if last is None:
        return ()
    agreement = load(last.text, attributes=known_attributes()).agreement
    at_once = tuple(_at_once(last, last.revision))
    if agreement is None:  # its errors stand at their clauses
        return at_once
    found = _governing(agreement, staff(), moment)
    return (*at_once, *_refused(last, agreement, found, None, by, moment))


def propose(  # noqa: PLR0913 - what a proposal consists of
    draft: int,
    revision: int,
    *,
    by: Actor,
    why: str = "",
    trial: int | None = None,
    now: Instant | None = None,
) -> MadeProposal:
    """Proposes the text of a draft's last revision, which has to be the one named.

    It has to be without errors and open conflicts, to begin today or later, and to be a new
    version. `trial` is a saved trial of that text, as evidence.
    """
    require(by, Action.AGREE)
    moment = int(time.time()) if now is None else now
    with taking_turns():
        last = DraftText.objects.select_related("draft").filter(draft=draft).last()
        if last is None:
            return MadeProposal(refused=(f"There is no draft {draft}.",))
        refused = tuple(_at_once(last, revision))
        loaded = load(last.text, attributes=known_attributes())
        problems = (f"Line {each.line}: {each.message}." for each in loaded.errors)
        if refused or loaded.agreement is None:
            return MadeProposal(refused=refused or tuple(problems))
        everybody = staff()
        found = _governing(loaded.agreement, everybody, moment)
        if refused := _refused(last, loaded.agreement, found, trial, by, moment):
            return MadeProposal(refused=refused)
        row = Proposal.objects.create(
            draft=last.draft,
            revision=last.revision,
            text=last.text,
            seal=sealed(last.text),
            base=in_force(moment),
            trial_id=trial,
            why=said_in(why),
            by=by.name,
            side=by.side,
            at=moment,
        )
        _ask(row, loaded.agreement, found, everybody, by)
        record(by, "propose", f"proposal {row.pk}", at=moment, why=row.why)
    return MadeProposal(row.pk)


def _refused(  # noqa: PLR0913, PLR0917 - who proposes what, by whose words, when
    last: DraftText,
    agreement: Agreement,
    found: Governing,
    trial: int | None,
    by: Actor,
    now: Instant,
) -> tuple[str, ...]:
    """What hinders a text without errors."""
    seal = sealed(last.text)
    if before := tuple(_put_before(seal)):
        return before  # nothing else about this text matters any more
    first = filter(None, [found.may_not_propose(by), *_with_evidence(last, trial)])
    return (*first, *moved_on(agreement, last.draft.base_id, now))


def _at_once(last: DraftText, revision: int) -> Iterator[str]:
    """What hinders whatever the text says."""
    if last.draft.withdrawn_at is not None:
        yield "The draft was withdrawn."
    if last.revision != revision:
        yield "The draft was changed meanwhile. Read it again, then propose it."
    if last.conflicts:
        held = parts(plain(last.text))
        clauses = joined([title_of(each, held.get(each)) for each in last.conflicts], "and")
        yield f"Nobody has decided yet about {clauses}, which both texts changed."


def _put_before(seal: str) -> Iterator[str]:
    """Whether this text is proposed or signed already."""
    same = Proposal.objects.filter(seal=seal, withdrawn_at=None).first()
    if same is not None:
        done = "proposed" if same.adopted_id is None else "signed by both sides"
        yield f"This text is {done} already: proposal {same.pk}."


def _with_evidence(last: DraftText, trial: int | None) -> Iterator[str]:
    """Whether the trial is one of this text."""
    if trial is not None and not trials_of(last).filter(pk=trial).exists():
        yield "The trial is of another text than this one. Try this one, and save that trial."


def _governing(agreement: Agreement, everybody: Staff, now: Instant) -> Governing:
    """By the words of the agreement in force; of the first one, by its own."""
    version = in_force(now)
    ruling = agreement_of(version.digest).agreement if version else None
    return governing(ruling or agreement, everybody)


def _ask(
    row: Proposal, agreement: Agreement, found: Governing, everybody: Staff, by: Actor
) -> None:
    """Tells those whose word, and those whose signature is asked for."""
    about = f"{agreement.name}, version {agreement.version}"
    link = of_proposal(row.pk)
    asked = [
        each.whom
        for part in (Part.ACCOUNTABLE, Part.CONSULTED)
        for one in found.of(part)
        for each in one.people
    ]
    signers = [each.whom for side in found.signers for each in side.people]
    me = whom_of(by.member, by.name)
    name = everybody.people[me].name if me in everybody.people else by.name
    for what, whom, because in (
        ("word", asked, f"The agreement asks for your word ({found.activity})"),
        ("sign", signers, "You are named to sign for your side (parties)"),
    ):
        notify(
            [each for each in whom if each != me and (what == "word" or each not in asked)],
            ("proposed", row.pk),
            f"{name} proposes {about}",
            because=because,
            link=link,
            at=row.at,
        )
