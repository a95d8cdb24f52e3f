"""What the numbers say, in one sentence that carries its own evidence."""

from __future__ import annotations

from interlock.agreement.schema import Side
from interlock.insight.attainment import Counts, Part, Rate, attainment, points, whole_percent

_SPACE = "\N{NO-BREAK SPACE}"
_PATTERNS = {
    "half day": "{n} of the {of} missed fell on {label}",
    "promise": "{n} of the {of} missed were {label}",
    "owner": "{n} of the {of} missed were with {label}",
    "source": "{n} of the {of} missed were leads from {label}",
    "tier": "{n} of the {of} missed were leads of tier {label}",
}
"""How a part is named that most of what was missed falls into, by its kind."""


def percent(share: float) -> str:
    """A share in whole per cent; never 0 or 100 unless it is exactly that."""
    whole = whole_percent(share)
    if whole == 0 and share > 0:
        return f"under{_SPACE}1{_SPACE}%"
    if whole == 100 and share < 1:  # noqa: PLR2004 - per cent
        return f"over{_SPACE}99{_SPACE}%"
    return f"{whole}{_SPACE}%"


def duration(seconds: int) -> str:
    """12000 as "3 h 20 min". Hours go beyond 24: a working day is no unit of time."""
    units = (("h", 3600), ("min", 60), ("s", 1))
    left, words = abs(seconds), []
    for word, size in units:
        count, left = divmod(left, size)
        if count:
            words.append(f"{count:,}{_SPACE}{word}")
    return " ".join(words[:2]) or f"0{_SPACE}min"


def side_sentence(
    side: Side, counted: Counts, before: Rate, when: str, part: Part | None = None
) -> str:
    """How a side kept its promises in one period, against the period before.

    `when` says which period ("this week"); `part` is what most misses fall into, where one does.
    """
    if not counted.decided:
        return _nothing_decided(side, counted, when)
    now = attainment(counted)
    kept = percent(now.value or 0)
    sentence = (
        f"{side.capitalize()} kept {kept} of its promises {when} "
        f"({counted.kept:,} of {counted.decided:,})" + _change(points(now, before))
    )
    if part is not None:
        sentence += "; " + _PATTERNS[part.kind].format(
            n=f"{part.missed:,}", of=f"{counted.missed:,}", label=part.label
        )
    return f"{sentence}."


def _nothing_decided(side: Side, counted: Counts, when: str) -> str:
    if counted.pending:
        still = f"{counted.pending:,} {'is' if counted.pending == 1 else 'are'} open"
        return f"Nothing that {side} owes from {when} has been decided yet; {still}."
    return f"{side.capitalize()} owed nothing {when}."


def _change(by: int | None) -> str:
    if by is None:
        return ""
    if by == 0:
        return ", as in the week before"
    unit = "point" if abs(by) == 1 else "points"
    return f", {'up' if by > 0 else 'down'} {abs(by)} {unit} on the week before"
