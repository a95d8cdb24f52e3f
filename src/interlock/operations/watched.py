"""The rules of disengagement that follow by themselves, and how near each has come."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.agreement.missed import Missed
from interlock.agreement.missed_words import goals_of, longest, numbers_of, promises_of
from interlock.agreement.schema import Agreement, PeriodPromise, Rule
from interlock.agreement.sentences import clause_at
from interlock.insight.deals import MOST_SPANS
from interlock.insight.instants import day_of
from interlock.operations.agreements import Agreements, agreements
from interlock.operations.books import Books, books_of
from interlock.operations.read_goals import goal_periods
from interlock.operations.read_periods import period_label, zone_of_promise
from interlock.operations.reading import Reading, current
from interlock.practice.disengagement import Frame, Measured, frames, so_far
from interlock.practice.parting import SIDES
from interlock.replay.outcome import Instant, PeriodState
from interlock.store.models import Period


@dataclass(frozen=True)
class Watched:
    """One rule and how near it is.

    `so_far` of `needed` periods in a row were missed, each a `period` ("quarter"); `now_missed` are
    the sides that are behind in the one that runs. `frames` are the periods in which the rule
    counted, in order of time; those with an end after `since` follow even if others came later.
    """

    rule: Rule
    missed: Missed
    path: str
    title: str
    period: str
    so_far: int
    now_missed: tuple[str, ...]
    frames: tuple[Frame, ...]
    since: Instant
    agreement: Agreement
    reading: Reading

    @property
    def needed(self) -> int:
        """How many periods in a row have to be missed."""
        return self.missed.periods_in_a_row

    @property
    def periods(self) -> str:
        """What they are called: "quarters"."""
        return f"{self.period}s"

    @property
    def is_near(self) -> bool:
        """Whether one more is enough."""
        return self.needed > 1 and self.so_far == self.needed - 1

    def label(self, frame: Frame) -> str:
        """What the period is called: "Q1 2026"."""
        promise = next(iter(promises_of(self.agreement, self.missed)), None)
        zone = zone_of_promise(promise, self.reading) if promise else self.agreement.zone
        return period_label(self.period, day_of(frame.begins, zone))


def watched(reading: Reading, now: Instant) -> tuple[Watched, ...]:
    """Every such rule of the text that counts now. Two queries, where there is one."""
    texts = agreements()
    if texts is None or texts.timeline is None or reading.replay is None:
        return ()
    agreement = texts.agreement_at(now)
    rules = [(each, each.when_missed) for each in agreement.rules_of_disengagement]
    following = [missed for _, missed in rules if missed]
    if not following:
        return ()
    named = {id_ for missed in following for id_ in missed.promises}
    rows = Period.objects.filter(replay=reading.replay, member="", promise__in=named)
    periods = [*rows.order_by("begins_at")]
    books = books_of(reading) if any(missed.goals for missed in following) else None
    held = _Held(periods, books, texts, agreement, reading)
    return tuple(_watched(rule, missed, held) for rule, missed in rules if missed is not None)


def watched_at(path: str, now: Instant) -> Watched | None:
    """The rule of that path, where it follows by itself; None for any other clause."""
    if not path.startswith("rules_of_disengagement."):
        return None
    return next((each for each in watched(current(), now) if each.path == path), None)


@dataclass(frozen=True)
class _Held:
    """What rules are held against."""

    periods: list[Period]
    books: Books | None
    texts: Agreements
    agreement: Agreement
    reading: Reading


def _watched(rule: Rule, missed: Missed, held: _Held) -> Watched:
    agreement, texts = held.agreement, held.texts
    promises = {each.id: each for each in promises_of(agreement, missed)}
    period, path = longest(agreement, missed), f"rules_of_disengagement.{rule.id}"
    measured = [
        _measured(row, promises[row.promise]) for row in held.periods if row.promise in promises
    ]
    measured += _of_goals(held, missed)
    framing = [each.path for each in numbers_of(agreement, missed) if each.each == period][:1]
    since = _since(texts, path, missed)
    counting = [each for each in measured if _counted(texts, path, missed, each)]
    found = frames(missed, counting, framing)
    running = [frame for frame in found if not frame.is_over]
    clause = clause_at(agreement, path)
    return Watched(
        rule=rule,
        missed=missed,
        path=path,
        title=clause.title if clause else rule.id,
        period=period,
        so_far=so_far(missed, found),
        now_missed=tuple(sorted({each.side for each in running[-1].missed})) if running else (),
        frames=found,
        since=since,
        agreement=agreement,
        reading=held.reading,
    )


def _of_goals(held: _Held, missed: Missed) -> list[Measured]:
    """The goals' periods in order of time: each is of both sides, who both miss it or neither."""
    if held.books is None:
        return []
    return [
        Measured(goal.path, side, row.begins_at, row.ends_at, row.is_over, _is_missed(row.state))
        for goal in goals_of(held.agreement, missed)
        for row in reversed(goal_periods(goal, held.books, most=MOST_SPANS))
        for side in SIDES
    ]


def _is_missed(state: str) -> bool:
    return state in {PeriodState.BROKEN.word, PeriodState.BEHIND.word}


def _measured(row: Period, promise: PeriodPromise) -> Measured:
    return Measured(
        clause=promise.path,
        side=str(promise.owed_by),
        begins=row.begins_at,
        ends=row.ends_at,
        is_over=row.passed >= 1,
        is_missed=_is_missed(row.state),
    )


def _counted(texts: Agreements, path: str, missed: Missed, each: Measured) -> bool:
    """Whether the text that counted at its end had the rule as it is.

    The first text of all judges what was before it, too; for that nobody had promised anything.
    """
    agreement = texts.agreement_at(each.ends - 1)
    if day_of(each.begins, agreement.zone) < texts.rows[0].in_force_from:
        return False
    rule = agreement.at(path)
    return isinstance(rule, Rule) and rule.when_missed == missed


def _since(texts: Agreements, path: str, missed: Missed) -> Instant:
    """When the rule was first put in force here, as it is."""
    assert texts.timeline is not None  # noqa: S101 - see above
    found = []
    for row, era in zip(texts.rows, texts.timeline, strict=True):
        rule = era.agreement.at(path)
        if isinstance(rule, Rule) and rule.when_missed == missed:
            found.append(row.added_at)
    return min(found)
