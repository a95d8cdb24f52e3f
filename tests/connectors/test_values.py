"""Cells to values, against hand-made cases and the standard library's zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from interlock.connectors.money import amount_of, minor_units
from interlock.connectors.values import (
    SKIPPED,
    Cached,
    Refused,
    choice_parser,
    decimal_of,
    emptiness,
    flag_parser,
    instant_parser,
    integer_parser,
    number_parser,
)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("cell", "locale", "expected"),
    [
        ("1234.5", "", "1234.5"),
        ("-3", "", "-3"),
        ("1e3", "", "1000"),
        ("1,234.5", "en_US", "1234.5"),
        ("1.234,50", "de_DE", "1234.50"),
        ("1 234,5", "fr_FR", "1234.5"),
        ("1\N{NARROW NO-BREAK SPACE}234,5", "fr_FR", "1234.5"),
        ("1'234.50", "de_CH", "1234.50"),
        ("12,50,000", "en_IN", "1250000"),
        ("\N{MINUS SIGN}5", "en_US", "-5"),
        (12, "de_DE", "12"),
        (0.1, "de_DE", "0.1"),
        (Decimal("1.50"), "", "1.50"),
    ],
)
def test_numbers_by_locale(cell: str | float | Decimal, locale: str, expected: str) -> None:
    assert decimal_of(cell, locale) == Decimal(expected)


@pytest.mark.parametrize(
    ("cell", "locale"),
    [
        ("1,234.5", ""),  # not plain: which country?
        ("1.234,50", "en_US"),
        ("12,34", "en_US"),
        ("nan", "en_US"),
        ("Infinity", ""),
        ("1_000", "en_US"),
        ("", "en_US"),
        ("12 apples", "en_US"),
        ("٣", ""),
    ],
)
def test_what_is_no_number_there(cell: str, locale: str) -> None:
    found = decimal_of(cell, locale)
    assert found is None or cell == "٣"  # digits of another script are digits


@given(
    st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["en_US", "de_DE", "fr_FR", "sv_SE"])
)
def test_what_babel_writes_is_read_back(number: Decimal, locale: str) -> None:
    assert decimal_of(format_decimal(number, locale=locale), locale) == number


def test_whole_numbers_have_64_bits() -> None:
    parse = integer_parser("")
    assert (parse("5"), parse("5.0"), parse(7.0)) == (5, 5, 7)
    assert "not a whole number" in parse("5.5").reason
    assert "too large" in parse("9" * 30).reason
    assert "too large" in number_parser("")("1e999").reason
    assert "say how numbers are written" in number_parser("")("1,5").reason
    assert "as de_DE writes it" in number_parser("de_DE")("1,5,5").reason


def test_a_column_says_how_small_its_numbers_may_be() -> None:
    parse = integer_parser("", 0)
    assert (parse("0"), parse("5")) == (0, 5)
    assert parse("-1").reason == "`-1` is less than 0"
    assert integer_parser("")("-1") == -1


@pytest.mark.parametrize(
    ("cell", "locale", "currency", "minor"),
    [
        ("$342.09K", "en_US", "USD", 34_209_000),
        ("$1,117.10K", "en_US", "USD", 111_710_000),
        ("1.234,50 €", "de_DE", "EUR", 123_450),
        ("EUR 1.234,50", "de_DE", "EUR", 123_450),
        ("1,2 Mio. €", "de_DE", "EUR", 120_000_000),
        ("($12.00)", "en_US", "USD", -1_200),
        ("-$5", "en_US", "USD", -500),
        ("$-5", "en_US", "USD", -500),
        ("5-", "en_US", "USD", -500),
        ("CA$7", "en_US", "CAD", 700),
        ("$7", "en_US", "CAD", 700),
        ("¥1,500", "en_US", "JPY", 1_500),
        ("BHD 1.234", "en_US", "BHD", 1_234),
        ("2.5bn", "en_US", "USD", 250_000_000_000),
        ("0.005", "", "EUR", 1),
        ("-0.005", "", "EUR", -1),
        (12.5, "de_DE", "EUR", 1_250),
        ("1234.50", "", "EUR", 123_450),
    ],
)
def test_money(cell: str | float, locale: str, currency: str, minor: int) -> None:
    amount = amount_of(cell, locale, currency)
    assert not isinstance(amount, Refused)
    assert minor_units(amount, currency) == minor


@pytest.mark.parametrize(
    ("cell", "locale", "currency", "reason"),
    [
        ("$5", "", "USD", "money: en_US"),
        ("€5", "en_US", "USD", "the row's currency is USD"),
        ("5 GBP", "en_US", "EUR", "is in `GBP`"),
        ("five", "en_US", "USD", "not an amount"),
        ("1.234,50 €", "en_US", "EUR", "as en_US writes it"),
    ],
)
def test_what_is_no_such_money(cell: str, locale: str, currency: str, reason: str) -> None:
    found = amount_of(cell, locale, currency)
    assert isinstance(found, Refused)
    assert reason in found.reason


def test_an_amount_of_more_than_64_bits_is_refused() -> None:
    assert isinstance(minor_units(Decimal(10) ** 20, "EUR"), Refused)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-03-02", "2026-03-02T00:00:00-05:00"),
        ("2026-03-02 09:30", "2026-03-02T09:30:00-05:00"),
        ("2026-03-02T09:30:15.9", "2026-03-02T09:30:15-05:00"),
        ("2026-03-02 09:30:00 UTC", "2026-03-02T09:30:00+00:00"),
        ("2026-03-02 09:30:00 +0100", "2026-03-02T09:30:00+01:00"),
        ("2011-10-01T00:38:44.880+02:00", "2011-10-01T00:38:44+02:00"),
        ("15 Apr, 2021 00:03:00", "2021-04-15T00:03:00-04:00"),
        ("1772443800", "2026-03-02T09:30:00+00:00"),
        # the clock goes from 02:00 to 03:00 on 8 March, and from 02:00 back to 01:00 on 1 November
        ("2026-03-08 02:30", "2026-03-08T03:30:00-04:00"),
        ("2026-11-01 01:30", "2026-11-01T01:30:00-04:00"),
        ("2026-11-01 02:30", "2026-11-01T02:30:00-05:00"),
    ],
)
def test_instants(cell: str, expected: str) -> None:
    parse = instant_parser(("%d %b, %Y %H:%M:%S", "unix"), "America/New_York")
    assert parse(cell) == at(expected)


def test_milliseconds_of_unix() -> None:
    assert instant_parser(("unix ms",), "UTC")(1_772_443_800_999) == 1_772_443_800


@pytest.mark.parametrize(
    "cell",
    [
        "1e300",
        "99999999999999",
        "-99999999999999",
        "0001-01-01",  # a day before it in New York
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_what_no_calendar_has_in_every_zone_is_refused(cell: str) -> None:
    found = instant_parser(("unix",), "UTC")(cell)
    assert isinstance(found, Refused)
    assert found.reason == (
        f"`{cell}` is a date that no calendar has; "
        "if it means that there is none, name it under `empty`"
    )


def test_the_last_day_of_the_last_year_is_one() -> None:
    assert instant_parser((), "America/New_York")("9999-12-31") == 253_402_232_400


@pytest.mark.parametrize(
    "cell", ["2026-02-30", "02.03.2026", "soon", "2026-03-02 25:00", "0000-00-00"]
)
def test_what_is_no_date_says_which_form_is_wanted(cell: str) -> None:
    found = instant_parser(("%d/%m/%Y",), "UTC")(cell)
    assert isinstance(found, Refused)
    assert "%d/%m/%Y" in found.reason


ZONES = st.sampled_from(
    ["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
)


@pytest.mark.timezone
@given(st.datetimes(datetime(1975, 1, 1), datetime(2090, 1, 1)), ZONES)  # noqa: DTZ001 - local times
def test_a_local_time_that_exists_once_is_that_instant(local: datetime, zone: str) -> None:
    place = ZoneInfo(zone)
    local = local.replace(microsecond=0)
    instants = {
        instant
        for fold in (0, 1)
        for instant in [local.replace(tzinfo=place, fold=fold).astimezone(UTC)]
        if instant.astimezone(place).replace(tzinfo=None) == local
    }
    parsed = instant_parser((), zone)(local.isoformat())
    found = datetime.fromtimestamp(parsed, UTC)
    if instants:
        assert found == min(instants)  # a repeated hour is meant the first time
    else:
        shown = found.astimezone(place).replace(tzinfo=None)
        assert timedelta(0) < shown - local <= timedelta(hours=1)  # a skipped one is moved on


def test_flags() -> None:
    parse = flag_parser()
    assert [parse(cell) for cell in ("Yes", "TRUE", "1", "n", "false", 0)] == [
        *(True, True, True),
        *(False, False, False),
    ]
    assert isinstance(parse("maybe"), Refused)
    own = flag_parser(("Ja",), ("Nein",))
    assert (own("ja"), own("NEIN")) == (True, False)
    assert isinstance(own("yes"), Refused)
    assert flag_parser(("x",))("anything else") is False


def test_choices() -> None:
    synonyms = {"accept": ("Contacted", "Attempted to Contact"), "reject": ("Junk",)}
    parse = choice_parser(("accept", "reject", "win"), synonyms, "refuse")
    assert [parse(cell) for cell in ("contacted", "JUNK", "win", "Accept")] == [
        *("accept", "reject", "win", "accept")
    ]
    assert "name it under `choices`" in parse("Lost").reason
    assert choice_parser(("accept",), {}, "leave empty")("Lost") is None
    assert choice_parser(("accept",), {}, "skip row")("Lost") is SKIPPED
    assert choice_parser((), synonyms, "keep")("Lost") == "Lost"


def test_empty_words() -> None:
    is_empty = emptiness(frozenset({"", "select", "straße".casefold()}))
    assert [is_empty(cell) for cell in (None, "  ", "Select", "STRASSE", "Selected", 0)] == [
        *(True, True, True, True),
        *(False, False),
    ]


def test_each_distinct_cell_is_parsed_once() -> None:
    asked: list[str] = []

    def parse(cell: str) -> str:
        asked.append(cell)
        return cell.upper()

    cached = Cached(parse)
    assert cached.column(["a", "b", "a", "a"]) == ["A", "B", "A", "A"]
    assert cached.column(["b", "c"]) == ["B", "C"]
    assert (asked, cached.clean) == (["a", "b", "c"], True)


@pytest.mark.parametrize(
    ("text", "formats", "said"),
    [
        ("03.04.2026", (), 'say its form with `dates: "%d.%m.%Y"`'),
        ("31.04.2026", (), 'say its form with `dates: "%d.%m.%Y"`'),
        ("03.04.2026 14:05", ("%d.%m.%Y",), 'say its form with `dates: "%d.%m.%Y %H:%M"`'),
        ("12/31/2026", (), 'say its form with `dates: "%m/%d/%Y"`'),
        ("03/04/2026", (), 'with `dates: "%d/%m/%Y"` or `dates: "%m/%d/%Y"`'),
        ("soon", (), "say its form with `dates`"),
        ("123456", (), "say its form with `dates`"),
        ("31.04.2026", ("%d.%m.%Y",), "nor of 2026-01-31 09:00:00"),
    ],
)
def test_the_form_of_a_date_that_is_refused_is_said(
    text: str, formats: tuple[str, ...], said: str
) -> None:
    refused = instant_parser(formats, "UTC")(text)
    assert isinstance(refused, Refused)
    assert refused.reason.endswith(said)
