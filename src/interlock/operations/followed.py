"""What followed by itself from a clause: the cases of the rules of disengagement that name it."""

from __future__ import annotations

from interlock.agreement.missed_words import numbers_of
from interlock.operations.agreements import text_in_force
from interlock.operations.read_cases import CaseLine, case_line
from interlock.practice.disputes import Kind
from interlock.replay.outcome import Instant
from interlock.store.models import Case

MOST = 5
"""So many cases are listed: the latest."""


def followed(path: str, now: Instant) -> tuple[CaseLine, ...]:
    """The latest cases of a rule; of a promised number or a goal, those of the rules about it."""
    agreement = text_in_force(now)
    if agreement is None:
        return ()
    rules = {
        f"rules_of_disengagement.{rule.id}": [each.path for each in numbers_of(agreement, missed)]
        for rule in agreement.rules_of_disengagement
        if (missed := rule.when_missed)
    }
    about = [rule for rule, numbers in rules.items() if path in (rule, *numbers)]
    if not about:
        return ()
    rows = Case.objects.filter(kind=Kind.CONSEQUENCE, clause__in=about)
    latest = rows.defer("shown").prefetch_related("views").order_by("-opened_at", "-pk")
    return tuple(case_line(row, now) for row in latest[:MOST])
