"""A proposal as it stands: who said what, which signatures count, what is missing, what hinders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from interlock.agreement.expiry import day_words
from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.agreement.wording import joined
from interlock.operations.actor import Actor
from interlock.operations.agreements import agreement_of, agreements, in_force
from interlock.operations.attributes import known_attributes
from interlock.operations.governing import (
    SIDES,
    SPEAKING,
    Asked,
    Governing,
    Part,
    Signers,
    called,
    governing,
)
from interlock.operations.seals import sealed
from interlock.operations.signed import Mark, marks_of
from interlock.operations.staff import Staff, staff, whom_of
from interlock.replay.outcome import Instant
from interlock.store.lock import held
from interlock.store.models import AgreementVersion, Approval, Proposal


@dataclass(frozen=True)
class Word:
    """What those said whom the agreement names for a part; None: nothing yet. `by` is a name."""

    asked: Asked
    agrees: bool | None = None
    by: str = ""
    why: str = ""
    at: Instant | None = None

    @property
    def is_missing(self) -> bool:
        """Whether nobody may sign before it is said."""
        return self.asked.part is Part.ACCOUNTABLE and self.agrees is not True


@dataclass(frozen=True)
class Proposed:
    """A proposal with all that counts for it. `agreement` is None where its text cannot be read.

    `intact`: the text has the seal that it was proposed with. `said` is the last word of each
    sign-in that ever said one: whether they agree, None where they took it back.
    """

    row: Proposal
    agreement: Agreement | None
    intact: bool
    governing: Governing
    everybody: Staff
    words: tuple[Word, ...]
    marks: tuple[Mark, ...]
    said: Mapping[str, bool | None]

    def name_of(self, address: str) -> str:
        """The name of a sign-in; its address where nobody has it any more."""
        return self.everybody.name_at(address)

    def objects(self, by: Actor) -> bool:
        """Whether the actor's own objection stands."""
        return self.said.get(by.name) is False

    def audience(self, by: Actor) -> tuple[str, ...]:
        """Who hears of what the actor says of it, each once.

        Whoever proposed it, began its draft, may sign it, or said a word themselves.
        """
        signers = {each.whom for side in self.governing.signers for each in side.people}
        spoke = {self.row.by, self.row.draft.made_by, *self.said}
        return tuple(
            each.whom
            for each in self.everybody.people.values()
            if (each.whom in signers or (each.email and each.email in spoke))
            and each.whom != whom_of(by.member, by.name)
        )

    @property
    def is_open(self) -> bool:
        """Whether it can still be discussed, approved and signed."""
        return self.row.withdrawn_at is None and self.row.adopted_id is None

    @property
    def first_day(self) -> date | None:
        """The day from which it is to count."""
        return self.agreement.in_force_from if self.agreement else None

    def signed_for(self, side: str) -> Mark | None:
        """The signature that counts for the side, or None."""
        return next((each for each in self.marks if each.side == side and not each.void), None)

    @property
    def unsigned(self) -> tuple[Signers, ...]:
        """Those of whom a signature is missing."""
        return tuple(
            self.governing.signers_of(side) for side in SIDES if self.signed_for(side) is None
        )

    def waits_for(self, side: str) -> str:
        """What has to be said before anybody can sign for the side; "" for nothing.

        Who is accountable and has said nothing says it by signing.
        """
        signers = {each.whom for each in self.governing.signers_of(side).people}
        return joined(
            [
                f"{word.by} takes the objection back"
                if word.agrees is False
                else f"{called((word.asked,))} has approved"
                for word in self.words
                if word.is_missing
                and (word.agrees is False or signers.isdisjoint(p.whom for p in word.asked.people))
            ],
            "and",
        )

    def missing(self) -> tuple[str, ...]:
        """What is missing until it is in force, each in words; nothing where it is not open."""
        if not self.is_open:
            return ()
        approvals = [_approval(word) for word in self.words if word.is_missing]
        return (*approvals, *(f"the signature of {each.side}" for each in self.unsigned))


def _approval(word: Word) -> str:
    said = "the objection of {} is open" if word.agrees is False else "the approval of {}"
    return said.format(word.asked.called)


def proposed(number: int, now: Instant, *, lock: bool = False) -> Proposed | None:
    """The proposal of that number; None where there is none. `lock`: nobody else changes it."""
    rows = Proposal.objects.filter(pk=number)
    found = all_proposed(held(rows) if lock else rows, now)
    return found[0] if found else None


