"""Settings, and the one way to start the application from a door that is not the web."""

from __future__ import annotations

import os
from pathlib import Path

from interlock.config.misconfigured import MisconfiguredError


def setup(data: Path | None = None) -> None:
    """Makes the store usable: chooses the data folder, loads Django, brings the tables up to date.

    `data` is the data folder; None: as `interlock.toml` or `INTERLOCK_DATA` says. Raises
    MisconfiguredError where what is set cannot be used.
    """
    if data is not None:
        os.environ["INTERLOCK_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interlock.config.settings")
    import django  # noqa: PLC0415 - settings are read at import, so the folder comes first
    from django.core.management import call_command  # noqa: PLC0415 - as above

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - Django is set up by now

    from interlock.store.lock import tables_to_oneself  # noqa: PLC0415 - as above

    if _is_behind():
        with tables_to_oneself(Path(settings.DATA_FOLDER)):
            if _is_behind():  # somebody else may have done it meanwhile
                call_command("migrate", verbosity=0)


def _is_behind() -> bool:
    """Whether the tables are not yet those of this version; refused where they are of a later one.

    Tables of a later version may hold what this one would spoil.
    """
    from interlock.store.tables import tables  # noqa: PLC0415 - Django is set up by now

    found = tables()
    if found.ahead:
        way_out = "Use that version, or another data folder."
        raise MisconfiguredError("This store was made by a later version of Interlock.", way_out)
    return found.behind
