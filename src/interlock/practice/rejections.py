"""Whether a rejection stands: what its reason cites, held against what is known of the lead.

A reason cites the clause that the lead is said not to meet. Two kinds of clause can be checked: one
that asks for attempts (a buyer who was never reached was tried as often as agreed), and one that
asks for fit (somebody who is not our customer fails what both sides agreed on).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interlock.agreement.expression import Call, Constant, Expression, Name, names
from interlock.agreement.schema import Agreement, EventPromise, Fit, Points, Reason, Stage
from interlock.replay.outcome import Instant

REACHED = ("connected", "replied", "held")
"""Results of an attempt that say that the buyer was reached."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Finding(StrEnum):
    """What comes of the check.

    STANDS: nothing speaks against it. CONTESTED: the facts do, and the other side answers whether
    the lead was good. REFUSED: what was agreed to be done before was not done.
    """

    STANDS = "stands"
    CONTESTED = "contested"
    REFUSED = "refused"


@dataclass(frozen=True)
class Attempt:
    """Somebody tried to reach the buyer: when, how (`call`), and what came of it."""

    at: Instant
    kind: str
    result: str


@dataclass(frozen=True)
class Judged:
    """What was found, and why, in words; `clause` is the one that was looked at.

    `passes` are the conditions that the lead meets though it is said not to; `missing` is how many
    of the agreed attempts were not made.
    """

    finding: Finding
    clause: str = ""
    says: str = ""
    passes: tuple[str, ...] = ()
    missing: int = 0


STANDS = Judged(Finding.STANDS)


def judge(
    reason: Reason, agreement: Agreement, fit: Mapping[str, bool], attempts: Sequence[Attempt]
) -> Judged:
    """Checks a reason as it is about to be given.

    `fit` says of each of the agreement's fit criteria, by id, whether it holds of the lead;
    `attempts` are those since the lead was handed over, in order of time.
    """
    promise = agreement.at(reason.cites) if reason.cites else None
    if isinstance(promise, EventPromise):
        return _judge_attempts(reason, promise, attempts)
    asked = fit_asked(agreement, reason.cites)
    passed = [points for points in asked if fit.get(points.id, False) == (points.points > 0)]
    if not asked or len(passed) < len(asked):
        return STANDS
    says = f"“{reason.name}”, and yet the lead passes every fit criterion of the agreement."
    passes = tuple(points.when.sentence for points in passed if points.points > 0)
    return Judged(Finding.CONTESTED, reason.cites, says, passes)


# --- never reached -----------------------------------------------------------------------------


def _judge_attempts(reason: Reason, promise: EventPromise, attempts: Sequence[Attempt]) -> Judged:
    agreed = attempts_agreed(promise.kept_by.expression)
    if not agreed:
        return STANDS
    missing, clause = max(0, agreed - len(attempts)), f"promises.{promise.id}"
    if missing:
        made = "none was made" if not attempts else f"{_made(len(attempts))} ({_told(attempts)})"
        says = (
            f"“{reason.name}” cites {promise.name}: {_many(agreed, 'attempt')} are agreed and "
            f"{made}. Missing: {_many(missing, 'more attempt')}."
        )
        return Judged(Finding.REFUSED, clause, says, missing=missing)
    reached = [each for each in attempts if each.result in REACHED]
    if reached:
        last = reached[-1]
        says = f"“{reason.name}”, and yet the {last.kind} says “{last.result}”."
        return Judged(Finding.CONTESTED, clause, says, (f"{last.kind}: {last.result}",))
    return STANDS


def attempts_agreed(expression: Expression) -> int:
    """How many activities the expression asks for at least; 0 where it does not count any.

    Of alternatives the first one that counts is meant: the others are other ways to keep it.
    """
    if not isinstance(expression, Call):
        return 0
    if expression.op in (">=", ">", "=="):
        left, right = expression.arguments
        counts = isinstance(left, Name) and left.scope == "activities"
        if counts and isinstance(right, Constant) and isinstance(right.value, int | float):
            return int(right.value) + (expression.op == ">")
        return 0
    if expression.op in ("&&", "||"):
        return next((n for part in expression.arguments if (n := attempts_agreed(part))), 0)
    return 0


def _told(attempts: Sequence[Attempt]) -> str:
    return ", ".join(
        f"{each.kind}: {each.result}" if each.result else each.kind for each in attempts
    )


def _made(count: int) -> str:
    return f"{_number(count)} {'was' if count == 1 else 'were'} made"


def _many(count: int, what: str) -> str:
    return f"{_number(count)} {what}{'' if count == 1 else 's'}"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


# --- not our customer --------------------------------------------------------------------------


def fit_asked(agreement: Agreement, path: str) -> tuple[Points, ...]:
    """The fit criteria that the clause of that path asks for; none where it speaks of others.

    A stage asks for all of them where its condition reads the score, or what earns points.
    """
    every, clause = agreement.fit.points, agreement.at(path) if path else None
    if isinstance(clause, Points):
        return (clause,)
    if isinstance(clause, Fit):
        return every
    if not isinstance(clause, Stage) or clause.enter is None:
        return ()
    earning = (each.when for each in every if each.points > 0)
    about_fit = {"fit", *(name.path for each in earning for name in names(each.expression))}
    reads = {name.path for name in names(clause.enter.expression)}
    return every if reads & about_fit else ()
