"""Importing refused rows again, after somebody has mended them in their files."""

from __future__ import annotations

from pathlib import Path

from interlock.agreement.problems import Problem
from interlock.connectors.manifest_loading import load_manifest
from interlock.connectors.plan import make_plan
from interlock.operations.actor import Actor
from interlock.operations.carry_out import Progress, Received, carry_out, silent
from interlock.operations.permissions import Action, require
from interlock.operations.read_imports import refused_files
from interlock.store.models import Import


def mend(import_id: int, *, by: Actor, progress: Progress = silent) -> Received:
    """Takes the refused rows of an import from their files, by the manifest of that import.

    The files lie where the import put them (`ImportRow.refused_folder`); rows may be mended in them
    or taken out of them. What is refused again goes to new files, of the new import.
    """
    require(by, Action.IMPORT)
    row = Import.objects.filter(pk=import_id).first()
    if row is None:
        return _refused(f"there is no import {import_id}", "their numbers: `interlock facts`")
    if row.state != Import.DONE:
        return _refused(f"import {import_id} is {row.state}", "only a whole import can be mended")
    mended = refused_files(row)
    if not mended:
        return _refused(f"import {import_id} refused no rows", "there is nothing to mend")
    absent = [path for path in mended.values() if not path.is_file()]
    if absent:
        return _refused(f"{absent[0]} is not there", "put the file of refused rows back")
    return _carry_out(row, mended, by, progress)


def _carry_out(row: Import, mended: dict[str, Path], by: Actor, progress: Progress) -> Received:
    written = load_manifest(row.manifest)
    if isinstance(written, list):
        return Received(None, tuple(written))
    plan = make_plan(written, Path(row.folder), mended)
    if isinstance(plan, list):
        return Received(None, tuple(plan))
    return carry_out(plan, by=by, progress=progress, mends=row.pk)


def _refused(message: str, hint: str) -> Received:
    return Received(None, (Problem(message, hint),))
