"""Manifests: the short forms, and every problem at once with its place."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from interlock.agreement.problems import Problem
from interlock.agreement.shape import written as keys_of
from interlock.connectors.manifest import (
    ColumnSource,
    Flags,
    Join,
    Manifest,
    OtherColumns,
    Otherwise,
    Recipe,
    Source,
)
from interlock.connectors.manifest_loading import load_manifest
from interlock.facts.kinds import ColumnType

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "manifest.md"

NEEDED = "add `created_at:` under `columns` (when the person became known)"
OWN = "put columns of your own under `attributes`"
NAMED = "use small letters, digits and _, so that criteria can name it"
SMALL = """\
source: crm
files:
  - file: leads.csv
    as: person
    columns: {id: Id, created_at: Created}
"""


def load(text: str) -> Manifest:
    found = load_manifest(dedent(text))
    assert not isinstance(found, list), [str(problem) for problem in found]
    return found.manifest


def problems(text: str) -> list[Problem]:
    found = load_manifest(dedent(text))
    assert isinstance(found, list)
    return found


def column(written: str, name: str = "created_at", kind: str = "person") -> str:
    others = {"person": "id: Id, created_at: C", "opportunity": "id: Id, created_at: C"}[kind]
    others = ", ".join(each for each in others.split(", ") if not each.startswith(f"{name}:"))
    return f"""\
source: crm
files:
  - file: leads.csv
    as: {kind}
    columns:
      {name}: {written}
