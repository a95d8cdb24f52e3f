"""Who looks at the pages."""

from __future__ import annotations

import pytest
from django.test import Client

from interlock.store.models import User
from tests.web.at_the_desk import desk

__all__ = ["desk"]
PHRASE = "a long enough secret"


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
