"""Wrong calendars: every problem at once, each with its place and the way out."""

import pytest

from interlock.agreement.hours import read_hours
from interlock.replay.worktime import WorkCalendar


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        ("nine to five", 'calendar: "nine to five" is not a calendar; write a mapping with'),
        ({}, "timezone: is missing; name a time zone"),
        ({"timezone": "Europe/Osla"}, "did you mean `Europe/Oslo`?"),
        ({"timezone": "Europe"}, 'timezone: "Europe" is not a time zone'),
        ({"timezone": "localtime"}, 'timezone: "localtime" is not a time zone'),
        ({"timezone": "right/Europe/Oslo"}, "is not a time zone"),
        ({"timezone": 1}, "timezone: 1 is not a time zone"),
        ({"timezone": "UTC", "holiday": []}, "holiday: unknown key; did you mean `holidays`?"),
        ({"timezone": "UTC", "hours": []}, "hours: [] is not a mapping"),
        ({"timezone": "UTC", "hours": {"monday": []}}, "hours.monday: unknown key"),
        (
            {"timezone": "UTC", "hours": {"mon": [["25:00", "26:00"]]}},
            'hours.mon[0]: "25:00" is not a time of day; write HH:MM up to 24:00',
        ),
        ({"timezone": "UTC", "hours": {"mon": [["09:60", "17:00"]]}}, "hours.mon[0]"),
        ({"timezone": "UTC", "hours": {"mon": [["9:00", "17:00"]]}}, '"9:00" is not a time'),
        ({"timezone": "UTC", "hours": {"mon": [["09:00"]]}}, "hours.mon[0]: ['09:00'] is not a"),
        ({"timezone": "UTC", "hours": {"mon": "09:00-17:00"}}, "hours.mon: "),
        ({"timezone": "UTC", "hours": {"mon": [["24:00", "02:00"]]}}, "opens none"),
        ({"timezone": "UTC", "holidays": "2026-12-25"}, "holidays: "),
        (
            {"timezone": "UTC", "holidays": ["2026-02-30"]},
            'holidays[0]: "2026-02-30" is not a date',
        ),
        ({"timezone": "UTC", "date_overrides": {"May": []}}, "date_overrides.May: "),
        (
            {"timezone": "UTC", "breaks": {"2026-05-04": [["12:00", "x"]]}},
            'breaks.2026-05-04[0]: "x" is not a time of day',
        ),
    ],
)
def test_a_wrong_definition_names_the_place_and_the_way_out(
    definition: object, problem: str
) -> None:
    hours, problems = read_hours(definition)
    assert hours is None
    assert any(problem in str(found) for found in problems), problems
    with pytest.raises(ValueError, match=r"is|unknown|opens"):
        WorkCalendar.from_dict(definition)


def test_all_problems_are_told_at_once() -> None:
    definition = {
        "timezone": "Oslo",
        "hours": {"mon": [["09:00", "17:00"], ["18:00", "30:00"]], "tu": []},
        "holidays": ["tomorrow"],
    }
    _, problems = read_hours(definition)
    assert [problem.path for problem in problems] == [
        ("timezone",),
        ("hours", "tu"),
        ("hours", "mon", 1),
        ("holidays", 0),
    ]
