"""What every test can rely on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

pytest_plugins = ["tests.support.browser"]

# the settings are loaded by now; commands that a test starts use the product's own
os.environ.pop("DJANGO_SETTINGS_MODULE", None)

# the same examples on every machine, so that a red test is red for the next person too;
# INTERLOCK_TEST_EXAMPLES=10000 searches further
settings.register_profile(
    "project",
    deadline=None,
    derandomize="INTERLOCK_TEST_EXAMPLES" not in os.environ,
    max_examples=int(os.environ.get("INTERLOCK_TEST_EXAMPLES", "100")),
    print_blob=True,
)
settings.load_profile("project")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:  # noqa: ARG001 - goes on from pytest-django's
    """The tables, without the guard of the trail: tests are cleared up after, and tamper."""
    from interlock.store import trail_guard  # noqa: PLC0415 - after the settings

    with django_db_blocker.unblock():
        trail_guard.remove(connection)


@pytest.fixture(autouse=True)
def _no_workbench_of_another_test() -> Iterator[None]:
    """Stores of tests have replays of the same numbers, whose facts are others."""
    yield
    for name in ("workbench", "books"):
        if kept := sys.modules.get(f"interlock.operations.{name}"):
            kept.put_away()
