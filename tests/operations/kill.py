"""Imports in processes of their own, some of which die of SIGKILL in the middle of something.

    python kill.py EMPTY EXPORTS RUNS

EMPTY is the folder of a store to be made; EXPORTS holds the files and their manifest; RUNS is JSON:
a list of [store, point, number]. Each store begins as a copy of the empty one, and each run is a
process; its exit status is printed, negative for a signal.

A point is where the process dies: `insert` and `written` (before and after rows are written),
`count` (after the point to go on from is), `commit` (after all that is in), `refused` (after the
file of refused rows), `finish` (before the end is noted), at the `number`th time of coming there;
`outside` (wherever it is when somebody sees that a chunk is in); `none`.
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


def dying(function: Callable[..., Any], number: int, *, after: bool) -> Callable[..., Any]:
    """The function, but at the `number`th call the process dies before it or after it."""
    times = [0]

    def call(*args: Any, **kwargs: Any) -> Any:
        times[0] += 1
        if times[0] == number and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args, **kwargs)
        if times[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return call


def run(store: Path, exports: Path, point: str, number: int) -> int:
    """One import in a process of its own; its exit status."""
    seen, see = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = imports(store, exports, point, number, see)
        finally:
            os._exit(status)  # without the clean-up of the process that it is a copy of
    os.close(see)
    if point == "outside":
        os.read(seen, 1)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(seen)
    return os.waitstatus_to_exitcode(status)


def imports(store: Path, exports: Path, point: str, number: int, see: int) -> int:
    """Imports the exports into the store, in small chunks, and dies where it is to."""
    from django.conf import settings  # noqa: PLC0415 - after the settings
    from django.db import connection  # noqa: PLC0415 - as above

    from interlock.connectors import files  # noqa: PLC0415 - as above
    from interlock.operations import carry_out, receive  # noqa: PLC0415 - as above
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - as above
    from interlock.store import receiving  # noqa: PLC0415 - as above

    files.CHUNK = 500
    settings.DATA_FOLDER = store
    connection.settings_dict["NAME"] = str(store / DATABASE)

    def tell(_file: str, _share: float, _rows: int) -> None:
        os.write(see, b".")

    place: dict[str, tuple[Any, str, bool]] = {
        "insert": (receiving, "insert_columns", False),
        "written": (receiving, "insert_columns", True),
        "count": (carry_out, "_count", True),
        "refused": (carry_out, "_write_refused", True),
        "finish": (carry_out, "_finish", False),
    }
    if point in place:
        module, name, after = place[point]
        setattr(module, name, dying(getattr(module, name), number, after=after))
    told = dying(tell, number, after=True) if point == "commit" else tell
    manifest = (exports / "manifest.yaml").read_bytes()
    received = receive.receive(manifest, exports, by=COMMAND_LINE, progress=told)
    return 0 if received.imported and not received.problems else 1


def main(empty: Path, exports: Path, runs: list[tuple[str, str, int]]) -> list[int]:
    """All runs, one after the other."""
    setup(empty)
    from django.db import connection  # noqa: PLC0415 - after the settings

    import_module("interlock.operations.receive")  # once, for all processes
    connection.close()  # no process shares it
    statuses = []
    for name, point, number in runs:
        store = Path(name)
        if not store.exists():
            store.mkdir(parents=True)
            shutil.copy(empty / DATABASE, store)
        statuses.append(run(store, exports, point, number))
    return statuses


if __name__ == "__main__":
    sys.stdout.write(
        json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])))
    )
