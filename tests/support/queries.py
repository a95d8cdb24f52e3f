"""How many queries something takes."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(deed: Callable[[], object]) -> int:
    """Of the second time: what a process reads once was read the first time."""
    deed()
    with CaptureQueriesContext(connection) as made:
        deed()
    return len(made)
