"""Who waits for whom: a deed that holds rows, or the trail, and another that needs them.

None of them may wait in a circle: the server would end one of them, and its work would be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.adopt import adopt
from interlock.operations.change_member import Says, change_member
from interlock.operations.change_sign_in import change_sign_in
from interlock.operations.choose_password import choose_password
from interlock.operations.draft_from_cases import draft_from_cases
from interlock.operations.drop_second_step import drop_second_step
from interlock.operations.make_token import make_token
from interlock.operations.open_draft import Opened
from interlock.operations.permissions import Role, Scope
from interlock.operations.revoke_token import revoke_token
from interlock.operations.token_actor import digest_of
from interlock.store.models import FACTS, PasswordLink, Remark, Token, User
from tests.operations.company import agreement_text, put
from tests.operations.table import MO
from tests.operations.test_cases import NOW, broken, opened, ruled, settled_in
from tests.support.at_once import meanwhile, meanwhile_held, meanwhile_in_turn

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "s" * 43


@pytest.fixture(autouse=True)
def inside(settings: Any, tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction at a time writes")
    settings.DATA_FOLDER = tmp_path


def somebody(email: str, role: str = Role.ADMIN) -> User:
    return User.objects.create_user(email, role=role, side="sales")


def changing(user: User) -> Callable[[], object]:
    return lambda: change_sign_in(user.pk, by=COMMAND_LINE, role=Role.LEAD).changed


def dropping_the_second_step(user: User) -> Callable[[], object]:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return lambda: drop_second_step(user.pk, by=COMMAND_LINE)


def choosing_a_password(user: User) -> Callable[[], object]:
    link = {"digest": digest_of(SECRET), "asked_at": 0, "expires_at": 2**40}
    PasswordLink.objects.create(email=user.username, **link)
    return lambda: not choose_password(SECRET, "a long enough secret", address="")


def revoking_a_token(user: User) -> Callable[[], object]:
    by = Actor(user.username, user.side, Role.MEMBER)
    number = make_token("first", [Scope.READ], Role.VIEWER, by=by).number
    return lambda: revoke_token(number or 0, by=by)


@pytest.mark.parametrize(
    "prepared", [changing, dropping_the_second_step, choosing_a_password, revoking_a_token]
)
def test_a_sign_in_is_changed_while_it_makes_a_token(
    prepared: Callable[[User], Callable[[], object]],
) -> None:
    somebody("pat@example.com")
    user = somebody("sam@example.com")
    deed, done = prepared(user), list[object]()
    token = {"scopes": [], "role": Role.VIEWER, "made_by": user, "made_at": 0}
    meanwhile(
        lambda: done.append(deed()),
        lambda: Token.objects.create(name="mine", prefix="x", digest="x", **token),
    )
    assert len(done) == 1
    assert done[0]
    assert Token.objects.filter(name="mine").exists()


def test_a_draft_is_made_of_rulings_while_somebody_signs() -> None:
    settled_in()
    for person in ("p4", "p6", "p7"):
        ruled(opened(broken(person)))
    made: list[Opened] = []
    meanwhile_in_turn(lambda: made.append(draft_from_cases("promises.first-touch", by=MO, now=NOW)))
    assert [each.draft for each in made] == [Remark.objects.get().draft_id]


def test_a_member_changes_sides_while_an_admin_changes_their_sign_in() -> None:
    put("member", "bo", name="Bo", email="bo@example.com", side="sales")
    assert adopt(agreement_text(), by=COMMAND_LINE).version
    user = somebody("bo@example.com", Role.MEMBER)
    mark = FACTS["member"].objects.get(key="bo").pk
    said: list[str] = []

    def change() -> None:
        says = Says("marketing", "", "", None)
        said.append(change_member("bo", says, mark=mark, by=COMMAND_LINE, now=NOW).changed)

    meanwhile_held(User.objects.filter(pk=user.pk), change)
    assert said == ["side: sales becomes marketing"]
    user.refresh_from_db()
    assert user.side == "marketing"
