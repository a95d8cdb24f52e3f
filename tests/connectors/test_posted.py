"""Facts that a program writes as JSON objects."""

from __future__ import annotations

from typing import Any

import pytest

from interlock.connectors.posted import Posted, read_posted
from interlock.facts.kinds import KINDS

TOUCH = {"fact": "touch", "person": "p1", "at": "2026-03-02T09:00:00Z", "kind": "form"}
ADA = {"fact": "person", "id": "a", "created_at": "2026-03-02T10:00:00+01:00", "name": "Ada"}


def fact(row: dict[str, Any]) -> Posted:
    found = read_posted(row)
    assert isinstance(found, Posted), found
    return found


def test_an_object_is_a_fact_of_its_kind() -> None:
    assert fact(ADA).kind == "person"
    assert fact(ADA | {"phone": None, "title": ""}) == fact(ADA)


def test_attributes_stand_beside_columns() -> None:
    values = fact(ADA | {"attributes": {"budget": 3, "vip": True, "words": ["a", "b"]}}).values
    assert values["budget"] == 3
    assert values["vip"] == "true"
    assert values["words"] == '["a", "b"]'


def test_an_id_is_made_from_the_content_where_a_kind_may_do_without() -> None:
    first, again, other = (
        fact(each).values["id"] for each in (TOUCH, {**TOUCH}, TOUCH | {"kind": "visit"})
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"fact": "lead"}, "names no kind of fact"),
        ({"fact": 7}, "names no kind of fact"),
        ({"fact": "persn"}, "did you mean `person`?"),
        ({"emial": "x"}, "did you mean `email`?"),
        ({"name": {"first": "Ada"}}, "more than one value"),
        ({"name": "x" * 131_073}, "longer than"),
        ({"attributes": []}, "is an object"),
        ({"attributes": {"Big Name": 1}}, "cannot be called `Big Name`"),
        ({"attributes": {"name": 1}}, "put it beside `fact`"),
    ],
)
def test_what_is_no_fact_is_refused_with_its_reason(change: dict[str, Any], reason: str) -> None:
    found = read_posted(ADA | change)
    assert isinstance(found, str)
    assert reason in found


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_every_kind_can_be_written(kind: str) -> None:
    row = {column.name: "7" for column in KINDS[kind].columns}
    assert fact({"fact": kind, **row}).values == row
