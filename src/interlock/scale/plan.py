"""What is done with a folder of facts: under which agreement, and which columns are read for it."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
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

    agreement: Agreement
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


def plan(schemas: Schemas, said: str, text: str | bytes) -> Plan | Written:
    """The plan for facts of such columns, or all that is in the way.

    `said` is the text of `facts.json`, `text` the agreement's.
    """
    types = types_said(said) if said else {}
    if isinstance(types, str):
        return not_written(types)
    attributes = attributes_of(schemas, types)
    loaded = load(text, attributes=attributes)
    if loaded.agreement is None:
        return not_written(*(f"the agreement: {problem}" for problem in loaded.errors))
    agreement = loaded.agreement
    needed = columns_needed(agreement)
    found = tuple(problems(schemas, needed, agreement.attributes))
    if found:
        return not_written(*found)
    return Plan(agreement, needed, agreement.attributes, schemas, unread(schemas, attributes))
