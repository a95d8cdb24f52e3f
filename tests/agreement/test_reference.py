"""The reference page says every key, as the types do."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from interlock.agreement import schema
from interlock.agreement.complaints import FUNCTIONS
from interlock.agreement.criteria import MAX_LENGTH, MAX_TERMS
from interlock.agreement.criterion import Criterion
from interlock.agreement.document import MAX_DEPTH, MAX_LINE, MAX_SIZE, MAX_VALUES
from interlock.agreement.hours import KEYS
from interlock.agreement.key import Key
from interlock.agreement.loading import load
from interlock.agreement.shape import Written, is_clause, item_of, members, value_of, written
from interlock.agreement.vocabulary import COUNTS, FACT_SCOPES, STATE_SCOPES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "agreement.md").read_text()

WORDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "date",
    schema.Duration: "length of time",
    Criterion: "condition",
}


def table(owner: Any) -> str:
    """The keys of a clause as the page shows them."""
    rows = [
        f"| {_key(each)} | {_kind(each.type, each.says)} | {each.says.meaning} |"
        for each in (written(owner).values())
    ]
    return "\n".join(["| key | what | meaning |", "|---|---|---|", *rows])


def _key(each: Written) -> str:
    return f"**`{each.key}`**" if each.required else f"`{each.key}`"


def _kind(type_: Any, says: Key) -> str:
    only = members(type_)[0]
    if item := item_of(only):
        kind = _kind(item, says)
        return kind if is_clause(item) else f"{kind}, one or several"
    if value := value_of(only):
        inner = value_of(value)
        return (
            f"{_kind(inner, says)} by name, by kind" if inner else f"{_kind(value, says)} by name"
        )
    if says.choices:
        return " \\| ".join(f"`{each}`" for each in says.choices)
    if issubclass(only, StrEnum):
        return " \\| ".join(f"`{each}`" for each in only)
    if is_clause(only):
        names = [re.sub(r"(?<!^)(?=[A-Z])", " ", each.__name__).lower() for each in members(type_)]
        return " or ".join(f"[{name}](#{name.replace(' ', '-')})" for name in names)
    return WORDS[only]


def clause_types(owner: Any, found: list[Any]) -> list[Any]:
    for each in written(owner).values():
        only = members(each.type)[0]
        inner = item_of(only) or only
        for kind in members(inner):
            if is_clause(kind) and kind not in found:
                clause_types(kind, [*found, kind])
                found.append(kind)
                clause_types(kind, found)
    return found


TYPES = [each for each in clause_types(schema.Agreement, []) if each is not schema.Calendar]


@pytest.mark.parametrize("owner", [schema.Agreement, *TYPES], ids=lambda owner: owner.__name__)
def test_the_page_has_the_table_of_every_clause(owner: Any) -> None:
    assert table(owner) in PAGE


@pytest.mark.parametrize(
    "word",
    [
        *(f"`{key}`" for key in KEYS),
        *(f"`{function}`" for function in FUNCTIONS),
        *(f"`{scope}.…`" for scope in (*STATE_SCOPES, *FACT_SCOPES)),
        *(f"`{scope}.{field}`" for scope, fields in COUNTS.items() for field in fields),
        f"{MAX_SIZE // 1024} KB",
        f"{MAX_LINE:,} characters",
        f"{MAX_DEPTH} levels",
        f"{MAX_VALUES:,} values",
        f"{MAX_LENGTH:,} characters",
        f"{MAX_TERMS} terms",
    ],
)
def test_the_page_says(word: str) -> None:
    assert word in PAGE


def test_the_example_of_the_page_is_right() -> None:
    (example,) = re.findall(r"```yaml\n(name: .*?)```", PAGE, re.DOTALL)
    assert load(example).problems == ()


if __name__ == "__main__":
    for each in [schema.Agreement, *TYPES]:
        print(f"\n### {each.__name__}\n\n{table(each)}")  # noqa: T201 - to paste into the page
