"""Who reads a field: the clauses for whose sake it is asked. Nothing is asked that none reads."""

from __future__ import annotations

from interlock.agreement.clauses import criteria_of
from interlock.agreement.expression import names
from interlock.agreement.goals import IN_MONEY
from interlock.agreement.schema import Agreement, EventPromise
from interlock.practice.rejections import attempts_agreed


def readers(agreement: Agreement, path: str) -> tuple[str, ...]:
    """The names of the clauses that read a variable such as `opportunity.amount`, each once."""
    found = [
        _clause(agreement, where)
        for where, criterion in criteria_of(agreement)
        if any(name.path == path for name in names(criterion.expression))
    ]
    found += [promise.name for promise in agreement.period_promises if promise.sum == path]
    if path == "opportunity.amount":
        found += [goal.name for goal in agreement.measured_goals if goal.measured_by in IN_MONEY]
    if path == "activity.result":
        found += _checked_by_result(agreement)
    return tuple(dict.fromkeys(found))


def _clause(agreement: Agreement, path: str) -> str:
    """What the clause is called that a criterion stands in: its name, else its path."""
    steps = path.split(".")
    for length in range(len(steps), 0, -1):
        name = getattr(agreement.at(".".join(steps[:length])), "name", "")
        if name and length > 1:
            return str(name)
    return path


def _checked_by_result(agreement: Agreement) -> list[str]:
    """Reasons that say that nobody was reached: results of attempts speak against them."""
    cited = [(reason, agreement.at(reason.cites)) for reason in agreement.reasons if reason.cites]
    return [
        f"{reason.name} (as a reason)"
        for reason, clause in cited
        if isinstance(clause, EventPromise) and attempts_agreed(clause.kept_by.expression)
    ]
