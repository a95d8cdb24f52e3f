"""What changed among the facts since a replay read them, and facts of a few as it saw them.

Time is no measure here: two things happen within one second. What a replay saw is told by the rows
themselves, which only ever come at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q

from interlock.facts.columns import Facts
from interlock.facts.kinds import KINDS, Kind
from interlock.replay.affected import NOBODY, Circle, Ids, References, columns_of
from interlock.store.bulk import among
from interlock.store.facts import Attributes, Needed, tables
from interlock.store.knowledge import MANY, Chosen, Otherwise, chosen, stored
from interlock.store.models import FACTS, Import
from interlock.store.versions import arranged

Json = dict[str, Any]
Keys = Mapping[str, Ids]
"""Keys of records, by kind."""


@dataclass(frozen=True)
class Seen:
    """How far the facts went: the last row of each kind, and the imports that counted no more."""

    rows: Mapping[str, int]
    taken_back: frozenset[int]

    def to_json(self) -> Json:
        """As a replay keeps it."""
        return {"rows": dict(self.rows), "taken_back": sorted(self.taken_back)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Seen:
        """The other way round."""
        return cls(kept["rows"], frozenset(kept["taken_back"]))


def seen() -> Seen | None:
    """How far the facts go now; None while an import is half-way: it may withdraw rows of its own.

    To be asked before facts are read and afterwards: they are all there if both say the same.
    """
    if Import.objects.filter(state=Import.RUNNING).exists():
        return None
    rows = {kind: model.objects.aggregate(last=Max("id"))["last"] for kind, model in FACTS.items()}
    back = Import.objects.filter(state=Import.TAKEN_BACK).values_list("id", flat=True)
    return Seen({kind: last or 0 for kind, last in rows.items()}, frozenset(back))


def changed_since(before: Seen, after: Seen) -> Keys:
    """The records of which a version came or stopped counting."""
    gone = Q(batch__in=after.taken_back - before.taken_back)
    return {kind: _keys(kind, Q(id__gt=before.rows.get(kind, 0)) | gone) for kind in KINDS}


def come_to_pass(since: int, until: int) -> Keys:
    """The records of which something lay in the future at `since`, and does not at `until`.

    Every row is looked at.
    """
    begun = Q(at__gt=since, at__lte=until)
    ended = Q(closed_at__gt=since, closed_at__lte=until)
    return {
        kind: _keys(kind, begun | ended if kind == "opportunity" else begun)
        for kind, contract in KINDS.items()
        if contract.at and columns_of(contract)
    }


def _keys(kind: str, which: Q) -> Ids:
    return frozenset(FACTS[kind].objects.filter(which).values_list("key", flat=True))


# --- what facts say ---------------------------------------------------------------------------


def said(kind: str, column: str, ids: Ids, other: str) -> Ids:
    """As `interlock.replay.affected.Said`: of all versions that ever came."""
    if not ids:
        return NOBODY
    rows = FACTS[kind].objects.filter(_naming(column, ids)).order_by()
    found = rows.values_list(_field(other), flat=True).distinct()
    return frozenset(text for text in found if text is not None)


def references_of(changed: Keys) -> References:
    """What all versions of these records name."""
    found: dict[str, dict[str, Ids]] = {}
    for kind, keys in changed.items():
        columns = columns_of(KINDS[kind])
        if keys and columns:
            rows = FACTS[kind].objects.filter(_naming("id", keys)).order_by()
            cells = zip(*rows.values_list(*map(_field, columns)), strict=True)
            texts = (frozenset(text for text in each if text is not None) for each in cells)
            found[kind] = dict(zip(columns, texts, strict=False))
    return found


def _field(column: str) -> str:
    return "key" if column == "id" else column


def _naming(column: str, ids: Ids) -> Q:
    """Rows that name one of the ids, however many these are."""
    which = {f"{_field(column)}__in": among(ids)}
    if column != "id":
        return Q(**which)
    # each half has an index of its own
    return Q(**which, live=True) | Q(**which, live=False)


# --- facts of a circle ------------------------------------------------------------------------


def load_circle(circle: Circle, needed: Needed, attributes: Attributes) -> Facts:
    """The facts that decide about the circle's people now."""
    rows = {kind: chosen(kind, which=_which(kind, circle)) for kind in needed}
    return tables(rows, needed, attributes)


def load_circle_as_seen(
    circle: Circle, needed: Needed, attributes: Attributes, before: Seen, changed: Keys
) -> Facts:
    """The same, as a replay saw them; `changed` are the records that stand otherwise since then."""
    rows = {
        kind: _as_seen(KINDS[kind], _which(kind, circle), before, changed.get(kind, NOBODY))
        for kind in needed
    }
    return tables(rows, needed, attributes)


def _which(kind: str, circle: Circle) -> Q | None:
    """The rows of a kind that belong to a circle; None: all of them."""
    ids = {
        "person": circle.persons,
        "account": circle.accounts,
        "opportunity": circle.opportunities,
    }
    if kind in ids:
        return _naming("id", ids[kind])
    if kind == "contact_role":
        of_these = _naming("opportunity", circle.opportunities)
        return of_these | _naming("person", circle.persons)
    return _naming("person", circle.persons) if "person" in columns_of(KINDS[kind]) else None


def _as_seen(kind: Kind, which: Q | None, before: Seen, changed: Ids) -> Chosen:
    """Rows as they stood. A record that has not changed stands as it stood."""
    last = before.rows.get(kind.name, 0)
    rows = FACTS[kind.name].objects.order_by("id").filter(id__lte=last)
    rows = rows.exclude(batch__in=before.taken_back)
    if which is not None:
        rows = rows.filter(which)
    if not kind.versioned:
        rows = rows.filter(Q(live=True) | Q(key__in=among(changed)))
    counted = ~Q(batch__in=before.taken_back)
    idle, since = set[int](), dict[int, int | None]()
    keys = sorted(changed)
    for start in range(0, len(keys), MANY):
        for versions in stored(kind, keys[start : start + MANY], counted).values():
            known = [each for each in versions if each.id is not None and each.id <= last]
            then = arranged(known, lasting=kind.versioned)
            if kind.versioned:
                since |= {each.id: each.at for each in then if each.id is not None}
            else:
                idle |= {each.id for each in then if each.id is not None and not each.live}
    return Chosen(rows, Otherwise(frozenset(idle), since))
