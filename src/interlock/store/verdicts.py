"""Verdicts into the store: an outcome's columns as rows, swapped in when they are all there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from django.db import models, transaction
from django.db.models import Q
from numpy.typing import NDArray

from interlock.facts.columns import Array
from interlock.replay.affected import Ids
from interlock.replay.outcome import ABSENT, Codes, Instants, Outcome, PeriodState, State
from interlock.store.bulk import among, insert_columns
from interlock.store.lock import held
from interlock.store.models import FACTS, Book, Lead, Obligation, Period, Replay, Tally, Visit

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

BATCH = 50_000
SEARCHED = 400
"""So much of what a person can be found by is kept: an index holds it, and its rows are bounded."""
FEW = 20_000
"""Up to so many people are looked for by their keys."""
VERDICTS: tuple[type[models.Model], ...] = (Lead, Visit, Obligation, Period, Tally, Book)


def save(replay: Replay, outcome: Outcome, progress: Progress) -> None:
    """Writes the verdicts of the replay in short transactions; nobody sees them yet."""
    for what, (model, columns) in _tables(outcome).items():
        rows = len(next(iter(columns.values())))
        for begin in range(0, rows, BATCH):
            progress(f"writing {what}", begin, rows)
            part = {name: _plain(v[begin : begin + BATCH]) for name, v in columns.items()}
            with transaction.atomic():
                insert_columns(model, {"replay_id": replay.pk, **part}, min(BATCH, rows - begin))


def swap(replay: Replay, people: Ids, outcome: Outcome) -> None:
    """Puts verdicts about some people in the place of those that the replay has about them.

    All periods are the outcome's. Call it inside a transaction.
    """
    swap_people(replay, people, outcome)
    Period.objects.filter(replay=replay).delete()
    _insert(replay, Period, period_columns(outcome))


def swap_people(replay: Replay, people: Ids, outcome: Outcome) -> None:
    """The same, and the periods stay as they are."""
    of_these = {"replay": replay, "person__in": among(people)}
    for model, columns in _of_people(outcome).values():
        model._default_manager.filter(**of_these).delete()  # noqa: SLF001 - Django's name for it
        _insert(replay, model, columns)


def _insert(replay: Replay, model: type[models.Model], columns: dict[str, Array]) -> None:
    plain = {name: _plain(values) for name, values in columns.items()}
    insert_columns(model, {"replay_id": replay.pk, **plain}, len(next(iter(plain.values()))))


def _of_people(outcome: Outcome) -> dict[str, tuple[type[models.Model], dict[str, Array]]]:
    return {
        "leads": (Lead, lead_columns(outcome)),
        "visits": (Visit, visit_columns(outcome)),
        "obligations": (Obligation, obligation_columns(outcome)),
    }


def _tables(outcome: Outcome) -> dict[str, tuple[type[models.Model], dict[str, Array]]]:
    return {**_of_people(outcome), "periods": (Period, period_columns(outcome))}


def show(replay: Replay) -> None:
    """Makes this replay the one that is shown, unless a later one is; clears away earlier rows.

    What a replay begun after the shown one has written stays: it may still be at work.
    """
    with transaction.atomic():
        found = held(Replay.objects.filter(Q(current=True) | Q(pk=replay.pk)))
        shown = max(row.pk for row in found)
        Replay.objects.exclude(pk=shown).filter(current=True).update(current=False)
        Replay.objects.filter(pk=shown).update(current=True)
    for model in VERDICTS:
        model._default_manager.filter(replay__lt=shown).delete()  # noqa: SLF001 - Django's name for it


def lead_columns(outcome: Outcome) -> dict[str, Array]:
    """One row a person: where they stand, with the names that a list shows."""
    leads = outcome.leads
    people = _people_columns(outcome.people)
    open_count, next_due = _open_obligations(outcome)
    return {
        "person": outcome.people,
        **people,
        "stage": _words(outcome.stages, leads.stage),
        "since": _instants(leads.since),
        "owner": _words(outcome.members, leads.owner),
        "source": _words(outcome.sources, leads.source),
        "tier": _words(outcome.tiers, leads.tier),
        "fit": leads.fit,
        "score": leads.score,
        "open_obligations": open_count,
        "next_due": _instants(next_due),
        "last_at": _instants(leads.last),
    }


def visit_columns(outcome: Outcome) -> dict[str, Array]:
    """One row a visit."""
    visits, leads = outcome.visits, outcome.leads
    return {
        "person": outcome.people[visits.person],
        "stage": _words(outcome.stages, visits.stage),
        "came_from": _words(outcome.stages, visits.came_from),
        "entered_at": visits.entered,
        "left_at": _instants(visits.left),
        "skipped": visits.skipped,
        "reason": _words(outcome.reasons, visits.reason),
        "by": _words(outcome.members, visits.member),
        "source": _words(outcome.sources, leads.source[visits.person]),
        "tier": _words(outcome.tiers, leads.tier[visits.person]),
    }


def obligation_columns(outcome: Outcome) -> dict[str, Array]:
    """One row an obligation."""
    owed, leads = outcome.obligations, outcome.leads
    states = np.array([state.word for state in State], dtype=object)
    return {
        "promise": _words(outcome.promises, owed.promise),
        "person": outcome.people[owed.person],
        "owner": _words(outcome.members, owed.owner),
        "started_at": owed.started,
        "due_at": _instants(owed.due),
        "kept_at": _instants(owed.kept),
        "ended_at": _instants(owed.ended),
        "state": states[owed.state],
        "earlier": owed.earlier,
        "variant": _words(outcome.variants, owed.variant),
        "source": _words(outcome.sources, leads.source[owed.person]),
        "tier": _words(outcome.tiers, leads.tier[owed.person]),
    }


def period_columns(outcome: Outcome) -> dict[str, Array]:
    """One row a period of a period promise."""
    periods = outcome.periods
    states = np.array([state.word for state in PeriodState], dtype=object)
    return {
        "promise": _words(outcome.numbers, periods.promise),
        "member": _words(outcome.members, periods.member),
        "begins_at": periods.begins,
        "ends_at": periods.ends,
        "target": periods.target,
        "reached": periods.reached,
        "base": periods.base,
        "passed": periods.passed,
        "state": states[periods.state],
    }


def _open_obligations(outcome: Outcome) -> tuple[Array, Instants]:
    """How many obligations each person has open, and when the next is due."""
    owed = outcome.obligations
    still = owed.state <= State.WARNED
    count = np.bincount(owed.person[still], minlength=len(outcome.people))
    due = np.full(len(outcome.people), np.iinfo(np.int64).max, np.int64)
    dated = still & (owed.due != ABSENT)
    np.minimum.at(due, owed.person[dated], owed.due[dated])
    return count, np.where(due == np.iinfo(np.int64).max, ABSENT, due)


def _people_columns(people: NDArray[np.object_]) -> dict[str, Array]:
    """What people are called, their accounts, and what finds them, in the order of `people`.

    Of whoever gave no name it is the e-mail address.
    """
    place = {key: at for at, key in enumerate(people)}
    names, accounts, account_names = (np.full(len(people), "", dtype=object) for _ in range(3))
    search = np.array([str(key).casefold() for key in people], dtype=object)
    named, known = (FACTS[kind].objects.filter(live=True) for kind in ("account", "person"))
    if len(people) <= FEW:
        known = known.filter(key__in=among(people))
        named = named.filter(key__in=known.order_by().values("account"))
    called = dict(named.values_list("key", "name"))
    rows = known.values_list("key", "name", "account", "email")
    for key, name, account, email in rows.iterator(chunk_size=BATCH):
        at = place.get(key)
        if at is not None:
            names[at], accounts[at] = name or email or "", account or ""
            account_names[at] = called.get(account) or ""
            found_by = (name or "", account_names[at], key, email or "")
            search[at] = "\n".join(found_by).casefold()[:SEARCHED]
    return {"name": names, "account": accounts, "account_name": account_names, "search": search}


def _words(words: NDArray[np.object_], codes: Codes) -> NDArray[np.object_]:
    return np.append(words, "")[codes]


def _instants(values: Instants) -> NDArray[np.object_]:
    found = values.astype(object)
    found[values == ABSENT] = None
    return found


def _plain(values: Array) -> list[Any]:
    plain: list[Any] = values.tolist()
    return plain
