"""What is shown of leads in a round of the language test: what was known of each at its instant.

Nothing that says how the lead was judged, by whom, or what became of it: no stage, no score, no
decision, no owner, no opportunity, no status of the CRM.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from interlock.agreement.clauses import criteria_of
from interlock.agreement.expression import names
from interlock.agreement.schema import Agreement
from interlock.agreement.wording import words
from interlock.operations.fact_lines import campaign_names
from interlock.replay.outcome import Instant
from interlock.store.facts import about, rows_of
from interlock.store.models import FACTS

MOST = 40
"""So many touches and activities of a lead are shown: the latest."""

Card = dict[str, Any]
"""`name` ("" where it is hidden), `profile` (label and text), `story` (instant, what, told) and
`earlier`: how many touches and activities before those are left out. Plain values, for JSON."""

_OF_PERSON = ("title", "seniority", "country", "source")
_OF_ACCOUNT = ("industry", "segment", "employees", "country", "revenue")
_TELLING = ("lead_status", "tier")
"""Columns that say how a lead was judged."""

Row = Mapping[str, Any]


def lead_cards(
    leads: Sequence[tuple[str, Instant]], agreement: Agreement, *, with_names: bool
) -> list[Card]:
    """A card for each lead: a person's key, and the instant. The number of queries is bounded."""
    keys = sorted({key for key, _ in leads})
    people, accounts = _by_key("person", keys), _by_key("account", keys)
    touches, activities = _by_person("touch", keys), _by_person("activity", keys)
    mentioned = [row for rows in touches.values() for row in rows]
    campaigns = campaign_names(row["campaign"] for row in mentioned)
    assets = _assets(row["asset"] for row in mentioned)
    own = _attributes_read(agreement)
    cards = []
    for key, at in leads:
        person = _then(people.get(key, ()), at)
        account = _then(accounts.get(person.get("account") or "", ()), at)
        told = [_touch(row, campaigns, assets) for row in touches.get(key, ()) if row["at"] <= at]
        told += [_activity(row) for row in activities.get(key, ()) if row["at"] <= at]
        told.sort(key=lambda line: line[0])
        cards.append(
            {
                "name": _called(person, account) if with_names else "",
                "profile": _profile(person, account, own, with_names=with_names),
                "story": told[-MOST:],
                "earlier": max(0, len(told) - MOST),
            }
        )
    return cards


def _by_key(kind: str, keys: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(about(keys, kind)):
        found[row["key"]].append(row)
    return found


def _by_person(kind: str, keys: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(about(keys, kind)):
        found[row["person"]].append(row)
    return found


def _assets(keys: Iterable[str | None]) -> dict[str, str]:
    rows = FACTS["asset"].objects.filter(key__in={key for key in keys if key}, live=True)
    return dict(rows.values_list("key", "name"))


def _then(versions: Sequence[Row], at: Instant) -> Row:
    """The version that was true at the instant; what has always held counts as the first."""
    known = [row for row in versions if row["at"] is None or row["at"] <= at]
    return known[-1] if known else {}


def _attributes_read(agreement: Agreement) -> dict[str, set[str]]:
    """Which columns of the company's own any clause reads, of persons and of accounts."""
    read: dict[str, set[str]] = {"person": set(), "account": set()}
    for _, criterion in criteria_of(agreement):
        for name in names(criterion.expression):
            if name.scope in read:
                read[name.scope].add(name.field)
    return read


def _called(person: Row, account: Row) -> str:
    return ", ".join(filter(None, [person.get("name"), account.get("name")]))


def _profile(
    person: Row, account: Row, read: Mapping[str, set[str]], *, with_names: bool
) -> list[list[str]]:
    found: dict[str, str] = {}
    for label, row, columns in (("", person, _OF_PERSON), ("account ", account, _OF_ACCOUNT)):
        own = row.get("attributes") or {}
        for column in columns:
            found |= _cell(label + words(column), row.get(column))
        for name in sorted(read["account" if label else "person"] & own.keys()):
            if name not in _TELLING:
                found |= _cell(label + words(name), own[name])
    if email := person.get("email"):
        found["e-mail address"] = str(email) if with_names else "known"
    return [[label, text] for label, text in found.items()]


def _cell(label: str, value: Any) -> dict[str, str]:
    if value is None or value == "":
        return {}
    text = f"{value:,.10g}" if isinstance(value, int | float) else str(value)
    return {label: {"True": "yes", "False": "no"}.get(text, text)}


def _touch(row: Row, campaigns: Mapping[str, str], assets: Mapping[str, str]) -> list[Any]:
    told = assets.get(row["asset"] or "") or campaigns.get(row["campaign"] or "")
    return [row["at"], words(row["kind"]), told or row["channel"] or ""]


def _activity(row: Row) -> list[Any]:
    """What one of us did, without who: whose lead it was would tell."""
    whose = "from the buyer" if row["direction"] == "inbound" else "from us"
    by = "" if row["human"] is not False else ", automatic"
    result = f", {row['result']}" if row["result"] else ""
    return [row["at"], row["kind"], f"{whose}{by}{result}"]
