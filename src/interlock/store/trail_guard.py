"""Keeps the database itself from changing or taking out an entry of the trail.

Whoever may change the tables can take the guard away, too; it is there for mistakes and for those
who only have the data. That nothing was changed is what the chain shows.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

_SAYS = "the trail is only added to"
_DEEDS = ("UPDATE", "DELETE")


def install(connection: BaseDatabaseWrapper) -> None:
    """Puts the guard up; anew, where it is up already."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION trail_guard() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER trail_guard BEFORE UPDATE OR DELETE ON store_event "
                "FOR EACH ROW EXECUTE FUNCTION trail_guard()"
            )
            return
        for deed in _DEEDS:
            cursor.execute(
                f"CREATE TRIGGER trail_guard_{deed.lower()} BEFORE {deed} ON store_event "
                f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
            )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes the guard down: for tests, and before a migration that has to rewrite the table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER IF EXISTS trail_guard ON store_event")
            return
        for deed in _DEEDS:
            cursor.execute(f"DROP TRIGGER IF EXISTS trail_guard_{deed.lower()}")
