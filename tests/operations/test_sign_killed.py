"""Who dies while signing has signed or has not: no half of it is kept, and it is signed on.

INTERLOCK_TEST_KILLS=100 kills before every statement; the suite kills less often.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.stores import fresh_store, with_tables

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("INTERLOCK_TEST_KILLS", "5"))


@pytest.fixture(scope="module")
def directors(
    django_db_setup: None,  # noqa: ARG001 - the tables
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[dict[str, Any]]:
    """What stood in the store while marketing's, and then while the director of sales died."""
    folder = tmp_path_factory.mktemp("signed")
    with django_db_blocker.unblock():
        with_tables(folder)
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.kill_signing", folder, str(KILLS)],
        env=fresh_store(folder),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_who_dies_before_the_commit_has_not_signed(directors: list[dict[str, Any]]) -> None:
    for each in directors:
        *killed, _ = each["after"]
        assert len(killed) > min(each["statements"], KILLS) > 4
        assert all(found == each["before"] for found in killed)


def test_who_dies_after_it_has_signed_and_the_other_signs_on(
    directors: list[dict[str, Any]],
) -> None:
    marketing, sales = directors
    one, both = marketing["after"][-1], sales["after"][-1]
    before = marketing["before"]
    assert one == before | {
        "sentence": "Not in force yet: the signature of sales is missing. "
        "It counts from 2 March 2026 on.",
        "signed": ["marketing"],
        "notices": before["notices"] + 1,
        "trail": [*before["trail"], ["sign", "ada@example.com"]],
    }
    assert sales["before"] == one
    assert both == one | {
        "sentence": "Signed by Ada for marketing and Bo for sales: in force from 2 March 2026 on.",
        "signed": ["marketing", "sales"],
        "in force": ["1", "2"],
        "jobs": [1, 1],
        "trail": [*one["trail"], ["sign", "bo@example.com"], ["adopt", "the worker"]],
    }
    assert both["sound"]
