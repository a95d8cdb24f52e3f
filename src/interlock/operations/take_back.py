"""Taking an import back: its facts stop counting, and what they had replaced counts again."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from interlock.facts.kinds import KINDS
from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.read_imports import ImportRow, read_import
from interlock.operations.withdraw import withdraw
from interlock.store.lock import only_writer, taking_turns
from interlock.store.models import Import
from interlock.store.receiving import settle
from interlock.store.trail import record


@dataclass(frozen=True)
class TakenBack:
    """The import as it is now, or the trouble: why it could not be taken back."""

    imported: ImportRow | None
    trouble: str = ""


def take_back(import_id: int, *, by: Actor, why: str = "") -> TakenBack:
    """Takes an import back. To do it twice is to do it once; nothing is deleted.

    Whom a live delivery concerned is looked at before this ends.
    """
    require(by, Action.TAKE_BACK)
    with only_writer(Path(settings.DATA_FOLDER)) as alone:
        if not alone:
            return TakenBack(None, "an import is running on this store; wait until it is done")
        row = Import.objects.filter(pk=import_id).first()
        if row is None:
            return TakenBack(None, f"there is no import {import_id}")
        if row.state != Import.TAKEN_BACK and row.live:
            # whoever may take imports back may do this; a token's scope speaks of imports alone
            withdraw(row.pk, by=replace(by, scopes=None), why=why)
        elif row.state != Import.TAKEN_BACK:
            _take_back(row, by, why)
        return TakenBack(read_import(import_id))


def _take_back(row: Import, by: Actor, why: str) -> None:
    now = int(time.time())
    with taking_turns():
        row.state, row.taken_back_at, row.taken_back_by = Import.TAKEN_BACK, now, by.name
        row.save(update_fields=["state", "taken_back_at", "taken_back_by"])
        for kind in dict.fromkeys(row.parts.values_list("kind", flat=True)):
            settle(KINDS[kind], row.pk)
        record(by, "take back", f"import {row.pk}: {row.source}", at=now, why=why)
