"""What was said about a draft and its proposals, and about what is in force, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Q, QuerySet

from interlock.agreement.schema import Agreement
from interlock.agreement.sentences import SECTION_TITLES, Clause
from interlock.agreement.sentences import clauses as clauses_of
from interlock.agreement.wording import words
from interlock.operations.actor import Actor
from interlock.operations.agreements import text_in_force
from interlock.operations.remark_on_clause import asked, hears
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.models import Remark


@dataclass(frozen=True)
class RemarkLine:
    """One remark. `settled_at` None: still open.

    `of_force`: it is about the clause as it is in force. `is_answered`: by somebody else.
    """

    number: int
    words: str
    by: str
    side: str
    at: Instant
    settled_at: Instant | None
    settled_by: str
    of_force: bool
    answers: tuple[RemarkLine, ...] = ()
    is_answered: bool = False


@dataclass(frozen=True)
class Thread:
    """The remarks about one clause; `clause` "" is the whole text."""

    clause: str
    title: str
    remarks: tuple[RemarkLine, ...]

    @property
    def open(self) -> int:
        """How many are not settled."""
        return sum(each.settled_at is None for each in self.remarks)


@dataclass(frozen=True)
class Discussion:
    """All threads, that about the whole first; `draft` is the draft that they belong to."""

    draft: int
    threads: tuple[Thread, ...]

    @property
    def open(self) -> int:
        """How many remarks are not settled."""
        return sum(each.open for each in self.threads)

    def of(self, clause: str) -> Discussion:
        """What is said of one clause alone."""
        return replace(self, threads=tuple(each for each in self.threads if each.clause == clause))


def read_discussion(
    draft: int,
    clauses: Sequence[tuple[str, str]] = (),
    names: Mapping[str, str] | None = None,
) -> Discussion:
    """The discussion of a draft; of each (path, title) named there is a thread.

    What is still open about those clauses as they are in force stands there, too. `names` are
    people's by their addresses; None: they are looked up. Three queries at most.
    """
    known = staff().names if names is None else names
    said: dict[str, list[RemarkLine]] = {"": [], **{path: [] for path, _ in clauses}}
    touched = _touched([path for path, _ in clauses])
    rows = Remark.objects.filter(Q(draft=draft) | Q(draft=None, clause__in=touched))
    for path, line in _threaded(rows, known):
        if not line.of_force:
            said.setdefault(path, []).append(line)
        elif line.settled_at is None:
            said[touched[path]].append(line)
    titles = {"": "The whole of it", **dict(clauses)}
    return Discussion(
        draft,
        tuple(
            Thread(path, titles.get(path) or _title(path), tuple(lines))
            for path, lines in said.items()
        ),
    )


def _touched(paths: Sequence[str]) -> dict[str, str]:
    """The clauses in force that parts of a draft touch, each with the part where it is shown.

    A part may be of a clause: `engagement.half_life_days` of `engagement`.
    """
    found: dict[str, str] = {}
    for path in paths:
        steps = path.split(".")
        for end in range(1, len(steps)):
            found.setdefault(".".join(steps[:end]), path)
    return found | {path: path for path in paths}


def _title(path: str) -> str:
    section, _, rest = path.partition(".")
    title = SECTION_TITLES.get(section, words(section).capitalize())
    return f"{title}, {words(rest.rpartition('.')[2])}" if rest else title


@dataclass(frozen=True)
class RemarkInDraft:
    """A remark on one clause, with the draft in whose discussion it was made."""

    remark: RemarkLine
    draft: int
    title: str


@dataclass(frozen=True)
class Talk:
    """What is said of one clause: of it as it is in force, open first, and in drafts, latest first.

    `told` says who hears of another remark by whoever looks.
    """

    here: tuple[RemarkLine, ...]
    in_drafts: tuple[RemarkInDraft, ...]
    told: str


def read_talk(clause: Clause, *, by: Actor, now: Instant, most: int = 20) -> Talk:
    """What is said of a clause of the agreement in force."""
    agreement, everybody = text_in_force(now), staff(now)
    rows = Remark.objects.filter(clause=clause.path)
    drafted = list(rows.exclude(draft=None).select_related("draft").order_by("-pk")[:most])
    known = everybody.names
    here = [line for _, line in _threaded(rows.filter(draft=None), known)]
    told = asked(clause.subject, agreement, everybody, by) if agreement else ()
    return Talk(
        here=tuple(sorted(here, key=lambda each: (each.settled_at is not None, -each.number))),
        in_drafts=tuple(
            RemarkInDraft(_line(row, known), row.draft.pk, row.draft.title)
            for row in drafted
            if row.draft
        ),
        told=hears(told, everybody),
    )


@dataclass(frozen=True)
class OpenRemark:
    """A remark on the agreement in force that is still open.

    `is_there`: the agreement has its clause still.
    """

    clause: str
    title: str
    remark: RemarkLine
    is_there: bool


def read_open_remarks(
    agreement: Agreement | None, names: Mapping[str, str]
) -> tuple[OpenRemark, ...]:
    """All that is still open about the agreement in force, the latest first. One query."""
    rows = Remark.objects.filter(draft=None, settled_at=None, to__settled_at=None)
    titles = {each.path: each.title for each in clauses_of(agreement)} if agreement else {}
    return tuple(
        OpenRemark(path, titles.get(path) or _title(path), line, path in titles)
        for path, line in reversed([*_threaded(rows, names)])
    )


def open_by_clause() -> dict[str, int]:
    """How many remarks on the agreement in force are open, by clause. One query."""
    rows = Remark.objects.filter(draft=None, to=None, settled_at=None).order_by()
    return dict(rows.values_list("clause").annotate(Count("pk")))


def _threaded(
    rows: QuerySet[Remark, Remark], names: Mapping[str, str]
) -> Iterator[tuple[str, RemarkLine]]:
    """Each remark with the path of its clause and with its answers, in order of time."""
    found = list(rows)
    answers: dict[int, list[Remark]] = {}
    for row in found:
        if row.to_id is not None:
            answers.setdefault(row.to_id, []).append(row)
    for row in found:
        if row.to_id is None:
            yield row.clause, _line(row, names, answers.get(row.pk, ()))


def _line(row: Remark, names: Mapping[str, str], answers: Sequence[Remark] = ()) -> RemarkLine:
    return RemarkLine(
        number=row.pk,
        words=row.words,
        by=names.get(row.by, row.by),
        side=row.side,
        at=row.at,
        settled_at=row.settled_at,
        settled_by=names.get(row.settled_by, row.settled_by),
        of_force=row.draft_id is None,
        answers=tuple(_line(each, names) for each in answers),
        is_answered=any(each.by != row.by for each in answers),
    )
