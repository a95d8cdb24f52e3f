"""What a case can be about: found in the store by what names it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from urllib.parse import quote, urlencode

from interlock.agreement.goals import Goal, slug_of
from interlock.agreement.wording import words
from interlock.operations.addresses import of_person
from interlock.operations.books import books_of
from interlock.operations.disputed import obligation_key
from interlock.operations.read_credit import CreditPage, read_credit
from interlock.operations.read_credits import ChannelPage, Within, read_channel
from interlock.operations.read_figure import FigurePage, read_figure
from interlock.operations.read_goals import goal_on
from interlock.operations.read_period import PeriodPage, read_period
from interlock.operations.read_periods import PeriodRow
from interlock.operations.reading import Reading, whole_number
from interlock.practice.disputes import Kind
from interlock.replay.contacts import UNKNOWN
from interlock.replay.credits import BY
from interlock.replay.formulas import Money
from interlock.replay.journeys import NONE
from interlock.replay.outcome import Instant, State
from interlock.store.models import Challenge, Lead, Obligation

LONGEST = 100
"""Entries of a timeline, records of a number, touches and sales of a credit that a case keeps."""
_LONGEST_KEY = 500
_LONGEST_NAME = 80
_NOT_IN_TIME = (State.BROKEN.word, State.KEPT_LATE.word)


@dataclass(frozen=True)
class About:
    """What names it, as an address holds it.

    A challenge by its number (`id`); an obligation by its promise (`id`), person and the instant
    that it began (`at`); a period by its promise (`id`), a day in it (`at`) and a member ("": the
    team's); what a goal came to by the goal (`id`) and a day in the period (`at`); the credit of a
    sale by its opportunity (`id`); that of a channel (campaign, asset: `by`) by its key (`id`) and
    a day (`at`) in a quarter, month or year (`each`), or, where the model weighs channels as a
    whole, without.
    """

    kind: str
    id: str
    person: str = ""
    at: str = ""
    member: str = ""
    by: str = ""
    each: str = ""

    @property
    def query(self) -> str:
        """As the query of an address."""
        return urlencode({key: value for key, value in vars(self).items() if value})


@dataclass(frozen=True)
class Subject:
    """What a case is about, as it is found now.

    `key` names it for good; `at` is the instant whose agreement counted for it; `link` the page
    where it stands as it is now. `lines` say what there is to see: a label and a text or an
    instant. Of `challenge`, `obligation`, `period`, `figure` (of a goal), `credit` and `channel`
    one is what was found, the others are None.
    """

    kind: Kind
    key: str
    clause: str
    title: str
    at: Instant
    link: str
    person: str = ""
    lines: tuple[tuple[str, str | Instant], ...] = ()
    challenge: Challenge | None = None
    obligation: Obligation | None = None
    period: PeriodPage | None = None
    figure: FigurePage | None = None
    credit: CreditPage | None = None
    channel: ChannelPage | None = None


def subject_of(about: About, reading: Reading) -> Subject | None:
    """What is named; None where there is no such thing, or it can be disputed no more."""
    if about.kind == Kind.CHALLENGE:
        return _challenge(about, reading)
    if about.kind == Kind.OBLIGATION:
        return _obligation(about, reading)
    if about.kind == Kind.PERIOD:
        return _period(about)
    if about.kind == Kind.GOAL:
        return _goal(about, reading)
    if about.kind == Kind.CREDIT:
        return _credit(about)
    return _channel(about, reading) if about.kind == Kind.CHANNEL else None


def _challenge(about: About, reading: Reading) -> Subject | None:
    number = whole_number(about.id)
    row = Challenge.objects.filter(pk=number, withdrawn_at=None).first() if number else None
    if row is None or row.answered_at is None:
        return None
    reason = reading.agreement.at(f"reasons.{row.reason}") if reading.agreement else None
    answer = row.answer or ("The lead was good." if row.upheld else "The rejection stands.")
    return Subject(
        kind=Kind.CHALLENGE,
        key=f"challenge {row.pk}",
        clause=row.clause or f"reasons.{row.reason}",
        title=f"{getattr(reason, 'name', row.reason)}: {_name(row.person, reading)}",
        at=row.opened_at,
        link=of_person(row.person),
        person=row.person,
        lines=(
            ("Turned away by", row.by),
            ("When", row.opened_at),
            ("What the facts say", " ".join((row.says, *row.passes))),
            ("Answered by", row.answered_by),
            ("The answer", answer),
        ),
        challenge=row,
    )


def _obligation(about: About, reading: Reading) -> Subject | None:
    began = whole_number(about.at)
    if began is None:
        return None
    row = Obligation.objects.filter(
        replay=reading.replay,
        person=about.person,
        promise=about.id,
        started_at=began,
        state__in=_NOT_IN_TIME,
    ).first()
    promise = reading.agreement.at(f"promises.{about.id}") if reading.agreement else None
    if row is None or promise is None:
        return None
    times = (("Began", row.started_at), ("Due", row.due_at), ("Kept", row.kept_at))
    return Subject(
        kind=Kind.OBLIGATION,
        key=obligation_key(row.person, row.promise, row.started_at),
        clause=f"promises.{row.promise}",
        title=f"{getattr(promise, 'name', row.promise)}: {_name(row.person, reading)}",
        at=row.started_at,
        link=f"{of_person(row.person)}#{row.promise}-{row.started_at}",
        person=row.person,
        lines=(("State", row.state), *((label, at) for label, at in times if at is not None)),
        obligation=row,
    )


def _period(about: About) -> Subject | None:
    day = _day(about.at)
    page = read_period(about.id, day, about.member) if day else None
    period = page.period if page else None
    if page is None or period is None or page.promise is None:
        return None
    whose = f", {period.member.name}" if period.member else ""
    member = f"?{urlencode({'member': about.member})}" if about.member else ""
    return Subject(
        kind=Kind.PERIOD,
        key=f"period {about.id} {period.begins_at} {about.member}".rstrip(),
        clause=f"promises.{about.id}",
        title=f"{page.promise.name}, {period.label}{whose}",
        at=period.begins_at,
        link=f"/promises/{about.id}/{period.begins}{member}",
        lines=_lines(period, "Promised"),
        period=page,
    )


def _goal(about: About, reading: Reading) -> Subject | None:
    day, books = _day(about.at), books_of(reading)
    goal = books.agreement.at(f"goals.{about.id}") if books else None
    if day is None or books is None or not isinstance(goal, Goal):
        return None
    period = goal_on(goal, day, books)
    if period is None:
        return None
    slug = slug_of(goal.measured_by)
    return Subject(
        kind=Kind.GOAL,
        key=f"goal {goal.id} {period.begins_at}",
        clause=goal.path,
        title=f"{goal.name}, {period.label}",
        at=period.begins_at,
        link=f"/metrics/{slug}/{goal.each}/{period.begins}",
        lines=_lines(period, "Goal"),
        figure=read_figure(slug, goal.each, day),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _lines(period: PeriodRow, wanted: str) -> tuple[tuple[str, str | Instant], ...]:
    """What there is to see of a period; `wanted` is what its target is called."""
    reached, target = period.told
    return (
        ("State", period.state),
        ("Reached", reached),
        (wanted, target),
        ("From", period.begins_at),
        ("Until", period.ends_at),
    )


def _credit(about: About) -> Subject | None:
    page = read_credit(about.id)
    if page is None or page.won_at is None:
        return None
    whom = "1 person" if page.people == 1 else f"{page.people:,} people"
    within = f"in the {page.terms.look_back_days:,} days before"
    met = f"{len(page.touches):,} of {whom} {within}" if page.touches else f"none {within}"
    return Subject(
        kind=Kind.CREDIT,
        key=f"credit {page.sale.key}",
        clause="attribution",
        title=f"Credit of {page.sale.name}",
        at=page.basis.as_of or 0,
        link=f"/credits/sales/{quote(page.sale.key, safe='')}",
        person=page.contact.key,
        lines=(
            ("Brought", f"{Money(page.digits)(page.amount)} {page.currency}"),
            ("Won", page.won_at),
            ("Touches", met),
            ("Model", page.terms.model),
        ),
        credit=page,
    )


def channel_now(by: str, channel: str, each: str, day: str) -> ChannelPage | None:
    """What a channel earned, with the biggest sales; None where there is nothing to be said of it.

    In the period of that kind that holds the day; without one, of all sales, where the model weighs
    channels as a whole.
    """
    on = _day(day)
    if by not in BY or (day and on is None):
        return None
    within = Within(each, on) if on else Within()
    page = read_channel(by, channel, size=LONGEST, within=within)
    if page is None or (page.why is None) == (page.period is None):
        return None
    return page if page.period is None or page.period.of_sales else None


def _channel(about: About, reading: Reading) -> Subject | None:
    page = channel_now(about.by, about.id, about.each, about.at)
    if page is None:
        return None
    told, period, money = page.credits, page.period, Money(page.credits.digits)
    asked = urlencode({"each": period.each, "on": period.begins}) if period else ""
    when = f"{period.each} {period.begins}" if period else f"all {reading.basis.version}"
    amount, brought = (period.amount, period.brought) if period else (page.row.amount, told.amount)
    called = page.row.called
    if len(called) > _LONGEST_NAME:
        called = f"{called[:_LONGEST_NAME]}…"
    whose = called if page.row.key in {NONE, UNKNOWN} else f"the {about.by} {called}"
    return Subject(
        kind=Kind.CHANNEL,
        key=_short(f"channel {about.by} {when} {page.row.key}"),
        clause="attribution",
        title=f"Credit of {whose}, {period.label if period else 'all sales'}",
        at=told.basis.as_of or 0,
        link=f"/credits/{about.by}/{quote(page.row.key, safe='')}{asked and '?'}{asked}",
        lines=(
            (about.by.capitalize(), called),
            ("Earned", f"{money(amount)} of {money(brought)} {told.currency}"),
            ("Model", words(told.terms.model)),
            *_of_period(page, money),
        ),
        channel=page,
    )


def _of_period(page: ChannelPage, money: Money) -> Iterator[tuple[str, str | Instant]]:
    """What there is to see of the period, where there is one."""
    period, before = page.period, page.before
    if period is None:
        return
    yield "Sales", f"{period.sales:,} of {period.of_sales:,}"
    if before is not None:
        earned = f"{money(before.amount)} of {money(before.brought)} {page.credits.currency}"
        yield f"In {before.label}", earned
    yield "From", period.begins_at
    yield "Until", period.ends_at


def _short(key: str) -> str:
    """A key that an index can hold: of what is too long a digest stands for the end."""
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[:_LONGEST_KEY]} {sha256(key.encode()).hexdigest()}"


def _name(person: str, reading: Reading) -> str:
    names = Lead.objects.filter(replay=reading.replay, person=person).values_list("name", flat=True)
    return names.first() or person
