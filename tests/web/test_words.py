"""How pages write values."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import override

from interlock.agreement.wording import article
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.open_draft import open_draft
from interlock.web.templatetags.interlock import (
    coded,
    left,
    month_words,
    of_key,
    timed,
    valued,
    whole,
)
from tests.operations.company import agreement_text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (49.96, "49.96"),
        (44.437242, "44.44"),
        (39.996, "39.996"),
        (39.496, "39.496"),
        (39.999_999_9, "40"),
        (49.999999, "49.999999"),
        (50.0, "50"),
        (0.1 + 0.2, "0.3"),
        (1234.5, "1,234.5"),
        (100, "100"),
        (1_000_000.0, "1,000,000"),
        (-0.5, "-0.5"),
        (None, "unknown"),
        (True, "yes"),
        ("NO", "“NO”"),
    ],
)
def test_a_value_is_shown_as_precisely_as_tells_it_from_a_shorter_one(
    value: str | float | bool | None,  # noqa: FBT001 - a value of a criterion
    words: str,
) -> None:
    assert valued(value) == words


@pytest.mark.parametrize(
    "said",
    [
        "an automation lead",
        "an Operations director",
        "a plant director",
        "a user",
        "a university buyer",
        "an unimpressed buyer",
        "an uninvited guest",
        "a one-person firm",
        "an hourly worker",
        "a VP",
        "an IT manager",
        "an HR lead",
        "an MQL",
        "an SDR",
        "a CFO",
        "a Hungarian buyer",
        "a ",
    ],
)
def test_a_word_has_the_article_that_it_is_spoken_with(said: str) -> None:
    assert article(said.partition(" ")[2]) == said.partition(" ")[0]


def test_what_stands_between_backticks_is_code_and_nothing_else_is_markup() -> None:
    said = coded("`<b>` is no stage; did you mean `mql`? One ` alone stays.")
    assert said == (
        "<code>&lt;b&gt;</code> is no stage; did you mean <code>mql</code>? One ` alone stays."
    )


def test_an_instant_in_a_text_is_read_in_the_zone_of_the_page() -> None:
    with override("Europe/Oslo"):
        assert timed("as of 2026-11-26T14:49:51+00:00, twice") == "as of 26 Nov 2026, 15:49, twice"
        assert timed("until 2026-07-01T10:00:00Z") == "until 1 Jul 2026, 12:00"
        assert timed("version 2026-07-01") == "version 2026-07-01"


def test_a_key_is_shown_as_the_name_that_it_has() -> None:
    assert [of_key({"p1": "Cleo Berg"}, key) for key in ("p1", "p2")] == ["Cleo Berg", "p2"]


def test_amounts_and_months_are_as_people_say_them() -> None:
    assert (whole(9_287.8), whole(0)) == ("9,288", "0")
    assert month_words("2026-03") == "Mar 2026"


@pytest.mark.django_db
def test_what_a_clauses_field_means_shows_code_as_code(as_reader: Client) -> None:
    adopt(agreement_text(), by=COMMAND_LINE)
    draft = open_draft("A try", by=COMMAND_LINE).draft
    page = as_reader.get(f"/agreement/drafts/{draft}/stages.mql").content.decode()
    assert "<code>start</code> for none" in page


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(59, "59 s left"), (0, "no time left"), (-59, "late by 59 s"), (-24 * 3_600, "late")],
)
def test_what_a_clock_has_left_is_said_in_words(seconds: int, words: str) -> None:
    assert left(seconds).replace("\N{NO-BREAK SPACE}", " ") == words
