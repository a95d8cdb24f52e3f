"""Live facts into the store, as a delivery that can be withdrawn: the part of every way in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from interlock.agreement.problems import did_you_mean
from interlock.connectors.mapping import Mapped
from interlock.connectors.records import map_records
from interlock.facts.kinds import KINDS, Kind
from interlock.operations.attributes import widen
from interlock.replay.outcome import Instant
from interlock.store.models import FACTS, Import, ImportPart
from interlock.store.receiving import Batch, Rows, receive_rows
from interlock.store.since import Keys


@dataclass(frozen=True)
class LiveFact:
    """One fact as a door gives it: its kind, and its values by the names of the contract's columns.

    Values are as JSON has them; an instant may be UTC seconds or ISO 8601. Other names become
    attributes.
    """

    kind: str
    values: Mapping[str, Any]


class Became(StrEnum):
    """What became of one fact. UNCHANGED: it says what is known already."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class FactReceived:
    """What became of one fact: the reason says why it was refused, or is empty."""

    kind: str
    id: str
    became: Became
    reason: str = ""


@dataclass(frozen=True)
class Delivered:
    """What became of each fact, in the order in which they were given, and the records changed.

    `number` is that of the delivery; None: nothing was taken, and nothing is kept of it.
    """

    number: int | None
    facts: tuple[FactReceived, ...]
    changed: Keys


def deliver(facts: Sequence[LiveFact], *, by: str, source: str, now: Instant) -> Delivered:
    """Keeps the facts that pass the checks of an import's rows.

    Call it inside a transaction that has taken its turn; `by` is a name for the trail.
    """
    delivery = Import.objects.create(
        source=source, live=True, state=Import.DONE, started_at=now, finished_at=now, by=by
    )
    became = dict(_receive(facts, delivery))
    changed = _changed(became.values())
    if not changed:
        ImportPart.objects.filter(batch=delivery).delete()
        delivery.delete()
    ordered = tuple(became[place] for place in range(len(facts)))
    return Delivered(delivery.pk if changed else None, ordered, changed)


def _receive(facts: Sequence[LiveFact], delivery: Import) -> Iterator[tuple[int, FactReceived]]:
    """What became of each fact, by its place."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, fact in enumerate(facts):
        places[fact.kind].append(place)
    for kind in places.keys() - KINDS.keys():
        reason = f"there is no kind of fact `{kind}`; {did_you_mean(kind, KINDS)}"
        for place in places[kind]:
            yield place, FactReceived(kind, _id(facts[place]), Became.REFUSED, reason.rstrip("; "))
    for position, kind in enumerate((each for each in KINDS if each in places), 1):
        given = [facts[place].values for place in places[kind]]
        known = _receive_kind(KINDS[kind], given, delivery, position)
        yield from zip(places[kind], known, strict=True)


def _receive_kind(
    kind: Kind, given: Sequence[Mapping[str, Any]], delivery: Import, position: int
) -> list[FactReceived]:
    mapped = map_records(kind, given, delivery.source)
    lines = [place + 1 for place in mapped.places]
    rows = Rows(kind, mapped.columns, mapped.attributes, mapped.digests, lines)
    settled = receive_rows(rows, Batch(delivery.pk, delivery.source, delivery.started_at), position)
    widen(kind.name, mapped.attribute_types, delivery.started_at)
    refused = dict(_refused(mapped, settled.clashes))
    ImportPart.objects.create(
        batch=delivery,
        position=position,
        file="",
        kind=kind.name,
        rows=len(given),
        taken=settled.taken,
        unchanged=settled.unchanged,
        refused=len(refused),
        done=True,
    )
    kept = FACTS[kind.name].objects.filter(batch=delivery, part=position)
    taken = set(kept.values_list("line", flat=True))
    ids = dict(zip(lines, mapped.columns["id"], strict=True))
    return [
        FactReceived(
            kind.name,
            ids.get(line, "") or str(record.get("id", "")),
            _became(line, taken, refused),
            refused.get(line, ""),
        )
        for line, record in enumerate(given, 1)
    ]


def _became(line: int, taken: set[int], refused: Mapping[int, str]) -> Became:
    if line in refused:
        return Became.REFUSED
    return Became.TAKEN if line in taken else Became.UNCHANGED


def _refused(mapped: Mapped, clashes: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """Why rows were not taken, by their lines."""
    for bad in mapped.refused:
        yield bad.line, bad.reason
    for place, source in clashes.items():
        key = mapped.columns["id"][place]
        reason = f"the id `{key}` belongs to a record of the source `{source}`"
        yield mapped.places[place] + 1, reason


def _changed(became: Iterable[FactReceived]) -> dict[str, frozenset[str]]:
    """The records of which a version was taken, by kind."""
    keys: dict[str, set[str]] = defaultdict(set)
    for each in became:
        if each.became is Became.TAKEN:
            keys[each.kind].add(each.id)
    return {kind: frozenset(ids) for kind, ids in keys.items()}


def _id(fact: LiveFact) -> str:
    return str(fact.values.get("id", ""))
