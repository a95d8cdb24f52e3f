"""A replay that a page asks for: queued, done by the worker, watched by the page."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import transaction
from django_q.conf import Conf
from django_q.tasks import async_task

from interlock.operations.actor import Actor
from interlock.operations.books import keep_books
from interlock.operations.permissions import Action, Role, require
from interlock.operations.refresh import refresh
from interlock.replay.outcome import Instant
from interlock.store.models import Job

REPLAY = "replay"
OFTEN = 0.3
"""Seconds between two notes of how far a job is."""


@dataclass(frozen=True)
class JobState:
    """How far the latest replay is that a page asked for.

    `share` is how much of the step `doing` is done, or None before it is known; `trouble` says why
    the replay came to nothing. One whose process was killed can no longer say so itself: it counts
    as over when the time is up that the worker gives to a job.
    """

    by: str
    queued_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    doing: str
    share: float | None
    trouble: str


def queue_replay(*, by: Actor) -> None:
    """Has the worker replay everyone. One that waits already serves for both."""
    require(by, Action.REPLAY)
    with transaction.atomic():
        if Job.objects.filter(verb=REPLAY, started_at=None).exists():
            return
        job = Job.objects.create(verb=REPLAY, by=by.name, queued_at=int(time.time()))
        async_task(run_replay_job, job.pk, task_name=f"replay for {by.name}"[:100])


def run_replay_job(job: int) -> None:
    """Does the job. The worker may be told more than once: what is finished is not done again."""
    row = Job.objects.get(pk=job)
    if row.finished_at is not None:
        return
    Job.objects.filter(pk=job).update(started_at=int(time.time()))
    try:
        rebuilt = refresh(
            by=Actor(row.by, "operations", Role.OPERATIONS, door="worker"), progress=_Noted(job)
        )
    except BaseException as error:  # the worker's own time limit too is one
        said = f"{type(error).__name__}: {error}".strip(": ")
        _finish(job, f"an error stopped it ({said}); the worker's log says where")
        raise
    _finish(job, rebuilt.trouble)
    keep_books()  # who looks before they are kept reads them by themselves


def _finish(job: int, trouble: str) -> None:
    Job.objects.filter(pk=job).update(finished_at=int(time.time()), trouble=trouble)


def latest_replay_job() -> JobState | None:
    """The latest one, whatever became of it."""
    row = Job.objects.filter(verb=REPLAY).order_by("-pk").first()
    if row is None:
        return None
    finished_at, trouble = _ending(row)
    return JobState(
        by=row.by,
        queued_at=row.queued_at,
        started_at=row.started_at,
        finished_at=finished_at,
        doing=row.doing,
        share=row.done / row.of if row.of else None,
        trouble=trouble,
    )


def _ending(row: Job) -> tuple[Instant | None, str]:
    """When and why a job was over; the worker lets none run for longer than its time limit."""
    limit: int = Conf.TIMEOUT
    if row.finished_at is not None or row.started_at is None:
        return row.finished_at, row.trouble
    if time.time() <= row.started_at + limit:
        return None, row.trouble
    reason = f"it did not end within {limit // 60} minutes, so its process was stopped or killed"
    return row.started_at + limit, f"{reason}; ask for another"


class _Noted:
    """Progress that is written down where pages see it, a few times a second at most."""

    def __init__(self, job: int) -> None:
        self.job, self.doing, self.at = job, "", 0.0

    def __call__(self, what: str, done: int, of: int) -> None:
        now = time.monotonic()
        if what != self.doing or now - self.at >= OFTEN:
            self.doing, self.at = what, now
            Job.objects.filter(pk=self.job).update(doing=what, done=done, of=of)