""" + "".join(f"      {each}\n" for each in others.split(", "))


def test_short_forms_mean_the_long_ones() -> None:
    short = load(
        """\
        source: crm
        empty: Select
        files:
          - file: leads.csv
            as: person
            join: {file: more.csv, on: Id, take: [Tier, Size]}
            columns:
              id: Id
              name: [First, Last]
              created_at: {from: Created, dates: "%d.%m.%Y"}
            attributes:
              won: {from: Won, flag: {yes: x}}
        """
    )
    assert short == Manifest(
        "crm",
        (
            Source(
                "leads.csv",
                (
                    Recipe(
                        "person",
                        {
                            "id": ColumnSource(("Id",)),
                            "name": ColumnSource(("First", "Last")),
                            "created_at": ColumnSource(("Created",), dates=("%d.%m.%Y",)),
                        },
                        attributes={"won": ColumnSource(("Won",), flag=Flags(("x",)))},
                    ),
                ),
                join=(Join("more.csv", {"Id": "Id"}, {"Tier": "Tier", "Size": "Size"}),),
            ),
        ),
        empty=("Select",),
    )


def test_spaces_between_quotes_are_meant() -> None:
    (source,) = load(
        """\
        source: crm
        files:
          - file: leads.csv
            as: person
            delimiter: "\\t"
            columns:
              id: Id
              name: {from: [Last, First], joined_with: ", "}
              created_at: Created
        """
    ).files
    assert source.delimiter == "\t"
    assert source.gives[0].columns["name"].joined_with == ", "


def test_one_file_may_give_several_kinds() -> None:
    (source,) = load(
        """\
        source: crm
        files:
          - file: deals.csv
            gives:
              - as: opportunity
                columns: {id: Id, created_at: Opened}
                other_columns: ignore
              - as: decision
                where: row.stage == "Won"
                columns:
                  person: Lead
                  at: Closed
                  kind: {from: Stage, choices: {win: Won}, otherwise: skip row}
                  reason: {cel: 'row.stage'}
        """
    ).files
    deal, decision = source.gives
    assert deal.other_columns is OtherColumns.IGNORE
    assert decision.where == 'row.stage == "Won"'
    assert decision.columns["kind"].choices == {"win": ("Won",)}
    assert decision.columns["kind"].otherwise is Otherwise.SKIP_ROW
    assert decision.columns["reason"].cel == "row.stage"


def test_every_problem_is_told_at_once_with_its_place() -> None:
    found = problems(
        """\
        source: crm
        zone: Europe/Olso
        currency: EURO
        files:
          - file: ../leads.csv
            as: persn
            columns: {id: Id}
          - file: leads.csv
            as: person
            format: xls
            columns:
              id: Id
              emial: Mail
              amount: {from: Amount}
            attributes:
              name: Name
              Größe: Size
              size: {from: Size, type: money}
          - file: deals.csv
        """
    )
    assert [(each.line, each.message, each.hint) for each in found] == [
        (2, "`Europe/Olso` is not a time zone", "did you mean `Europe/Oslo`?"),
        (3, "`EURO` is not a currency", "did you mean `EUR`?"),
        (5, "`../leads.csv` leads out of the folder", "name files inside it"),
        (6, "`persn` is not a kind of fact", "did you mean `person`?"),
        (8, "a person needs `created_at`", NEEDED),
        (10, "`xls` is not a format", "did you mean `xlsx`?"),
        (13, "a person has no column `emial`", f"did you mean `email`? or {OWN}"),
        (14, "a person has no column `amount`", f"did you mean `account`? or {OWN}"),
        (16, "`name` is a column of every person", "put it under `columns`"),
        (17, "`Größe` cannot be the name of an attribute", NAMED),
        (18, "an attribute cannot be of type money", "use text or number"),
        (19, "it is not said what the file gives", "add `as: person` and `columns:`"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{from: C, money: en_US}", "`created_at` is an instant: `money` does not fit"),
        ("{from: C, zone: Oslo}", "`Oslo` is not a time zone"),
        ("{from: C, value: x}", "`created_at` needs one place that it comes from"),
        ("{zone: UTC}", "`created_at` needs one place that it comes from"),
        ("{from: C, type: text}", "`created_at` is an instant, always"),
        ("{from: C, otherwise: guess}", "`guess` cannot stand here"),
        ("{form: C}", "`form` is not a key here"),
    ],
)
def test_ways_of_reading_that_do_not_fit(written: str, message: str) -> None:
    found = problems(column(written))
    assert message in [each.message for each in found]
    assert {each.line for each in found} == {6}


@pytest.mark.parametrize(
    ("key", "written", "message"),
    [
        ("file", '"**x.csv"', "`**x.csv` is no pattern"),
        ("file", "x" * 300, f"`{'x' * 300}` is longer than a file's name can be"),
        ("encoding", "utf-99", "`utf-99` is no encoding of texts"),
        ("encoding", "rot13", "`rot13` is no encoding of texts"),
        ("encoding", "idna", "`idna` is no encoding of texts"),
        ("delimiter", '";;"', "`;;` cannot stand between cells"),
        ("delimiter", '"\\""', '`"` cannot stand between cells'),
        ("dates", '["%Q"]', "`%Q` is no form of dates"),
    ],
)
def test_how_a_file_is_read_is_checked(key: str, written: str, message: str) -> None:
    text = SMALL.replace("file: leads.csv", f"file: leads.csv\n    {key}: {written}")
    if key == "file":
        text = SMALL.replace("leads.csv", written)
    if key == "dates":
        text = f"{SMALL}{key}: {written}\n"
    assert [each.message for each in problems(text)] == [message]


@pytest.mark.parametrize("form", ["%", "%d%d", "%s", "%-d.%m.%Y", "dd.mm.yyyy"])
def test_forms_of_dates_are_checked(form: str) -> None:
    (found,) = problems(column(f'{{from: C, dates: ["{form}"]}}'))
    assert found.message == f"`{form}` is no form of dates"


@pytest.mark.parametrize(
    "form", ["%d.%m.%y", "%Y-%m-%dT%H:%M:%S.%f%z", "%b %d, %Y %I:%M %p", "unix"]
)
def test_forms_of_dates_that_are_read(form: str) -> None:
    assert not isinstance(load_manifest(dedent(column(f'{{from: C, dates: ["{form}"]}}'))), list)


def test_choices_and_locales_are_checked() -> None:
    assert [each.message for each in problems(column("{value: wno}", "status", "opportunity"))] == [
        "`wno` is not a status"
    ]
    found = problems(column("{from: S, choices: {wonn: [Won]}}", "status", "opportunity"))
    assert [each.hint for each in found] == ["did you mean `won`?"]
    found = problems(column("{from: A, money: xx_XX, currency: ZZZ}", "amount", "opportunity"))
    assert {each.message for each in found} == {
        "`ZZZ` is not a currency",
        "`xx_XX` is not a locale",
    }


def test_what_is_no_manifest() -> None:
    assert problems("- a\n- b\n")[0].message == "a manifest is keys with values"
    assert "YAML" in problems("a: [b\n")[0].message
    assert problems("source: crm\nfiles: []\n")[0].message == "no file is named"
    assert "`files` is missing" in [each.message for each in problems("source: crm\n")]


def test_the_place_of_a_part_is_known() -> None:
    found = load_manifest(SMALL)
    assert not isinstance(found, list)
    assert (found.place("files.1.gives.1.columns.id").line, found.text) == (5, SMALL)
    assert found.place("files.1.gives.1.columns.nothing.at.all").line == 5


def test_the_reference_page_names_every_key_with_its_meaning() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", page, re.MULTILINE))
    for owner in (Manifest, Source, Recipe, ColumnSource, Join, Flags):
        for key in keys_of(owner).values():
            assert key.key in rows, f"{owner.__name__}.{key.key} is not on the page"
            assert key.says.meaning, f"{owner.__name__}.{key.key} has no meaning"
    for choice in (*Otherwise, *OtherColumns, *ColumnType):
        assert f"`{choice}`" in page or choice in (ColumnType.MONEY, ColumnType.CHOICE)


def test_the_example_of_the_reference_page_is_right() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(source: .*?)```", page, re.DOTALL)
    assert len(load(example).files) == 4
