"""Bodies of webhooks as rows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from interlock.agreement.problems import Problem
from interlock.connectors.bodies import (
    MOST_DEEP,
    Read,
    load_mapping,
    read_message,
    read_records,
    records_of,
)

MAPPING = """\
source: forms
files:
  - file: body
    gives:
      - as: person
        where: row.type == "lead"
        columns: {id: contact.id, created_at: contact.at, name: contact.name}
      - as: touch
        columns:
          person: contact.id
          at: contact.at
          kind: {value: form}
          asset: page
        other_columns: ignore
"""
BODY = {"type": "lead", "contact": {"id": "7", "at": "2026-03-02T09:00:00Z", "name": "Ada"}}


def read(*bodies: Any, mapping: str = MAPPING, known: tuple[str, ...] = ("type",)) -> Read:
    found = records_of(json.dumps(list(bodies)).encode())
    assert not isinstance(found, Problem), found
    rows = read_records(mapping, known, found)
    assert not isinstance(rows, list), rows
    return rows


def flat_of(body: Any) -> Any:
    (record,) = records_of(json.dumps(body).encode())  # type: ignore[misc]  # it is no problem
    return record


def of(rows: Read, kind: str) -> list[Any]:
    return [fact.values for fact in rows.facts if fact.kind == kind]


def test_a_body_becomes_facts_of_each_recipe() -> None:
    rows = read(BODY)
    at = 1772442000
    assert of(rows, "person") == [{"id": "7", "created_at": at, "name": "Ada", "type": "lead"}]
    (touch,) = of(rows, "touch")
    made = touch.pop("id")
    assert len(made) == 32
    assert touch == {"person": "7", "at": at, "kind": "form"}  # the body says nothing of `page`


def test_what_one_recipe_reads_of_the_message_is_no_column_of_another() -> None:
    mapping = MAPPING.replace("person: contact.id", "id: webhook.id\n          person: contact.id")
    rows = read_message(mapping, ("type",), (flat_of(BODY),), "msg-1", 1772442000)
    assert isinstance(rows, Read), rows
    (person,), (touch,) = of(rows, "person"), of(rows, "touch")
    assert (person["type"], touch["id"]) == ("lead", "msg-1")
    assert not [name for name in person if name.startswith("webhook")]


def test_a_filter_may_read_what_a_body_leaves_out() -> None:
    rows = read({"contact": BODY["contact"]})
    assert (of(rows, "person"), len(of(rows, "touch")), rows.filtered) == ([], 1, 1)


def test_what_cannot_be_read_is_refused_with_its_reason() -> None:
    rows = read(BODY, {"type": "lead", "contact": {"id": "8", "at": "soon", "name": "Bo"}})
    assert [each.line for each in rows.refused] == [2, 2]
    assert all("`soon` is not a date" in each.reason for each in rows.refused)
    assert [fact.line for fact in rows.facts] == [1, 1]


def test_the_same_body_gives_the_same_ids() -> None:
    assert of(read(BODY), "touch") == of(read(BODY), "touch")


def test_money_stays_what_it_is() -> None:
    mapping = """\
source: shop
files:
  - file: body
    as: opportunity
    columns: {id: id, created_at: at, amount: total, currency: money}
"""
    deals = [
        {"id": n, "at": "2026-03-02", "total": total, "money": money}
        for n, (total, money) in enumerate([("12.50", "EUR"), ("500", "JPY")])
    ]
    rows = read(*deals, mapping=mapping)
    assert [each["amount"] for each in of(rows, "opportunity")] == ["12.50", "500"]


def test_the_records_may_lie_inside() -> None:
    body = json.dumps({"data": {"rows": [{"a": 1}, {"a": {"b": True}}]}}).encode()
    assert records_of(body, "data.rows") == ({"a": 1}, {"a.b": "true"})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[" * 5000, "no JSON"),
        (b'{"a": NaN}', "NaN is no number"),
        (b"7", "no object"),
        (b"[1]", "no object"),
        (b"[" + b"{}," * 1000 + b"{}]", "more than 1,000 records"),
        (json.dumps({str(n): 1 for n in range(1001)}).encode(), "more than 1,000 keys"),
        (b'{"a":' * (MOST_DEEP + 1) + b"1" + b"}" * (MOST_DEEP + 1), "deep"),
    ],
)
def test_what_is_no_body_is_told(body: bytes, reason: str) -> None:
    found = records_of(body)
    assert isinstance(found, Problem)
    assert reason in found.message


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("source: x\nfiles: []\n", "no file"),
        (MAPPING.replace("file: body", "file: leads.csv"), "called `body`"),
        (MAPPING.replace("file: body", "file: body\n    format: csv"), "no `format`"),
        (MAPPING.replace("as: person", "as: persn"), "not a kind of fact"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told(mapping: str, message: str) -> None:
    found = load_mapping(mapping)
    assert isinstance(found, list)
    assert message in found[0].message


def test_a_filter_over_a_key_that_no_example_has_is_told() -> None:
    found = read_records(MAPPING, (), ({"contact.id": "1"},))
    assert isinstance(found, list)
    assert "row.type" in found[0].message
