"""What another agreement would have made of the same facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interlock.agreement.editing import Change, changed_text
from interlock.agreement.loading import Loaded, load
from interlock.agreement.problems import Problem
from interlock.insight.whatif import Comparison, compare
from interlock.operations.attributes import known_attributes
from interlock.operations.reading import Basis, current
from interlock.operations.workbench import workbench
from interlock.store.facts import Attributes

MOST_STEPS = 50
_RANGE = re.compile(r"(\d+)([hd]?)\.\.(\d+)[hd]?(?:\.\.(\d+))?")
_UNITS = {"": "", "h": " working hours", "d": " working days"}


@dataclass(frozen=True)
class Trial:
    """One draft and what it changes; `problems` where it is no agreement."""

    label: str
    comparison: Comparison | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class WhatIf:
    """The trials, each against the agreement in force. Money is in whole units of `currency`."""

    basis: Basis
    currency: str = ""
    trials: tuple[Trial, ...] = ()


def whatif(
    changes: Sequence[Change] = (), sweep: tuple[str, str] | None = None, draft: str | None = None
) -> WhatIf:
    """Replays the facts under drafts: the agreement in force, or `draft`, with the changes.

    `sweep` makes a draft of each value of a range: `1h..8h` (working hours; `d` for working days,
    nothing for a number), or of the range in a text: `engagement >= {40..80..10}`. Raises
    ValueError for a range that is none. Nothing is written.
    """
    reading = current()
    if reading.agreement is None:
        return WhatIf(reading.basis)
    attributes = known_attributes(reading.basis.known_by)
    text = draft or reading.agreement.source
    drafts = [(label, _draft(text, [*changes, *step], attributes)) for label, step in steps(sweep)]
    agreements = [each.agreement for _, each in drafts if each.agreement is not None]
    bench = workbench(agreements, reading)
    assert bench is not None  # noqa: S101 - an agreement is in force, see above
    return WhatIf(
        reading.basis,
        reading.agreement.currency,
        tuple(
            Trial(label, problems=each.errors)
            if each.agreement is None
            else Trial(label, compare(bench.before, bench.under(each.agreement)))
            for label, each in drafts
        ),
    )


def steps(sweep: tuple[str, str] | None) -> Iterator[tuple[str, list[Change]]]:
    """A label and the change for each step of the range; one step without a change where none."""
    if sweep is None:
        yield "", []
        return
    path, text = sweep
    inside = re.search(r"\{([^{}]*\.\.[^{}]*)\}", text)
    found = _RANGE.fullmatch(inside[1] if inside else text)
    if found is None:
        raise ValueError(f"`{text}` has no range such as 1h..8h, 20..60..10 or {{40..80..10}}")
    first, unit, last, step = int(found[1]), found[2], int(found[3]), int(found[4] or 1)
    values = range(first, last + 1, step) if step else range(0)
    if not 0 < len(values) <= MOST_STEPS:
        raise ValueError(f"`{text}` makes {len(values)} steps; there are 1 to {MOST_STEPS}")
    for value in values:
        written = text.replace(inside[0], str(value)) if inside else f"{value}{_UNITS[unit]}"
        yield written, [(path, written)]


def _draft(text: str, changes: Sequence[Change], attributes: Attributes) -> Loaded:
    loaded = load(text, attributes=attributes)
    if loaded.agreement is None or not changes:
        return loaded
    changed = changed_text(text, changes)
    if isinstance(changed, Problem):
        return Loaded(None, (changed,))
    return load(changed, attributes=attributes)
