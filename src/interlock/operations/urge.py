"""Reminding of cases: once before a ruling is due, and once when it is."""

from __future__ import annotations

from collections.abc import Callable

from interlock.operations.addresses import of_case
from interlock.operations.agreements import Agreements, agreements, text_in_force
from interlock.operations.clause_titles import title_in
from interlock.operations.notify import notify
from interlock.operations.rule import judges_of
from interlock.operations.rulers import waits_until
from interlock.operations.staff import Staff, staff
from interlock.practice.disputes import Kind
from interlock.practice.parting import SIDES
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Case

BEFORE, DUE = 1, 2
"""How many reminders have gone out after each."""


def urge(now: Instant, stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends the reminders that are due; of how many cases. Two queries where none is."""
    open_cases = Case.objects.filter(ruled_at=None, told__lt=DUE).defer("shown")
    if stopping() or not open_cases:
        return 0
    texts = agreements()
    if not any(_step(row, texts, now) > row.told for row in open_cases):
        return 0
    with taking_turns():
        waiting = open_cases.prefetch_related("views")
        rows = [row for row in waiting if _step(row, texts, now) > row.told]
        everybody = staff()
        for row in rows:
            row.told = _step(row, texts, now)
            _remind(row, everybody, now)
        Case.objects.bulk_update(rows, ["told"])
    return len(rows)


def _step(row: Case, texts: Agreements | None, now: Instant) -> int:
    """How many reminders are to have gone out; the first, when nobody is waited for any more."""
    if now >= row.due_at:
        return DUE
    return BEFORE if now >= waits_until(row, texts) else 0


def _remind(row: Case, everybody: Staff, now: Instant) -> None:
    """Whoever settles it hears; before it is due the silent sides too, and then both."""
    judges, said = judges_of(row, everybody, now), {view.side for view in row.views.all()}
    is_due = row.told == DUE
    sides = [side for side in SIDES if is_due or side not in said]
    if row.kind == Kind.CONSEQUENCE and not is_due:
        sides = []
    clause = title_in(text_in_force(now), row.clause)
    what = "to be done" if row.kind == Kind.CONSEQUENCE else "to be ruled"
    notify(
        [*judges.whom, *(whom for side in sides for whom in everybody.leads_of(side))],
        ("case", row.pk, "due" if is_due else "before"),
        f"{row.title} {'was' if is_due else 'is'} {what} {'by now' if is_due else 'soon'}",
        because=f"Case {row.pk}, for {judges.called} to settle ({clause})",
        link=of_case(row.pk),
        at=now,
    )
