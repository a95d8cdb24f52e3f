"""What stands on the pages of the settings, for the tests in a browser. A folder is set up."""

from __future__ import annotations

import time
from datetime import date, datetime

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.add_user import add_user
from interlock.operations.agreements import in_force
from interlock.operations.announce_campaign import Campaign, announce_campaign
from interlock.operations.answer_remark import answer_remark
from interlock.operations.answer_word import answer_word
from interlock.operations.ask_word import ask_word
from interlock.operations.case_subjects import About
from interlock.operations.choose_notices import add_channel
from interlock.operations.invite import invite
from interlock.operations.keep_form import keep_form
from interlock.operations.keep_trial import keep_trial
from interlock.operations.keep_webhook import WebhookAsked, keep_webhook
from interlock.operations.keep_webhook_out import keep_webhook_out
from interlock.operations.make_token import make_token
from interlock.operations.news import News
from interlock.operations.note_absence import note_absence
from interlock.operations.notify import notify
from interlock.operations.open_case import open_case
from interlock.operations.open_draft import open_draft
from interlock.operations.open_round import RoundAsked, open_round
from interlock.operations.permissions import Role, Scope
from interlock.operations.propose import propose
from interlock.operations.read_forms import FIELDS, FormKept
from interlock.operations.receive_webhook import receive_webhook
from interlock.operations.remark_on_clause import remark_on_clause
from interlock.operations.seals import sealed
from interlock.operations.token_actor import digest_of
from interlock.replay.outcome import State
from interlock.store.models import Notice, Obligation, Outgoing, PasswordLink, User, WebhookOut
from interlock.web.views.webhooks import EXAMPLE, MAPPING
from tests.operations.company import OSLO, put, text_of
from tests.web import morning
from tests.web.morning import PHRASE

DAY = 86_400
Examples = dict[str, dict[str, object]]
"""Of a page's name: what its address holds."""


def came_in() -> None:
    """A webhook in, one message of it that was refused, and a form."""
    asked = WebhookAsked("site", "token", MAPPING, EXAMPLE, secret=PHRASE)
    keep_webhook(asked, by=COMMAND_LINE)
    receive_webhook("site", {}, b'{"contact": {"id": "1", "created": "soon"}}', PHRASE)
    form = FormKept(
        name="demo",
        title="See it live",
        says="Half an hour, with your own numbers.",
        fields=tuple(FIELDS),
        needed=("email", "name"),
        consent="You may write to me about this.",
        thanks="Thank you. We will be in touch.",
        source="web",
        campaign="",
        returns=("https://www.example.com/thanks",),
        frames=(),
    )
    keep_form(form, by=COMMAND_LINE)


def people(admin: str, second: str, key: str) -> Examples:
    """Two admins, the second with an app of that key; an invitation, a forgotten password."""
    for email in (admin, second):
        add_user(email, PHRASE, by=COMMAND_LINE, side="operations", role=Role.ADMIN)
    holder = User.objects.get(username=second)
    TOTP.activate(holder, key)
    RecoveryCodes.activate(holder)
    now, secret = int(time.time()), "s" * 43
    PasswordLink.objects.create(
        email=admin,
        network="192.0.2.1",
        asked_at=now,
        digest=digest_of(secret),
        expires_at=now + DAY,
    )
    invited = invite("new@example.com", Role.MEMBER, by=COMMAND_LINE, side="sales")
    return {"invitation": {"secret": invited.secret}, "password-link": {"secret": secret}}


def _today() -> date:
    """The day where the agreement counts days: in the evening of UTC it is the next one there."""
    return datetime.now(tz=OSLO).date()


def agreed_next() -> Examples:
    """A draft of the next agreement, its trial and proposal, and a round of the language test."""
    mo = Actor("mo@example.com", "marketing", Role.ADMIN, "mo")
    today = _today().isoformat()
    head = {"version": "2", "in_force_from": today, "goals": morning.goals(1_750_000)}
    text = text_of(morning.agreement() | head)
    draft = open_draft("For spring", by=mo, text=text).draft
    assert draft is not None
    trial = keep_trial(draft, {}, by=mo)
    assert trial is not None
    assert not propose(draft, 1, by=mo, why="Demos cool slower.").refused
    asked = RoundAsked(8, ("mql",), ("MQL", "lead"), int(time.time()) + DAY)
    opened = open_round(asked, by=mo)
    assert not opened.problems, opened.problems
    _words(mo)
    told = Campaign("Spring", "Plants in the north", "A pilot", _today())
    assert announce_campaign(told, by=mo).said
    _asked(mo)
    counts = in_force(int(time.time()))
    assert counts is not None
    seal = {"seal": sealed(counts.text)}
    return {"proof": {**seal}, "sealed-text": {**seal}, "trial": {"number": trial}}


