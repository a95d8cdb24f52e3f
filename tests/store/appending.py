"""Many add entries to the trail at once.

    python appending.py THREADS EACH

Each of THREADS threads adds EACH entries to the store that the environment names; every fifth of
them, the first among them, comes to nothing.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction


def add_at_once(threads: int, each: int) -> None:
    """Four fifths of `threads` times `each` entries."""
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - after the settings
    from interlock.store.trail import record  # noqa: PLC0415 - as above

    def add(thread: int) -> None:
        try:
            for number in range(each):
                with transaction.atomic():
                    record(COMMAND_LINE, "note", f"{thread}.{number}", at=number)
                    if number % 5 == 0:
                        transaction.set_rollback(True)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(add, range(threads)))


if __name__ == "__main__":
    from interlock.config import setup

    setup()
    add_at_once(*map(int, sys.argv[1:]))
