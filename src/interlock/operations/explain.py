"""Why one person's verdicts are what they are: that person replayed, with every because."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from interlock.operations.agreements import agreements
from interlock.operations.attributes import known_attributes
from interlock.operations.fact_lines import MOST
from interlock.replay.because import (
    ExplainedObligation,
    ExplainedVisit,
    explain_obligations,
    explain_visits,
)
from interlock.replay.engine import columns_needed, decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.outcome import ABSENT, Finding
from interlock.store.facts import load_person
from interlock.store.knowledge import first_import
from interlock.store.models import Lead, Replay

ABOUT_OTHERS = (
    *("unknown-person", "unknown-opportunity", "unknown-member", "unknown-calendar"),
    "absence-reversed",
)
"""Findings that say nothing about one person: others are not loaded, or they are of members."""


@dataclass(frozen=True)
class PersonExplained:
    """One person's verdicts as of the replay that is shown, or of a later look at the person.

    `cut`: there are more visits or obligations than these, the latest.
    """

    visits: tuple[ExplainedVisit, ...]
    obligations: tuple[ExplainedObligation, ...]
    findings: tuple[Finding, ...]
    cut: bool


def explain_person(key: str) -> PersonExplained | None:
    """Replays one person as the shown replay did; None where nothing was replayed or known."""
    replay = Replay.objects.filter(current=True).annotate(watched=Subquery(first_import()))
    seen_at = Lead.objects.filter(replay=OuterRef("pk"), person=key).values("seen_at")[:1]
    replay = replay.annotate(seen_at=Subquery(seen_at))
    shown = replay.values_list("adopted", "as_of", "known_by", "watched", "seen_at").first()
    if shown is None:
        return None
    last, as_of, known_by, watched, seen_at = shown
    as_of = max(as_of, seen_at or as_of)
    texts = agreements(last, known_by)
    if texts is None or texts.timeline is None:
        return None
    columns = columns_needed(texts.timeline)
    facts = load_person(key, columns, known_attributes(known_by), known_by)
    eras = Eras.of(build(facts, as_of), texts.timeline)
    if not len(eras.index.who):
        return None
    outcome = decide(eras, as_of)
    return PersonExplained(
        visits=explain_visits(eras, outcome, 0, MOST),
        obligations=explain_obligations(
            eras, outcome, 0, MOST, ABSENT if watched is None else watched
        ),
        findings=tuple(each for each in outcome.findings if each.code not in ABOUT_OTHERS),
        cut=max(len(outcome.visits.person), len(outcome.obligations.person)) > MOST,
    )
