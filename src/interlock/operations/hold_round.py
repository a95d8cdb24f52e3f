"""A round of the language test that the made-up company has held: opened, answered and closed."""

from __future__ import annotations

import numpy as np
from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.close_round import close_round
from interlock.operations.open_round import RoundAsked, open_round
from interlock.operations.permissions import Action, Role, require
from interlock.operations.place_lead import place_lead
from interlock.operations.say_meaning import say_meaning
from interlock.replay.outcome import Instant
from interlock.simulate.language import LEADS, MEANINGS, STAGES, TERMS, placed
from interlock.store.models import FACTS, LanguageLead

_DAY = 86_400
_OPEN, _SINCE = 7 * _DAY, 16 * _DAY
_SEED = 20


def hold_round(*, by: Actor, now: Instant) -> int | None:
    """The number of the round, which was opened some days before `now`.

    None where too little is known for one. It is there whole, or not at all.
    """
    require(by, Action.TEST_LANGUAGE)
    opened_at = now - _SINCE
    asked = RoundAsked(LEADS, STAGES, TERMS, closes_at=opened_at + _OPEN)
    with transaction.atomic():
        number = open_round(asked, by=by, now=opened_at, seed=_SEED).number
        if number is None:
            return None
        for side, who in _people().items():
            for place, each in enumerate(who):
                _answer(number, each, side, place, opened_at + (place + 1) * _DAY // 2)
        close_round(number, by=by, now=opened_at + _OPEN - 1)
    return number


def _people() -> dict[str, list[Actor]]:
    """Of each side as many members as have something to say."""
    rows = FACTS["member"].objects.filter(live=True).order_by("key")
    members = list(rows.values_list("side", "key", "email"))
    return {
        side: [
            Actor(email, side, Role.MEMBER, key)
            for of, key, email in members
            if of == side and email
        ][: len(said)]
        for side, said in MEANINGS[TERMS[0]].items()
    }


def _answer(number: int, who: Actor, side: str, place: int, at: Instant) -> None:
    """Says what the terms mean, and places every lead."""
    rng = np.random.default_rng([_SEED, place, len(side)])
    for term, name in enumerate(TERMS, 1):
        say_meaning(number, term, MEANINGS[name][side][place], by=who, now=at)
    leads = LanguageLead.objects.filter(round=number).values_list("place", "stage", "values")
    for lead, stage, values in leads:
        said, fits = placed(side, stage, values, rng)
        place_lead(number, lead, said, fits=fits, by=who, now=at)
