"""Facts about one person as lines that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import shorten
from typing import Any

from interlock.agreement.vocabulary import ATTEMPT_KINDS
from interlock.facts.kinds import KINDS, ColumnType
from interlock.facts.money import digits_of
from interlock.insight.instants import iso
from interlock.operations.reading import Named, named
from interlock.operations.rows import NO_NAMES, Names
from interlock.replay.outcome import Instant
from interlock.store.facts import about
from interlock.store.models import FACTS
from interlock.store.models.facts import columns_of

Row = Mapping[str, Any]
"""A row of a fact's table: its columns by name."""

MOST = 500
"""So many facts of a kind are read, so many visits and obligations explained: the latest."""

LONGEST_WORDS = 160
"""So many characters of a note are said in its line; the rest is in its details."""
_KINDS = ("touch", "activity", "decision", "assignment", "opportunity", "merge")
_UNSAID = {"person", "created_at", "updated_at", "at"}
"""Columns that a line does not repeat: about whom it is, and when it was."""


@dataclass(frozen=True)
class FactLine:
    """One fact. `kind` and `row` are those of a because's `FactRef`, by which it is found.

    `what` says it in a few words; `by` is the member who acted; `details` are its other columns;
    `note` says why it does not count as what it looks like.
    """

    kind: str
    row: int
    key: str
    at: Instant | None
    what: str
    by: Named
    details: tuple[tuple[str, str], ...]
    note: str = ""


def fact_lines(
    records: Sequence[str], versions: Sequence[Row], names: Names, known_by: int | None = None
) -> tuple[tuple[FactLine, ...], bool, dict[str, str]]:
    """Everything that happened to a person in order of time; and whether older facts are left out.

    `records` are the keys of all that were merged, `versions` those of the one that stays, oldest
    first. One query a kind of fact, and one for campaigns: the names of those that occur are
    returned too. `known_by`: only what counted then.
    """
    rows = {kind: _latest(kind, records, known_by) for kind in _KINDS}
    mentioned = (versions, rows["touch"], rows["opportunity"])
    campaigns = campaign_names(row["campaign"] for facts in mentioned for row in facts)
    lines = _version_lines(versions, campaigns)
    for kind, facts in rows.items():
        for row in facts[:MOST]:
            lines += _lines(kind, row, names, campaigns)
    ordered = sorted(lines, key=lambda line: (line.at is not None, line.at or 0))
    return tuple(ordered), any(len(facts) > MOST for facts in rows.values()), campaigns


def written(kind: str, row: Row, names: Names, campaigns: Mapping[str, str]) -> dict[str, str]:
    """The filled columns of a row in words, by column, the company's own columns last."""
    called = {"member": names.members, "campaign": campaigns, "reason": names.reasons}
    cells = {}
    for column in columns_of(KINDS[kind]):
        value = row[column.name]
        if value is None or value == "" or column.name in _UNSAID:
            continue
        cells[column.name] = called.get(column.name, {}).get(value) or _text(
            value, column.type, row.get("currency")
        )
    own = row["attributes"] or {}
    return cells | {name: _own(str(value)) for name, value in own.items() if value is not None}


def _own(text: str) -> str:
    """A column of the company's own: kept as received, flags in words like ours."""
    return {"true": "yes", "false": "no"}.get(text.lower(), text)


def _text(value: Any, type_: ColumnType, currency: str | None) -> str:
    if type_ is ColumnType.INSTANT:
        return iso(value)
    if type_ is ColumnType.MONEY:
        digits = digits_of(currency or "EUR")
        return f"{value / 10**digits:,.{digits}f} {currency or ''}".rstrip()
    if type_ is ColumnType.FLAG:
        return "yes" if value else "no"
    return str(value)


def _latest(kind: str, records: Sequence[str], known_by: int | None) -> list[dict[str, Any]]:
    return list(about(records, kind, known_by).few().order_by("-at").values()[: MOST + 1])


def campaign_names(keys: Iterable[str | None]) -> dict[str, str]:
    """The names of these campaigns by key, as far as they are known. One query."""
    rows = FACTS["campaign"].objects.filter(key__in={key for key in keys if key}, live=True)
    return dict(rows.values_list("key", "name"))


def _lines(kind: str, row: Row, names: Names, campaigns: Mapping[str, str]) -> list[FactLine]:
    cells = written(kind, row, names, campaigns)
    by = named(row.get("member") or "", names.members)
    details = tuple((name.replace("_", " "), text) for name, text in cells.items())
    what, note = _SAID[kind](cells), _no_attempt(row) if kind == "activity" else ""
    line = FactLine(kind, row["id"], row["key"], row["at"], what, by, details, note)
    if row.get("closed_at") is None:
        return [line]
    ended = FactLine(
        "close", row["id"], row["key"], row["closed_at"], f"opportunity {row['status']}", by, ()
    )
    return [line, ended]


def _no_attempt(row: Row) -> str:
    """Why an activity that looks like an attempt to reach the buyer is none; "" for all others."""
    if row["kind"] not in ATTEMPT_KINDS or row["direction"] != "outbound" or row["human"]:
        return ""
    whose = "not said to be a human's" if row["human"] is None else "automatic"
    return f"{whose}, does not count as an attempt"


_SAID: dict[str, Callable[[Mapping[str, str]], str]] = {
    "touch": lambda cells: _said(cells["kind"], cells.get("campaign") or cells.get("channel")),
    "activity": lambda cells: (
        ": ".join(filter(None, [_topic_of(cells), _shortened(cells.get("subject", ""))]))
        if cells["kind"] == "note"
        else _said(f"{cells.get('direction', '')} {cells['kind']}".strip(), cells.get("result"))
    ),
    "decision": lambda cells: _said(cells["kind"], cells.get("reason")),
    "assignment": lambda cells: (
        f"given to {cells['member']}"
        if "member" in cells
        else f"put in the queue {cells.get('queue', '')}".rstrip()
    ),
    "opportunity": lambda cells: _said("opportunity opened", cells.get("name")),
    "merge": lambda cells: f"merged into the record {cells['into']}",
}
"""What a fact of each kind says in a few words."""


def _topic_of(note: Mapping[str, str]) -> str:
    return ", ".join(filter(None, ["note", note.get("topic")]))


def _shortened(words: str) -> str:
    """What somebody wrote, in one line of a bounded length."""
    return shorten(words, LONGEST_WORDS, placeholder=" …")


def _said(what: str, more: str | None) -> str:
    return what.replace("_", " ") + (f": {more}" if more else "")


def _version_lines(versions: Sequence[Row], campaigns: Mapping[str, str]) -> list[FactLine]:
    nobody = Named("", "")
    texts = [written("person", row, NO_NAMES, campaigns) for row in versions]
    lines = [
        FactLine(
            "person", row["id"], row["key"], row["at"], "became known", nobody, tuple(text.items())
        )
        for row, text in zip(versions[:1], texts, strict=False)
    ]
    for (before, after), row in zip(pairwise(texts), versions[1:], strict=True):
        changed = {
            name.replace("_", " "): f"{before.get(name, 'nothing')} → {after.get(name, 'nothing')}"
            for name in before | after
            if before.get(name) != after.get(name)
        }
        what = f"changed: {', '.join(changed)}" if changed else "said again, unchanged"
        lines.append(
            FactLine(
                "person", row["id"], row["key"], row["at"], what, nobody, tuple(changed.items())
            )
        )
    return lines
