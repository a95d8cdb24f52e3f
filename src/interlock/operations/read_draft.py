"""One draft: what it says, what it changes, what is wrong with it, how it came about."""

from __future__ import annotations

import time
from dataclasses import dataclass

from interlock.agreement.canonical import plain
from interlock.agreement.diff import Difference, differences
from interlock.agreement.excerpt import Excerpt, excerpt
from interlock.agreement.loading import Loaded
from interlock.agreement.parts import is_order, parts
from interlock.agreement.problems import Problem
from interlock.agreement.schema import Agreement
from interlock.agreement.sentences import SECTION_TITLES, clauses
from interlock.agreement.titles import title_of, with_titles
from interlock.operations.actor import Actor
from interlock.operations.agreements import agreement_of, in_force
from interlock.operations.draft_head import Head, head_of
from interlock.operations.governing import governing
from interlock.operations.loaded_draft import loaded_draft
from interlock.operations.put_before import PutBefore, put_before
from interlock.operations.read_discussion import Discussion, read_discussion
from interlock.operations.reading import Basis, current
from interlock.operations.staff import Staff, staff
from interlock.replay.outcome import Instant
from interlock.store.models import AgreementVersion, Draft, DraftText

LATEST = 30
"""Revisions listed; earlier ones are kept."""


@dataclass(frozen=True)
class Revision:
    """One change of a draft: who, when, and what it says otherwise."""

    number: int
    by: str
    side: str
    at: Instant
    says: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """A clause that both the draft and the version in force changed: each as it is written."""

    path: str
    title: str
    drafted: Excerpt | None
    in_force: Excerpt | None


@dataclass(frozen=True)
class TrialLine:
    """A trial of the draft that was kept: its number, of which revision, what it showed."""

    number: int
    revision: int
    by: str
    at: Instant
    says: str


@dataclass(frozen=True)
class Part:
    """One clause or key of a draft as the list of its contents has it.

    `sentence` says what it does; "" while the text has errors. `change` is how it differs from the
    version in force.
    """

    path: str
    section: str
    title: str
    sentence: str
    change: Difference | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class DraftPage:
    """A draft as of its last revision.

    `head` is what its version and first day still lack, None for nothing. `agreement` is None where
    the text has errors; `problems` say which, each with what its clause is called. `changes` are
    held against the version in force (`version`). `behind`: that came into force since the draft
    was made. `put` is the proposal of the last revision, None where it is of none. `proposers` says
    who proposes where whoever looks may not; "" where they may.
    """

    basis: Basis
    number: int
    title: str
    made_by: str
    revision: int
    text: str
    version: str
    is_open: bool
    behind: bool
    head: Head | None
    put: PutBefore | None
    proposers: str
    agreement: Agreement | None
    parts: tuple[Part, ...]
    problems: tuple[tuple[str, Problem], ...]
    changes: tuple[Difference, ...]
    conflicts: tuple[Conflict, ...]
    revisions: tuple[Revision, ...]
    trials: tuple[TrialLine, ...]
    discussion: Discussion


def read_draft(number: int, *, by: Actor | None = None) -> DraftPage | None:
    """The draft of that number, as whoever looks may propose it, or None."""
    draft = Draft.objects.filter(pk=number).first()
    if draft is None:
        return None
    now, everybody = int(time.time()), staff()
    names, put = everybody.names, put_before([number], now).get(number)
    base, is_open = in_force(now), draft.withdrawn_at is None
    rows = DraftText.objects.filter(draft=number).order_by("-revision")
    last = rows[0]
    loaded = loaded_draft(last.text)
    agreement = loaded.agreement
    ruling = agreement_of(base.digest).agreement if base else None
    changes = differences(ruling, agreement) if ruling and agreement else ()
    return DraftPage(
        basis=current().basis,
        number=draft.pk,
        title=draft.title,
        made_by=names.get(draft.made_by, draft.made_by),
        revision=draft.revision,
        text=last.text,
        version=base.version if base else "",
        is_open=is_open,
        behind=_is_behind(draft, base, put),
        head=None if put or not is_open else head_of(plain(last.text), ruling, now),
        put=put,
        proposers=_proposers(ruling or agreement, everybody, by),
        agreement=agreement,
        parts=_parts(last.text, loaded, changes),
        problems=with_titles(loaded.problems, last.text),
        changes=changes,
        conflicts=tuple(_conflict(path, last, base) for path in last.conflicts),
        revisions=tuple(
            Revision(row.revision, names.get(row.by, row.by), row.side, row.at, tuple(row.says))
            for row in rows.defer("text")[:LATEST]
        ),
        trials=tuple(
            TrialLine(
                number=row.pk,
                revision=row.revision,
                by=names.get(row.by, row.by),
                at=row.at,
                says=str(row.shown.get("sentence", "")),
            )
            for row in draft.trials.all()[:LATEST]
        ),
        discussion=read_discussion(number, [(each.path, each.title) for each in changes], names),
    )


def _is_behind(draft: Draft, base: AgreementVersion | None, put: PutBefore | None) -> bool:
    """Whether another version came into force since; what was signed is left as it is."""
    return base is not None and draft.base_id != base.pk and not (put and put.is_signed)


def _proposers(agreement: Agreement | None, everybody: Staff, by: Actor | None) -> str:
    if agreement is None or by is None:
        return ""
    found = governing(agreement, everybody)
    return found.proposers if found.may_not_propose(by) else ""


def _parts(text: str, loaded: Loaded, changes: tuple[Difference, ...]) -> tuple[Part, ...]:
    """What can be edited by itself: keys of the head first, then clauses by section."""
    said = {each.path: each for each in clauses(loaded.agreement)} if loaded.agreement else {}
    changed = {each.path: each for each in changes}
    wrong: dict[str, list[Problem]] = {}
    for problem in loaded.problems:
        wrong.setdefault(problem.clause, []).append(problem)
    found = [
        Part(
            path,
            section if (section := path.partition(".")[0]) in SECTION_TITLES else "",
            said[path].title if path in said else title_of(path, held),
            said[path].sentence if path in said else _value(held),
            changed.get(path),
            tuple(wrong.get(path, ())),
        )
        for path, held in parts(plain(text)).items()
        if not is_order(path)
    ]
    order = {section: place for place, section in enumerate(("", *SECTION_TITLES))}
    return tuple(sorted(found, key=lambda each: order[each.section]))


def _value(held: object) -> str:
    return held if isinstance(held, str) else ""


def _conflict(path: str, last: DraftText, base: AgreementVersion | None) -> Conflict:
    other = excerpt(base.text, path) if base else None
    title = title_of(path, parts(plain(last.text)).get(path))
    return Conflict(path, title, excerpt(last.text, path), other)
