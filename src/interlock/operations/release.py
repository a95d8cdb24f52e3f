"""Telling: notices whose time has come get their words, and go on their way.

What is no longer so is not told. What is told late, because nobody was at work or no worker ran, is
not told one by one: more than a few such things become one notice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from interlock.operations.news import How, News, chosen
from interlock.operations.notice_words import Told, Words, of_many, words_for
from interlock.operations.staff import Staff, staff
from interlock.operations.tell import key_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Channel, Delivery, Notice, NoticeChoice

LATE = 3600
"""Seconds after which news is old."""
FEW = 3
"""So many old pieces of news are told one by one; of more, one notice is made."""
MOST = 2_000

_WEIGHT = {News.ASSIGNED: 0, News.WARNED: 1, News.BROKEN: 2, News.STEP: 3}
"""Of several pieces of news about one promise the heaviest is told."""
_EACH_BY_ITSELF = {News.FINDING, News.AGREEMENT}
"""News that is about no promise of a lead."""


def release(now: Instant, stopping: Callable[[], bool] = lambda: False) -> int:
    """Tells what may be told by now; how many notices were seen to. One query: nothing."""
    seen = 0
    held = Notice.objects.filter(told_at=None, dropped="", from_at__lte=now)
    while not stopping() and held.exists():
        with taking_turns():
            rows = list(held.order_by("from_at", "pk")[:MOST])
            _tell(rows, now)
            seen += len(rows)
    return seen


@dataclass(frozen=True)
class Ways:
    """By which ways people are told: what each chose, each one's channels, and the company's."""

    staff: Staff
    choices: Mapping[str, NoticeChoice]
    channels: Mapping[str, Sequence[int]]

    def how(self, whom: str, news: News) -> How:
        """How somebody is told of such news."""
        choice = self.choices.get(whom)
        return chosen(news, choice.how if choice else {})

    def of(self, whom: str, news: News) -> list[int | None]:
        """The channels by their numbers; None: e-mail.

        An escalation goes by e-mail where somebody has no other way.
        """
        if whom.startswith("channel:"):
            return [int(whom.partition(":")[2])]
        own: list[int | None] = [*self.channels.get(whom, ())]
        choice, somebody = self.choices.get(whom), self.staff.people.get(whom)
        wants = choice is None or choice.email or (news is News.STEP and not own)
        if wants and settings.EMAIL_HOST and somebody and somebody.email:
            own.append(None)
        return own


def ways(whom: Sequence[str]) -> Ways:
    """The ways of these people. Four queries."""
    channels: dict[str, list[int]] = defaultdict(list)
    own = Channel.objects.filter(whom__in=whom).exclude(whom="").order_by("pk")
    for each, number in own.values_list("whom", "pk"):
        channels[each].append(number)
    return Ways(staff(), NoticeChoice.objects.in_bulk(list(whom)), channels)


def send_by(notices: Sequence[Notice], known: Ways, now: Instant) -> None:
    """Puts told notices on their way."""
    Delivery.objects.bulk_create(
        Delivery(notice=each, channel_id=channel, next_at=now)
        for each in notices
        for channel in known.of(each.whom, News(each.news))
    )


def _tell(rows: list[Notice], now: Instant) -> None:
    words = words_for(rows)
    by_whom: dict[str, list[Notice]] = defaultdict(list)
    for row in rows:
        by_whom[row.whom].append(row)
    known = ways(list(by_whom))
    told = [each for whom, own in by_whom.items() for each in _to_one(whom, own, words, now, known)]
    changed = ["told_at", "dropped", "text", "because", "link", "digest"]
    Notice.objects.bulk_update(rows, changed, batch_size=200)
    fresh = [each for each in told if each.pk is None]
    Notice.objects.bulk_create(fresh)
    at_once = [each for each in told if not each.digest and _is_at_once(each, known)]
    send_by(at_once, known, now)


def _is_at_once(notice: Notice, known: Ways) -> bool:
    return known.how(notice.whom, News(notice.news)) is How.AT_ONCE


def _to_one(whom: str, rows: list[Notice], words: Words, now: Instant, known: Ways) -> list[Notice]:
    """What is told to one of theirs, each with its words."""
    still = [row for row in rows if _still(row, words)]
    heaviest = _heaviest(still)
    old = [row for row in heaviest if now - row.happened_at > LATE]
    told = heaviest
    if len(old) > FEW:
        together = _together(whom, old, words, now, known)
        for row in old:
            row.dropped = f"told together with others: {together.key}"
        told = [*(row for row in heaviest if row not in old), together]
    for row in told:
        _write(row, words, now, known)
    return told


def _still(row: Notice, words: Words) -> bool:
    """Whether it is so still; notes where it is not."""
    if (reason := words.overtaken(row)) != "":
        row.dropped = reason
    return not row.dropped


def _heaviest(rows: list[Notice]) -> list[Notice]:
    """One of those about the same promise of the same lead: of the others nothing is new in it."""
    kept: dict[tuple[object, ...], Notice] = {}
    for row in rows:
        about = (row.person, row.clause, row.began_at, row.news in _EACH_BY_ITSELF and row.key)
        other = kept.get(about)
        if other is None or _weight(row) >= _weight(other):
            kept[about] = row
        if other is not None:
            (row if kept[about] is other else other).dropped = "told with what came of it"
    return list(kept.values())


def _weight(row: Notice) -> tuple[int, int]:
    return _WEIGHT.get(News(row.news), 0), row.step


def _write(row: Notice, words: Words, now: Instant, known: Ways) -> None:
    row.told_at = now
    row.digest = known.how(row.whom, News(row.news)) is How.DIGEST
    if not row.text:
        told: Told = words.of(row, known.staff.people.get(row.whom))
        row.text, row.because, row.link = told.text, told.because, told.link


def _together(whom: str, rows: list[Notice], words: Words, now: Instant, known: Ways) -> Notice:
    told = of_many(rows, words, known.staff.people.get(whom))
    worst = max(rows, key=_weight)
    return Notice(
        key=key_of("together", *sorted(row.key for row in rows)),
        whom=whom,
        news=worst.news,
        happened_at=max(row.happened_at for row in rows),
        from_at=now,
        text=told.text,
        because=told.because,
        link=told.link,
    )
