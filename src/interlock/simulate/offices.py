"""The agreement of the made-up company, and the working time of its offices."""

from __future__ import annotations

import re
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

WRITTEN_FOR = 4_000
"""The number of people for which the volumes in the agreement are written."""

_AGREEMENT = files("interlock.simulate") / "agreement.yaml"
_VOLUMES = (("75 leads", "target: 75\n"), ("900,000 €", "target: 900000\n"))

NOT_YET = AS_OF + 10 * 366 * DAY
"""The instant of what has not happened by the end of the data."""


def agreement_text(people: int) -> str:
    """The company's agreement, as YAML; a larger company promises larger volumes."""
    text = _AGREEMENT.read_text("utf-8")
    for words, target in _VOLUMES:
        for written in (words, target):
            volume = re.search(r"\d[\d,]*", written)
            if volume is None or written not in text:
                raise ValueError(f"the agreement does not say {written!r}")
            scaled = int(volume[0].replace(",", "")) * max(people, 1) // WRITTEN_FOR or 1
            form = f"{scaled:,}" if written is words else str(scaled)
            text = text.replace(written, written.replace(volume[0], form))
    return text


def agreement(people: int) -> Agreement:
    """The company's agreement, read."""
    loaded = load(agreement_text(people))
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
