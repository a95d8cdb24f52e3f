"""Whether the store can be worked with, for whoever watches over the server."""

from __future__ import annotations

from enum import StrEnum

from django.db import Error

from interlock.store.tables import tables


class StoreState(StrEnum):
    """What is the matter, in one word that gives nothing away."""

    OK = "ok"
    NO_ANSWER = "store"
    BEHIND = "migrations"


def look_at_store() -> StoreState:
    """Asks the store which migrations it has; anybody may know what comes of it."""
    try:
        return StoreState.BEHIND if tables().behind else StoreState.OK
    except Error:  # what it says names hosts, users and files
        return StoreState.NO_ANSWER
