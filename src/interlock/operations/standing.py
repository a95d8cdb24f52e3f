"""One lead as it stands just now, for a deed: who has it, at which stage, and its mark.

The mark names the last decision, assignment and opportunity about the lead. A deed carries the mark
of the page that it was decided on, so that of two people who decide at once one is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Value

from interlock.agreement.schema import Agreement, Stage
from interlock.operations.agreements import Agreements, agreements
from interlock.operations.attributes import known_attributes
from interlock.replay.engine import columns_needed
from interlock.replay.outcome import Instant
from interlock.replay.trial import NewFact, Trial, try_out
from interlock.store.facts import load_person
from interlock.store.merges import records_of
from interlock.store.models import FACTS, Lead, Replay

DECIDING = ("decision", "assignment", "opportunity")
"""The kinds of facts that say what was decided about a lead."""
_MARK = re.compile(r"\d{1,18}\.\d{1,18}\.\d{1,18}", re.ASCII)
_WORDS = {"assignment": "hand over", "opportunity": "opportunity"}


@dataclass(frozen=True)
class Standing:
    """A lead: its key and those of all its records, where it stands, and what it goes by.

    `live` is False where the replay that is shown was pinned: nothing moves then.
    """

    key: str
    records: frozenset[str]
    name: str
    account: str
    account_name: str
    stage: str
    owner: str
    mark: str
    live: bool
    replay: int
    agreement: Agreement
    texts: Agreements

    @property
    def clause(self) -> Stage | None:
        """The stage that it is at."""
        return self.agreement.stage(self.stage)

    def try_out(self, now: Instant, *deeds: tuple[NewFact, ...]) -> Trial | None:
        """The lead replayed as of `now`, and with each of the deeds."""
        assert self.texts.timeline is not None  # noqa: S101 - it was read, see `standing`
        columns = columns_needed(self.texts.timeline)
        facts = load_person(self.key, columns, known_attributes())
        return try_out(facts, self.texts.timeline, now, self.key, deeds)


def standing(key: str, now: Instant) -> Standing | None:
    """The lead of that key, or of the record that it was merged into; None where there is none."""
    shown = Replay.objects.filter(current=True).first()
    texts = agreements(shown.adopted_id) if shown else None
    if shown is None or texts is None or texts.timeline is None:
        return None
    records = records_of(key)
    lead = Lead.objects.filter(replay=shown, person=records.stays).first()
    if lead is None:
        return None
    return Standing(
        key=records.stays,
        records=records.all,
        name=lead.name or records.stays,
        account=lead.account,
        account_name=lead.account_name or lead.account,
        stage=lead.stage,
        owner=lead.owner,
        mark=mark_of(records.all),
        live=not shown.pinned and shown.known_by is None,
        replay=shown.pk,
        agreement=texts.agreement_at(now),
        texts=texts,
    )


def mark_of(records: frozenset[str]) -> str:
    """The mark of the person who has these records. One query."""
    rows = [
        FACTS[kind]
        .objects.filter(person__in=records, live=True)
        .order_by()
        .annotate(of=Value(place))
        .values_list("of", "id")
        for place, kind in enumerate(DECIDING)
    ]
    last = [0] * len(DECIDING)
    for place, row in rows[0].union(*rows[1:]):
        last[place] = max(last[place], row)
    return ".".join(map(str, last))


@dataclass(frozen=True)
class Came:
    """What came between two marks: who did it and the word for it; `undone`: who undid it."""

    by: str
    word: str
    undone: bool


def what_came(now: str, seen: str) -> Came | None:
    """What somebody did that made one mark of a lead another; None where nobody's deed did.

    What was done and undone between the two is not told of: no mark is left of it. One query.
    """
    if not _MARK.fullmatch(seen):
        return None
    pairs = zip(DECIDING, map(int, now.split(".")), map(int, seen.split(".")), strict=True)
    kind, newer, older = next(each for each in pairs if each[1] != each[2])
    row = FACTS[kind].objects.select_related("batch").filter(pk=max(newer, older)).first()
    if row is None or not row.batch.live or row.batch.by == row.batch.source:
        return None  # an import, or what the rules of the agreement gave out
    if newer < older:
        return Came(row.batch.taken_back_by, "", undone=True)
    return Came(row.batch.by, _WORDS.get(kind) or row.kind, undone=False)
