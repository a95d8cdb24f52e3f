"""Every page, asked for by every role and by a stranger, answers as the table says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from interlock.operations.permissions import ALLOWED, Action, Role
from interlock.store.models import User
from interlock.web.access import ANYONE, PAGES
from interlock.web.gate import OWN_DOORS
from tests.web.conftest import PHRASE

FORBIDDEN, BROKEN = 403, 500


def pages(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Every page of the resolver: its name, and an address of it."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield str(each.name), address(each, before)
        elif not OWN_DOORS & {each.namespace}:
            yield from pages(each, route)


def address(page: URLPattern, before: str) -> str:
    """An address that the page's pattern takes."""
    (path, names), *_ = normalize(page.pattern.regex.pattern)
    return f"/{before}{path % dict.fromkeys(names, '1')}"


EVERY = dict(pages(get_resolver()))


def status(client: Client, method: str, page: str) -> int:
    return int(client.generic(method, EVERY[page]).status_code)


def test_every_page_has_its_row_and_every_row_its_page() -> None:
    assert len(EVERY) > 20
    assert EVERY.keys() == PAGES.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_every_page_is_open_to_the_roles_of_its_row_alone(role: Role) -> None:
    user = User.objects.create_user("kim@example.com", password=PHRASE, role=role)
    client = Client(raise_request_exception=False)
    for page, row in PAGES.items():
        for method, deed in (("GET", row.see), ("POST", row.send)):
            client.force_login(user)
            allowed = deed is ANYONE or role in ALLOWED[deed]
            answered = status(client, method, page)
            assert (answered != FORBIDDEN) == allowed, (method, page)
            assert answered < BROKEN, (method, page)


@pytest.mark.django_db
def test_a_stranger_is_led_to_the_sign_in_from_every_page_but_the_open_ones() -> None:
    for page, row in PAGES.items():
        for method, deed in (("GET", row.see), ("POST", row.send)):
            answer = Client().generic(method, EVERY[page])
            led = answer.status_code == 302 and answer["Location"].startswith("/sign-in?next=")
            assert led == (deed is not ANYONE), (method, page)


def test_who_is_switched_off_is_a_stranger_at_once(as_reader: Client, reader: User) -> None:
    assert as_reader.get("/people").status_code == 200
    reader.is_active = False
    reader.save()
    assert as_reader.get("/people")["Location"].startswith("/sign-in")


def test_a_page_without_a_row_is_closed_to_all(as_keeper: Client, settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.web.breaking"
    answer = as_keeper.get("/breaks")
    assert answer.status_code == FORBIDDEN
    assert "stands in no row" in answer.content.decode()
    assert Client().get("/breaks")["Location"].startswith("/sign-in")


def test_what_only_admins_decide_no_other_role_may() -> None:
    for deed in (Action.MANAGE_PEOPLE, Action.MANAGE_DOORS):
        assert ALLOWED[deed] == {Role.ADMIN}
