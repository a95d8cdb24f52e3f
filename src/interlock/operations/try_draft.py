"""Trying a draft on one's own history, and keeping what that showed as evidence."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from interlock.agreement.canonical import seal_of
from interlock.agreement.dials import Dial, dials_of, turned, turned_words, with_dials
from interlock.agreement.editing import changed_text
from interlock.agreement.problems import Problem
from interlock.agreement.schema import Agreement
from interlock.insight.trial import Told, told
from interlock.insight.whatif import compare
from interlock.operations.actor import Actor
from interlock.operations.loaded_draft import loaded_draft
from interlock.operations.permissions import Action, require
from interlock.operations.reading import Basis, current
from interlock.operations.workbench import workbench
from interlock.replay.outcome import Instant
from interlock.store.models import FACTS, DraftText, SavedTrial
from interlock.store.trail import record


@dataclass(frozen=True)
class TrialPage:
    """A draft, with its dials turned, held against the agreement in force.

    `shown` is what came of it as plain values (`interlock.insight.trial.Told`); None where there is
    nothing to try it on, or the draft has errors (`problems`). `agreement` is the draft's, `turned`
    says what was tried otherwise than it has it.
    """

    basis: Basis
    draft: int
    title: str
    revision: int
    is_open: bool
    currency: str
    dials: tuple[Dial, ...]
    turns: Mapping[str, float]
    agreement: Agreement | None
    shown: Mapping[str, Any] | None
    problems: tuple[Problem, ...] = ()
    turned: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrialKept:
    """A trial as it was kept: what was tried, against what, of which facts, by whom.

    `turned` says what the text that was tried had otherwise than the draft.
    """

    basis: Basis
    number: int
    draft: int
    title: str
    revision: int
    currency: str
    seal: str
    against: str
    as_of: Instant
    by: str
    at: Instant
    shown: Mapping[str, Any]
    turned: tuple[str, ...]


def try_draft(number: int, turns: Mapping[str, float]) -> TrialPage | None:
    """The draft of that number, tried with its dials turned; None where there is none."""
    row = DraftText.objects.filter(draft=number).select_related("draft").last()
    if row is None:
        return None
    reading, loaded = current(), loaded_draft(row.text)
    draft = loaded.agreement
    shown = None
    if draft is not None and reading.agreement is not None:
        shown = asdict(_tried(with_dials(draft, turns)))
    return TrialPage(
        basis=reading.basis,
        draft=number,
        title=row.draft.title,
        revision=row.revision,
        is_open=row.draft.withdrawn_at is None,
        currency=draft.currency if draft else "",
        dials=dials_of(draft) if draft else (),
        turns=turns,
        agreement=draft,
        shown=shown,
        problems=loaded.errors,
        turned=turned_words(draft, turns) if draft else (),
    )


def tried_text(page: TrialPage) -> str:
    """The text that was tried: the draft's, with the numbers that were turned."""
    assert page.agreement is not None  # noqa: S101 - what has errors is not tried
    text = changed_text(page.agreement.source, turned(page.agreement, page.turns))
    assert isinstance(text, str)  # noqa: S101 - dials stand in keys that are there
    return text


def _tried(agreement: Agreement) -> Told:
    bench = workbench([agreement])
    assert bench is not None  # noqa: S101 - an agreement is in force, see above
    members = FACTS["member"].objects.filter(live=True).values_list("key", "name")
    names = {key: name for key, name in members if name}
    reasons = {reason.id: reason.name for reason in agreement.reasons}
    return told(compare(bench.before, bench.under(agreement)), names, reasons)


def keep_trial(
    number: int, turns: Mapping[str, float], *, by: Actor, now: Instant | None = None
) -> int | None:
    """Keeps what trying the draft shows, as it is shown; its number, or None: nothing to keep."""
    require(by, Action.DRAFT)
    page, reading = try_draft(number, turns), current()
    if page is None or page.shown is None or reading.agreement is None:
        return None
    moment = int(time.time()) if now is None else now
    with transaction.atomic():
        kept = SavedTrial.objects.create(
            draft_id=number,
            revision=page.revision,
            seal=seal_of(tried_text(page)),
            against=seal_of(reading.agreement.source),
            as_of=reading.basis.as_of or 0,
            known_by=reading.basis.known_by,
            shown={**page.shown, "currency": page.currency, "turned": list(page.turned)},
            by=by.name,
            at=moment,
        )
        record(by, "keep trial", f"draft {number}", at=moment, why=str(page.shown["sentence"]))
    return kept.pk


def read_trial(number: int) -> TrialKept | None:
    """A trial as it was kept, whatever came since; None where there is none."""
    row = SavedTrial.objects.filter(pk=number).select_related("draft").first()
    if row is None:
        return None
    return TrialKept(
        basis=current().basis,
        number=row.pk,
        draft=row.draft_id,
        title=row.draft.title,
        revision=row.revision,
        currency=row.shown.get("currency", ""),
        seal=row.seal,
        against=row.against,
        as_of=row.as_of,
        by=row.by,
        at=row.at,
        shown=row.shown,
        turned=tuple(row.shown.get("turned", ())),
    )
