"""Settings, and the one way to start the application from a door that is not the web."""

from __future__ import annotations

import os
from pathlib import Path


def setup(data: Path | None = None) -> None:
    """Makes the store usable: chooses the data folder, loads Django, brings the tables up to date.

    `data` is the data folder; None: as `interlock.toml` or `INTERLOCK_DATA` says.
    """
    if data is not None:
        os.environ["INTERLOCK_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interlock.config.settings")
    import django  # noqa: PLC0415 - settings are read at import, so the folder comes first
    from django.core.management import call_command  # noqa: PLC0415 - as above

    django.setup()
    call_command("migrate", verbosity=0)
