"""Changing a draft: a key, a clause, or the whole text; each change is a new revision of it."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from interlock.agreement.canonical import plain
from interlock.agreement.diff import changed_paths, differences
from interlock.agreement.editing import (
    Change,
    changed_text,
    refused,
    with_clause,
    with_parts,
    without,
)
from interlock.agreement.loading import load
from interlock.agreement.merging import merge
from interlock.agreement.parts import parts
from interlock.agreement.problems import Problem
from interlock.agreement.titles import title_of
from interlock.operations.actor import Actor
from interlock.operations.agreements import in_force
from interlock.operations.attributes import known_attributes
from interlock.operations.permissions import Action, require
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.lock import held
from interlock.store.models import Draft, DraftText
from interlock.store.trail import record


@dataclass(frozen=True)
class Keys:
    """Some keys of a clause set to other values."""

    changes: tuple[Change, ...]


@dataclass(frozen=True)
class ClauseText:
    """One clause as YAML: its key, and what stands under it. It is added where it is new."""

    path: str
    text: str


@dataclass(frozen=True)
class TakenOut:
    """One clause less."""

    path: str


@dataclass(frozen=True)
class AsInForce:
    """One part as the version in force has it; that also decides a conflict about it."""

    path: str


@dataclass(frozen=True)
class AsDrafted:
    """A conflict about one part decided for what the draft says."""

    path: str


@dataclass(frozen=True)
class WholeText:
    """The whole text, such as a file that was changed elsewhere."""

    text: str


Edit = Keys | ClauseText | TakenOut | AsInForce | AsDrafted | WholeText


@dataclass(frozen=True)
class Clash:
    """Somebody else has changed the same clauses meanwhile: what they made of them is kept.

    `titles` are what the clauses are called; `by` is the name of who made them what they are
    now.
    """

    paths: tuple[str, ...]
    titles: tuple[str, ...]
    by: str
    at: Instant


@dataclass(frozen=True)
class Changed:
    """The draft's revision after the change; None where nothing was kept, and why.

    `problems` of a draft that was kept are those of its text: it may have errors meanwhile.
    """

    revision: int | None
    problems: tuple[Problem, ...] = ()
    clash: Clash | None = None


GONE = Problem("this draft is closed", "open another one from it")


def change_draft(
    number: int, edit: Edit, *, revision: int, by: Actor, now: Instant | None = None
) -> Changed:
    """Makes the change to the revision that its author saw.

    Where the draft has gone on meanwhile, the change is made to what it is now; unless both changed
    the same clause: then nothing is kept, and the answer says who made it what it is now.
    """
    require(by, Action.DRAFT)
    moment = int(time.time()) if now is None else now
    with writing(number) as last:
        if last is None:
            return Changed(None, (GONE,))
        seen = last if revision == last.revision else _revision(number, revision)
        if seen is None:
            return Changed(None, (Problem("this draft has no such revision", "open it again"),))
        text = _edited(seen.text, edit, moment)
        if isinstance(text, Problem):
            return Changed(None, (text,))
        merged = merge(seen.text, text, last.text)
        kept = None
        if not merged.conflicts:
            if problems := refused(merged.text):  # too long by what was added, or not allowed in it
                return Changed(None, problems)
            kept = keep(last, merged.text, by=by, at=moment, conflicts=_left(last, edit))
    if kept is None:  # who it was is looked for while nobody waits for the draft
        return Changed(None, clash=_clash(merged.conflicts, seen, last))
    return Changed(kept.revision, load(kept.text, attributes=known_attributes()).problems)


@contextmanager
def writing(number: int) -> Iterator[DraftText | None]:
    """A transaction that holds the draft, and its last revision; None where it is closed."""
    with transaction.atomic():
        draft = held(Draft.objects.filter(pk=number, withdrawn_at=None)).first()
        yield None if draft is None else _revision(number, draft.revision)


def keep(last: DraftText, text: str, *, by: Actor, at: Instant, conflicts: list[str]) -> DraftText:
    """The next revision, within `writing`; the last one where nothing is another."""
    if text == last.text and conflicts == last.conflicts:
        return last
    fresh = DraftText.objects.create(
        draft_id=last.draft_id,
        revision=last.revision + 1,
        text=text,
        by=by.name,
        side=by.side,
        at=at,
        says=says(last.text, text),
        conflicts=conflicts,
    )
    Draft.objects.filter(pk=last.draft_id).update(revision=fresh.revision)
    why = "; ".join(fresh.says)[:500]
    record(by, "change draft", f"draft {last.draft_id}", at=at, why=why)
    return fresh


def says(before: str, after: str) -> list[str]:
    """What changed, in words; that it did, where one of the texts is no agreement."""
    attributes = known_attributes()
    was, will = (load(text, attributes=attributes).agreement for text in (before, after))
    if was is None or will is None:
        return ["the text was changed"]
    return [each.sentence for each in differences(was, will)] or ["only how it is written"]


def _revision(number: int, revision: int) -> DraftText | None:
    return DraftText.objects.filter(draft=number, revision=revision).first()


def _clash(paths: tuple[str, ...], seen: DraftText, last: DraftText) -> Clash:
    now, latest = parts(plain(last.text)), _who_changed(paths, seen, last)
    titles = tuple(title_of(path, now.get(path)) for path in paths)
    return Clash(paths, titles, staff().name_at(latest.by), latest.at)


def _who_changed(paths: Sequence[str], seen: DraftText, last: DraftText) -> DraftText:
    """The revision since the one that was seen with which those parts became what they are now.

    It is looked for by halving, since each look reads a whole text.
    """

    def is_as_now(revision: int) -> bool:
        then = _revision(last.draft_id, revision)
        return then is not None and set(paths).isdisjoint(changed_paths(then.text, last.text))

    between = range(seen.revision + 1, last.revision)
    place = bisect_left(between, True, key=is_as_now)  # noqa: FBT003 - what is looked for
    found = _revision(last.draft_id, between[place]) if place < len(between) else last
    return found or last


def _edited(text: str, edit: Edit, now: Instant) -> str | Problem:
    match edit:
        case Keys(changes):
            return changed_text(text, changes)
        case ClauseText(path, clause):
            return with_clause(text, path, clause)
        case TakenOut(path):
            return without(text, path)
        case AsInForce(path):
            base = in_force(now)
            return with_parts(text, base.text, [path]) if base else Problem("nothing is in force")
        case AsDrafted():
            return text
        case WholeText(whole):
            return next(iter(refused(whole)), whole)


def _left(last: DraftText, edit: Edit) -> list[str]:
    """The conflicts that are still to be decided."""
    decided = {edit.path} if isinstance(edit, AsInForce | AsDrafted | TakenOut | ClauseText) else ()
    return [path for path in last.conflicts if path not in decided]
