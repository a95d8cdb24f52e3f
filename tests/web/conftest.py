"""Who looks at the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from interlock.store.models import User
from tests.operations.table import TODAY
from tests.web.at_the_desk import desk

__all__ = ["desk"]
PHRASE = "a long enough secret"


@pytest.fixture
def today(db: None) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - opens the database
    """The day on which people sit at the table, and nothing remembered of another one."""
    cache.clear()
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


@pytest.fixture
def keeper(db: None) -> User:  # noqa: ARG001 - opens the database
    return User.objects.create_user(
        "kim@example.com", password=PHRASE, first_name="Kim", side="operations", role="operations"
    )


@pytest.fixture
def reader(db: None) -> User:  # noqa: ARG001 - opens the database
    return User.objects.create_user(
        "sam@example.com", password=PHRASE, first_name="Sam", side="sales"
    )


@pytest.fixture
def as_keeper(keeper: User) -> Client:
    client = Client()
    client.force_login(keeper)
    return client


@pytest.fixture
def as_reader(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client
