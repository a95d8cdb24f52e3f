"""Leads received, routed and swept in processes of their own, each of which dies of SIGKILL.

    python -m tests.operations.kill_routing EMPTY RUNS

EMPTY is the folder of a store to be made; RUNS is JSON: a list of [store, deed, number, statement].
Each store begins as a copy of the first one, which has seven people who take turns. `deed` is
`receive` (the delivery of that number) or `sweep` (leads from before, whose clocks have come). The
process dies just before that statement of the database (0: it lives), or after the deed where there
are fewer. Exit statuses are printed, negative for a signal.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from interlock.config import setup

DATABASE = "interlock.sqlite3"
PEOPLE = 7
IN_ONE = 4
"""Leads of one delivery."""
SWEPT = 8
"""Leads that are there before anybody looks."""


class Dying:
    """A wrapper of the database's statements: the process dies before the `number`th one."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*statement)


def run(store: Path, deed: str, number: int, statement: int) -> int:
    """One deed in a process of its own; its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            do(store, deed, number, statement)
            if statement:
                os.kill(os.getpid(), signal.SIGKILL)
            status = 0
        finally:
            os._exit(status)  # without the clean-up of the process that it is a copy of
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def do(store: Path, deed: str, number: int, statement: int) -> None:
    """The deed on that store."""
    from django.conf import settings  # noqa: PLC0415 - after the settings
    from django.db import connection  # noqa: PLC0415 - as above

    from interlock.operations.live import receive_live  # noqa: PLC0415 - as above
    from interlock.operations.look import look_at_due  # noqa: PLC0415 - as above
    from tests.operations import test_route as example  # noqa: PLC0415 - as above

    settings.DATA_FOLDER = store
    connection.settings_dict["NAME"] = str(store / DATABASE)
    with connection.execute_wrapper(Dying(statement)):
        if deed == "sweep":
            look_at_due(example.NOW, most=3)
            return
        keys = [f"n{number}-{each}" for each in range(IN_ONE)]
        facts = [fact for key in keys for fact in example.facts_of_lead(key)]
        receive_live(facts, by=example.BO, source="form", now=example.NOW)


def begin() -> None:
    """The store that all others are copies of."""
    from tests.operations import test_route as example  # noqa: PLC0415 - after the settings
    from tests.operations.company import at, put  # noqa: PLC0415 - as above

    for number in range(SWEPT):
        put("person", f"n{number}", at(16), created_at=at(16), name=f"N {number}", source="web")
        put("touch", f"t-n{number}", at(17), person=f"n{number}", kind="demo")
    for number in range(4, PEOPLE + 1):
        put("member", f"s{number}", name=f"S {number}", side="sales", team="Oslo", role="SDR")
    example.opened()


def main(empty: Path, runs: list[tuple[str, str, int, int]]) -> list[int]:
    """All runs, one after the other."""
    setup(empty)
    from django.db import connection  # noqa: PLC0415 - after the settings

    import_module("interlock.operations.live")  # once, for all processes
    begin()
    connection.close()  # no process shares it
    statuses = []
    for name, deed, number, statement in runs:
        store = Path(name)
        if not store.exists():
            store.mkdir(parents=True)
            shutil.copy(empty / DATABASE, store)
        statuses.append(run(store, deed, number, statement))
    return statuses


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), json.loads(sys.argv[2]))))
