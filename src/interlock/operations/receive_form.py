"""Receiving what a buyer filled in: a person and a touch, and the lead is on a desk at once."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower

from interlock.connectors.files import UNCLEAN
from interlock.connectors.values import iso
from interlock.operations.actor import Actor
from interlock.operations.bounds import few_enough
from interlock.operations.delivery import LiveFact
from interlock.operations.live import receive_live
from interlock.operations.permissions import Role
from interlock.operations.read_forms import EMAIL, FIELDS, FormKept, read_form
from interlock.operations.whence import network_of
from interlock.store.lock import taking_turns
from interlock.store.models import FACTS

SOURCE = "forms"
"""The source of the facts that forms bring."""
TRAP, CONSENT, SUBMISSION, RETURN = "website", "consent", "submission", "return_to"
"""Fields beside those that are asked for. Nobody sees the trap: what fills it in is no buyer."""
LONGEST = {"message": 5_000, EMAIL: 254}
USUAL = 200
MOST_OF_ONE, MOST = 10, 600
WINDOW = 60
"""So often one network, and all together, may send a form in so many seconds."""
_HOUR = 3600


class Sent(StrEnum):
    """What came of a form that was sent."""

    TAKEN = "taken"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"
    TOO_MANY = "too many"


@dataclass(frozen=True)
class FormReceived:
    """What came of it. `problems` by field; `go_to`: where the buyer is sent back to, or ""."""

    sent: Sent
    form: FormKept | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    go_to: str = ""


def receive_form(
    name: str, told: Mapping[str, str], address: str, now: int | None = None
) -> FormReceived:
    """Takes what somebody filled in. Sent twice, it has one effect.

    Somebody whose e-mail address is known is that person, and gets a touch: what is known of a
    person is not changed by whoever knows the address.
    """
    moment, form = int(time.time()) if now is None else now, read_form(name)
    if form is None or not form.is_open:
        return FormReceived(Sent.UNKNOWN)
    if not few_enough(f"form {name} {network_of(address)}", MOST_OF_ONE, WINDOW):
        return FormReceived(Sent.TOO_MANY, form)
    if not few_enough(f"form {name}", MOST, WINDOW):
        return FormReceived(Sent.TOO_MANY, form)
    answers = {each: UNCLEAN.sub("", told.get(each, "")).strip() for each in form.fields}
    go_to = told.get(RETURN, "") if told.get(RETURN, "") in form.returns else ""
    if told.get(TRAP):
        return FormReceived(Sent.TAKEN, form, go_to=go_to)
    problems = dict(_problems(form, answers, consented=bool(told.get(CONSENT))))
    if problems:
        return FormReceived(Sent.INCOMPLETE, form, problems, answers)
    _take(form, answers, _submission(form, answers, told, moment), address, moment)
    return FormReceived(Sent.TAKEN, form, go_to=go_to)


def _problems(
    form: FormKept, answers: Mapping[str, str], *, consented: bool
) -> list[tuple[str, str]]:
    found = []
    for name, answer in answers.items():
        if not answer and name in (EMAIL, *form.needed):
            found.append((name, "Please fill this in."))
        elif len(answer) > LONGEST.get(name, USUAL):
            found.append((name, f"At most {LONGEST.get(name, USUAL)} characters, please."))
        elif name == EMAIL and not _is_email(answer):
            found.append((name, "This is no e-mail address."))
    if form.consent and not consented:
        found.append((CONSENT, "We need your consent to get in touch."))
    return found


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _submission(
    form: FormKept, answers: Mapping[str, str], told: Mapping[str, str], now: int
) -> str:
    """What tells this sending from others: as the page drew it, else its answers in this hour."""
    drawn = told.get(SUBMISSION, "")
    said = [form.name, sorted(answers.items()), drawn or now // _HOUR]
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=16).hexdigest()


def _take(
    form: FormKept, answers: Mapping[str, str], submission: str, address: str, now: int
) -> None:
    by = Actor(f"form {form.name}", "operations", Role.OPERATIONS, door="form", place=address)
    email = answers[EMAIL].lower()
    with taking_turns():
        people = FACTS["person"].objects.alias(lower=Lower("email"))
        known = people.filter(live=True, lower=email).order_by("pk")
        key = known.values_list("key", flat=True).first()
        facts = [] if key else [_person(form, answers, email, now)]
        key = key or str(facts[0].values["id"])
        touch = {
            "id": f"form-{submission}",
            "person": key,
            "at": iso(now),
            "kind": "form",
            "campaign": form.campaign,
            "form": form.name,
            "consent": form.consent,
            "message": answers.get("message", ""),
        }
        if not FACTS["touch"].objects.filter(key=touch["id"]).exists():
            receive_live([*facts, LiveFact("touch", touch)], by=by, source=SOURCE, now=now)


def _person(form: FormKept, answers: Mapping[str, str], email: str, now: int) -> LiveFact:
    own = {name: answers[name] for name in FIELDS if name in answers and name != "message"}
    made = hashlib.blake2b(email.encode(), digest_size=12).hexdigest()
    at = iso(now)
    return LiveFact(
        "person",
        {**own, "id": f"form-{made}", "created_at": at, "source": form.source, EMAIL: email},
    )
