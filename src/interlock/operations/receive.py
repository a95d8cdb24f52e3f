"""Importing export files by a manifest."""

from __future__ import annotations

from pathlib import Path

from interlock.connectors.manifest_loading import load_manifest
from interlock.connectors.plan import make_plan
from interlock.operations.actor import Actor
from interlock.operations.carry_out import Progress, Received, carry_out, silent
from interlock.operations.permissions import Action, require


def receive(
    manifest: str | bytes, folder: Path, *, by: Actor, progress: Progress = silent
) -> Received:
    """Takes what the manifest says from the files in `folder`.

    Nothing is taken unless the whole manifest fits the files. Importing twice changes nothing; an
    import that was stopped goes on where it was.
    """
    require(by, Action.IMPORT)
    written = load_manifest(manifest)
    if isinstance(written, list):
        return Received(None, tuple(written))
    plan = make_plan(written, folder)
    if isinstance(plan, list):
        return Received(None, tuple(plan))
    return carry_out(plan, by=by, progress=progress)
