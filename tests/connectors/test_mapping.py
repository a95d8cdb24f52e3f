"""A manifest over files: what becomes of their rows, before anything is stored."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from interlock.agreement.problems import Problem
from interlock.connectors.manifest_loading import load_manifest
from interlock.connectors.mapping import Mapped
from interlock.connectors.plan import Plan, make_plan
from interlock.facts.kinds import ColumnType


def plan(folder: Path, manifest: str, **files: str) -> Plan | list[Problem]:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(dedent(text), encoding="utf-8")
    written = load_manifest(dedent(manifest))
    assert not isinstance(written, list), [str(problem) for problem in written]
    return make_plan(written, folder)


def mapped(folder: Path, manifest: str, **files: str) -> Mapped:
    """The first chunk of the first part."""
    found = plan(folder, manifest, **files)
    assert isinstance(found, Plan), [str(problem) for problem in found]
    part = found.parts[0]
    return part.mapper.map(next(part.table.chunks()))


def person(columns: str, rest: str = "", head: str = "") -> str:
    """A manifest of leads.csv as persons."""
    return (
        f"source: crm\n{dedent(head)}files:\n  - file: leads.csv\n    as: person\n    columns:\n"
        + indent(dedent(columns), "      ")
        + indent(dedent(rest), "    ")
    )


def refusals(found: Mapped) -> dict[int, str]:
    return {bad.line: bad.reason for bad in found.refused}


def attributes(found: Mapped) -> list[Any]:
    return [json.loads(each) if each else None for each in found.attributes]


BASIC = "id: Id\ncreated_at: Created\n"


def test_columns_are_read_and_the_rest_become_attributes(tmp_path: Path) -> None:
    found = mapped(
        tmp_path,
        person(BASIC + "name: [First, Last]\n", head="zone: Europe/Oslo\n"),
        leads="""\
            Id,Created,First,Last,Lead Quality,Opened,Größe
            1,2026-03-02,Åsa, Nyström ,high,2026-03-02 09:30,12
            2,2026-03-02 09:30,,Berg,,,1.5
        """,
    )
    assert found.columns == {
        "id": ["1", "2"],
        "created_at": [1_772_406_000, 1_772_440_200],
        "name": ["Åsa Nyström", "Berg"],
    }
    assert attributes(found) == [
        {"grosse": "12", "lead_quality": "high", "opened": "2026-03-02T08:30:00Z"},
        {"grosse": "1.5"},
    ]
    assert found.attribute_types == {
        "grosse": ColumnType.NUMBER,
        "lead_quality": ColumnType.TEXT,
        "opened": ColumnType.INSTANT,
    }


def test_attributes_of_a_type(tmp_path: Path) -> None:
    rest = """\
        attributes:
          won: {from: Won, flag: {yes: [x]}}
          value: {from: Value, money: de_DE}
          zip: {from: Zip, type: text}
          label: {cel: 'row.zip + "/" + row.value'}
        other_columns: ignore
    """
    found = mapped(
        tmp_path,
        person(BASIC, rest),
        leads='Id,Created,Won,Value,Zip,Other\n1,2026-03-02,x,"1.234,50 €",80331,y\n',
    )
    assert attributes(found) == [
        {"label": "80331/1.234,50 €", "value": "1234.5", "won": "true", "zip": "80331"}
    ]
    assert found.attribute_types == {
        "won": ColumnType.FLAG,
        "value": ColumnType.NUMBER,
        "zip": ColumnType.TEXT,
        "label": ColumnType.TEXT,
    }


def test_an_attribute_that_is_called_like_a_column_keeps_out_of_its_way(tmp_path: Path) -> None:
    found = mapped(tmp_path, person(BASIC), leads="Id,Created,Source,Id \n1,2026-03-02,web,9\n")
    assert attributes(found) == [{"source_2": "web", "id_2": "9"}]


def test_every_reason_of_a_row_is_told(tmp_path: Path) -> None:
    found = mapped(
        tmp_path,
        person(BASIC, "attributes: {size: {from: Size, type: integer}}\n"),
        leads="""\
            Id,Created,Size
            1,soon,big
            ,2026-03-02,3
            3,2026-03-02,3
        """,
    )
    assert found.columns["id"] == ["3"]
    assert refusals(found) == {
        2: "created_at (Created): `soon` is not a date of the form 2026-01-31 or "
        "2026-01-31 09:00:00; say its form with `dates`; size (Size): `big` is not a whole number",
        3: "id (Id): there is no value, and every row needs one",
    }
    assert found.refused[0].cells == ("1", "soon", "big")


def test_words_that_mean_no_value(tmp_path: Path) -> None:
    found = mapped(
        tmp_path,
        person(
            BASIC + "title: Title\naccount: {from: Account, empty: ['0']}\n",
            head="empty: Select\n",
        ),
        leads="Id,Created,Title,Account,Tag\n1,2026-03-02,select,0,SELECT\n2,2026-03-02,CEO,0 ,a\n",
    )
    assert (found.columns["title"], found.columns["account"]) == ([None, "CEO"], [None, None])
    assert attributes(found) == [None, {"tag": "a"}]


def test_a_filter_counts_what_it_leaves_out(tmp_path: Path) -> None:
    found = mapped(
        tmp_path,
        person(BASIC, "where: row.lead_status != 'Junk' && known(row.email)\n"),
        leads="""\
            Id,Created,Lead Status,Email
            1,2026-03-02,New,a@b.example
            2,soon,Junk,c@d.example
            3,2026-03-02,New,
            4,2026-03-02,,e@f.example
            5,soon,Old,e@f.example
        """,
    )
    # an unknown status is not known to be junk, nor not to be: the row does not meet the condition
    assert (found.columns["id"], found.filtered) == (["1"], 3)
    assert list(refusals(found)) == [6]


def test_choices_skip_leave_and_default(tmp_path: Path) -> None:
    manifest = """\
        source: crm
        files:
          - file: calls.csv
            as: activity
            columns:
              person: Lead
              at: At
              kind: {from: Type, choices: {call: [Telefon], email: [Mail]}, otherwise: skip row}
              direction: {from: Way, choices: {inbound: [In]}, otherwise: leave empty}
              human: {cel: 'row.who != "bot"'}
    """
    found = mapped(
        tmp_path,
        manifest,
        calls="""\
            Lead,At,Type,Way,Who
            1,2026-03-02,Telefon,In,Bo
            2,2026-03-02,Fax,In,Bo
            3,2026-03-02,mail,Sideways,bot
        """,
    )
    assert found.columns["kind"] == ["call", "email"]
    assert found.columns["direction"] == ["inbound", "outbound"]  # the contract's default
    assert found.columns["human"] == [True, False]
    assert (found.filtered, found.refused) == (1, ())


def test_money_goes_with_the_currency_of_its_row(tmp_path: Path) -> None:
    manifest = """\
        source: crm
        currency: USD
        files:
          - file: deals.csv
            as: opportunity
            columns:
              id: Id
              created_at: At
              amount: {from: Amount, money: en_US}
              currency: Currency
    """
    found = mapped(
        tmp_path,
        manifest,
        deals="""\
            Id,At,Amount,Currency
            1,2026-03-02,$5,
            2,2026-03-02,¥500,JPY
            3,2026-03-02,$5,eur
            4,2026-03-02,5,XXQ
            5,2026-03-02,,EUR
        """,
    )
    assert found.columns["amount"] == [500, 500, None]
    assert found.columns["currency"] == ["USD", "JPY", "EUR"]
    assert found.columns["status"] == "open"
    assert refusals(found) == {
        4: "amount (Amount): `$5` is in `$`, and the row's currency is EUR; "
        "say which it is with `currency`",
        5: "currency (Currency): `XXQ` is not an ISO currency",
    }


def test_prefixes_stand_before_ids_and_references(tmp_path: Path) -> None:
    manifest = """\
        source: crm
        prefix: "a-"
        files:
          - file: deals.csv
            as: opportunity
            columns:
              id: Id
              created_at: At
              name: Id
              person: Lead
              member: {from: Owner, prefix: ""}
              account: {value: big}
    """
    found = mapped(tmp_path, manifest, deals="Id,At,Lead,Owner\n1,2026-03-02,7,8\n")
    columns = {name: found.columns[name] for name in ("id", "name", "person", "member", "account")}
    assert columns == {
        "id": ["a-1"],
        "name": ["1"],
        "person": ["a-7"],
        "member": ["8"],
        "account": "big",
    }


TOUCHES = """\
    source: crm
    files:
      - file: touches.csv
        as: touch
        columns: {person: Lead, at: At, kind: {value: form}}
