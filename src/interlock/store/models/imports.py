"""Imports: what came in, from where, and what became of each row."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Import(models.Model):
    """One run of one manifest over one set of files, or one delivery that came in live.

    `fingerprint` is a hash of the manifest and the files: a killed import that is run again is
    found by it and goes on where it stopped. `mends` is the import whose refused rows came again.
    A `live` one came through a door (the desk, the API, a form…) as a whole: it is done as soon as
    it is there, and its parts have no file. `undo_until`: it is a deed that whoever did it may undo
    as long as that; null: it says nothing of the kind. All instants are UTC seconds.
    """

    RUNNING, DONE, TAKEN_BACK = "running", "done", "taken back"

    source = models.TextField()
    manifest = models.TextField()
    folder = models.TextField()
    fingerprint = models.TextField(db_index=True)
    state = models.TextField(default=RUNNING)
    started_at = models.BigIntegerField()
    finished_at = models.BigIntegerField(null=True)
    by = models.TextField()
    taken_back_at = models.BigIntegerField(null=True)
    taken_back_by = models.TextField(default="")
    mends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    live = models.BooleanField(default=False)
    undo_until = models.BigIntegerField(null=True)

    class Meta:
        # live ones are many: what is asked of all imports must not walk through them
        indexes: ClassVar = [
            models.Index(fields=["started_at"], name="import_started"),
            models.Index(fields=["state"], condition=~Q(state="done"), name="import_not_done"),
            models.Index(fields=["id"], condition=Q(live=False), name="import_of_files"),
        ]


class ImportPart(models.Model):
    """One mapping of an import: a file read as a kind. The three counts add up to `rows`.

    `done` says that the file was read to its end; `rows` is also the point to go on from. Rows that
    the mapping's filter leaves out are counted apart in `filtered` and are not among `rows`.
    `label` tells parts of one file and kind apart; `headers` are the file's. `differing` counts
    rows that say something else than an earlier row of the import with the same id, and the same
    `updated_at` where it has one; `differs_at` tells where the first of them stands.
    """

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="parts")
    position = models.IntegerField()
    file = models.TextField()
    kind = models.TextField()
    label = models.TextField(default="")
    headers = models.JSONField(default=list)
    rows = models.BigIntegerField(default=0)
    taken = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    filtered = models.BigIntegerField(default=0)
    differing = models.BigIntegerField(default=0)
    differs_at = models.TextField(default="")
    done = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position"]


class Refusal(models.Model):
    """A row that was not taken: where it stands, why, and its cells as read."""

    part = models.ForeignKey(ImportPart, on_delete=models.CASCADE, related_name="refusals")
    line = models.BigIntegerField()
    reason = models.TextField()
    row = models.JSONField()