def _asked(by: Actor) -> None:
    """A question about a clause in force, with its answer, and one without."""
    kim = Actor("kim@example.com", "operations", Role.ADMIN)
    for words in ("Why is a demonstration worth so much?", "And a visit?"):
        assert remark_on_clause("stages.mql", words, by=by).said
    assert answer_remark(1, "Nine of ten who ask for one buy.", by=kim).said


def disputed() -> Examples:
    """A case about a promised number, a credit, and a lead where a promise was not kept."""
    _sold(int(time.time()) - 100 * DAY)
    mo, today = Actor("mo@example.com", "marketing", Role.ADMIN, "mo"), _today()
    abouts = [About("period", "pipeline", at=today.isoformat()), About("credit", "pilot")]
    late = Obligation.objects.filter(replay__current=True, state=State.BROKEN.word).first()
    if late is not None:
        abouts.append(About("obligation", late.promise, late.person, str(late.started_at)))
    for about in abouts:
        opened = open_case(about, "Half of it was counted twice.", by=mo)
        assert opened.number is not None, opened.refused
    return {
        "dispute": {"number": opened.number},
        "credit": {"key": "pilot"},
        "channel-credit": {"by": "channel", "key": "trade_show"},
    }


def _sold(at: int) -> None:
    """A sale to Gus, whom marketing had met."""
    deal = {"status": "won", "amount": 1234567, "currency": "EUR", "created_at": at}
    put("opportunity", "pilot", at, person="gus", name="Pilot", closed_at=at + 9 * DAY, **deal)
    for days, channel in enumerate(("trade_show", "email", "email")):
        put("touch", f"gus-{days}", at + days * DAY, person="gus", kind="visit", channel=channel)


def _words(by: Actor) -> None:
    """A word that waits for an answer, and one that has it."""
    for word in ("ICP", "SQO"):
        assert ask_word(word, by=by, heard="the weekly meeting").said
    kim = Actor("kim@example.com", "operations", Role.ADMIN)
    assert answer_word(1, "The companies that we want.", by=kim).said


def went_out(admin: str) -> Examples:
    """A token, channels, a webhook out with messages, notices and an absence; all the admin's."""
    by, now = Actor(admin, "operations", Role.ADMIN, ""), int(time.time())
    assert make_token("Nightly export", [Scope.READ], Role.VIEWER, by=by, days=30).secret
    address = "ntfy://a-topic"
    assert not add_channel("Sales room", address, by=by, company=True, news=[News.BROKEN])
    assert not add_channel("My phone", address, by=by)
    today = _today()
    assert not note_absence("cy", today, today, "holiday", by=by)
    _messages(now)
    return {"webhook-out": {"name": "crm"}, "notice": {"key": _notices(admin, now)}}


def _messages(now: int) -> None:
    kept = keep_webhook_out("crm", "https://crm.example.com/in", ["lead.assigned"], by=COMMAND_LINE)
    assert not kept.problems, kept.problems
    webhook = WebhookOut.objects.get(name="crm")
    for tries, state in enumerate((Outgoing.SENT, Outgoing.WAITS, Outgoing.GIVEN_UP)):
        Outgoing.objects.create(
            webhook=webhook,
            name=f"msg_{tries}",
            topic="lead.assigned",
            about="cleo",
            body="{}",
            made_at=now,
            state=state,
            next_at=now + DAY,
            tries=tries,
        )


def _notices(whom: str, now: int) -> str:
    """One that is read and one that is not; the key of the latter."""
    for about, read_at in (("unread", None), ("read", now)):
        notify(
            [whom],
            (about,),
            "First touch was not made in time: Cleo Berg",
            because="It was due at ten.",
            link="/people/cleo",
            at=now,
        )
        Notice.objects.filter(told_at=None).update(told_at=now, read_at=read_at)
    return str(Notice.objects.get(read_at=None, whom=whom).key)
