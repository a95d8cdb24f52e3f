"""Opening what was agreed for when numbers and goals are missed, as cases: each exactly once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from interlock.agreement.goals import Goal
from interlock.agreement.schema import PeriodPromise
from interlock.insight.deals import MOST_SPANS
from interlock.operations.addresses import DISPUTES, of_case, of_clause
from interlock.operations.evidence import clause_then
from interlock.operations.keep_up import WORKER
from interlock.operations.notify import notify
from interlock.operations.read_goals import read_goals
from interlock.operations.read_periods import PeriodRow, period_row
from interlock.operations.reading import Reading, current
from interlock.operations.rows import NO_NAMES
from interlock.operations.rulers import USUAL
from interlock.operations.staff import Staff, staff
from interlock.operations.watched import Watched, watched
from interlock.operations.working_hours import due_after
from interlock.practice.disengagement import Frame, follows
from interlock.practice.disputes import Kind
from interlock.practice.parting import SIDES
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Case, Period
from interlock.store.trail import record

MOST_TOLD = 4
"""So many periods of a number that was missed in several are told: the latest."""
GRACE = 86_400
"""Seconds after the end of a period in which what came late may still count."""


def follow(now: Instant, stopping: Callable[[], bool] = lambda: False) -> int:
    """Opens the consequences that are due; how many it opened.

    Not from a replay that looks back: it may show what nobody could know then, or know too little.
    """
    reading = current()
    if stopping() or reading.basis.pinned or reading.basis.known_by is not None:
        return 0
    rules = watched(reading, now)
    due = [(rule, frame) for rule in rules for frame in _due(rule)]
    near = [rule for rule in rules if rule.missed.ends_agreement and 0 < rule.so_far < rule.needed]
    known = set(Case.objects.filter(kind=Kind.CONSEQUENCE).values_list("about", flat=True))
    new = [(rule, frame) for rule, frame in due if _about(rule, frame) not in known]
    if not new and not near:
        return 0
    everybody, opened = staff(), 0
    with taking_turns():
        for rule, frame in new:
            opened += _open(rule, frame, everybody, now)
        for rule in near:
            _warn(rule, everybody, now)
    return opened


def _due(rule: Watched) -> Iterator[Frame]:
    """The periods at whose end it follows: the latest, and all since the rule is in force here."""
    as_of = rule.reading.basis.as_of or 0
    over = [frame for frame in rule.frames if frame.is_over and frame.ends + GRACE <= as_of]
    for frame in over:
        if follows(rule.missed, frame) and (frame is over[-1] or frame.ends > rule.since):
            yield frame


def _about(rule: Watched, frame: Frame) -> str:
    return f"consequence {rule.rule.id} {frame.begins}"


def _open(rule: Watched, frame: Frame, everybody: Staff, now: Instant) -> bool:
    """Whether this one opened it: another worker may have been first."""
    shown = _shown(rule, frame)
    row, is_new = Case.objects.get_or_create(
        about=_about(rule, frame),
        defaults={
            "kind": Kind.CONSEQUENCE,
            "clause": rule.path,
            "wording": shown["clause"]["sentence"],
            "title": f"{rule.title[:1].upper()}{rule.title[1:]}, {rule.label(frame)}",
            "opened_by": WORKER.name,
            "opened_at": now,
            "due_at": due_after(rule.agreement, rule.rule.within or USUAL, now),
            "owner": rule.rule.owner,
            "shown": shown,
        },
    )
    if is_new:
        owners = everybody.meant_by(rule.rule.owner, "", "", rule.agreement)
        leads = [whom for side in SIDES for whom in everybody.leads_of(side)]
        notify(
            [*owners, *leads],
            ("case", row.pk, "opened"),
            f"{row.title}: {rule.rule.owner or 'both sides'} sees to what was agreed",
            because=f"{rule.rule.says} ({rule.title})",
            link=of_case(row.pk),
            at=now,
        )
        record(WORKER, "open case", f"case {row.pk}: {rule.path}", at=now, why=row.title)
    return is_new


def _shown(rule: Watched, frame: Frame) -> dict[str, Any]:
    """What was missed, and the rule as it counted then."""
    lines, link = [], "/promises"
    for path in dict.fromkeys(each.clause for each in frame.missed):
        number, sides = rule.agreement.at(path), [e.side for e in frame.missed if e.clause == path]
        if isinstance(number, PeriodPromise | Goal):
            text = f"missed by {' and '.join(dict.fromkeys(sides))}"
            text += _by_how_much(rule, frame, number)
            lines.append({"label": number.name, "text": text})
        if isinstance(number, PeriodPromise):
            link = f"/promises/{number.id}"
        elif isinstance(number, Goal):
            link = of_clause(path)
    if rule.needed > 1:
        lines.append({"label": "In a row", "text": f"{rule.needed} {rule.period}s"})
    if rule.missed.ends_agreement:
        text = "The agreement is to end by this. Say what both sides decide."
        lines.append({"label": "So", "text": text})
    return {
        "as_of": rule.reading.basis.as_of,
        "link": link,
        "lines": lines,
        "clause": clause_then(rule.path, frame.ends - 1),
    }


def _by_how_much(rule: Watched, frame: Frame, number: PeriodPromise | Goal) -> str:
    """What was reached of it within the frame where it was missed: ": 1 against 4"."""
    begins = {each.begins for each in frame.missed if each.clause == number.path}
    rows = _periods(rule.reading, number, begins)
    told = [" against ".join(row.told) for row in rows[:MOST_TOLD]]
    if len(begins) > 1:
        told = [f"{text} in {row.label}" for text, row in zip(told, rows, strict=False)]
    more = [f"{len(rows) - MOST_TOLD} more"] if len(rows) > MOST_TOLD else []
    return f": {'; '.join([*told, *more])}" if told else ""


def _periods(
    reading: Reading, number: PeriodPromise | Goal, begins: Collection[Instant]
) -> list[PeriodRow]:
    """Its periods of the team that began then, the latest first."""
    if isinstance(number, Goal):
        found = read_goals(reading, [number], MOST_SPANS)[0].periods
        return [row for row in found if row.begins_at in begins]
    rows = Period.objects.filter(
        replay=reading.replay, promise=number.id, member="", begins_at__in=begins
    )
    return [period_row(row, number, reading, NO_NAMES) for row in rows.order_by("-begins_at")]


def _warn(rule: Watched, everybody: Staff, now: Instant) -> None:
    """Both sides hear of each step towards the end of the agreement."""
    last = [frame for frame in rule.frames if frame.is_over][-1]
    notify(
        [whom for side in SIDES for whom in everybody.leads_of(side)],
        ("watched", rule.path, last.begins),
        f"{rule.so_far} of {rule.needed} missed {rule.period}s after which the agreement is to end",
        because=f"{rule.rule.says} ({rule.title})",
        link=DISPUTES,
        at=now,
    )
