"""The agreement in force, clause by clause, and what each clause has decided so far."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from interlock.agreement.excerpt import Excerpt, excerpt
from interlock.agreement.expiry import expiry_of, is_over
from interlock.agreement.goals import Goal
from interlock.agreement.problems import Problem
from interlock.agreement.schema import (
    Agreement,
    EventPromise,
    PeriodPromise,
    Reason,
    Stage,
    Tier,
)
from interlock.agreement.sentences import Clause, clause_at, clauses
from interlock.insight.attainment import Counts, Rate
from interlock.insight.funnel import ENTERED, THERE
from interlock.insight.tally import GIVEN, Subject
from interlock.operations.adopt import doubts
from interlock.operations.agreements import agreement_of, agreements
from interlock.operations.counting import Counted, counted
from interlock.operations.counting_from import to_come_words
from interlock.operations.read_goals import read_goals
from interlock.operations.read_periods import PeriodRow
from interlock.operations.read_promises import promise_rows
from interlock.operations.reading import (
    ALL,
    PAGE,
    Basis,
    Reading,
    current,
    page_after,
)
from interlock.operations.rows import VisitRow, names_in, visit_rows
from interlock.operations.seals import sealed
from interlock.operations.signed import Mark, by_both, marks_of
from interlock.replay.outcome import Instant
from interlock.store.models import AgreementVersion, Period, Proposal, Visit


@dataclass(frozen=True)
class AgreementPage:
    """The version in force. `agreement` is None where there is none yet, or it cannot be read.

    `problems` say why it cannot be read (or what to beware of). The basis is that of the verdicts:
    it is stale where they were made under another version. `coming` are those that count later.
    `proposal` is the number of the one that it came of, with its signatures (`marks`); None: it was
    put in force without signatures. `is_lapsed`: it binds nobody any more.
    """

    basis: Basis
    name: str = ""
    version: str = ""
    added_at: Instant | None = None
    by: str = ""
    agreement: Agreement | None = None
    clauses: tuple[Clause, ...] = ()
    problems: tuple[Problem, ...] = ()
    coming: tuple[Coming, ...] = ()
    seal: str = ""
    is_lapsed: bool = False
    proposal: int | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def expiry(self) -> str:
        """How long it was agreed for, and what holds afterwards; "" where it says nothing."""
        return expiry_of(self.agreement) if self.agreement else ""

    @property
    def is_signed(self) -> bool:
        """Whether a signature of each side holds under this text."""
        return by_both(self.marks)


@dataclass(frozen=True)
class Coming:
    """A version that was put in force and does not count yet.

    `proposal` is the number of the one that it came of; `is_signed`: a signature of each side holds
    under it.
    """

    version: str
    first_day: date
    proposal: int | None = None
    is_signed: bool = False

    @property
    def says(self) -> str:
        """What it is until its first day."""
        return to_come_words(self.first_day, is_signed=self.is_signed)


@dataclass(frozen=True)
class Decided:
    """What a clause has decided so far: how many of what, in words.

    `owed` and `attainment` are a promise's, `periods` a goal's, the latest first. `visits` are a
    stage's, or those that a reason brought about, latest first; `after` marks the next page of
    them.
    """

    counts: tuple[tuple[str, int], ...] = ()
    owed: Counts | None = None
    attainment: Rate | None = None
    periods: tuple[PeriodRow, ...] = ()
    visits: tuple[VisitRow, ...] = ()
    after: str = ""


NOTHING = Decided()


@dataclass(frozen=True)
class ClausePage:
    """One clause of the version in force; None where there is no clause of that path.

    `written` is its text in the file.
    """

    basis: Basis
    clause: Clause | None = None
    written: Excerpt | None = None
    decided: Decided = NOTHING


def read_agreement() -> AgreementPage:
    """The agreement as a document."""
    basis, now = current().basis, int(time.time())
    texts = agreements()
    if texts is None:
        return AgreementPage(basis)
    version = texts.at(now)
    loaded = agreement_of(version.digest)
    proposal = (
        Proposal.objects.filter(adopted__digest=version.digest)
        .prefetch_related("signatures")
        .first()
    )
    signatures = list(proposal.signatures.all()) if proposal else []
    return AgreementPage(
        basis=basis,
        name=version.name,
        version=version.version,
        added_at=version.added_at,
        by=version.by,
        agreement=loaded.agreement,
        clauses=clauses(loaded.agreement) if loaded.agreement else (),
        problems=loaded.problems + doubts(loaded, version.digest, now),
        coming=_coming(texts.after(now)),
        seal=sealed(version.text) if loaded.agreement else "",
        is_lapsed=loaded.agreement is not None and is_over(loaded.agreement, now),
        proposal=proposal.pk if proposal else None,
        marks=marks_of(version.text, signatures) if signatures else (),
    )


def _coming(rows: Sequence[AgreementVersion]) -> tuple[Coming, ...]:
    found = Proposal.objects.filter(adopted__in=rows).prefetch_related("signatures")
    made = {each.adopted_id: each for each in found} if rows else {}
    return tuple(_to_come(row, made.get(row.pk)) for row in rows)


def _to_come(row: AgreementVersion, made: Proposal | None) -> Coming:
    marks = marks_of(row.text, list(made.signatures.all())) if made else ()
    return Coming(row.version, row.in_force_from, made.pk if made else None, by_both(marks))


def read_clause(path: str, after: str = "", size: int = PAGE) -> ClausePage:
    """The clause of that path (`stages.mql`)."""
    reading = current()
    texts = agreements()
    agreement = agreement_of(texts.at(int(time.time())).digest).agreement if texts else None
    if agreement is None:
        return ClausePage(reading.basis)
    clause = clause_at(agreement, path)
    if clause is None:
        return ClausePage(reading.basis)
    written = excerpt(agreement.source, path)
    if reading.replay is None:
        return ClausePage(reading.basis, clause, written)
    decided = _decided(reading, clause.subject)
    visits = _visits(reading.replay, clause.subject)
    if visits is None:
        return ClausePage(reading.basis, clause, written, decided)
    page, mark = page_after(visits, "entered_at", after, size)
    rows = visit_rows(page, names_in(agreement))
    return ClausePage(reading.basis, clause, written, replace(decided, visits=rows, after=mark))


def _visits(replay: int, subject: object) -> QuerySet[Visit, Visit] | None:
    """The visits that a stage or a reason brought about; None for other clauses."""
    if isinstance(subject, Stage):
        return Visit.objects.filter(replay=replay, stage=subject.id)
    if isinstance(subject, Reason):
        return Visit.objects.filter(replay=replay, stage=subject.goes_to, reason=subject.id)
    return None


def _decided(reading: Reading, subject: object) -> Decided:
    """What the tally holds of the clause; most kinds decide nothing by themselves."""
    if isinstance(subject, EventPromise):
        rows = counted(reading, Subject.PROMISE, clause=subject.id)
        [row] = promise_rows((subject,), rows)
        return Decided(owed=row.counts, attainment=row.attainment)
    if isinstance(subject, PeriodPromise):
        periods = Period.objects.filter(replay=reading.replay, promise=subject.id)
        found = Counter(periods.values_list("state", flat=True))
        return Decided(tuple((f"periods {state}", found[state]) for state in sorted(found)))
    if isinstance(subject, Goal):
        return Decided(periods=read_goals(reading, (subject,))[0].periods)
    if isinstance(subject, Stage | Reason):
        of = Subject.STAGE if isinstance(subject, Stage) else Subject.REASON
        return Decided(_counts(counted(reading, of, clause=subject.id), subject.id, _SAID[of]))
    if isinstance(subject, Tier):
        rows = counted(reading, Subject.STAGE, replace(ALL, tier=subject.id))
        there = sum(row.count for row in rows if row.state == THERE)
        return Decided((("people at a stage now", there),))
    return NOTHING


_SAID = {
    Subject.STAGE: {ENTERED: "people entered", THERE: "there now"},
    Subject.REASON: {GIVEN: "times given"},
}
"""What is counted of a clause, in words."""


def _counts(
    rows: list[Counted], clause: str, said: Mapping[str, str]
) -> tuple[tuple[str, int], ...]:
    found = {row.state: row.count for row in rows if row.clause == clause}
    return tuple((words, found.get(state, 0)) for state, words in said.items())
