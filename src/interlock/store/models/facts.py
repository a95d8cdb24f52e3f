"""One table for each kind of fact, made from its column contract.

Every row is one version of one record, as it was received. `live` marks the version that counts
now; the versions before it stay. A row whose import was taken back counts no more.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower

from interlock.facts.kinds import KINDS, Column, ColumnType, Kind
from interlock.store.models.imports import Import


class Fact(models.Model):
    """What every kind of fact has beside the columns of its contract.

    `key` is the contract's `id`. `at` is the instant from which this version holds (UTC seconds;
    null: always has). `digest` is a 64-bit hash of the content, by which an unchanged row is
    recognised. `attributes` are the columns that no contract names, as texts. `part` and `line` say
    where the row stood: the position of the part in its import, and the line of its file.
    """

    objects: ClassVar[models.Manager[Any]]  # every table has one; an abstract model does not
    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    at = models.BigIntegerField(null=True)
    digest = models.BigIntegerField()
    live = models.BooleanField(default=True)
    batch = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")
    part = models.IntegerField(null=True)
    line = models.BigIntegerField(null=True)
    attributes = models.JSONField(null=True)

    class Meta:
        abstract = True


_FIELDS: dict[ColumnType, Any] = {
    ColumnType.TEXT: models.TextField,
    ColumnType.CHOICE: models.TextField,
    ColumnType.INTEGER: models.BigIntegerField,
    ColumnType.MONEY: models.BigIntegerField,
    ColumnType.INSTANT: models.BigIntegerField,
    ColumnType.NUMBER: models.FloatField,
    ColumnType.FLAG: models.BooleanField,
}


def columns_of(kind: Kind) -> tuple[Column, ...]:
    """The contract's columns that have a field of their own (`id` is `key`; `at` is `at`)."""
    return tuple(column for column in kind.columns if column.name not in ("id", "at"))


def _model(kind: Kind) -> type[Fact]:
    name = "".join(part.capitalize() for part in kind.name.split("_"))
    fields: dict[str, object] = {
        column.name: _FIELDS[column.type](null=True) for column in columns_of(kind)
    }
    references = [
        column.name for column in kind.columns if column.refers_to in ("person", "account")
    ]
    constraint = models.UniqueConstraint(
        fields=["key"], condition=models.Q(live=True), name=f"{kind.name}_one_live_version"
    )
    indexes = [
        models.Index(fields=[reference, "at"], name=f"{kind.name}_{reference}_at")
        for reference in references
    ]
    # few rows are in it: the versions before the present ones, which are looked for by key too
    indexes.append(
        models.Index(
            fields=["key"], condition=models.Q(live=False), name=f"{kind.name}_earlier_versions"
        )
    )
    if kind.name == "activity":  # what sales told lately is looked for among notes
        of_notes = models.Q(kind="note")
        indexes.append(models.Index(fields=["at"], condition=of_notes, name="activity_notes_at"))
    if kind.name == "person":  # a form looks for a person by the address, however it is written
        indexes.append(models.Index(Lower("email"), name="person_email"))
    meta = type("Meta", (), {"constraints": [constraint], "indexes": indexes, "app_label": "store"})
    return type(name, (Fact,), {**fields, "Meta": meta, "__module__": __name__})


FACTS: dict[str, type[Fact]] = {name: _model(kind) for name, kind in KINDS.items()}
"""The table of each kind, by the kind's name."""


class Attribute(models.Model):
    """A column that no contract names, and a type that its values have shown.

    Each wider one is kept beside those before it, with the start of the import that showed it
    (UTC seconds): the last one added is the type that the column has.
    """

    kind = models.TextField()
    name = models.TextField()
    type = models.TextField()
    since = models.BigIntegerField(default=0)

    class Meta:
        constraints = [  # noqa: RUF012 - Django reads it so
            models.UniqueConstraint(fields=["kind", "name", "type"], name="attribute_once"),
        ]
