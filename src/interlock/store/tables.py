"""Whether the tables are those of the version that runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@dataclass(frozen=True)
class Tables:
    """`behind`: a migration of this version is missing. `ahead`: a later version made one."""

    behind: bool
    ahead: bool


def tables() -> Tables:
    """What the store says of its tables; raises `django.db.Error` where it cannot be asked."""
    known = _known()
    made = set(MigrationRecorder(connection).applied_migrations())
    ours = {key for key in made if key[0] == "store"}
    return Tables(
        behind=not made.issuperset(known.graph.nodes),
        ahead=not ours.issubset(known.disk_migrations),
    )


@cache
def _known() -> MigrationLoader:
    """The migrations of the version that runs, whatever was installed since it started."""
    return MigrationLoader(None)
