"""Guesses from headers and values, and that the guessed manifest reads the file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent

import pytest
from openpyxl import Workbook

from interlock.connectors.guessing import Guessed, guess
from interlock.connectors.manifest_loading import load_manifest
from interlock.connectors.mapping import Mapped
from interlock.connectors.opening import open_table
from interlock.connectors.plan import Plan, make_plan
from interlock.facts.kinds import KINDS


def guessed(folder: Path, kind: str, text: str, **fixed: str) -> Guessed:
    path = folder / "export.csv"
    path.write_text(dedent(text), encoding="utf-8")
    return guess(open_table(path), KINDS[kind], file="export.csv", source="crm", fixed=fixed)


KUNDEN = """\
    Kunde Nr;Vorname;Nachname;E-Mail-Adresse;Firma;Angelegt am;Umsatz
    1;Jörg;Mäßig;joerg@ex.example;Ärzte GmbH;03.04.2026 14:05;1.234,50 €
    2;Ann;;ann@ex.example;Zeile AG;31.04.2026;abc
    ;Bob;Bo;bob@ex.example;X;04.04.2026;5
    2;Ann;Dup;ann2@ex.example;X;05.04.2026;5
    3;Cy;Cole;cy@ex.example;Y;06.04.2026;5
"""


def headers(found: Guessed) -> dict[str, str]:
    return {each.column: each.header for each in found.guesses}


def read(folder: Path, found: Guessed) -> Mapped:
    written = load_manifest(found.manifest)
    assert not isinstance(written, list), written
    plan = make_plan(written, folder)
    assert isinstance(plan, Plan), plan
    return plan.parts[0].mapper.map(next(plan.parts[0].table.chunks()))


def test_leads_of_a_crm(tmp_path: Path) -> None:
    text = """\
        LEADID,Last Name,Company,Email,Mobile,Lead Source,Lead Status,Created Time,Score
        1,Berg,Acme,b@acme.example,47 99,Web,New,"15 Apr, 2021 00:03:00",5
        2,Dahl,Bolt,d@bolt.example,47 98,Fair,Old,"16 Apr, 2021 10:03:00",7
    """
    found = guessed(tmp_path, "person", text)
    assert headers(found) == {
        "id": "LEADID",
        "created_at": "Created Time",
        "name": "Last Name",
        "email": "Email",
        "phone": "Mobile",
        "source": "Lead Source",
        "account": "Company",
        "lead_status": "Lead Status",
    }
    assert found.missing == ()
    taken = read(tmp_path, found)
    assert taken.columns["created_at"] == [1_618_444_980, 1_618_567_380]
    assert taken.attributes == ['{"score": "5"}', '{"score": "7"}']


def test_the_email_is_the_id_where_there_is_no_other(tmp_path: Path) -> None:
    text = "E-Mail,Full Name,Created\na@x.example,Åsa,2026-03-02\nb@x.example,Bo,2026-03-03\n"
    found = guessed(tmp_path, "person", text)
    assert headers(found)["id"] == headers(found)["email"] == "E-Mail"
    assert read(tmp_path, found).columns["id"] == ["a@x.example", "b@x.example"]


def test_a_column_that_repeats_is_no_id(tmp_path: Path) -> None:
    text = "Lead Id,Email,Created\n1,a@x.example,2026-03-02\n1,b@x.example,2026-03-03\n"
    assert headers(guessed(tmp_path, "person", text))["id"] == "Email"


def test_a_list_of_german_customers(tmp_path: Path) -> None:
    found = guessed(tmp_path, "person", KUNDEN)
    assert headers(found) == {
        "id": "Kunde Nr",
        "created_at": "Angelegt am",
        "name": "Vorname + Nachname",
        "email": "E-Mail-Adresse",
        "account": "Firma",
    }
    assert found.missing == ()
    said = {each.column: (dict(each.how), each.doubt) for each in found.guesses}
    forms = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
    assert said["created_at"] == ({"dates": forms}, "rows with 31.04.2026 would be refused")
    assert said["id"] == ({}, "2 rows with 2 would be one record")
    assert [(each.name, each.header) for each in found.others] == [("umsatz", "Umsatz")]
    taken = read(tmp_path, found)
    assert taken.columns["name"] == ["Jörg Mäßig", "Ann Dup", "Cy Cole"]
    assert taken.columns["created_at"][0] == 1_775_225_100


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Kundennummer,Name,Unternehmen,Erstellt am", "id name account created_at"),
        ("ID,Nom,Courriel,Société,Date de création", "id name email account created_at"),
        ("Cliente ID,Nombre,Correo,Empresa,Fecha de alta", "id name email account created_at"),
        ("Kundnr,Namn,E-post,Företag,Skapad", "id name email account created_at"),
        ("Kunde-ID,Navn,Virksomhed,Oprettet", "id name account created_at"),
        ("Customer No,Surname,Company,Created On", "id name account created_at"),
    ],
)
def test_headers_of_other_languages(tmp_path: Path, line: str, expected: str) -> None:
    found = guessed(tmp_path, "person", f"{line}\n")
    assert {each.header: each.column for each in found.guesses} == dict(
        zip(line.split(","), expected.split(), strict=True)
    )


def test_the_number_of_another_kind_is_no_id(tmp_path: Path) -> None:
    text = "Company ID,Owner ID,Email,Created\n1,7,a@x.example,2026-03-02\n"
    assert headers(guessed(tmp_path, "person", text))["id"] == "Email"


def test_a_column_that_somebody_names_is_taken(tmp_path: Path) -> None:
    text = "Nummer;Wann;Wer;Rang\n7;03.04.2026;Bo;Chef\n"
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    named = {"created_at": ("Wann",), "name": ("Rang", "Wer")}
    found = guess(
        open_table(path), KINDS["person"], file=path.name, source="crm", fixed={}, named=named
    )
    assert headers(found) == {"id": "Nummer", "created_at": "Wann", "name": "Rang + Wer"}
    taken = read(tmp_path, found)
    assert (taken.columns["name"], taken.columns["created_at"]) == (["Chef Bo"], [1_775_174_400])


def test_a_number_that_stands_twice_is_still_the_id(tmp_path: Path) -> None:
    text = "Kunde Nr,Email,Created\n" + "".join(
        f"{number},{name}@x.example,2026-03-02\n" for number, name in ((1, "a"), (2, "b"), (2, "c"))
    )
    (found, *_) = guessed(tmp_path, "person", text).guesses
    assert (found.header, found.doubt) == ("Kunde Nr", "2 rows with 2 would be one record")


def test_deals_with_amounts_and_outcomes(tmp_path: Path) -> None:
    text = """\
        Deal ID;Deal Name;Deal Stage;Created;Close Date;Deal Value
        1;Pumps;Closed Won;02.03.2026;13.03.2026;1.234,50 €
        2;Valves;Negotiation;02.03.2026;;99,00 €
        3;Pipes;Closed Lost;02.03.2026;14.03.2026;5,00 €
    """
    found = guessed(tmp_path, "opportunity", text)
    taken = read(tmp_path, found)
    assert taken.columns["amount"] == [123_450, 9_900, 500]
    assert (taken.columns["status"], taken.refused) == (["won", "open", "lost"], ())
    assert taken.columns["closed_at"] == [1_773_360_000, None, 1_773_446_400]


def test_a_date_that_could_be_either_way_round_is_doubted(tmp_path: Path) -> None:
    doubts = {
        text: {each.column: each.doubt for each in guessed(tmp_path, "touch", text).guesses}["at"]
        for text in (
            "Person,Type,Date\n1,form,03/02/2026\n",
            "Person,Type,Date\n1,form,03/13/2026\n",
        )
    }
    assert list(doubts.values()) == ["day and month could be either way round", ""]


def test_what_is_missing_is_named_or_given_for_every_row(tmp_path: Path) -> None:
    text = "Email,Name\na@x.example,Åsa\n"
    assert [column.name for column in guessed(tmp_path, "person", text).missing] == ["created_at"]
    found = guessed(tmp_path, "person", text, created_at="2026-03-02")
    assert found.missing == ()
    assert read(tmp_path, found).columns["created_at"] == 1_772_409_600


def test_activities_by_their_words(tmp_path: Path) -> None:
    text = """\
        Contact,Activity Type,Activity Date
        1,Phone call,2026-03-02 09:30
        2,Email sent,2026-03-02 10:30
        3,Carrier pigeon,2026-03-02 11:30
    """
    found = guessed(tmp_path, "activity", text)
    (kind,) = (each for each in found.guesses if each.column == "kind")
    assert kind.doubt == "rows with Carrier pigeon would be refused"
    taken = read(tmp_path, found)
    assert (taken.columns["kind"], len(taken.refused)) == (["call", "email"], 1)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_file_with_the_contracts_own_names_is_read_as_it_is(tmp_path: Path, kind: str) -> None:
    columns = KINDS[kind].columns
    cells = {
        "integer": "5",
        "number": "1.5",
        "flag": "yes",
        "instant": "2026-03-02 09:30",
        "money": "12.50",
    }
    own = {"currency": "EUR", "email": "a@x.example"}
    row = [
        own.get(column.name) or cells.get(column.type) or (*column.choices, f"a {column.name}")[0]
        for column in columns
    ]
    text = ",".join(column.name for column in columns) + "\n" + ",".join(row) + "\n"
    found = guessed(tmp_path, kind, text)
    assert headers(found) == {column.name: column.name for column in columns}
    assert read(tmp_path, found).refused == ()


@pytest.mark.parametrize(
    ("column", "cells", "how"),
    [
        ("opportunity.amount", ("12500", "9000", "n/a"), ""),
        ("opportunity.amount", ("12,500 $", "1.00 $", "TBD"), "en_US USD"),
        ("opportunity.amount", ("12500", "9000", "1.234,50"), "de_DE"),
        ("opportunity.amount", ("1,000", "2,000", "TBD"), "en_US"),
        ("member.capacity", ("40", "40", "40", "five"), ""),
    ],
)
def test_one_cell_that_cannot_be_read_costs_its_row_and_not_the_column(
    tmp_path: Path, column: str, cells: tuple[str, ...], how: str
) -> None:
    kind, name = column.split(".")
    rows = "".join(f"{n};2026-03-02;{cell}\n" for n, cell in enumerate(cells))
    found = guessed(tmp_path, kind, f"Id;Created;{name.title()}\n{rows}")
    (taken,) = (each for each in found.guesses if each.column == name)
    unread = cells[-1] if cells[-1].isalpha() or "/" in cells[-1] else ""
    doubt = f"rows with {unread} would be refused" if unread else ""
    assert (" ".join(taken.how.values()), taken.doubt) == (how, doubt)


def test_most_cells_must_be_amounts(tmp_path: Path) -> None:
    text = "Id;Created;Amount\n1;2026-03-02;n/a\n2;2026-03-02;n/a\n3;2026-03-02;7\n"
    assert "amount" not in headers(guessed(tmp_path, "opportunity", text))


@pytest.mark.parametrize(
    ("cells", "zoneless"),
    [
        (("09.03.2026 08:15", "09.03.2026"), "09.03.2026 08:15"),
        (("2026-03-09",), "2026-03-09"),
        (("2026-03-09T08:15:00+01:00", "2026-03-09 08:15Z"), ""),
    ],
)
def test_a_time_without_a_zone_is_told(
    tmp_path: Path, cells: tuple[str, ...], zoneless: str
) -> None:
    text = "Id;Created\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells))
    assert guessed(tmp_path, "person", text).zoneless == zoneless


def test_a_zone_that_is_said_is_read_by(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Id;Created\n1;09.03.2026 08:15\n", encoding="utf-8")
    found = guess(
        open_table(path),
        KINDS["person"],
        file=path.name,
        source="crm",
        fixed={},
        zone="Europe/Berlin",
    )
    assert found.zoneless == ""
    in_utc = datetime(2026, 3, 9, 7, 15, tzinfo=UTC)
    assert read(tmp_path, found).columns["created_at"] == [in_utc.timestamp()]


@pytest.mark.parametrize(
    ("header", "cells", "ends"),
    [
        ("To", ("2026-03-05", "05.03.2026"), 6),
        ("ends_at", ("2026-03-05",), 5),
        ("To", ("2026-03-05 00:00", "05.03.2026"), 5),
        ("To", ("2026-03-05", "soon"), 6),
    ],
)
def test_the_last_day_of_an_absence_is_one_of_it(
    tmp_path: Path, header: str, cells: tuple[str, ...], ends: int
) -> None:
    rows = "".join(f"M-1,2026-03-04,{cell}\n" for cell in ("2026-03-05", *cells))
    found = guessed(tmp_path, "absence", f"Member,From,{header}\n{rows}")
    told = next(each for each in found.guesses if each.column == "ends_at")
    assert ("last_day" in told.how) == (ends == 6)
    midnight = datetime(2026, 3, ends, tzinfo=UTC).timestamp()
    assert set(read(tmp_path, found).columns["ends_at"]) == {midnight}


def test_an_end_that_no_calendar_goes_beyond_makes_the_others_no_instants(tmp_path: Path) -> None:
    text = "Member,From,To\nM-1,2026-03-04,2026-03-05\nM-2,2026-03-04,9999-12-31\n"
    found = guessed(tmp_path, "absence", text)
    ends = read(tmp_path, found).columns["ends_at"]
    assert ends[0] == datetime(2026, 3, 6, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("rows", ["", "M-1,2026-03-04,\n"])
def test_absences_of_which_none_has_an_end(tmp_path: Path, rows: str) -> None:
    found = guessed(tmp_path, "absence", f"Member,From,To\n{rows}")
    assert "last_day" not in found.manifest


def test_the_last_day_in_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Member", "From", "To"), ("M-1", date(2026, 3, 4), date(2026, 3, 5))):
        sheet.append(row)
    path = tmp_path / "export.xlsx"
    book.save(path)
    fixed: dict[str, str] = {}
    found = guess(open_table(path), KINDS["absence"], file=path.name, source="hr", fixed=fixed)
    ends = read(tmp_path, found).columns["ends_at"]
    assert ends == [datetime(2026, 3, 6, tzinfo=UTC).timestamp()]
