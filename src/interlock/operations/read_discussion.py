"""What was said about a draft and its proposals, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interlock.agreement.sentences import SECTION_TITLES
from interlock.agreement.wording import words
from interlock.replay.outcome import Instant
from interlock.store.models import Remark, User


@dataclass(frozen=True)
class RemarkLine:
    """One remark. `settled_at` None: still open."""

    number: int
    words: str
    by: str
    side: str
    at: Instant
    settled_at: Instant | None
    settled_by: str


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


def read_discussion(
    draft: int,
    clauses: Sequence[tuple[str, str]] = (),
    names: Mapping[str, str] | None = None,
) -> Discussion:
    """The discussion of a draft; of each (path, title) named there is a thread.

    `names` are people's by their addresses; None: they are looked up. Two queries at most.
    """
    known = sign_in_names() if names is None else names
    said: dict[str, list[RemarkLine]] = {"": [], **{path: [] for path, _ in clauses}}
    for row in Remark.objects.filter(draft=draft):
        said.setdefault(row.clause, []).append(_line(row, known))
    titles = {"": "The whole of it", **dict(clauses)}
    return Discussion(
        draft,
        tuple(
            Thread(path, titles.get(path) or _title(path), tuple(lines))
            for path, lines in said.items()
        ),
    )


def sign_in_names() -> dict[str, str]:
    """The names of those who sign in, by sign-in. One query."""
    rows = User.objects.exclude(first_name="").values_list("username", "first_name", "last_name")
    return {username: f"{first} {last}".strip() for username, first, last in rows}


def _title(path: str) -> str:
    section, _, rest = path.partition(".")
    title = SECTION_TITLES.get(section, words(section).capitalize())
    return f"{title}, {words(rest.rpartition('.')[2])}" if rest else title


@dataclass(frozen=True)
class RemarkOnClause:
    """A remark on one clause, with the draft in whose discussion it was made."""

    remark: RemarkLine
    draft: int
    title: str


def read_remarks_on(clause: str, most: int = 20) -> tuple[RemarkOnClause, ...]:
    """What was said of the clause of that path in drafts, the latest first. Two queries at most."""
    rows = list(Remark.objects.filter(clause=clause).select_related("draft").order_by("-pk")[:most])
    known = sign_in_names() if rows else {}
    return tuple(RemarkOnClause(_line(row, known), row.draft_id, row.draft.title) for row in rows)


def _line(row: Remark, names: Mapping[str, str]) -> RemarkLine:
    return RemarkLine(
        number=row.pk,
        words=row.words,
        by=names.get(row.by, row.by),
        side=row.side,
        at=row.at,
        settled_at=row.settled_at,
        settled_by=names.get(row.settled_by, row.settled_by),
    )
