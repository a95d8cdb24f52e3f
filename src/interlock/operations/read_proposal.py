"""One proposal: what it changes, what was said, who approved and signed, what is missing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

from interlock.agreement.diff import Difference, differences
from interlock.agreement.expiry import day_words, expiry_of
from interlock.agreement.wording import joined
from interlock.operations.actor import Actor
from interlock.operations.agreements import agreement_of, agreements
from interlock.operations.counting_from import IN_FORCE, signed_words
from interlock.operations.governing import SIDES, Signers
from interlock.operations.proposed import Proposed, Word, hindrances, proposed
from interlock.operations.read_discussion import Discussion, read_discussion
from interlock.operations.reading import Basis, current
from interlock.operations.sign import who_hinders
from interlock.operations.signed import Mark
from interlock.operations.withdraw_proposal import may_withdraw
from interlock.replay.outcome import Instant


@dataclass(frozen=True)
class SideOfProposal:
    """One side under a proposal: who may sign for it, and the signature where there is one.

    `waits_for` is what has to be said before anybody of it can sign; "" for nothing.
    """

    side: str
    signers: Signers
    mark: Mark | None
    waits_for: str = ""


@dataclass(frozen=True)
class ProposalPage:
    """A proposal as somebody sees it.

    `sentence` says what is missing until it is in force. `hinders` is why it cannot be signed by
    whoever looks, nothing where it can; `may_speak`: the agreement asks for their word; `objects`:
    their objection stands. `changes` are held against the version that was in force when it was
    proposed (`against`). `replaces` are versions to come whose place it would take, since it names
    the same or an earlier day; `passes_over` are those that count before it, and that it was not
    made from.
    """

    basis: Basis
    number: int
    draft: int
    title: str
    name: str
    version: str
    first_day: date | None
    expiry: str
    against: str
    by: str
    side: str
    at: Instant
    why: str
    seal: str
    state: str
    intact: bool
    sentence: str
    changes: tuple[Difference, ...]
    discussion: Discussion
    activity: str
    clause: str
    words: tuple[Word, ...]
    sides: tuple[SideOfProposal, ...]
    marks: tuple[Mark, ...]
    trial: int | None
    replaces: tuple[str, ...]
    passes_over: tuple[str, ...]
    hinders: tuple[str, ...]
    may_sign: bool
    may_speak: bool
    objects: bool
    may_withdraw: bool

    @property
    def is_open(self) -> bool:
        """Whether something can still be done about it."""
        return self.state == "open"


def read_proposal(number: int, *, by: Actor, now: Instant | None = None) -> ProposalPage | None:
    """The proposal of that number as the actor sees it, or None."""
    moment = int(time.time()) if now is None else now
    found = proposed(number, moment)
    if found is None:
        return None
    row, agreement = found.row, found.agreement
    before = agreement_of(row.base.digest).agreement if row.base else None
    changes = differences(before, agreement) if before and agreement else ()
    discussed = [(each.path, each.title) for each in changes]
    hinders = (*who_hinders(found, by), *hindrances(found, by, moment)) if found.is_open else ()
    replaces, passes_over = _to_come(found, moment) if found.is_open else ((), ())
    state = _state_of(found, moment)
    return ProposalPage(
        basis=current().basis,
        number=number,
        draft=row.draft_id,
        title=row.draft.title,
        name=agreement.name if agreement else "",
        version=agreement.version if agreement else "",
        first_day=found.first_day,
        expiry=expiry_of(agreement) if agreement else "",
        against=row.base.version if row.base else "",
        by=found.name_of(row.by),
        side=row.side,
        at=row.at,
        why=row.why,
        seal=row.seal,
        state=state,
        intact=found.intact,
        sentence=_sentence(found, state),
        changes=changes,
        discussion=read_discussion(row.draft_id, discussed, found.everybody.names),
        activity=found.governing.activity,
        clause=found.governing.clause,
        words=found.words,
        sides=tuple(
            SideOfProposal(
                side,
                found.governing.signers_of(side),
                found.signed_for(side),
                found.waits_for(side),
            )
            for side in SIDES
        ),
        marks=found.marks,
        trial=row.trial_id,
        replaces=replaces,
        passes_over=passes_over,
        hinders=hinders,
        may_sign=found.is_open and not hinders,
        may_speak=found.is_open and bool(found.governing.asks_word_of(by)),
        objects=found.objects(by),
        may_withdraw=found.is_open and may_withdraw(found, by),
    )


def _to_come(found: Proposed, now: Instant) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The versions to come whose place it would take, and those that count before it."""
    texts, first_day = agreements(), found.first_day
    rows = texts.after(now) if texts else ()
    if first_day is None:
        return (), ()
    return (
        tuple(row.version for row in rows if row.in_force_from >= first_day),
        tuple(row.version for row in rows if row.in_force_from < first_day),
    )


def _state_of(found: Proposed, now: Instant) -> str:
    """Open, withdrawn, or what the signed text is: to come, in force or no longer."""
    if found.row.adopted is not None:
        return signed_words(found.row.adopted, agreements(), now)
    return "open" if found.row.withdrawn_at is None else "withdrawn"


def _sentence(found: Proposed, state: str) -> str:
    row = found.row
    if not found.intact:
        return "Signatures void: the text is no longer the one that was proposed."
    if row.withdrawn_at is not None:
        return f"Withdrawn by {found.name_of(row.withdrawn_by)}."
    day = day_words(found.first_day) if found.first_day else "its first day"
    if row.adopted_id is not None:
        names = joined([f"{each.name} for {each.side}" for each in found.marks], "and")
        void = " Signatures void: see below." if any(each.void for each in found.marks) else ""
        counts = f"in force from {day} on" if state == IN_FORCE else state.removeprefix("signed, ")
        return f"Signed by {names}: {counts}.{void}"
    missing = found.missing()
    verb = "is" if len(missing) == 1 else "are"
    return f"Not in force yet: {joined(missing, 'and')} {verb} missing. It counts from {day} on."
