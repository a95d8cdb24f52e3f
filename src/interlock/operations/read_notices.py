"""The notices of whoever is signed in: how many are unread, and a page of them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from interlock.operations.actor import Actor
from interlock.operations.news import News
from interlock.operations.permissions import Action, require
from interlock.operations.reading import PAGE, Basis, current, moment_of, page_after
from interlock.operations.staff import whom_of
from interlock.replay.outcome import Instant
from interlock.store.models import Notice


@dataclass(frozen=True)
class NoticeLine:
    """One notice. `read_at` None: not read yet."""

    key: str
    news: News
    text: str
    because: str
    told_at: Instant
    read_at: Instant | None


@dataclass(frozen=True)
class NoticesPage:
    """Notices as of `now`, latest first; `after` is the mark of the next page, "" on the last.

    `mark` changes whenever there are others, or another one is read.
    """

    basis: Basis
    notices: tuple[NoticeLine, ...]
    unread: int
    after: str
    now: Instant
    mark: str


def unread(by: Actor) -> int:
    """How many are told and not read. One query."""
    return _told(by).filter(read_at=None).count()


def notices_mark(*, by: Actor) -> str:
    """A mark that changes with every notice that is told or read. One query."""
    told = _told(by).aggregate(last=Max("told_at"), all=Count("pk"), read=Count("read_at"))
    return f"{told['last'] or 0}-{told['all']}-{told['read']}"


def read_notices(after: str = "", *, by: Actor) -> NoticesPage:
    """A page of them."""
    mark, basis = notices_mark(by=by), current().basis
    rows, following = page_after(_told(by), "told_at", after, PAGE)
    lines = tuple(
        NoticeLine(row.key, News(row.news), row.text, row.because, row.told_at or 0, row.read_at)
        for row in rows
    )
    now = moment_of(basis, int(time.time()))
    return NoticesPage(basis, lines, unread(by), following, now, mark)


def mark_read(key: str | None, now: Instant, *, by: Actor) -> str | None:
    """Marks one as read, or all of them (None); where the one leads, or None where there is none.

    Only one's own.
    """
    require(by, Action.READ)
    mine = _told(by)
    if key is None:
        mine.filter(read_at=None).update(read_at=now)
        return "/notices"
    row = mine.filter(key=key).first()
    if row is None:
        return None
    mine.filter(pk=row.pk, read_at=None).update(read_at=now)
    return row.link


def _told(by: Actor) -> QuerySet[Notice, Notice]:
    whom = whom_of(by.member, by.name)
    return Notice.objects.filter(whom=whom, told_at__isnull=False).exclude(
        news__in=(News.DIGEST, News.TRIAL)
    )
