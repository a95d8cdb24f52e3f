"""Having the numbers about everybody follow what came in live."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.models import Q

from interlock.operations.actor import Actor
from interlock.operations.agreements import agreements
from interlock.operations.permissions import Role
from interlock.operations.replay_job import REPLAY, queue_replay
from interlock.replay.edition import EDITION
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Happening, Import, Job, Replay

WORKER = Actor("the worker", "operations", Role.OPERATIONS, door="worker")
"""Whoever does what nobody asked for by hand."""


def keep_up(now: Instant, stopping: Callable[[], bool] = lambda: False) -> bool:  # noqa: ARG001 - a duty
    """Asks for a replay where something came live, or to pass, since the one that is shown.

    Whether it did. Not more often than every `refresh_minutes`, not while one waits or runs, and
    not where a replay is shown that looks from an instant of its own.
    """
    every = settings.REFRESH_SECONDS
    if not every or not _is_behind(now, every):
        return False
    with taking_turns():
        if not _is_behind(now, every):
            return False
        queue_replay(by=WORKER)
        return True


def _is_behind(now: Instant, every: int) -> bool:
    """Whether the replay that is shown is that many seconds old, and something came since.

    A text that was put in force, or whose first day has come, is something, too, and so are other
    rules of ours.
    """
    before = now - every
    shown = Replay.objects.filter(
        current=True, pinned=False, known_by=None, started_at__lte=before
    ).first()
    if shown is None or Job.objects.filter(verb=REPLAY, queued_at__gt=before).exists():
        return False
    came = Q(finished_at__gte=shown.started_at) | Q(taken_back_at__gte=shown.started_at)
    return (
        Import.objects.filter(came, live=True).exists()
        or Happening.objects.filter(noted_at__gte=shown.started_at).exists()
        or _is_another_text(shown, now)
        or shown.edition != EDITION
    )


def _is_another_text(shown: Replay, now: Instant) -> bool:
    """Whether another text counts, or was put in force last, than when the replay was made."""
    texts = agreements()
    if texts is None or texts.timeline is None:
        return False
    return texts.last != shown.adopted_id or texts.at(now).pk != shown.agreement_id
