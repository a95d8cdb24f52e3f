from __future__ import annotations

import pytest

from tests.agreement.small import SMALL, agreement, changed, problems, sentences

HOURS = "hours: {mon: 09:00-17:00, tue: 09:00-17:00}"


def definition(text: str) -> dict[str, object]:
    return agreement(text).calendars[0].definition


@pytest.mark.parametrize(
    "hours",
    [
        "hours: {mon: '09:00-12:00, 13:00-17:00'}",
        "hours: {mon: [09:00-12:00, 13:00-17:00]}",
        "hours: {mon: [[09:00, 12:00], [13:00, 17:00]]}",
        "hours: {mon: ['09:00 to 12:00', '13:00 - 17:00']}",
    ],
)
def test_openings_may_be_written_in_several_ways(hours: str) -> None:
    assert definition(changed(HOURS, hours)) == {
        "timezone": "Europe/Oslo",
        "hours": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]},
    }


def test_holidays_of_a_country_become_dates_around_the_first_day_in_force() -> None:
    found = definition(changed(HOURS, HOURS + "\n    holidays: {country: NO}"))["holidays"]
    assert isinstance(found, list)
    assert (found[0], found[-1]) == ("2011-01-01", "2051-12-26")
    in_2026 = {day for day in found if day.startswith("2026")}
    assert in_2026 == {  # listed by hand
        "2026-01-01",
        "2026-04-02",
        "2026-04-03",
        "2026-04-05",
        "2026-04-06",
        "2026-05-01",
        "2026-05-14",
        "2026-05-17",
        "2026-05-24",
        "2026-05-25",
        "2026-12-25",
        "2026-12-26",
    }


def test_holidays_of_a_part_of_a_country_and_listed_days_join() -> None:
    holidays = "holidays: {country: DE, subdivision: BY, dates: [2026-12-24, 2026-01-06]}"
    found = definition(changed(HOURS, f"{HOURS}\n    {holidays}"))["holidays"]
    assert isinstance(found, list)
    assert found == sorted(set(found))
    assert {"2026-12-24", "2026-01-06", "2026-06-04"} <= set(found)


@pytest.mark.parametrize(
    ("country", "begin", "review", "known"),
    [
        ("NO", 2026, 2051, None),
        ("NO", 2026, 2052, "from 2011 to 2051"),
        ("LK", 2026, 2026, None),
        ("LK", 2026, 2027, "from 2011 to 2026"),  # the library has been told so far
        ("LK", 2045, 2046, "from 2003 to 2026"),
        ("IN", 2035, 2035, None),
        ("IN", 2035, 2036, "from 2020 to 2035"),  # as the library warns
    ],
)
@pytest.mark.filterwarnings("error")
def test_years_whose_holidays_are_not_known_are_said(
    country: str, begin: int, review: int, known: str | None
) -> None:
    text = changed(HOURS, f"{HOURS}\n    holidays: {{country: {country}}}")
    text = text.replace("in_force_from: 2026-01-01", f"in_force_from: {begin}-01-01")
    text = text.replace("review_by: 2026-12-31", f"review_by: {review}-12-31")
    about = [problem for problem in problems(text) if "holidays" in problem]
    assert len(about) == (known is not None)
    assert all(f"are known {known} only" in problem for problem in about)


