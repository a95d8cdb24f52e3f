"""Settings, and the one way to start the application from a door that is not the web."""

from __future__ import annotations

import os
from pathlib import Path
from pkgutil import iter_modules

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
    _refuse_later_store()
    call_command("migrate", verbosity=0)


def _refuse_later_store() -> None:
    """Tables of a later version may hold what this one would spoil."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415 - as above

    from interlock.store import migrations  # noqa: PLC0415 - as above

    applied = {
        name for app, name in MigrationRecorder(connection).applied_migrations() if app == "store"
    }
    if applied - {module.name for module in iter_modules(migrations.__path__)}:
        way_out = "Use that version, or another data folder."
        raise MisconfiguredError("This store was made by a later version of Interlock.", way_out)
