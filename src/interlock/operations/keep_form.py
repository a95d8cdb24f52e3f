"""Keeping a form that buyers fill in."""

from __future__ import annotations

import re
import time
from dataclasses import asdict

from django.db import transaction

from interlock.agreement.problems import Problem
from interlock.operations.actor import Actor
from interlock.operations.keep_webhook import NAME
from interlock.operations.permissions import Action, require
from interlock.operations.read_forms import EMAIL, FIELDS, FormKept
from interlock.store.models import LeadForm
from interlock.store.trail import record

_HOST = r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:\d{1,5})?"
_ORIGIN = re.compile(rf"https://{_HOST}|http://localhost(:\d{{1,5}})?")
_ADDRESS = re.compile(rf"({_ORIGIN.pattern})(/[\x21\x23-\x3a\x3c\x3d\x3f-\x7e]*)?")


def keep_form(form: FormKept, *, by: Actor) -> tuple[Problem, ...]:
    """Makes the form, or changes the one of that name; a closed one is opened. Or the problems."""
    require(by, Action.MANAGE_DOORS)
    problems = _problems(form)
    if problems:
        return problems
    now = int(time.time())
    told = asdict(form)
    del told["is_open"]
    with transaction.atomic():
        row, fresh = LeadForm.objects.update_or_create(
            name=form.name,
            defaults={**told, "closed_at": None},
            create_defaults={**told, "made_at": now},
        )
        record(by, "make form" if fresh else "change form", row.name, at=now)
    return ()


def _problems(form: FormKept) -> tuple[Problem, ...]:
    found = []
    if not NAME.fullmatch(form.name):
        hint = "use small letters, digits and -: it is part of the address"
        found.append(Problem(f"`{form.name}` cannot be the name of a form", hint))
    if EMAIL not in form.fields or not set(form.fields) <= set(FIELDS):
        found.append(Problem("a form asks for the e-mail address, by which a person is known"))
    if not form.title or not form.thanks:
        found.append(Problem("a form has a title, and words of thanks"))
    for each in form.returns:
        if not _ADDRESS.fullmatch(each):
            hint = "write it whole: https://www.example.com/thanks"
            found.append(Problem(f"`{each}` is no address to return to", hint))
    for each in form.frames:
        if not _ORIGIN.fullmatch(each):
            hint = "write it without a path: https://www.example.com"
            found.append(Problem(f"`{each}` is no origin of a page", hint))
    return tuple(found)
