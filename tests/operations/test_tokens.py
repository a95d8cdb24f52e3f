"""Tokens: what they may do, and when they stop."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
import time_machine

from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.make_token import DAY, TokenMade, make_token
from interlock.operations.permissions import ALLOWED, SCOPES, Action, Role, Scope, may, require
from interlock.operations.read_confirmations import read_confirmations
from interlock.operations.read_mine import read_mine
from interlock.operations.read_raci import read_raci
from interlock.operations.read_team_desk import read_team_desk
from interlock.operations.read_tokens import read_tokens
from interlock.operations.revoke_token import revoke_token
from interlock.operations.token_actor import token_actor
from interlock.store.models import Event, Token, User

NOW = 1_800_000_000
pytestmark = pytest.mark.django_db


def somebody(email: str, role: Role) -> Actor:
    User.objects.create_user(email, side="sales", role=role, member="m1")
    return Actor(email, "sales", role, "m1")


@pytest.fixture
def lead() -> Actor:
    return somebody("lea@example.com", Role.LEAD)


def made(by: Actor, *scopes: Scope, role: Role | None = None, days: int | None = None) -> TokenMade:
    done = make_token("CRM sync", scopes or (Scope.READ,), role or Role(by.role), by=by, days=days)
    assert done.problems == ()
    return done


def test_a_program_acts_for_whoever_made_the_token(lead: Actor) -> None:
    done = made(lead, Scope.READ, Scope.DECIDE, role=Role.MEMBER)
    acting = token_actor(done.secret)
    assert acting == Actor(
        "lea@example.com by token CRM sync",
        "sales",
        Role.MEMBER,
        "m1",
        frozenset({Scope.READ, Scope.DECIDE}),
        door="api",
        through="token CRM sync",
    )


def test_it_may_do_what_scope_and_role_allow_and_nothing_else(lead: Actor) -> None:
    acting = token_actor(made(lead, *Scope).secret)
    assert acting is not None
    assert {each for each in Action if may(acting, each)} == {
        Action.READ,
        Action.WORK,
        Action.LEAD_TEAM,
        Action.DISPUTE,
        Action.DRAFT,
    }
    narrow = token_actor(made(lead, Scope.READ).secret)
    assert narrow is not None
    with pytest.raises(NotAllowedError, match="it takes the scope decide, and this token has read"):
        require(narrow, Action.WORK)


@pytest.mark.parametrize("deed", [Action.IMPORT, Action.REPLAY, Action.MANAGE_DOORS])
def test_what_its_role_may_not_is_no_matter_of_a_scope(deed: Action) -> None:
    narrow = Actor("sam by token x", "sales", Role.MEMBER, scopes=frozenset({Scope.READ}))
    with pytest.raises(NotAllowedError, match=r"; ask (somebody who keeps the data|an admin)"):
        require(narrow, deed)


def test_what_no_scope_allows_one_does_oneself(lead: Actor) -> None:
    acting = token_actor(made(lead, *Scope).secret)
    assert acting is not None
    with pytest.raises(NotAllowedError, match=r"may not propose, .*; no token may: sign in"):
        require(acting, Action.AGREE)


def test_no_scope_decides_who_comes_in_or_what_goes_out() -> None:
    through = {deed for deeds in SCOPES.values() for deed in deeds}
    assert through == set(Action) - {
        Action.OWN_SIGN_IN,
        Action.AGREE,
        Action.TEST_LANGUAGE,
        Action.ASK_WORD,
        Action.SAY_CAPACITY,
        Action.KEEP_MEMBERS,
        Action.MANAGE_PEOPLE,
        Action.MANAGE_DOORS,
    }
    assert set(SCOPES) == set(Scope)


def test_each_role_may_do_all_that_the_one_below_it_may() -> None:
    for lower, upper in zip(Role, list(Role)[1:], strict=False):
        assert all(upper in roles for roles in ALLOWED.values() if lower in roles)


def test_nobody_makes_a_token_with_a_higher_role(lead: Actor) -> None:
    done = make_token("x", [Scope.READ], Role.ADMIN, by=lead)
    assert done == TokenMade(None, "", ("you are lead, so it cannot be admin",))
    assert not Token.objects.exists()


def test_a_token_makes_and_revokes_none(lead: Actor) -> None:
    done = made(lead, *Scope)
    acting = token_actor(done.secret)
    assert acting is not None
    assert done.number is not None
    for deed in (
        lambda: make_token("x", [Scope.READ], Role.VIEWER, by=acting),
        lambda: revoke_token(done.number or 0, by=acting),
        lambda: read_tokens(by=acting),
    ):
        with pytest.raises(NotAllowedError):
            deed()


def test_a_token_goes_down_with_its_maker(lead: Actor) -> None:
    secret = made(lead, *Scope).secret
    User.objects.update(role=Role.VIEWER)
    acting = token_actor(secret)
    assert acting is not None
    assert acting.role == Role.VIEWER
    User.objects.update(is_active=False)
    assert token_actor(secret) is None
    assert [each.state for each in read_tokens(by=lead)] == ["switched off"]


def test_a_revoked_token_is_refused_at_once(lead: Actor) -> None:
    done = made(lead)
    assert done.number is not None
    assert revoke_token(done.number, by=lead)
    assert token_actor(done.secret) is None
    assert not revoke_token(done.number, by=lead)
    assert [event.verb for event in Event.objects.order_by("pk")] == ["make token", "revoke token"]


def test_a_token_ends_on_its_day(lead: Actor) -> None:
    with time_machine.travel(NOW, tick=False):
        secret = made(lead, days=30).secret
    assert token_actor(secret, NOW + 30 * DAY - 1) is not None
    assert token_actor(secret, NOW + 30 * DAY) is None


def test_its_last_use_is_seen_to_the_minute(lead: Actor) -> None:
    secret = made(lead).secret
    seen = []
    for now in (NOW, NOW + 59, NOW + 60):
        token_actor(secret, now)
        seen.append(Token.objects.get().last_used_at)
    assert seen == [NOW, NOW, NOW + 60]


def test_others_do_not_see_it_but_an_admin_does_and_may_revoke_it(lead: Actor) -> None:
    done = made(lead)
    assert done.number is not None
    other, admin = somebody("o@example.com", Role.OPERATIONS), somebody("a@x.example", Role.ADMIN)
    assert read_tokens(by=other) == ()
    assert not revoke_token(done.number, by=other)
    assert [each.made_by for each in read_tokens(by=admin)] == [lead.name]
    assert revoke_token(done.number, by=admin)


@pytest.mark.parametrize("spoil", [str.upper, lambda s: s[:-1], lambda s: s + "\0", lambda _: ""])
def test_what_is_no_token_is_nobody(lead: Actor, spoil: object) -> None:
    secret = made(lead).secret
    assert callable(spoil)
    assert token_actor(spoil(secret)) is None
    assert token_actor(f"{secret[:-1]}{'A' if secret[-1] != 'A' else 'B'}") is None


def test_the_secret_is_kept_nowhere_and_logged_nowhere(
    lead: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        secret = made(lead).secret
        token_actor(secret)
    kept = f"{[*Token.objects.values(), *Event.objects.values()]} {caplog.text}"
    assert secret[len("ilk_00000000_") :] not in kept


def test_what_is_wrong_is_said(lead: Actor) -> None:
    assert make_token(" ", [], Role.LEAD, by=lead, days=0).problems == (
        "say what it is for, in 1 to 80 characters",
        "choose what it may do: at least one scope",
        "let it hold for a day at least",
    )
    (problem,) = make_token("x", [Scope.READ], Role.LEAD, by=COMMAND_LINE).problems
    assert "sign in and make it there" in problem


@pytest.mark.parametrize("read", [read_raci, read_mine, read_confirmations, read_team_desk])
def test_what_was_agreed_and_a_team_are_not_read_without_the_scope(
    read: Callable[..., object],
) -> None:
    writes = frozenset({Scope.DECIDE, Scope.AGREEMENT_WRITE})
    has = "and this token has agreement:write, decide"
    with pytest.raises(NotAllowedError, match=rf"it takes the scope (read|leads:give), {has}"):
        read(by=Actor("lea@example.com by token x", "sales", Role.LEAD, scopes=writes))
    reads = frozenset({Scope.READ, Scope.LEADS_GIVE})
    assert read(by=Actor("lea@example.com by token x", "sales", Role.LEAD, scopes=reads))


def test_a_teams_desk_is_no_members() -> None:
    with pytest.raises(NotAllowedError, match="ask the lead of the team"):
        read_team_desk(by=Actor("sam@example.com", "sales", Role.MEMBER))
