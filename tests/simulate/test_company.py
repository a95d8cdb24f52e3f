"""The made-up company: always the same, of any size, and sound."""
# ruff: noqa: S608 - the questions name tables of our own

import hashlib
import os
import subprocess
import sys
from calendar import day_name
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from interlock.agreement.loading import load
from interlock.agreement.schema import PeriodPromise
from interlock.connectors.manifest import Written
from interlock.connectors.manifest_loading import load_manifest
from interlock.facts.kinds import KINDS, Column, Kind
from interlock.simulate.company import Company, write_company
from interlock.simulate.export import FILES
from interlock.simulate.offices import agreement
from interlock.simulate.staff import DEMO_KEEPER, DEMO_MARKETING, DEMO_SALES, DOMAIN

Ask = Callable[[str], list[tuple[object, ...]]]
MADE = [KINDS[kind] for kind in FILES]
"""The kinds of fact that the company has: nobody there is ever away, or recorded twice."""
REFERENCES = [(kind, column) for kind in MADE for column in kind.columns if column.refers_to]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return write_company(tmp_path_factory.mktemp("halden"), people=1_200)


@pytest.fixture(scope="module")
def ask(company: Company) -> Iterator[Ask]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for kind, file in FILES.items():
            source = f"read_csv('{company.folder / file}', header = true, sample_size = -1)"
            connection.execute(f"create table {kind} as from {source}")
        yield lambda question: connection.execute(question).fetchall()


def columns_of(company: Company, kind: Kind) -> set[str]:
    head = (company.folder / FILES[kind.name]).read_text("utf-8").partition("\n")[0]
    return {name.strip('"') for name in head.split(",")}


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    script = "import sys, pathlib; from interlock.simulate.company import write_company as w; "
    script += "w(pathlib.Path(sys.argv[1]), seed=11, people=300)"
    for name, zone, salt in (("a", "UTC", "1"), ("b", "Australia/Lord_Howe", "2")):
        subprocess.run(
            [sys.executable, "-c", script, tmp_path / name],
            check=True,
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": salt},
        )
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    write_company(tmp_path / "c", seed=12, people=300)
    assert digest(tmp_path / "a") != digest(tmp_path / "c")


@pytest.mark.parametrize(
    ("kind", "column"), REFERENCES, ids=lambda part: getattr(part, "name", None)
)
def test_what_is_referred_to_is_there(
    company: Company, kind: Kind, column: Column, ask: Ask
) -> None:
    if column.name not in columns_of(company, kind):
        assert not column.required
        return
    lost = ask(
        f'select count(*) from {kind.name} where "{column.name}" is not null '
        f'and "{column.name}" not in (select id from {column.refers_to})',
    )
    assert lost == [(0,)]


@pytest.mark.parametrize("kind", MADE, ids=lambda kind: kind.name)
def test_ids_are_unique_and_required_columns_are_full(
    company: Company, kind: Kind, ask: Ask
) -> None:
    empty = " or ".join(f'"{name}" is null' for name in kind.required)
    counts = ask(
        f"select count(*), count(distinct id), count(*) filter ({empty}) from {kind.name}",
    )
    rows = company.rows[kind.name]
    assert counts == [(rows, rows, 0)]


@pytest.mark.parametrize("kind", MADE, ids=lambda kind: kind.name)
def test_choices_are_those_of_the_contract(ask: Ask, kind: Kind) -> None:
    for column in kind.columns:
        if column.choices:
            used = {row[0] for row in ask(f"select distinct {column.name} from {kind.name}")}
            assert used <= set(column.choices)


def test_nothing_happens_after_the_end_of_the_data(company: Company, ask: Ask) -> None:
    for kind, at in (("touch", '"at"'), ("activity", '"at"'), ("person", "created_at")):
        ((last,),) = ask(f"select epoch(max({at})) from {kind}")
        assert isinstance(last, float)
        assert company.as_of - 3 * 86_400 < last <= company.as_of


def test_an_opportunity_ends_after_it_began_and_has_a_price(ask: Ask) -> None:
    wrong = """select count(*) from opportunity where closed_at <= created_at or amount <= 0
               or (status = 'open') <> (closed_at is null)"""
    assert ask(wrong) == [(0,)]


def test_a_decision_closes_what_it_says(ask: Ask) -> None:
    wrong = """select count(*) from opportunity o where status <> 'open' and not exists (
                   from decision d where d.opportunity = o.id and d.person = o.person
                   and d.kind = case o.status when 'won' then 'win' else 'lose' end)"""
    assert ask(wrong) == [(0,)]


def test_the_agreement_has_no_problem(company: Company) -> None:
    loaded = load(company.agreement.read_bytes())
    assert loaded.problems == ()
    assert loaded.agreement is not None


@pytest.mark.parametrize(("people", "leads"), [(4_000, 75), (200_000, 3_750), (1, 1)])
def test_the_volumes_promised_grow_with_the_company(people: int, leads: int) -> None:
    promise = agreement(people).at("promises.accepted-leads")
    assert isinstance(promise, PeriodPromise)
    assert promise.target == leads
    assert f"{leads:,} leads a quarter" in promise.says


def test_the_manifest_has_no_problem_and_names_every_column(company: Company) -> None:
    written = load_manifest(company.manifest.read_bytes())
    assert isinstance(written, Written)
    for source in written.manifest.files:
        (recipe,) = source.gives
        named = {*recipe.columns, *recipe.attributes}
        assert named == columns_of(company, KINDS[recipe.as_])


def test_the_members_of_the_demo_are_there(ask: Ask) -> None:
    found = ask("select id, side, email from member")
    sides = {row[0]: row[1] for row in found}
    assert (sides[DEMO_SALES], sides[DEMO_MARKETING]) == ("sales", "marketing")
    assert sides[DEMO_KEEPER] == "operations"
    emails = [str(row[2]) for row in found]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith(f"@{DOMAIN}") for email in emails)


def test_no_lead_is_taken_for_a_member(ask: Ask) -> None:
    (namesakes,) = ask("select count(*) from person join member using (name)")[0]
    assert namesakes == 0


def test_any_size(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    small = write_company(tmp_path / "small", people=40, progress=lambda *step: told.append(step))
    large = write_company(tmp_path / "large", people=4_000)
    assert small.rows["person"] == 40
    assert large.rows["person"] == 4_000
    assert large.rows["touch"] > 9 * 4_000
    assert set(small.rows) == set(FILES)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert {of for _, _, of in told} == {len(told)}


def test_when_its_meetings_are_can_be_said_within_a_sentence() -> None:
    meetings = agreement(1_000).cadence
    assert {each.every for each in meetings if each.every[0].isupper()} <= {
        each.every for each in meetings if each.every.split()[0] in day_name
    }
