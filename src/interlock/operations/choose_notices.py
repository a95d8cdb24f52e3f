"""How somebody wants to be told, and the ways that were set up: chosen, added, tried, removed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from interlock.operations.actor import Actor
from interlock.operations.digest import DAILY, WEEKLY
from interlock.operations.news import ALWAYS_AT_ONCE, IN_WORDS, OF_A_TEAM, How, News, chosen
from interlock.operations.outside import KINDS, is_mail_set_up, kind_of, trouble_with
from interlock.operations.permissions import Action, require
from interlock.operations.staff import whom_of
from interlock.operations.tell import key_of
from interlock.replay.outcome import Instant
from interlock.store.models import Channel, Delivery, Notice, NoticeChoice
from interlock.store.sealed import seal
from interlock.store.trail import record

LONGEST_NAME = 80
_COMPANY = Action.MANAGE_DOORS


@dataclass(frozen=True)
class ChannelLine:
    """A way to be told outside. `trouble`: why the last thing sent by it was not taken, or ""."""

    number: int
    name: str
    kind: str
    by: str
    news: tuple[str, ...]
    side: str
    trouble: str
    tried_at: Instant | None


@dataclass(frozen=True)
class Choices:
    """How somebody is told now: of each sort of news, by what, and how often a digest comes.

    `mail` says whether e-mail is set up at all; `mail_trouble` why the last one was not taken.
    """

    how: Mapping[News, How]
    email: bool
    digest: str
    mail: bool
    mail_trouble: str
    channels: tuple[ChannelLine, ...]


def read_choices(*, by: Actor) -> Choices:
    """One's own choices and channels. Few queries."""
    whom = whom_of(by.member, by.name)
    row = NoticeChoice.objects.filter(whom=whom).first() or NoticeChoice(whom=whom)
    mailed = Delivery.objects.filter(channel=None, notice__whom=whom).exclude(trouble="")
    last = mailed.order_by("-pk").values_list("trouble", flat=True).first()
    return Choices(
        how={news: chosen(news, row.how) for news in IN_WORDS},
        email=row.email,
        digest=row.digest,
        mail=is_mail_set_up(),
        mail_trouble=last or "",
        channels=_lines(whom),
    )


def read_company_channels(*, by: Actor) -> tuple[ChannelLine, ...]:
    """The channels of the company's."""
    require(by, _COMPANY)
    return _lines("")


def choose_notices(how: Mapping[News, How], *, email: bool, digest: str, by: Actor) -> None:
    """Keeps how one wants to be told. What cannot be put off stays as it is."""
    require(by, Action.OWN_SIGN_IN)
    kept = {str(n): str(h) for n, h in how.items() if n in IN_WORDS and n not in ALWAYS_AT_ONCE}
    with transaction.atomic():
        row, fresh = NoticeChoice.objects.get_or_create(whom=whom_of(by.member, by.name))
        row.how, row.email = kept, email
        row.digest = digest if digest in {DAILY, WEEKLY} else DAILY
        if fresh:
            row.digested_at = int(time.time())
        row.save()
        _note(by, "choose notices", row.whom)


def add_channel(  # noqa: PLR0913 - what a channel consists of
    name: str,
    url: str,
    *,
    by: Actor,
    company: bool = False,
    news: Sequence[News] = (),
    side: str = "",
) -> str:
    """Sets up a way to be told, for oneself or for the company; why it cannot be, or ""."""
    require(by, _COMPANY if company else Action.OWN_SIGN_IN)
    url, name = url.strip(), name.strip()[:LONGEST_NAME]
    if trouble := trouble_with(url, company=company):
        return trouble
    kind = kind_of(url)
    with transaction.atomic():
        row = Channel.objects.create(
            whom="" if company else whom_of(by.member, by.name),
            name=name or KINDS.get(kind, (kind, ""))[0],
            kind=kind,
            sealed=seal(url),
            news=[str(each) for each in news],
            side=side,
            by=by.name,
            made_at=int(time.time()),
        )
        _note(by, "add channel", f"channel {row.pk}: {row.name} ({kind})")
    return ""


def remove_channel(number: int, *, by: Actor) -> bool:
    """Takes a channel away; False where there is none that one may."""
    with transaction.atomic():
        row = _mine(number, by)
        if row is None:
            return False
        about = f"channel {row.pk}: {row.name} ({row.kind})"
        row.delete()
        _note(by, "remove channel", about)
    return True


def try_channel(number: int | None, *, by: Actor) -> bool:
    """Sends a trial by a channel, or by e-mail (None); False where there is none that one may."""
    require(by, Action.OWN_SIGN_IN)
    now = int(time.time())
    row = None if number is None else _mine(number, by)
    if number is not None and row is None:
        return False
    with transaction.atomic():
        notice = Notice.objects.create(
            key=key_of("trial", by.name, number, time.time_ns()),
            whom=whom_of(by.member, by.name),
            news=News.TRIAL,
            happened_at=now,
            from_at=now,
            told_at=now,
            read_at=now,
            text="Notices of Interlock arrive here",
            because=f"{by.name} asked for a trial",
            link="/settings/notices",
        )
        Delivery.objects.create(notice=notice, channel=row, next_at=now)
    return True


def _mine(number: int, by: Actor) -> Channel | None:
    """The channel, where it is one's own, or the company's; raises where one may not."""
    row = Channel.objects.filter(pk=number).first()
    if row is None or (row.whom and row.whom != whom_of(by.member, by.name)):
        return None
    require(by, Action.OWN_SIGN_IN if row.whom else _COMPANY)
    return row


def _lines(whom: str) -> tuple[ChannelLine, ...]:
    rows = list(Channel.objects.filter(whom=whom).order_by("pk"))
    sent = Delivery.objects.filter(channel__in=rows, tries__gt=0).order_by("pk")
    last = {each["channel"]: each for each in sent.values("channel", "trouble", at=F("next_at"))}
    return tuple(
        ChannelLine(
            number=row.pk,
            name=row.name,
            kind=KINDS.get(row.kind, (row.kind, ""))[0],
            by=row.by,
            news=tuple(OF_A_TEAM[News(each)] for each in row.news),
            side=row.side,
            trouble=last[row.pk]["trouble"] if row.pk in last else "",
            tried_at=last[row.pk]["at"] if row.pk in last else None,
        )
        for row in rows
    )


def _note(by: Actor, verb: str, about: str) -> None:
    record(by, verb, about, at=int(time.time()))
