"""From a file's text to an `Agreement`, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from interlock.agreement.checks import check
from interlock.agreement.criterion import Place
from interlock.agreement.document import Mapping as Tree
from interlock.agreement.document import read_document
from interlock.agreement.problems import Problem, Severity
from interlock.agreement.reach import START
from interlock.agreement.reading import Reader, read_clause
from interlock.agreement.schema import Agreement, Stage
from interlock.agreement.vocabulary import vocabulary
from interlock.facts.kinds import ColumnType

Attributes = Mapping[str, Mapping[str, ColumnType]]
"""Columns that no contract names, by kind: `{"person": {"company_size": ColumnType.INTEGER}}`."""

YEARS_BEFORE, YEARS_AFTER = 15, 25
"""For how long around the first day in force named holidays are resolved: at most some 30 ms."""


@dataclass(frozen=True)
class Loaded:
    """What a file holds: an agreement where nothing is wrong with it, and every problem.

    Problems stand in the order of the file. Warnings alone do not keep the agreement back.
    `places` says where each path stands.
    """

    agreement: Agreement | None
    problems: tuple[Problem, ...]
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the agreement back."""
        return tuple(each for each in self.problems if each.severity is Severity.ERROR)


def load(text: str | bytes, *, attributes: Attributes = {}) -> Loaded:  # noqa: B006 - never changed
    """Read an agreement's YAML.

    `attributes` are the columns of the company's own that its data is known to have; those that
    the file declares join them.
    """
    root, problems = read_document(text)
    if root is None:
        return Loaded(None, tuple(problems))
    reader = Reader(problems=problems)
    if not isinstance(root, Tree):
        reader.wrong(root.place, "", "an agreement is a mapping of sections", "begin with `name:`")
        return Loaded(None, tuple(problems))
    agreement = _read(reader, root, attributes)
    agreement = replace(
        agreement, source=text if isinstance(text, str) else text.decode("utf-8-sig")
    )
    problems += check(agreement, reader.places)
    ordered = tuple(sorted(problems, key=lambda each: (each.line, each.column)))
    failed = any(each.severity is Severity.ERROR for each in ordered)
    return Loaded(None if failed else agreement, ordered, reader.places)


def _read(reader: Reader, root: Tree, attributes: Attributes) -> Agreement:
    """The sections, those first that the reading of others depends on."""
    first = ("in_force_from", "attributes", "engagement")
    head = Reader()
    early = read_clause(head, _only(root, first), Agreement, "")
    merged = {
        kind: {**attributes.get(kind, {}), **early.attributes.get(kind, {})}
        for kind in (*attributes, *early.attributes)
    }
    reader.vocabulary = vocabulary(merged, early.engagement.points)
    first_year = early.in_force_from.year
    reader.years = range(max(1, first_year - YEARS_BEFORE), first_year + YEARS_AFTER + 1)
    agreement: Agreement = read_clause(reader, root, Agreement, "")
    return replace(agreement, attributes=merged, stages=_in_sequence(agreement.stages, reader))


def _only(root: Tree, keys: tuple[str, ...]) -> Tree:
    return Tree(tuple(entry for entry in root.entries if entry.key in keys), root.place)


def _in_sequence(stages: tuple[Stage, ...], reader: Reader) -> tuple[Stage, ...]:
    """Stages that do not say what they come from come from the one written before."""
    filled: list[Stage] = []
    for each in stages:
        stage = each
        if f"stages.{stage.id}.comes_from" not in reader.places and stage.enter is not None:
            before = filled[-1].id if filled else START
            stage = replace(stage, comes_from=(before,))
        filled.append(stage)
    return tuple(filled)