def all_proposed(rows: QuerySet[Proposal, Proposal], now: Instant) -> tuple[Proposed, ...]:
    """Each of these proposals. The number of queries does not depend on how many there are."""
    known = list(
        rows.select_related("draft", "base", "adopted").prefetch_related("approvals", "signatures")
    )
    if not known:
        return ()
    version, everybody, attributes = in_force(now), staff(), known_attributes()
    texts = [load(row.text, attributes=attributes).agreement for row in known]
    return tuple(
        _proposed(row, agreement, version, everybody)
        for row, agreement in zip(known, texts, strict=True)
    )


def _proposed(
    row: Proposal,
    agreement: Agreement | None,
    version: AgreementVersion | None,
    everybody: Staff,
) -> Proposed:
    """By the words of the agreement in force; of that time, where it is settled."""
    is_open = row.withdrawn_at is None and row.adopted_id is None
    decides = version if is_open else row.base
    ruling = (agreement_of(decides.digest).agreement if decides else None) or agreement
    found = governing(ruling, everybody) if ruling else Governing("", "", (), _nobody())
    said = list(row.approvals.all())
    return Proposed(
        row=row,
        agreement=agreement,
        intact=sealed(row.text) == row.seal,
        governing=found,
        words=tuple(_word(asked, said) for asked in found.asked if asked.part in SPEAKING),
        marks=marks_of(row.text, list(row.signatures.all())),
        said={each.by: each.agrees for each in said},
        everybody=everybody,
    )


def _nobody() -> tuple[Signers, ...]:
    return tuple(Signers(side, side.capitalize(), ()) for side in SIDES)


def _word(asked: Asked, said: Sequence[Approval]) -> Word:
    """The last word of each who is meant: one objection outweighs, one approval is enough."""
    last: dict[str, Approval] = {}
    people = {each.email: each.name for each in asked.people}
    for each in said:
        if each.part == asked.part and each.by in people:
            last[each.by] = each
    stand = [each for each in last.values() if each.agrees is not None]
    if not stand:
        return Word(asked)
    weightiest = min(stand, key=lambda each: bool(each.agrees))
    return Word(asked, weightiest.agrees, people[weightiest.by], weightiest.why, weightiest.at)


def hindrances(found: Proposed, by: Actor, now: Instant) -> Iterator[str]:
    """Why nobody, or not this signer, can sign now; each with the way out."""
    yield from _of_the_text(found, now)
    for word in found.words:
        own = word.asked.is_one(by) and word.agrees is None
        if word.is_missing and not own:
            yield _unsaid(word)


def _of_the_text(found: Proposed, now: Instant) -> Iterator[str]:
    row, agreement = found.row, found.agreement
    if row.adopted_id is not None:
        yield "Both sides have signed it already."
    elif row.withdrawn_at is not None:
        yield f"{found.name_of(row.withdrawn_by)} withdrew it."
    elif not found.intact or agreement is None:
        yield "The text is no longer the one that was proposed, so its signatures are void."
    else:
        yield from moved_on(agreement, row.base_id, now)
        yield from _agreed_since(row, now)


def _agreed_since(row: Proposal, now: Instant) -> Iterator[str]:
    """Versions to come that nobody could know of who read the proposal, or signed it first."""
    texts = agreements()
    for each in texts.after(now) if texts else ():
        if each.added_at > row.at:
            yield (
                f"Version {each.version} was agreed since this was proposed, to count from "
                f"{day_words(each.in_force_from)} on, and this text would undo it. Withdraw this "
                "one and propose its draft anew, so that both sides know what they give up."
            )


def moved_on(agreement: Agreement, base: int | None, now: Instant) -> Iterator[str]:
    """What came between a text that was made from the version `base`, and putting it in force."""
    today = datetime.fromtimestamp(now, agreement.zone).date()
    if agreement.in_force_from < today:
        yield (
            f"It would count from {day_words(agreement.in_force_from)} on, which is over, and "
            f"nothing is promised for the past. Choose {day_words(today)} or a later day as its "
            "first day, in the draft, and propose that."
        )
    version = in_force(now)
    if version is not None and version.pk != base:
        yield (
            f"Version {version.version} came into force since the draft was made. Bring the draft "
            "up to it, and propose that."
        )
    taken = AgreementVersion.objects.filter(version=agreement.version).last()
    if taken is not None:
        was = "is agreed already" if taken.in_force_from > today else "was put in force before"
        yield (
            f"Version {agreement.version} {was}. Give the draft a version of "
            "its own, so that a version names one text."
        )


def _unsaid(word: Word) -> str:
    if word.agrees is False:
        role = f" as {word.asked.called}" if word.asked.is_by_role else ""
        return f"{word.by} objects{role}: {word.why}"
    return f"The approval of {called((word.asked,))} is missing."
