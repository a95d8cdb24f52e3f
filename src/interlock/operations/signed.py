"""Signatures under a proposal: what is signed, and whether it still holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from interlock.operations.governing import SIDES
from interlock.operations.seals import sealed
from interlock.replay.outcome import Instant
from interlock.store.models import Signature
from interlock.store.signatures import Verifier, public_key, sign

FORM = "interlock signature, form 1"
"""The first line of what is signed: it says by which rules it was made."""


@dataclass(frozen=True)
class Mark:
    """One signature. `void` says why it does not count, or is empty."""

    side: str
    by: str
    name: str
    at: Instant
    seal: str
    statement: str
    mark: str
    void: str = ""


def statement_of(*, seal: str, side: str, by: str, name: str, at: Instant) -> str:
    """What somebody signs: the seal of the text, for which side, who, and when."""
    moment = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = {"seal": seal, "side": side, "by": by, "name": " ".join(name.split()), "at": moment}
    return "\n".join([FORM, *(f"{key}: {value}" for key, value in lines.items()), ""])


def mark_of(statement: str) -> str:
    """The Ed25519 signature of a statement by the key of this installation, in base64."""
    return sign(Path(settings.DATA_FOLDER), statement.encode())


def installation_key() -> str:
    """The public half of that key, in base64."""
    return public_key(Path(settings.DATA_FOLDER))


def marks_of(text: str, rows: Sequence[Signature]) -> tuple[Mark, ...]:
    """Signatures under a text, each held against it as it stands now."""
    if not rows:
        return ()
    seal, is_signed = sealed(text), Verifier(installation_key())
    return tuple(_mark(row, seal, is_signed) for row in rows)


def by_both(marks: Sequence[Mark]) -> bool:
    """Whether a signature of each side holds."""
    return {each.side for each in marks if not each.void} == set(SIDES)


def _mark(row: Signature, seal: str, is_signed: Verifier) -> Mark:
    said = statement_of(seal=row.seal, side=row.side, by=row.by, name=row.name, at=row.at)
    void = ""
    if row.seal != seal:
        void = "the text is another one than the one that was signed"
    elif row.statement != said or not is_signed(row.statement.encode(), row.mark):
        void = "what is written of the signature is not what was signed"
    return Mark(row.side, row.by, row.name, row.at, row.seal, row.statement, row.mark, void=void)
