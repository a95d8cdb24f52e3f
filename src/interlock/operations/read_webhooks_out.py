"""The webhooks that tell others what happens, and the log of what each was told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.reading import PAGE, whole_number
from interlock.replay.outcome import Instant
from interlock.store.models import Attempt, Outgoing, WebhookOut


@dataclass(frozen=True)
class WebhookOutRow:
    """One webhook, with how many of its messages wait, were sent and were given up.

    `failing_since`: it has taken nothing since. `off_why` says why it was switched off, where
    nobody did it by hand.
    """

    name: str
    url: str
    topics: tuple[str, ...]
    made_at: Instant
    made_by: str
    is_on: bool
    off_at: Instant | None
    off_why: str
    failing_since: Instant | None
    waiting: int
    sent: int
    given_up: int
    last_at: Instant | None


@dataclass(frozen=True)
class AttemptRow:
    """One try: when, what was answered (None: nothing), and how the answer began."""

    at: Instant
    status: int | None
    said: str
    took: int


@dataclass(frozen=True)
class OutgoingRow:
    """One message of the log. `next_at` is of one that waits."""

    number: int
    name: str
    topic: str
    about: str
    body: str
    made_at: Instant
    state: str
    next_at: Instant | None
    attempts: tuple[AttemptRow, ...]


@dataclass(frozen=True)
class OutgoingLog:
    """One webhook and a page of its messages, latest first; `after` marks the next page, or ""."""

    webhook: WebhookOutRow
    rows: tuple[OutgoingRow, ...]
    after: str


def read_webhooks_out(*, by: Actor) -> tuple[WebhookOutRow, ...]:
    """All webhooks by name."""
    require(by, Action.MANAGE_DOORS)
    return _rows(Q())


def broken_webhooks_out() -> tuple[str, ...]:
    """Names of those that were switched off because nothing was taken there. One query."""
    off = WebhookOut.objects.exclude(off_why="").exclude(off_at=None)
    return tuple(off.order_by("name").values_list("name", flat=True))


def read_outgoing(name: str, *, by: Actor, after: str = "", size: int = PAGE) -> OutgoingLog | None:
    """The log of one webhook; None where there is no such one."""
    require(by, Action.MANAGE_DOORS)
    webhook = next(iter(_rows(Q(name=name))), None)
    if webhook is None:
        return None
    found = Outgoing.objects.filter(webhook__name=name).order_by("-pk")
    mark = whole_number(after)
    page = list((found if mark is None else found.filter(pk__lt=mark))[: size + 1])
    tries: dict[int, list[AttemptRow]] = {row.pk: [] for row in page[:size]}
    for each in Attempt.objects.filter(outgoing__in=tries).order_by("pk"):
        tries[each.outgoing_id].append(AttemptRow(each.at, each.status, each.said, each.took))
    rows = tuple(_message(row, tries[row.pk]) for row in page[:size])
    return OutgoingLog(webhook, rows, str(page[size - 1].pk) if len(page) > size else "")


def _message(row: Outgoing, attempts: list[AttemptRow]) -> OutgoingRow:
    return OutgoingRow(
        number=row.pk,
        name=row.name,
        topic=row.topic,
        about=row.about,
        body=row.body,
        made_at=row.made_at,
        state=row.state,
        next_at=row.next_at if row.state == Outgoing.WAITS else None,
        attempts=tuple(attempts),
    )


def _counted(state: str) -> Count:
    return Count("outgoing", filter=Q(outgoing__state=state))


def _rows(which: Q) -> tuple[WebhookOutRow, ...]:
    found = WebhookOut.objects.filter(which).annotate(
        waiting=_counted(Outgoing.WAITS),
        sent=_counted(Outgoing.SENT),
        given_up=_counted(Outgoing.GIVEN_UP),
        last_at=Max("outgoing__ended_at", filter=Q(outgoing__state=Outgoing.SENT)),
    )
    return tuple(
        WebhookOutRow(
            name=row.name,
            url=row.url,
            topics=tuple(row.topics),
            made_at=row.made_at,
            made_by=row.made_by,
            is_on=row.off_at is None,
            off_at=row.off_at,
            off_why=row.off_why,
            failing_since=row.failing_since,
            waiting=row.waiting,
            sent=row.sent,
            given_up=row.given_up,
            last_at=row.last_at,
        )
        for row in found.order_by("name")
    )
