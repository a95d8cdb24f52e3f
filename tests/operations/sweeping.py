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


def company() -> None:
    """The company, and more people whose clocks run from Monday morning on."""
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - after the settings
    from interlock.operations.adopt import adopt  # noqa: PLC0415 - as above
    from interlock.operations.rebuild import rebuild  # noqa: PLC0415 - as above
    from tests.operations import company as few  # noqa: PLC0415 - as above

    few.fill()
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


def work(hours: Sequence[int], die_at: int) -> int:
    """Takes all turns; how many statements that took."""
    from django.db import connection  # noqa: PLC0415 - after the settings

    from interlock.operations.look import sweep  # noqa: PLC0415 - as above
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
            sweep(at(23, "00:00") + 3600 * hour, most=4)
    return last[0]


def forked(hours: Sequence[int], die_at: int) -> int:
    """A worker in a process of its own; its process id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work(hours, die_at)
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
        hours = HOURS if len(workers) <= 1 else HOURS[-1:]
        connection.close()  # no process shares it
        children = [forked(hours, die_at) for die_at in workers]
        for child, die_at in zip(children, workers, strict=True):
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            assert status in {0, -signal.SIGKILL if die_at else 0}, status
        statements = work(hours, 0)
        found.append(standing())
    return {"found": found, "statements": statements}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), json.loads(sys.argv[2]))))
