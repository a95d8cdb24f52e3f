"""What a draft is to be called and from when it is to count, before it can be proposed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from interlock.agreement.canonical import Plain
from interlock.agreement.fields import changes_of, fields_of
from interlock.agreement.schema import Agreement
from interlock.operations.actor import Actor
from interlock.operations.change_draft import Changed, Keys, change_draft
from interlock.replay.outcome import Instant
from interlock.store.models import AgreementVersion


@dataclass(frozen=True)
class Head:
    """What the head of a draft still lacks: a version that no text had, a first day to come.

    `version` is the one that the draft has, or the next one where that was taken (`is_taken`);
    `first_day` is the draft's, None where it is over. `today` is the first one that can be chosen.
    """

    version: str
    is_taken: bool
    first_day: date | None
    today: date


def head_of(text: Plain, agreement: Agreement | None, now: Instant) -> Head | None:
    """What the head lacks against the agreement in force; None: nothing, or there is none."""
    if agreement is None:
        return None
    today = datetime.fromtimestamp(now, agreement.zone).date()
    version, day = str(text.get("version", "")), _day(text.get("in_force_from"))
    begins = day if day and day >= today else None
    taken = frozenset(AgreementVersion.objects.values_list("version", flat=True))
    if version not in taken:
        return None if begins else Head(version, is_taken=False, first_day=None, today=today)
    return Head(next_version(version, taken), is_taken=True, first_day=begins, today=today)


def _day(written: object) -> date | None:
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        return None


def next_version(version: str, taken: Collection[str]) -> str:
    """The version that comes after: its last number is one more, until none had it."""
    found = re.fullmatch(r"(.*?)(\d+)(\D*)", version, re.DOTALL)
    before, last, after = found.groups() if found else (f"{version}-", "1", "")
    width, number = len(last), int(last) + 1
    while f"{before}{number:0{width}}{after}" in taken:
        number += 1
    return f"{before}{number:0{width}}{after}"


def put_head(number: int, version: str, first_day: str, *, revision: int, by: Actor) -> Changed:
    """Gives the draft its version and its first day."""
    typed = {"version": version, "in_force_from": first_day}
    changes = [
        change
        for key, said in typed.items()
        for change in changes_of(key, fields_of(key, None), {"": said.strip()})
    ]
    return change_draft(number, Keys(tuple(changes)), revision=revision, by=by)
