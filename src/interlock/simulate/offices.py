"""The agreement of the made-up company, and the working time of its offices."""

from __future__ import annotations

from importlib.resources import files

import numpy as np

from interlock.agreement.hours import DAY
from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.replay.openings import NEVER
from interlock.replay.worktime import WorkCalendar
from interlock.simulate.days import AS_OF, FIRST_DAY, HOUR, Instants, Numbers
from interlock.simulate.staff import OFFICES
from interlock.simulate.tables import Codes

AGREEMENT = files("interlock.simulate") / "agreement.yaml"
"""What the two sides of the company have agreed on."""

NOT_YET = AS_OF + 10 * 366 * DAY
"""The instant of what has not happened by the end of the data."""


def agreement() -> Agreement:
    """The company's agreement, read."""
    loaded = load(AGREEMENT.read_text("utf-8"))
    if loaded.agreement is None:
        raise ValueError("\n".join(str(problem) for problem in loaded.errors))
    return loaded.agreement


class Offices:
    """Working time by office, for arrays."""

    def __init__(self, agreed: Agreement) -> None:
        definitions = {calendar.id: calendar.definition for calendar in agreed.calendars}
        self._opened = [
            WorkCalendar.from_dict(definitions[office]).openings(FIRST_DAY * DAY, AS_OF + 366 * DAY)
            for office in OFFICES
        ]

    def after(self, office: Codes, start: Instants, hours: Numbers) -> Instants:
        """When so many working hours of that office have passed; NOT_YET stays NOT_YET."""
        seconds = np.maximum((hours * HOUR).astype(np.int64), 1)
        due = np.full(len(start), NOT_YET)
        for code, opened in enumerate(self._opened):
            mine = (office == code) & (start < NOT_YET)
            due[mine] = opened.deadlines(start[mine], seconds[mine])
        return np.where(due == NEVER, NOT_YET, due)
