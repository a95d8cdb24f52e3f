"""Two directors who sign, in processes of their own, each of which dies of SIGKILL.

    python -m tests.operations.kill_signing FOLDER KILLS

FOLDER is the data folder; the database is the one that INTERLOCK_DATABASE names, or SQLite in it.
KILLS is about how many statements, evenly apart, each of the two dies before.
Marketing signs, then sales, whose signature puts the text in force and asks for a replay. Each dies
at the commit, before statements of the database in their turn, and at last between the commit
and whatever comes after it. Printed is, for each director, how many statements that took,
and what stood in the store after each death.
"""

from __future__ import annotations

import itertools
import json
import mmap
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from interlock.config import setup

COMMIT = 0
"""In the place of a statement's number: before the commit."""
AFTER = -1
"""In the place of a statement's number: when the commit is over."""

LAST = memoryview(mmap.mmap(-1, 4)).cast("I")
"""The number of the statement that the process came to, seen by whoever comes after it."""


def signing(proposal: int, name: str, die_at: int) -> None:
    """One signature, and the death in it."""
    from django.db import connection  # noqa: PLC0415 - after the settings

    from interlock.store.models import Proposal  # noqa: PLC0415 - as above
    from tests.operations import table  # noqa: PLC0415 - as above

    row = Proposal.objects.get(pk=proposal)
    count, commit = itertools.count(1), connection.commit

    def counted(execute: Callable[..., Any], *args: Any) -> Any:
        LAST[0] = next(count)
        if LAST[0] == die_at:
            die()
        return execute(*args)

    def committing() -> None:
        if die_at == COMMIT:
            die()
        commit()
        if die_at == AFTER:
            die()

    connection.commit = committing  # type: ignore[method-assign]
    with connection.execute_wrapper(counted):
        table.signs(row, getattr(table, name))


def die() -> None:
    """As when the process is killed, or the machine loses its power."""
    os.kill(os.getpid(), signal.SIGKILL)


def killed(proposal: int, name: str, die_at: int) -> None:
    """A signature in a process of its own, which dies there."""
    child = os.fork()
    if child == 0:
        try:
            signing(proposal, name, die_at)
        finally:
            os._exit(1)  # without the clean-up of the process that it is a copy of
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status == -signal.SIGKILL, (name, die_at, status)


def standing(proposal: int) -> dict[str, Any]:
    """What somebody who comes after finds."""
    from django_q.models import OrmQ  # noqa: PLC0415 - after the settings

    from interlock.operations.read_proposal import read_proposal  # noqa: PLC0415 - as above
    from interlock.operations.verify_trail import verify_trail  # noqa: PLC0415 - as above
    from interlock.store import models  # noqa: PLC0415 - as above
    from tests.operations import table  # noqa: PLC0415 - as above

    found = read_proposal(proposal, by=table.MO, now=table.TODAY)
    assert found is not None
    events = models.Event.objects.filter(verb__in=["sign", "adopt"]).order_by("number")
    return {
        "sentence": found.sentence,
        "signed": sorted(models.Signature.objects.values_list("side", flat=True)),
        "in force": list(models.AgreementVersion.objects.values_list("version", flat=True)),
        "notices": models.Notice.objects.count(),
        "jobs": [models.Job.objects.count(), OrmQ.objects.count()],
        "trail": list(events.values_list("verb", "by")),
        "sound": verify_trail().sound,
    }


def main(folder: Path, kills: int) -> list[dict[str, Any]]:
    """Marketing's signature, then that of sales."""
    setup(folder)
    from django.db import connection  # noqa: PLC0415 - after the settings

    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - as above
    from interlock.operations.rebuild import rebuild  # noqa: PLC0415 - as above
    from tests.operations import table  # noqa: PLC0415 - as above

    table.sit_down()
    rebuild(by=COMMAND_LINE, as_of=table.TODAY)
    proposal, told = table.proposal().pk, []
    for name in ("ADA", "BO"):
        before = standing(proposal)
        connection.close()  # no process shares it
        killed(proposal, name, COMMIT)
        statements, after = LAST[0], [standing(proposal)]
        for die_at in (*range(statements, 0, -max(1, statements // kills)), AFTER):
            connection.close()
            killed(proposal, name, die_at)
            after.append(standing(proposal))
        told.append({"statements": statements, "before": before, "after": after})
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
