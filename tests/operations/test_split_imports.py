"""A history that comes in two imports is the history that comes in one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from interlock.agreement.schema import Agreement
from interlock.facts.kinds import KINDS
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.rebuild import rebuild
from interlock.replay.outcome import ABSENT
from tests.operations.test_audit import rows as verdicts
from tests.replay.companies import START, agreements, histories
from tests.replay.tables import Row
from tests.replay.test_oracle import END
from tests.support.arriving import came

pytestmark = pytest.mark.django_db


def received(rows: list[Row], at: int) -> None:
    """An import of each kind, at the instant."""
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_kind[str(row["kind_of_fact"])].append({**row})
    for kind, found in by_kind.items():
        columns: dict[str, list[Any]] = {
            column.name: [row.get(column.name, column.default) for row in found]
            for column in KINDS[kind].columns
        }
        came(kind, at, columns)


def with_keys(rows: list[Row]) -> list[Row]:
    """The rows as an export has them: each with an id, what lasts with when it became true."""
    made: list[Row] = []
    for number, row in enumerate(rows):
        kind = KINDS[str(row["kind_of_fact"])]
        # what has always been so is so since the import that told it: this is of one with dates
        at = START if row["instant"] == ABSENT else row["instant"]
        own = {"id": f"{kind.name}{number}", "name": f"row {number}"} | {**row}
        own |= {kind.at: at} if kind.at else {}
        made.append(own | ({"created_at": at, "updated_at": at} if kind.versioned else {}))
    return made


def shown(imports: list[list[Row]]) -> Any:
    """The verdicts and findings of a store that has these imports, and is then as it was."""
    with transaction.atomic():
        for number, rows in enumerate(imports):
            received(rows, END - 100 + number)
        rebuilt = rebuild(by=COMMAND_LINE, as_of=END)
        assert rebuilt.trouble == ""
        found = (verdicts(), rebuilt.facts, rebuilt.people)
        transaction.set_rollback(True)
    return found


class Properties(TestCase):
    """Each example has the store for itself."""

    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=20)
    @given(agreements(numbers=True), histories(), st.integers(0, 30))
    def test_two_imports_are_as_one(self, agreement: Agreement, rows: list[Row], cut: int) -> None:
        assert adopt(agreement.source, by=COMMAND_LINE).version is not None
        keyed = with_keys(rows)
        assert shown([keyed[:cut], keyed[cut:]]) == shown([keyed])
