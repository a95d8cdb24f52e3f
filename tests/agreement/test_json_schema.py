"""The schema is judged by a validator that we did not write."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from interlock.agreement.json_schema import json_schema
from interlock.agreement.templates import template_names, template_text
from tests.agreement.small import SMALL, changed

VALIDATOR = Draft202012Validator(json_schema())


def faults(text: str) -> list[str]:
    yaml = YAML(typ="safe", pure=True)
    tree: Any = yaml.load(StringIO(text))
    return [error.json_path for error in VALIDATOR.iter_errors(plain(tree))]


def plain(tree: Any) -> Any:
    """Dates as text, as an editor sees them."""
    if isinstance(tree, dict):
        return {str(key): plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    return str(tree) if isinstance(tree, date) else tree


def test_it_is_a_schema() -> None:
    of_schemas = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    assert [*of_schemas.iter_errors(json_schema())] == []


@pytest.mark.parametrize("name", template_names())
def test_every_template_is_valid(name: str) -> None:
    assert faults(template_text(name)) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("name: Small", "nmae: Small", "$"),
        ("says: Sales calls.", "sais: Sales calls.", "$.promises['first-touch']"),
        ("owner: sales", "owner: sale", "$.stages.sal.owner"),
        ("for: reject", "for: rejct", "$.reasons.not_now.for"),
        ("each: month", "each: moon", "$.promises.volume"),
        ("in_force_from: 2026-01-01", "in_force_from: [2026]", "$.in_force_from"),
        (
            "within: 4 working hours",
            "within: 4 working hours\n    delays: {reaction: sale}",
            "$.promises['first-touch']",
        ),
        ("mon: 09:00-17:00", "mod: 09:00-17:00", "$.calendars.oslo.hours"),
    ],
)
def test_slips_are_seen(old: str, new: str, path: str) -> None:
    assert path in faults(changed(old, new))


def test_the_unspoiled_file_is_valid() -> None:
    assert faults(SMALL) == []


def test_every_key_says_what_it_means() -> None:
    schema = json_schema()
    objects = [("Agreement", schema), *schema["$defs"].items()]
    silent = [
        f"{name}.{key}"
        for name, each in objects
        for form in (each, *each.get("anyOf", []))
        for key, value in form.get("properties", {}).items()
        if not value.get("description")
    ]
    assert silent == []