"""


def test_an_id_made_from_the_row_is_the_same_for_the_same_row(tmp_path: Path) -> None:
    text = "Lead,At,Page\n1,2026-03-02,home\n1,2026-03-02,about\n1,2026-03-02,home\n"
    first, second, third = mapped(tmp_path, TOUCHES, touches=text).columns["id"]
    assert (first == third, first == second) == (True, False)
    moved = "Page,Lead,At\nhome,1,2026-03-02\n"
    assert mapped(tmp_path, TOUCHES, touches=moved).columns["id"] == [first]


def test_an_id_of_several_columns_keeps_its_empty_parts(tmp_path: Path) -> None:
    manifest = person("id: {from: [A, B], joined_with: '-'}\ncreated_at: Created\n")
    text = "A,B,Created\nx,,2026-03-02\n,x,2026-03-02\n,,2026-03-02\n"
    found = mapped(tmp_path, manifest, leads=text)
    assert found.columns["id"] == ["x-", "-x"]
    assert list(refusals(found)) == [4]


JOIN = """\
    source: crm
    files:
      - file: touches.csv
        as: touch
        join:
          - {file: leads.csv, on: {Name: Last Name}, take: {Id: Lead Id}, several: SEVERAL}
        where: known(row.lead_id)
        columns: {person: Lead Id, at: At, kind: Kind}
