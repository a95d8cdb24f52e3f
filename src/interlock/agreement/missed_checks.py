"""What the rules that follow by themselves must be to the numbers that they name."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.agreement.checked import Checked, known
from interlock.agreement.missed_words import promises_of
from interlock.agreement.problems import Problem
from interlock.agreement.schema import Rule, Side


def missed(c: Checked) -> Iterator[Problem]:
    """Everything that is wrong with when rules follow."""
    for rule in c.agreement.rules_of_engagement:
        if rule.when_missed is not None:
            hint = "write it under `rules_of_disengagement`"
            path = f"rules_of_engagement.{rule.id}.when_missed"
            yield c.error(path, "a rule of engagement follows nothing", hint)
    for rule in c.agreement.rules_of_disengagement:
        if rule.when_missed is not None:
            yield from _named(c, rule, f"rules_of_disengagement.{rule.id}.when_missed")


def _named(c: Checked, rule: Rule, path: str) -> Iterator[Problem]:
    """What it names is there, and whoever has to miss it owes one; a goal is both sides'."""
    assert rule.when_missed is not None  # noqa: S101 - see above
    named, goals, by = rule.when_missed.promises, rule.when_missed.goals, rule.when_missed.by
    if not named and not goals:
        hint = "write `promises: …`, `goals: …` or both"
        yield c.error(path, "nothing is named that can be missed", hint)
    ids = [each.id for each in c.agreement.period_promises]
    for number, id_ in enumerate(named, 1):
        yield from known(c, f"{path}.promises.{number}", id_, ids, "promise of a number")
    measured = [each.id for each in c.agreement.measured_goals]
    for number, id_ in enumerate(goals, 1):
        yield from known(c, f"{path}.goals.{number}", id_, measured, "measured goal")
    owing = {each.owed_by for each in promises_of(c.agreement, rule.when_missed)}
    owing |= set(Side) if goals else set()
    for side in Side:
        if owing and by in (side, "both") and side not in owing:
            message = f"{side} owes none of these promises, so it can never miss them"
            yield c.error(f"{path}.by", message, "name a number that this side promises, too")
