"""Commands that lead from a number to what is behind it."""

from __future__ import annotations

import pytest

from tests.cli.test_replay import answer, run
from tests.operations.company import replayed
from tests.operations.test_read_period import measured

pytestmark = pytest.mark.django_db


def test_the_records_behind_a_number() -> None:
    measured()
    found = answer("promises", "--records", "quality", "--period", "2026-03-12")
    assert [each["person"]["key"] for each in found["records"]] == ["p7", "p6", "p5"]
    printed = " ".join(run("promises", "--records", "volume").stdout.split())
    assert "volume, week of 16 Mar 2026: 1 of 2 (behind)" in printed
    assert "Person 8" in printed
    assert "counts by the fact Person 8" in printed  # and no column of nobodies
    calls = run("promises", "--records", "calls", "--member", "cy", "--period", "2026-03-09")
    assert "by the fact whose" in " ".join(calls.stdout.split())
    refused = run("promises", "--records", "volum")
    assert (refused.exit_code, "There are volume, quality" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    "words", [("--period", "2026-03-12"), ("--records", "volume", "--by", "week")]
)
def test_options_that_do_not_go_together(words: tuple[str, ...]) -> None:
    assert run("promises", *words).exit_code == 2


def test_why_a_sale_and_a_channel_have_their_credit() -> None:
    replayed()
    printed = " ".join(run("attribution", "--sale", "o1", "--of", "(unknown)").stdout.split())
    assert "12,345.00 / 2 = 6,172.500000" in printed
    assert "6,172.50 + 6,172.50 = 12,345.00" in printed
    assert "sourced by marketing 1 12,345.00 1 12,345.00" in printed
    found = answer("attribution", "--model", "markov", "--of", "(unknown)")
    assert found["because"][0]["formula"].startswith("12,345.00 × 1 / 1 = 12,345.00")
    assert found["sourced"]["influenced"]["count"] == 1
