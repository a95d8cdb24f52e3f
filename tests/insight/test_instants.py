from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from interlock.insight.instants import HALF_DAYS, half_days, week_after, week_of, weeks

ZONES = [
    ZoneInfo(name)
    for name in ("UTC", "Europe/Amsterdam", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana")
]
INSTANTS = st.integers(
    int(datetime(2009, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2012, 12, 31, tzinfo=UTC).timestamp()),
)


@given(st.lists(INSTANTS, max_size=20), st.sampled_from(ZONES))
def test_many_weeks_are_the_week_of_each(instants: list[int], zone: ZoneInfo) -> None:
    assert weeks(np.array(instants, np.int64), zone).tolist() == [
        week_of(instant, zone) for instant in instants
    ]


@given(INSTANTS, st.sampled_from(ZONES))
def test_a_half_day_is_what_the_wall_clock_shows(instant: int, zone: ZoneInfo) -> None:
    local = datetime.fromtimestamp(instant, zone)
    half = "mornings" if local.hour < 12 else "afternoons"
    [position] = half_days(np.array([instant], np.int64), zone)
    assert HALF_DAYS[position] == f"{local:%A} {half}"


def test_a_week_begins_on_the_zones_monday_and_not_on_utcs() -> None:
    sunday_evening_in_utc = int(datetime(2026, 3, 1, 23, 30, tzinfo=UTC).timestamp())
    assert week_of(sunday_evening_in_utc, ZoneInfo("UTC")) == int(
        datetime(2026, 2, 23, tzinfo=UTC).timestamp()
    )
    assert week_of(sunday_evening_in_utc, ZoneInfo("Europe/Amsterdam")) == int(
        datetime(2026, 3, 1, 23, tzinfo=UTC).timestamp()
    )


@given(INSTANTS, st.sampled_from(ZONES))
def test_the_week_after_begins_when_this_one_ends(instant: int, zone: ZoneInfo) -> None:
    week = week_of(instant, zone)
    after = week_after(week, zone)
    assert week <= instant < after
    assert week_of(after, zone) == after
    assert week_of(after - 1, zone) == week
    assert week_after(after, zone, by=-1) == week
