"""Workers in processes of their own, some of which die of SIGKILL at some statement of theirs.

    python sweeping.py FOLDER RUNS

FOLDER is the data folder; the database is the one that INTERLOCK_DATABASE names, or SQLite in it.
RUNS is JSON: a list of lists of workers that run at once, each the number of the statement before
which it dies (0: it lives). Each run begins with the company on Monday morning; after it a worker
that lives does what is left. Printed is what then stands in the tables, one entry a run, and how
many statements the last worker needed.
"""

from __future__ import annotations

import itertools
import json
import mmap
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import time_machine

from interlock.config import setup

PEOPLE = 9
HOURS = range(9, 57, 2)
"""The instants, in hours from Monday's midnight, at which a worker takes its turns."""

AT = mmap.mmap(-1, 1)
"""The hour that the worker has come to, seen by whoever comes after it."""


def company() -> None:
    """The company, and more people whose clocks run from Monday morning on."""
    from django.conf import settings  # noqa: PLC0415 - after the settings

    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - after the settings
    from interlock.operations.adopt import adopt  # noqa: PLC0415 - as above
    from interlock.operations.rebuild import rebuild  # noqa: PLC0415 - as above
    from interlock.store.models import FACTS  # noqa: PLC0415 - as above
    from tests.operations import company as few  # noqa: PLC0415 - as above

    few.fill()
    FACTS["member"].objects.filter(key="bo").update(email="bo@example.com")
    settings.EMAIL_HOST = "mail.example.com"  # nothing is sent here; what would be, is counted
    for number in range(PEOPLE):
        when = few.at(23, "09:00") + 600 * number
        few.put("person", f"q{number}", when, created_at=when, name=f"Q {number}", source="web")
        few.put("touch", f"tq{number}", when, person=f"q{number}", kind="demo")
        few.put("assignment", f"aq{number}", when, person=f"q{number}", member="bo")
    agreement = few.agreement_of_the_company()
    agreement["promises"]["first-touch"]["escalation"] = few.ESCALATION
    adopt(few.text_of(agreement), by=COMMAND_LINE)
    with time_machine.travel(few.at(23, "09:00"), tick=False):
        rebuild(by=COMMAND_LINE)


def work(hours: Sequence[int], die_at: int, *, to_the_end: bool = True) -> int:
    """Takes all turns; how many statements that took. `to_the_end`: people are told, too."""
    from django.db import connection  # noqa: PLC0415 - after the settings

    from interlock.operations.look import sweep  # noqa: PLC0415 - as above
    from interlock.operations.release import release  # noqa: PLC0415 - as above
    from interlock.operations.tell import tell  # noqa: PLC0415 - as above
    from tests.operations.company import at  # noqa: PLC0415 - as above

    count = itertools.count(1)
    last = [0]

    def counted(execute: Callable[..., Any], *args: Any) -> Any:
        last[0] = next(count)
        if last[0] == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)

    with connection.execute_wrapper(counted):
        for hour in hours:
            AT[0] = hour
            now = at(23, "00:00") + 3600 * hour
            sweep(now, most=4)
            tell(now)
            if to_the_end:
                release(now)
    return last[0]


def forked(hours: Sequence[int], die_at: int, *, to_the_end: bool) -> int:
    """A worker in a process of its own; its process id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work(hours, die_at, to_the_end=to_the_end)
            status = 0
        finally:
            os._exit(status)  # without the clean-up of the process that it is a copy of
    return child


def standing() -> dict[str, list[list[Any]]]:
    """What is said, and what came to pass; without what tells one run from another."""
    from interlock.store import models  # noqa: PLC0415 - after the settings

    found = {}
    for name, fields in {
        "Happening": ("person", "what", "clause", "step", "began_at", "at", "noted_at", "detail"),
        "Obligation": ("person", "promise", "started_at", "state"),
        "Clock": ("person", "at"),
        "Notice": ("key", "whom", "news", "from_at", "told_at", "dropped", "text"),
        "Delivery": ("notice__key", "channel", "state", "next_at"),
    }.items():
        rows = getattr(models, name).objects.values_list(*fields)
        found[name] = sorted((list(row) for row in rows), key=repr)
    return found


def main(folder: Path, runs: list[list[int]]) -> dict[str, Any]:
    """All runs, one after the other."""
    setup(folder)
    from django.core.management import call_command  # noqa: PLC0415 - after the settings
    from django.db import connection  # noqa: PLC0415 - as above

    from interlock.store import trail_guard  # noqa: PLC0415 - as above

    found, statements = [], 0
    for workers in runs:
        trail_guard.remove(connection)
        call_command("flush", interactive=False, verbosity=0)
        trail_guard.install(connection)
        company()
        # workers at once all see the end of it: what they come upon does not hang on who is first
        alone = len(workers) <= 1
        hours = HOURS if alone else HOURS[-1:]
        AT[0] = hours[0]
        connection.close()  # no process shares it
        children = [forked(hours, die_at, to_the_end=alone) for die_at in workers]
        for child, die_at in zip(children, workers, strict=True):
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            assert status in {0, -signal.SIGKILL if die_at else 0}, status
        # time goes on where it was when the worker died
        statements = work([hour for hour in hours if hour >= AT[0]], 0)
        found.append(standing())
    return {"found": found, "statements": statements}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), json.loads(sys.argv[2]))))
