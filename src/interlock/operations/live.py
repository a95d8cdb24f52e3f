"""Facts that come in one by one: kept, and their buyers replayed, before the door answers."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction

from interlock.agreement.problems import did_you_mean
from interlock.connectors.mapping import Mapped
from interlock.connectors.records import map_records
from interlock.facts.kinds import KINDS, Kind
from interlock.operations.actor import Actor
from interlock.operations.attributes import widen
from interlock.operations.look import NOT_LIVE, Looked, look_at_changed
from interlock.operations.permissions import Action, require
from interlock.replay.outcome import Instant
from interlock.store.lock import take_turn
from interlock.store.models import FACTS, Event, Import, ImportPart
from interlock.store.receiving import Batch, Rows, receive_rows, settle


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
class LiveReceived:
    """What became of each fact, in the order in which they were given, and who was looked at.

    `delivery` is the number by which what was taken can be withdrawn; None: nothing was taken.
    """

    delivery: int | None
    facts: tuple[FactReceived, ...]
    looked: Looked

    @property
    def refused(self) -> tuple[FactReceived, ...]:
        """The facts that were not taken."""
        return tuple(each for each in self.facts if each.became is Became.REFUSED)


def receive_live(
    facts: Sequence[LiveFact], *, by: Actor, source: str, now: Instant | None = None
) -> LiveReceived:
    """Keeps the facts and looks at everybody whom they concern, in one transaction.

    Each fact is checked as a row of an import is, and taken or refused by itself. `now`: UTC
    seconds, when they came; None: at present.
    """
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    with transaction.atomic():
        take_turn()
        delivery = Import.objects.create(
            source=source,
            live=True,
            state=Import.DONE,
            started_at=moment,
            finished_at=moment,
            by=by.name,
        )
        became = dict(_receive(facts, delivery))
        changed = _changed(became.values())
        if not changed:
            ImportPart.objects.filter(batch=delivery).delete()
            delivery.delete()
            looked = NOT_LIVE
        else:
            Event.objects.create(
                at=moment,
                by=by.name,
                verb="receive",
                about=f"delivery {delivery.pk}: {source}",
            )
            looked = look_at_changed(changed, moment)
    ordered = tuple(became[place] for place in range(len(facts)))
    return LiveReceived(delivery.pk if changed else None, ordered, looked)


def withdraw(
    delivery: int, *, by: Actor, why: str = "", now: Instant | None = None
) -> Looked | None:
    """Takes a live delivery back: what it said counts no more; nothing is deleted.

    None where there is no such delivery, or it was taken back before. Only who made it may, or
    somebody who may take imports back.
    """
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    with transaction.atomic():
        take_turn()
        row = Import.objects.filter(pk=delivery, live=True, state=Import.DONE).first()
        if row is None:
            return None
        if row.by != by.name:
            require(by, Action.TAKE_BACK)
        changed = {
            kind: frozenset(FACTS[kind].objects.filter(batch=row).values_list("key", flat=True))
            for kind in row.parts.values_list("kind", flat=True)
        }
        row.state, row.taken_back_at, row.taken_back_by = Import.TAKEN_BACK, moment, by.name
        row.save(update_fields=["state", "taken_back_at", "taken_back_by"])
        for kind in changed:
            settle(KINDS[kind], row.pk)
        about = f"delivery {row.pk}: {row.source}"
        Event.objects.create(at=moment, by=by.name, verb="withdraw", about=about, why=why)
        return look_at_changed(changed, moment)


# --- keeping ----------------------------------------------------------------------------------


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
