"""What is done with a folder of facts: under which agreement, and which columns are read for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interlock.agreement.loading import load
from interlock.agreement.timeline import Timeline, counting, in_turn
from interlock.facts.kinds import ColumnType
from interlock.replay.engine import columns_needed
from interlock.replay.outcome import Finding, Instant
from interlock.scale.fact_contract import (
    Attributes,
    Needed,
    Schemas,
    attributes_of,
    problems,
    types_said,
    unread,
)


@dataclass(frozen=True)
class Plan:
    """A replay that can be done; `findings` are about the columns."""

    agreement: Timeline
    needed: Needed
    attributes: Attributes
    schemas: Schemas
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Written:
    """What one replay of files went over and found. `trouble` says why nothing was written.

    `zone` is the IANA name of the agreement's zone.
    """

    agreement: str
    as_of: Instant
    people: int
    facts: int
    visits: int
    obligations: int
    findings: tuple[Finding, ...]
    zone: str = "UTC"
    seconds: float = 0.0
    trouble: tuple[str, ...] = ()


def not_written(*trouble: str) -> Written:
    """Nothing was written, and why."""
    return Written("", 0, 0, 0, 0, 0, (), trouble=trouble)


def plan(schemas: Schemas, said: str, texts: Sequence[str | bytes]) -> Plan | Written:
    """The plan for facts of such columns, or all that is in the way.

    `said` is the text of `facts.json`, `texts` are those of the agreement in the order in which
    they were put in force.
    """
    types = types_said(said) if said else {}
    if isinstance(types, str):
        return not_written(types)
    attributes = attributes_of(schemas, types)
    loaded = [load(text, attributes=attributes) for text in texts]
    agreements = [each.agreement for each in loaded if each.agreement is not None]
    if len(agreements) < len(texts) or not texts:
        errors = (f"the agreement: {problem}" for each in loaded for problem in each.errors)
        return not_written(*errors, *([] if texts else ["there is no agreement: name its file"]))
    counted = counting([each.in_force_from for each in agreements])
    timeline = in_turn([agreements[place] for place in counted])
    needed, typed = columns_needed(timeline), _merged(timeline)
    if found := tuple(problems(schemas, needed, typed)):
        return not_written(*found)
    return Plan(timeline, needed, typed, schemas, unread(schemas, attributes))


def _merged(timeline: Timeline) -> dict[str, dict[str, ColumnType]]:
    """The attributes' types as the agreements have them."""
    merged: dict[str, dict[str, ColumnType]] = {}
    for version in timeline:
        for kind, types in version.agreement.attributes.items():
            merged.setdefault(kind, {}).update(types)
    return merged