def test_listed_holidays_and_other_hours_are_kept() -> None:
    more = "holidays: [2026-05-15]\n    date_overrides: {2026-12-24: 09:00-12:00, 2026-12-31: []}"
    found = definition(changed(HOURS, f"{HOURS}\n    {more}"))
    assert found["holidays"] == ["2026-05-15"]
    assert found["date_overrides"] == {"2026-12-24": [["09:00", "12:00"]], "2026-12-31": []}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "timezone: Europe/Oslo",
            "timezone: Europe/Olso",
            (
                'timezone: "Europe/Olso" is not a time zone of the IANA database'
                " (did you mean `Europe/Oslo`?)"
            ),
        ),
        (
            "mon: 09:00-17:00",
            "mon: nine to five",
            'hours.mon.0: "nine to five" is not a pair (write ["09:00", "17:00"])',
        ),
        (
            HOURS,
            f"{HOURS}\n    holidays: {{country: NX}}",
            (
                "`NX` is not a country whose holidays are known"
                " (write the two letters of ISO 3166: DE)"
            ),
        ),
        (
            HOURS,
            f"{HOURS}\n    holidays: {{country: AT, subdivision: 10}}",
            (
                "`10` is not a part of AT whose holidays are known"
                " (there are 1, 2, 3, 4, 5, 6, 7, 8, 9)"
            ),
        ),
        (
            HOURS,
            f"{HOURS}\n    holidays: {{contry: NO}}",
            "`contry` is not a key here (did you mean `country`?)",
        ),
        (
            HOURS,
            f"{HOURS}\n    holidays: {{country: [NO]}}",
            "`['NO']` is not a country whose holidays are known (did you mean `NO`?)",
        ),
        (
            HOURS,
            f"{HOURS}\n    holidays: {{country: AT, subdivision: [1]}}",
            (
                "`['1']` is not a part of AT whose holidays are known"
                " (there are 1, 2, 3, 4, 5, 6, 7, 8, 9)"
            ),
        ),
        (
            HOURS,
            f"{HOURS}\n    holidays: {{country: NO, dates: [[2026-05-15]]}}",
            "holidays.0: ['2026-05-15'] is not a date (write YYYY-MM-DD)",
        ),
        (
            HOURS,
            f"{HOURS}\n    holidays: {{country: NO, dates: [~]}}",
            "holidays.0: None is not a date (write YYYY-MM-DD)",
        ),
        (HOURS, "hours: {mon: []}", "this calendar never opens (give hours to at least one day)"),
        (HOURS, f"{HOURS}\n    holdays: []", "holdays: unknown key (did you mean `holidays`?)"),
        (f"\n    {HOURS}", "", "`hours` is missing"),
    ],
)
def test_a_wrong_calendar_is_said_with_the_way_out(old: str, new: str, expected: str) -> None:
    (found,) = problems(changed(old, new))
    assert found.partition("[calendars.oslo]: ")[2] == expected


def test_a_calendar_that_is_no_mapping_is_said() -> None:
    text = SMALL.replace(SMALL[SMALL.index("  oslo:") : SMALL.index("stages:")], "  oslo: 9 to 5\n")
    (found,) = problems(text)
    assert "keys with values are needed here (it needs `timezone` and `hours`)" in found


def test_hours_read_as_a_sentence() -> None:
    hours = "hours: {mon: 09:00-17:00, tue: 09:00-17:00, wed: [09:00-12:00, 13:00-15:00], sat: []}"
    more = "holidays: [2026-05-15]\n    date_overrides: {2026-12-24: []}"
    found = sentences(changed(HOURS, f"{hours}\n    {more}"))
    assert found["calendars.oslo"] == (
        "Oslo office: Monday to Tuesday 09:00\u201317:00, Wednesday 09:00\u201312:00 and"
        " 13:00\u201315:00, Europe/Oslo time, closed on one holiday in 2026, other hours on one"
        " date."
    )


@pytest.mark.parametrize(
    ("holidays", "closed"),
    [
        ("country: NO", "the public holidays of Norway"),
        ("country: GB, subdivision: ENG", "the public holidays of United Kingdom (ENG)"),
        (
            "country: NO, dates: [2026-05-15, 2026-05-17]",
            "the public holidays of Norway and one day more",
        ),
    ],
)
@pytest.mark.parametrize("day", ["2026-01-01", "2027-01-01"])
def test_named_holidays_read_as_whose_they_are_whatever_the_first_day(
    holidays: str, closed: str, day: str
) -> None:
    text = changed(HOURS, f"{HOURS}\n    holidays: {{{holidays}}}")
    found = sentences(text.replace("in_force_from: 2026-01-01", f"in_force_from: {day}"))
    assert found["calendars.oslo"].endswith(f"Europe/Oslo time, closed on {closed}.")
