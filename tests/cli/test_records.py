"""Commands that lead from a number to what is behind it."""

from __future__ import annotations

import pytest

from tests.cli.test_replay import answer, run
from tests.operations.company import replayed
from tests.operations.test_read_metrics import counted
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


def test_metrics_goals_and_what_they_take() -> None:
    counted()
    said = run("metrics", "--each", "week").stdout
    printed = " ".join(said.replace("\N{EN DASH}", "-").split())
    assert "Week of 16 Mar 2026 so far: 12,345 EUR won" in printed
    assert "leakage 0 % (0/1; 0-79) 67 % (2/3; 21-94) 25 % (1/4; 5-70)" in printed
    assert "speed to lead - 1 h 3 h 59 min" in printed
    assert "Revenue, March 2026 behind 12,345 of 100,000 EUR" in printed
    assert "100,000 EUR at 12,345 a sale, leads needed" in printed
    assert "all 90 65 17 9 web (100 %) 41 33 17 9" in printed
    goals = " ".join(run("promises").stdout.split())
    assert "Goals of both sides" in goals
    found = answer("metrics", "--each", "week")
    (row,) = (each for each in found["rows"] if each["name"] == "acceptance")
    assert [cell["rate"]["denominator"] for cell in row["cells"]] == [1, 3, 4]
    assert run("metrics", "--each", "century").exit_code == 2


def test_metrics_before_a_whole_period_is_known_say_so() -> None:
    counted()
    assert "No whole year yet" in run("metrics", "--each", "year").stdout
