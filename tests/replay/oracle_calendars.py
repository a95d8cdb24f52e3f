"""The agreement's calendars for the slow replay, by the scalar methods alone."""

from __future__ import annotations

import ast
from functools import lru_cache

from interlock.agreement.schema import Agreement
from interlock.replay.worktime import WorkCalendar

_DAY_AND_NIGHT = {
    "timezone": "UTC",
    "hours": {
        day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    },
}


def calendar_of(agreement: Agreement, id: str) -> WorkCalendar:
    """The calendar of that id; day and night where the agreement has none such."""
    definitions = {calendar.id: calendar.definition for calendar in agreement.calendars}
    return _work_calendar(repr(definitions.get(id, _DAY_AND_NIGHT)))


@lru_cache(maxsize=100)
def _work_calendar(definition: str) -> WorkCalendar:
    return WorkCalendar.from_dict(ast.literal_eval(definition))
