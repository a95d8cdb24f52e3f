"""Whether a text is the agreement in force: by its seal, which every writing of it has alike."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

from interlock.operations.agreements import agreements
from interlock.operations.counting_from import Standing, standing_of, to_come_words
from interlock.operations.seals import sealed
from interlock.operations.signed import Mark, by_both, marks_of
from interlock.replay.outcome import Instant
from interlock.store.models import AgreementVersion, Proposal


@dataclass(frozen=True)
class Proof:
    """What there is to say of a text by its seal.

    `since` and `until` are the first day on which it counts, and the first on which another does.
    `by` put it in force where nobody signed it.
    """

    seal: str
    standing: Standing
    name: str = ""
    version: str = ""
    since: date | None = None
    until: date | None = None
    proposal: int | None = None
    marks: tuple[Mark, ...] = ()
    by: str = ""

    @property
    def is_signed(self) -> bool:
        """Whether a signature of each side holds under it."""
        return by_both(self.marks)

    @property
    def says(self) -> str:
        """What the text is; completes "this text …"."""
        if self.standing is Standing.TO_COME and self.since is not None:
            return f"is {to_come_words(self.since, is_signed=self.is_signed)}"
        return self.standing

    @property
    def signers(self) -> tuple[Mark, ...]:
        """The signatures that hold."""
        return tuple(mark for mark in self.marks if not mark.void)


def prove(seal: str, now: Instant | None = None) -> Proof:
    """What the text of that seal is. Every text is sealed anew, so a changed one is not found."""
    moment = int(time.time()) if now is None else now
    kept = [row for row in AgreementVersion.objects.order_by("pk") if sealed(row.text) == seal]
    if not kept:
        return _proposed(seal)
    texts = agreements()
    counting = {row.pk for row in texts.rows} if texts else set()
    version = next((row for row in reversed(kept) if row.pk in counting), kept[-1])
    proposal = Proposal.objects.filter(adopted__in=kept).prefetch_related("signatures").first()
    standing, until = standing_of(version, texts, moment)
    return Proof(
        seal=seal,
        standing=standing,
        name=version.name,
        version=version.version,
        since=version.in_force_from,
        until=until,
        proposal=proposal.pk if proposal else None,
        marks=marks_of(version.text, list(proposal.signatures.all())) if proposal else (),
        by=version.by,
    )


def _proposed(seal: str) -> Proof:
    row = Proposal.objects.filter(seal=seal).prefetch_related("signatures").first()
    if row is None or sealed(row.text) != seal:
        return Proof(seal, Standing.UNKNOWN)
    standing = Standing.PROPOSED if row.withdrawn_at is None else Standing.WITHDRAWN
    marks = marks_of(row.text, list(row.signatures.all()))
    return Proof(seal, standing, name=row.draft.title, proposal=row.pk, marks=marks)
