"""What the machine does not let a command do, in words; a bug is none of it."""

from __future__ import annotations

import errno
import sys

from interlock.config.misconfigured import MisconfiguredError

AGAIN = "What was done so far is kept; run it again and it goes on."
_OF_THE_MACHINE = {
    errno.ENOSPC: f"Make room. {AGAIN}",
    errno.EDQUOT: f"Make room. {AGAIN}",
    errno.EFBIG: f"Let files be larger. {AGAIN}",
    errno.EROFS: "Choose a place that can be written.",
    errno.EACCES: "See that you may read and write it.",
    errno.EPERM: "See that you may read and write it.",
    errno.EIO: f"See to the disk. {AGAIN}",
}
_OF_THE_DATABASE = {
    "no such": None,  # a table or column that the code should have made
    "full": f"Make room. {AGAIN}",
    "disk i/o": f"See to the disk, and that there is room on it. {AGAIN}",
    "locked": "Something else is writing to it. Wait until that is done, then run this again.",
    "readonly": "See that you may write the data folder and the files in it.",
    "unable to open": "See that you may write the data folder and the files in it.",
    "malformed": "Put a backup of the data folder in its place.",
    "not a database": "Put a backup of the data folder in its place.",
    "connect": "See that the server runs, and that INTERLOCK_DATABASE names it.",
}


def trouble_of(error: Exception) -> tuple[str, str] | None:
    """Why the machine refused, and the way out; None for an error that is the program's own."""
    if isinstance(error, MisconfiguredError):
        return error.reason, error.way_out
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        what = error.filename or "A file"
        return f"{what} cannot be used: {error.strerror}.", _OF_THE_MACHINE[error.errno]
    return _of_the_database(error)


def _of_the_database(error: Exception) -> tuple[str, str] | None:
    if "django.db" not in sys.modules:
        return None
    from django.db import DatabaseError, OperationalError  # noqa: PLC0415 - it is there already

    if type(error) not in (DatabaseError, OperationalError):  # others are mistakes in what we ask
        return None
    said = str(error).strip()
    way_out = (way for sign, way in _OF_THE_DATABASE.items() if sign in said.lower())
    found = next(way_out, AGAIN)
    return (f"The store cannot be used: {said}.", found) if found else None
