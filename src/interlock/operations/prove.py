"""Whether a text is the agreement in force: by its seal, which every writing of it has alike."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from interlock.agreement.expiry import is_over
from interlock.operations.agreements import Agreements, agreement_of, agreements
from interlock.operations.governing import SIDES
from interlock.operations.seals import sealed
from interlock.operations.signed import Mark, marks_of
from interlock.replay.outcome import Instant
from interlock.store.models import AgreementVersion, Proposal


class Standing(StrEnum):
    """What a text is today. Its words complete "this text …"."""

    IN_FORCE = "is in force"
    TO_COME = "was agreed and does not count yet"
    OVER = "was in force"
    LAPSED = "was in force, and binds nobody since its last day is over"
    REPLACED = "was put in force, and another one that names the same day took its place"
    PROPOSED = "is proposed and not in force"
    WITHDRAWN = "was proposed and withdrawn"
    UNKNOWN = "is not known here: it neither is nor was in force, and nobody proposed it"


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
        return {mark.side for mark in self.marks if not mark.void} == set(SIDES)

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
    standing, until = _standing(version, texts, moment)
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


def _standing(
    version: AgreementVersion, texts: Agreements | None, now: Instant
) -> tuple[Standing, date | None]:
    rows = texts.rows if texts else ()
    place = next((n for n, row in enumerate(rows) if row.pk == version.pk), None)
    if texts is None or place is None:
        return Standing.REPLACED, None
    following = rows[place + 1].in_force_from if place + 1 < len(rows) else None
    if texts.at(now).pk == version.pk:
        return (Standing.LAPSED if _is_over(version, now) else Standing.IN_FORCE), following
    to_come = any(row.pk == version.pk for row in texts.after(now))
    return (Standing.TO_COME if to_come else Standing.OVER), following


def _is_over(version: AgreementVersion, now: Instant) -> bool:
    agreement = agreement_of(version.digest).agreement
    return agreement is not None and is_over(agreement, now)


def _proposed(seal: str) -> Proof:
    row = Proposal.objects.filter(seal=seal).prefetch_related("signatures").first()
    if row is None or sealed(row.text) != seal:
        return Proof(seal, Standing.UNKNOWN)
    standing = Standing.PROPOSED if row.withdrawn_at is None else Standing.WITHDRAWN
    marks = marks_of(row.text, list(row.signatures.all()))
    return Proof(seal, standing, name=row.draft.title, proposal=row.pk, marks=marks)
