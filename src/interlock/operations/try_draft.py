"""Trying a draft on one's own history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from interlock.agreement.dials import Dial, dials_of, turned, turned_words, with_dials
from interlock.agreement.editing import changed_text
from interlock.agreement.problems import Problem
from interlock.agreement.schema import Agreement
from interlock.agreement.titles import with_titles
from interlock.insight.trial import Told, examples_of, told
from interlock.insight.whatif import compare
from interlock.operations.loaded_draft import loaded_draft
from interlock.operations.reading import Basis, Reading, current
from interlock.operations.workbench import is_too_large, workbench
from interlock.store.models import FACTS, DraftText


@dataclass(frozen=True)
class TrialPage:
    """A draft, with its dials turned, held against the agreement in force.

    `shown` is what came of it; None where there is nothing to try it on, too much of it
    (`too_large`), or the draft has errors (`problems`, each with what its clause is called).
    `agreement` is the draft's, `turned` says what was tried otherwise than it has it. `names` are
    those of the people named there.
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
    shown: Told | None
    problems: tuple[tuple[str, Problem], ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    turned: tuple[str, ...] = ()
    too_large: bool = False


def try_draft(number: int, turns: Mapping[str, float], *, seen: int = 0) -> TrialPage | None:
    """The draft of that number, tried with its dials turned; None where there is none.

    `seen` is the revision whose dials were turned (0: the last one): what others have changed since
    is not turned back by a dial that stands where it stood.
    """
    row = DraftText.objects.filter(draft=number).select_related("draft").last()
    if row is None:
        return None
    if seen not in (0, row.revision):
        turns = _moved_since(number, seen, turns)
    reading, loaded = current(), loaded_draft(row.text)
    draft = loaded.agreement
    shown = None
    too_large = is_too_large(reading.basis)
    if draft is not None and reading.agreement is not None and not too_large:
        shown = _tried(draft, turns, reading)
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
        problems=with_titles(loaded.errors, row.text),
        names=names_of(examples_of(shown)) if shown else {},
        turned=turned_words(draft, turns) if draft else (),
        too_large=too_large,
    )


def _moved_since(number: int, seen: int, turns: Mapping[str, float]) -> Mapping[str, float]:
    """The turns of dials that stand elsewhere than in that revision."""
    row = DraftText.objects.filter(draft=number, revision=seen).first()
    draft = loaded_draft(row.text).agreement if row else None
    stood = {dial.key: dial.value for dial in dials_of(draft)} if draft else {}
    return {key: value for key, value in turns.items() if stood.get(key) != value}


def names_of(people: Iterable[str]) -> dict[str, str]:
    """The names of the people whom a trial gives as examples, by their keys. One query."""
    rows = FACTS["person"].objects.filter(live=True, key__in=set(people)).values_list("key", "name")
    return {key: name for key, name in rows if name}


def tried_text(page: TrialPage) -> str:
    """The text that was tried: the draft's, with the numbers that were turned."""
    assert page.agreement is not None  # noqa: S101 - what has errors is not tried
    text = changed_text(page.agreement.source, turned(page.agreement, page.turns))
    assert isinstance(text, str)  # noqa: S101 - dials stand in keys that are there
    return text


def _tried(draft: Agreement, turns: Mapping[str, float], reading: Reading) -> Told:
    bench = workbench([draft], reading)  # dials turn numbers: it reads what the draft reads
    assert bench is not None  # noqa: S101 - an agreement is in force, see above
    members = FACTS["member"].objects.filter(live=True).values_list("key", "name")
    names = {key: name for key, name in members if name}
    reasons = {reason.id: reason.name for reason in draft.reasons}
    return told(compare(bench.before, bench.under(with_dials(draft, turns))), names, reasons)
