"""Columns into tables and out of them, without an object for each row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

CHUNK = 20_000
"""Rows read at a time, unless told otherwise."""
FEW = 1_000
"""Up to so many texts are told to the database one by one."""


def insert_columns(
    model: type[Model], columns: Mapping[str, Sequence[Any] | Any], rows: int
) -> None:
    """Adds `rows` rows to the model's table: executemany on SQLite, COPY on PostgreSQL.

    `columns` maps a field's name (`batch_id` for a foreign key) to its values in the order of the
    rows, or to one value for all of them. Values are plain Python ones; JSON is given as its text.
    Fields that are not named stay null or take the database's default. Constraints are the
    database's to check: a clash raises `django.db.IntegrityError`.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    meta = model._meta  # noqa: SLF001 - the public way to a model's table in Django
    names = [quote(str(meta.get_field(name).column)) for name in columns]  # type: ignore[union-attr]  # only reverse relations have none
    lines = zip(*(_spread(values, rows) for values in columns.values()), strict=False)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f"COPY {quote(meta.db_table)} ({', '.join(names)}) FROM STDIN", lines)
        else:
            places = ", ".join(["%s"] * len(names))
            into = f"INSERT INTO {quote(meta.db_table)} ({', '.join(names)})"
            cursor.executemany(f"{into} VALUES ({places})", lines)  # type: ignore[arg-type]  # the driver takes any iterable


def _copy(cursor: Any, statement: str, lines: Iterable[tuple[Any, ...]]) -> None:
    with connection.wrap_database_errors, cursor.copy(statement) as copy:
        for line in lines:
            copy.write_row(line)


def among(texts: Iterable[str]) -> RawSQL | list[str]:
    """Any number of texts for `column__in`: many as one parameter of a query, a few as they are.

    A few by themselves lead through an index wherever they stand in a condition. Within an "or" a
    query in a query does not: every row is held against it.
    """
    found = list(texts)
    if len(found) <= FEW:
        return found
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [found])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(found)])


def read_columns(
    queryset: QuerySet[Any], fields: Sequence[str], chunk: int = CHUNK
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a query as tuples of `fields`, in lists of up to `chunk`, never all at once.

    Values come as the database gives them: a flag may be 0 or 1, JSON is text.
    """
    try:
        sql, params = queryset.values_list(*fields).query.sql_with_params()
    except EmptyResultSet:  # it asks for those of no keys at all
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(chunk):
            yield rows


def _spread(values: Sequence[Any] | Any, rows: int) -> Iterator[Any] | Sequence[Any]:
    if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
        return repeat(values, rows)
    if len(values) != rows:
        raise ValueError(f"a column has {len(values)} values for {rows} rows")
    tolist = getattr(values, "tolist", None)
    return tolist() if tolist else values
