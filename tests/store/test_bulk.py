from __future__ import annotations

import numpy as np
import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from interlock.store.bulk import FEW, among, insert_columns, read_columns
from interlock.store.models import FACTS, Import
from interlock.store.since import references_of

pytestmark = pytest.mark.django_db

TOUCH = FACTS["touch"]


def batch() -> int:
    return Import.objects.create(
        source="test", manifest="", folder="", fingerprint="", started_at=0, by="tester"
    ).pk


def insert(keys: list[str], **columns: object) -> None:
    fixed = {"digest": 1, "live": True, "batch_id": batch()}
    insert_columns(TOUCH, {"key": keys, **fixed, **columns}, len(keys))


def test_columns_come_back_as_they_went_in() -> None:
    texts = ["Ünïcode", "tab\tand\nline", "back\\slash", None, "", "=1+1"]
    times = np.array([0, -1, 2**40, 5, 6, 7])
    insert(list("abcdef"), kind=texts, at=times, attributes='{"x": "1"}')
    rows = [
        row
        for chunk in read_columns(TOUCH.objects.order_by("key"), ["key", "kind", "at"], 4)
        for row in chunk
    ]
    assert rows == list(zip("abcdef", texts, times.tolist(), strict=True))
    assert TOUCH.objects.values_list("attributes", flat=True).first() == {"x": "1"}


def test_reads_in_chunks_of_the_asked_size() -> None:
    insert([str(number) for number in range(10)])
    assert [len(chunk) for chunk in read_columns(TOUCH.objects.all(), ["key"], 4)] == [4, 4, 2]


def test_no_rows_is_no_statement() -> None:
    insert([])
    assert list(read_columns(TOUCH.objects.all(), ["key"])) == []


def test_columns_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="1 values for 2 rows"):
        insert(["a", "b"], kind=["form"])


def test_a_second_live_version_of_a_record_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError):
        insert(["a", "a"])


@pytest.mark.parametrize("many", [0, 1, FEW, FEW + 1])
def test_a_few_and_many_are_found_alike(many: int) -> None:
    insert([str(number) for number in range(many)])
    insert(["another"])
    wanted = TOUCH.objects.filter(key__in=among(map(str, range(many))))
    assert wanted.count() == many
    assert sum(map(len, read_columns(wanted, ["key"]))) == many


@pytest.mark.parametrize("kind", ["person", "touch", "account"])
def test_a_record_is_looked_for_by_an_index_whatever_its_versions(kind: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        references_of({kind: frozenset({"a"})})
    (query,) = queries.captured_queries
    on_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'' if on_postgres else 'QUERY PLAN '}{query['sql']}")
        plan = "\n".join(str(row[0 if on_postgres else 3]) for row in cursor.fetchall())
    # every row would be held against the query in the query
    assert ("SubPlan" if on_postgres else "SCAN store_") not in plan