"""
LEADS = "Id,Last Name\n1,Berg\n2,Dahl\n3,Dahl\n2,Lie\n2,Lie\n,Moe\n"


@pytest.mark.parametrize(
    ("several", "people"),
    [
        ("leave empty", ["1", "2"]),
        ("first", ["1", "2", "2"]),
        ("last", ["1", "3", "2"]),
    ],
)
def test_a_join_finds_columns_by_key(tmp_path: Path, several: str, people: list[str]) -> None:
    touches = "Name,At,Kind\n" + "".join(
        f"{name},2026-03-02,form\n" for name in ("Berg", "Dahl ", "Lie", "Nobody", "", "Moe")
    )
    manifest = JOIN.replace("SEVERAL", several)
    found = mapped(tmp_path, manifest, touches=touches, leads=LEADS)
    assert found.columns["person"] == people


# --- plans that cannot be carried out ---------------------------------------------------------


def wrong(folder: Path, manifest: str, **files: str) -> list[tuple[int, str, str]]:
    found = plan(folder, manifest, **files)
    assert isinstance(found, list)
    return [(problem.line, problem.message, problem.hint) for problem in found]


def test_headers_that_are_not_there_are_told_with_the_nearest(tmp_path: Path) -> None:
    manifest = person(
        "id: ID\ncreated_at: Craeted\nname: {cel: row.fist_name}\n",
        "where: row.statsu == 'x'\nattributes: {a: {from: Nothing}}\n",
    )
    found = wrong(tmp_path, manifest, leads="Id,Created,First Name,Status\n")
    assert found == [
        (6, "the file has no column `ID`", "did you mean `Id`?"),
        (7, "the file has no column `Craeted`", "did you mean `Created`?"),
        (8, "`row.fist_name` is not known in `row.fist_name`", "did you mean `row.first_name`?"),
        (9, "`row.statsu` is not known in `row.statsu == 'x'`", "did you mean `row.status`?"),
        (
            10,
            "the file has no column `Nothing`",
            "it has `Id`, `Created`, `First Name`, `Status`",
        ),
    ]


def test_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "Leads.csv").write_text("Id,Created\n")
    ((line, message, hint),) = wrong(tmp_path, person(BASIC))
    assert (line, hint) == (3, "did you mean `Leads.csv`?")
    assert "there is no file `leads.csv`" in message


def test_joins_that_do_not_fit(tmp_path: Path) -> None:
    manifest = """\
        source: crm
        files:
          - file: touches.csv
            as: touch
            join: {file: leads.csv, on: {Nmae: Lats}, take: {Id: At}}
            columns: {person: At, at: At, kind: {value: x}}
    """
    found = wrong(tmp_path, manifest, touches="Name,At\n", leads="Id,Last\n")
    assert [message for _, message, _ in found] == [
        "leads.csv has no column `Lats`",
        "the file has no column `Nmae`",
        "the file has a column `At` already",
    ]


def test_a_pattern_reads_every_file_in_order_of_name(tmp_path: Path) -> None:
    manifest = person(BASIC).replace("leads.csv", "leads-*.csv")
    for number in (2, 10, 1):
        (tmp_path / f"leads-{number}.csv").write_text(f"Id,Created\n{number},2026-03-02\n")
    found = plan(tmp_path, manifest)
    assert isinstance(found, Plan)
    assert [part.file for part in found.parts] == ["leads-1.csv", "leads-10.csv", "leads-2.csv"]


def test_the_fingerprint_knows_manifest_and_files(tmp_path: Path) -> None:
    def fingerprint(manifest: str, text: str) -> str:
        found = plan(tmp_path, manifest, leads=text)
        assert isinstance(found, Plan)
        return found.fingerprint()

    text = "Id,Created\n1,2026-03-02\n"
    same = {fingerprint(person(BASIC), text) for _ in range(2)}
    others = {
        fingerprint(person(BASIC), text + "2,2026-03-02\n"),
        fingerprint(person(BASIC, head="zone: Europe/Oslo\n"), text),
    }
    assert len(same) == 1
    assert len(same | others) == 3
