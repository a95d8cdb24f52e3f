"""The history of a clause over the versions that count."""

from __future__ import annotations

import pytest

from interlock.agreement.diff import Kind
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.read_clause_history import read_clause_history
from tests.agreement.small import SMALL, changed

pytestmark = pytest.mark.django_db


def test_each_version_that_changed_it_says_how() -> None:
    adopt(SMALL, by=COMMAND_LINE)
    second = changed("in_force_from: 2026-01-01", "in_force_from: 2026-02-01")
    second = changed("version: 1", "version: 2", second)
    adopt(changed("target: 100", "target: 120", second), by=COMMAND_LINE)
    third = second.replace("2026-02-01", "2026-03-01").replace("version: 2", "version: 3")
    adopt(changed("4 working hours", "2 working hours", third), by=COMMAND_LINE)
    volume = [
        (each.version, each.kind, each.says) for each in read_clause_history("promises.volume")
    ]
    assert volume == [
        ("3", Kind.CHANGED, ("target from 120 to 100",)),
        ("2", Kind.CHANGED, ("target from 100 to 120",)),
        ("1", None, ()),
    ]
    assert [each.version for each in read_clause_history("promises.first-touch")] == ["3", "1"]
    assert read_clause_history("promises.nothing") == ()


def test_without_an_agreement_there_is_no_history() -> None:
    assert read_clause_history("stages.mql") == ()
