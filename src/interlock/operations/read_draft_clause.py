"""One clause of a draft, as it is edited: its fields, its conditions as rows, its YAML."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from interlock.agreement.canonical import plain
from interlock.agreement.conditions import Groups, groups_of
from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.excerpt import excerpt
from interlock.agreement.expression import ValueType
from interlock.agreement.fields import Field, Kind, fields_of
from interlock.agreement.parts import parts
from interlock.agreement.phrases import phrase
from interlock.agreement.problems import Problem
from interlock.agreement.sentences import SECTION_TITLES
from interlock.agreement.wording import words
from interlock.operations.agreements import in_force
from interlock.operations.catch import words_of
from interlock.operations.loaded_draft import loaded_draft
from interlock.operations.read_discussion import Discussion, read_discussion
from interlock.operations.reading import Basis, current
from interlock.store.models import Draft, DraftText


@dataclass(frozen=True)
class Condition:
    """A criterion for whoever edits it: its rows (None: they cannot say it) and its sentence."""

    groups: Groups | None
    sentence: str


@dataclass(frozen=True)
class DraftClause:
    """A part of a draft. `written` is its YAML, "" where it is new; `vocabulary` what it may read.

    `in_force` is its YAML in the version in force, "" where that has no such part. `talk` is what
    is said of it: in this draft, and what is open about it as it is in force.
    """

    basis: Basis
    draft: int
    title: str
    revision: int
    is_open: bool
    path: str
    section: str
    name: str
    fields: tuple[Field, ...]
    conditions: Mapping[str, Condition]
    written: str
    in_force: str
    problems: tuple[Problem, ...]
    vocabulary: Mapping[str, ValueType]
    text: str
    talk: Discussion


def read_draft_clause(
    number: int, path: str, revision: int | None = None, *, of_a_number: bool = False
) -> DraftClause | None:
    """The part of that path, there or to be added; None where no agreement has such a place.

    It is that of the last revision, or of the one that is asked for. `of_a_number`: a promise that
    is to be added is one of a number each period, not one with a clock.
    """
    rows = DraftText.objects.filter(draft=number).select_related("draft")
    row = rows.last() if revision is None else rows.filter(revision=revision).first()
    if row is None:
        return None
    fresh = {"each": ""} if of_a_number else None
    fields = fields_of(path, parts(plain(row.text)).get(path, fresh))
    if not fields:
        return None
    draft: Draft = row.draft
    vocabulary = words_of(row.text)
    written, other = excerpt(row.text, path), in_force(int(time.time()))
    as_in_force = excerpt(other.text, path) if other else None
    section = SECTION_TITLES.get(path.partition(".")[0], "")
    name = next((each.value for each in fields if each.key == "name"), "")
    name = name or words(path.rpartition(".")[2])
    return DraftClause(
        basis=current().basis,
        draft=draft.pk,
        title=draft.title,
        revision=row.revision,
        is_open=draft.withdrawn_at is None,
        path=path,
        section=section,
        name=name,
        fields=fields,
        conditions={
            each.key: condition_in(each.value, vocabulary)
            for each in fields
            if each.kind is Kind.CONDITION
        },
        written=written.text if written else "",
        in_force=as_in_force.text if as_in_force else "",
        problems=tuple(each for each in loaded_draft(row.text).problems if each.clause == path),
        vocabulary=vocabulary,
        text=row.text,
        talk=read_discussion(number, [(path, name)]).of(path),
    )


def condition_in(text: str, vocabulary: Mapping[str, ValueType]) -> Condition:
    """A criterion as it is edited; without rows and sentence where it has an error."""
    if not text:
        return Condition((), "")
    found = compile_criterion(text, vocabulary)
    if not isinstance(found, Compiled):
        return Condition(None, "")
    return Condition(groups_of(found.expression), phrase(found.expression))
