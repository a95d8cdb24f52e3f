"""Facts out of Parquet files, verdicts into them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from interlock.replay.engine import replay
from interlock.replay.outcome import ABSENT, Leads, Obligations, Outcome, Periods, Visits
from interlock.scale.local import replay_here
from interlock.scale.plan import Written
from interlock.scale.verdict_files import VERDICTS
from tests.scale import company


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The company's facts; verdicts go beside them."""
    company.write(tmp_path / "facts")
    return tmp_path


def replayed(folder: Path) -> Written:
    return replay_here(folder / "facts", [], company.AS_OF, folder / "verdicts")


def in_memory() -> Outcome:
    return replay(company.facts(), company.agreement(), company.AS_OF)


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / "verdicts" / table).to_pylist()
    return found


def changed(folder: Path, kind: str, change: Callable[[pa.Table], pa.Table]) -> None:
    file = folder / "facts" / kind / "part-0.parquet"
    pq.write_table(change(pq.read_table(file)), file)


def test_verdicts_of_files_are_those_of_the_facts_in_memory(folder: Path) -> None:
    written, outcome = replayed(folder), in_memory()
    assert written.findings == outcome.findings
    assert len(written.findings) > 15
    stays, owed = outcome.visits, outcome.obligations
    assert [
        (row["person"], row["stage"], row["entered"], row["left"]) for row in rows(folder, "visits")
    ] == [
        (
            outcome.people[stays.person[i]],
            outcome.stages[stays.stage[i]],
            stays.entered[i],
            None if stays.left[i] == ABSENT else stays.left[i],
        )
        for i in range(len(stays.person))
    ]
    assert [(row["owner"], row["due"]) for row in rows(folder, "obligations")] == [
        (outcome.members[owner] if owner >= 0 else None, None if due == ABSENT else due)
        for owner, due in zip(owed.owner, owed.due, strict=True)
    ]
    assert [row["reached"] for row in rows(folder, "periods")] == list(outcome.periods.reached)
    assert [row["fit"] for row in rows(folder, "leads")] == list(outcome.leads.fit)


def test_every_column_of_the_verdicts_is_in_the_files() -> None:
    tables = {"leads": Leads, "visits": Visits, "obligations": Obligations, "periods": Periods}
    for table, kind in tables.items():
        named = {column.name for column in VERDICTS[table]}
        assert {field.name for field in fields(kind)} - named == set(), table


def test_a_verdict_names_the_fact_in_its_file(folder: Path) -> None:
    replayed(folder)
    where = f"read_parquet('{folder}/facts/touch/*.parquet')"
    (checked, wrong) = (
        duckdb.connect()
        .execute(
            f"""
        SELECT count(*),
          count(*) FILTER (t.at <> o.started OR t.person <> o.person OR t.fact IS NULL)
        FROM read_parquet('{folder}/verdicts/obligations/*.parquet') o
        LEFT JOIN {where} t ON t.fact = o.start_fact WHERE o.start_kind = 'touch'
        -- a merged record's touch is about who stays
        AND t.person NOT IN (SELECT person FROM read_parquet('{folder}/facts/merge/*.parquet'))
        """  # noqa: S608 - our own folder
        )
        .fetchall()[0]
    )
    assert (wrong, checked > 50) == (0, True)


def test_files_in_any_order_and_number_give_the_same(folder: Path) -> None:
    replayed(folder)
    before = {table: rows(folder, table) for table in VERDICTS}
    (folder / "verdicts").rename(folder / "before")
    chance = np.random.default_rng(3)
    for kind in (folder / "facts").iterdir():
        if kind.is_dir():
            table = pq.read_table(kind)
            table = table.take(chance.permutation(len(table)))
            half = len(table) // 2
            pq.write_table(table[:half], kind / "part-0.parquet")
            pq.write_table(table[half:], kind / "later.parquet")
    replayed(folder)
    assert {table: rows(folder, table) for table in VERDICTS} == before


def test_columns_that_say_nothing_have_the_contract_s_defaults(folder: Path) -> None:
    def by_default(table: pa.Table) -> pa.Table:
        human = pc.if_else(table["human"], None, table["human"])
        return table.drop_columns(["human", "subject"]).append_column("human", human)

    replayed(folder)
    before = rows(folder, "obligations")
    (folder / "verdicts").rename(folder / "before")
    changed(folder, "activity", by_default)
    replayed(folder)
    assert rows(folder, "obligations") == before


def test_rows_without_what_every_fact_has_are_left_out_and_found(folder: Path) -> None:
    touches = len(pq.read_table(folder / "facts" / "touch"))
    changed(
        folder,
        "touch",
        lambda table: table.set_column(
            table.column_names.index("person"),
            "person",
            pc.if_else(pc.less(table["fact"], 100), None, table["person"]),
        ),
    )
    lost = sum(pc.less(pq.read_table(folder / "facts" / "touch")["fact"], 100).to_pylist())
    (found,) = [f for f in replayed(folder).findings if f.code == "incomplete"]
    assert 0 < lost < touches
    assert (found.count, found.message) == (lost, "touch facts lack `person`, and are left out")


def _as_timestamps(table: pa.Table) -> pa.Table:
    place = table.column_names.index("at")
    return table.set_column(place, "at", table["at"].cast(pa.timestamp("s")))


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("touch", _as_timestamps, "touch.at is timestamp[ms], and has to be int64: seconds UTC"),
        ("touch", lambda t: t.drop_columns(["fact"]), "touch has no column `fact`"),
        ("decision", lambda t: t.drop_columns(["person"]), "decision has no column `person`"),
        ("person", lambda t: t.drop_columns(["seats"]), "person.seats"),
    ],
)
def test_files_that_cannot_be_read_say_why(
    folder: Path, kind: str, change: Callable[[pa.Table], pa.Table], said: str
) -> None:
    changed(folder, kind, change)
    written = replayed(folder)
    assert said in "\n".join(written.trouble)
    assert not (folder / "verdicts").exists()


def test_a_folder_that_is_no_kind_of_fact_is_refused(folder: Path) -> None:
    (folder / "facts" / "touch").rename(folder / "facts" / "touches")
    assert replayed(folder).trouble == ("`touches` is no kind of fact: did you mean `touch`?",)


def test_what_facts_json_says_of_types_is_kept_to(folder: Path) -> None:
    (folder / "facts" / "facts.json").unlink()
    assert "compare a whole number and a moment" in replayed(folder).trouble[0]
    (folder / "facts" / "facts.json").write_text('{"attributes": ["signed_up"]}')
    assert replayed(folder).trouble[0].startswith("facts.json is not")


def test_a_file_that_is_none_is_said(folder: Path) -> None:
    (folder / "facts" / "touch" / "part-0.parquet").write_text("at,person\n")
    assert "touch" in replayed(folder).trouble[0]
