"""The parts of the worker, each a process: `python -m interlock.cli.parts clocks`.

`interlock worker` starts them together and stops them together. A part that is told to end does so
between two transactions; one whose worker was killed ends by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from interlock.cli.processes import end_with_parent, until_signalled
from interlock.config import setup


def _jobs() -> None:
    """What pages have queued, such as a replay."""
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up by now

    call_command("qcluster")


def _clocks() -> None:
    """Whatever comes due: people, notices, numbers, what expires."""
    from interlock.operations.duties import CLOCKS, see_to  # noqa: PLC0415 - as above

    with until_signalled() as stopping:
        see_to(CLOCKS, stopping)


def _post() -> None:
    """Whatever goes out."""
    from interlock.operations.duties import POST, see_to  # noqa: PLC0415 - as above

    with until_signalled() as stopping:
        see_to(POST, stopping)


PARTS: dict[str, Callable[[], None]] = {"jobs": _jobs, "clocks": _clocks, "post": _post}
"""What the worker does: each part by its name."""


def main(name: str) -> None:
    """Runs one part until it is told to end."""
    end_with_parent()
    setup()
    PARTS[name]()


if __name__ == "__main__":
    main(sys.argv[1])
