"""Whether a text that was agreed counts: not yet, now, or no longer; in the same words everywhere.

Both sides' signatures put a text in force from its first day on; until that day it is signed only.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from interlock.agreement.expiry import day_words, is_over
from interlock.operations.agreements import Agreements, agreement_of
from interlock.replay.outcome import Instant
from interlock.store.models import AgreementVersion

IN_FORCE = "in force"
"""Of a text that both sides signed: it counts today."""


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


def standing_of(
    version: AgreementVersion, texts: Agreements | None, now: Instant
) -> tuple[Standing, date | None]:
    """What a version is at the instant, and the first day on which another one counts."""
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


def to_come_words(first_day: date, *, is_signed: bool = True) -> str:
    """What a text is that was agreed and does not count yet."""
    agreed = "signed" if is_signed else "agreed"
    return f"{agreed}, counts from {day_words(first_day)}"


def signed_words(version: AgreementVersion, texts: Agreements | None, now: Instant) -> str:
    """What a text is that both sides signed, in a word or few."""
    standing, _ = standing_of(version, texts, now)
    if standing is Standing.TO_COME:
        return to_come_words(version.in_force_from)
    if standing is Standing.REPLACED:
        return "signed, and replaced by another"
    return IN_FORCE if standing is Standing.IN_FORCE else "was in force"
