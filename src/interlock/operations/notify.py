"""Telling people what the agreement asks of them: a notice each, made once."""

from __future__ import annotations

from collections.abc import Iterable

from interlock.operations.news import News
from interlock.operations.tell import key_of
from interlock.replay.outcome import Instant
from interlock.store.bulk import among
from interlock.store.models import Notice


def notify(  # noqa: PLR0913 - what a notice consists of
    whom: Iterable[str],
    about: tuple[object, ...],
    text: str,
    *,
    because: str,
    link: str,
    at: Instant,
) -> None:
    """Tells each of them, from `at` on, what `about` names; whoever was told is not told again.

    To be called in the transaction of what it tells.
    """
    Notice.objects.bulk_create(
        [
            Notice(
                key=_key(about, each),
                whom=each,
                news=News.AGREEMENT,
                happened_at=at,
                from_at=at,
                text=text,
                because=because,
                link=link,
            )
            for each in dict.fromkeys(whom)
        ],
        ignore_conflicts=True,
    )


def told_of(about: tuple[object, ...], people: Iterable[str]) -> tuple[str, ...]:
    """Those of the people who were told what `about` names. One query."""
    keys = {_key(about, each) for each in people}
    told = Notice.objects.filter(key__in=among(keys)).order_by("pk")
    return tuple(told.values_list("whom", flat=True))


def _key(about: tuple[object, ...], whom: str) -> str:
    return key_of("agreement", *about, whom)
