"""Drafts by people and programs that send what no form has: an answer each, and nothing is lost."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from interlock.operations import workbench
from tests.agreement.small import SMALL, changed
from tests.operations.company import replayed
from tests.web.test_drafts import TEXT, form_of, opened, page
from tests.web.test_pages import words

pytestmark = pytest.mark.django_db

ROW = "c-enter-0-0"
ANSWERED = (200, 302, 400)


@pytest.mark.parametrize(
    "odd",
    [
        {"c-enter-x-y-path": "fit"},
        {"c-enter-0-path": "fit"},
        {"c-enter--path": "fit"},
        {"c-enter-0-0-0-path": "fit"},
        {f"c-enter-{'9' * 5000}-0-path": "fit"},
        {"c-enter-²-0-path": "fit"},
        {"c-enter--1-0-path": "fit"},
        {"c-enter-99999-99999-path": "fit"},
        {"c-enter-7-0-path": "fit", "c-enter-7-0-test": "{0.__class__}", "c-enter-7-0-value": "1"},
        {f"{ROW}-path": "person.country", f"{ROW}-test": "in", f"{ROW}-value": '"\\x", "\\ud800"'},
        {f"{ROW}-path": "person.country", f"{ROW}-test": "==", f"{ROW}-value": "a\x00b"},
        {f"{ROW}-path": "x" * 100_000},
        {f"{ROW}-value": ""},
        {"f-enter": "\x00"},
        {"f-enter": "person.country == '\\u0000'"},
        {"f-enter": '"' * 50_000},
        {"f-name": "x" * 130_000},
        {"f-name": "\x07"},
        {"f-comes_from": "&a\n*a\n<<"},
        {"f-owner": "}"},
        {"do": "yaml", "yaml": "mql: &a [*a]"},
        {"do": "yaml", "yaml": "a/b: {name: X, owner: sales}"},
        {"do": "yaml", "yaml": "? [a]\n: b"},
        {"do": "yaml", "yaml": "mql:\n\tname: x"},
        {"do": "nothing of the kind"},
        {"revision": "-1"},
        {"revision": "9" * 4000},
        {"revision": "²"},
        {"revision": "999999"},
    ],
)
def test_a_form_that_no_page_has_is_answered(as_reader: Client, odd: dict[str, str]) -> None:
    address = opened(as_reader)
    where = f"{address}/stages.mql"
    sent = form_of(as_reader, where) | odd
    assert as_reader.post(where, sent).status_code in ANSWERED
    assert as_reader.post(f"{where}/condition?key=enter", sent).status_code in ANSWERED
    for shown in (address, where, f"{address}/text", f"{address}/try"):
        assert as_reader.get(shown).status_code in (200, 404)
    assert as_reader.get(address).status_code == 200
    assert page(address).text.strip()


@pytest.mark.parametrize("name", ["a/b", "", ".", "..", "a.b", "#order", "a\nb", "x" * 10_000, "?"])
def test_what_cannot_be_a_name_is_refused(as_reader: Client, name: str) -> None:
    address = opened(as_reader)
    done = as_reader.post(f"{address}/add", {"section": "glossary", "name": name})
    assert done.status_code == 302
    assert done["Location"] == address


@pytest.mark.parametrize("name", ["true", "1_0", "007", "größe", "buying group"])
def test_what_can_be_a_name_is_one(as_reader: Client, name: str) -> None:
    address = opened(as_reader)
    where = as_reader.post(f"{address}/add", {"section": "glossary", "name": name})["Location"]
    sent = form_of(as_reader, where) | {"f-meaning": "A word: of ours # so"}
    assert as_reader.post(where, sent).status_code == 302
    assert f"glossary.{name}" in [each.path for each in page(address).parts]
    assert page(address).agreement is not None


@pytest.mark.parametrize("name", ["a/b", "..", "#order", "a.b", '"it\'s"', "''", "<i>", "-", "@"])
def test_a_draft_whose_clause_has_no_name_can_be_opened_and_mended(
    as_reader: Client, name: str
) -> None:
    address = opened(as_reader)
    key = name if name[0] in "\"'" else f"'{name}'"
    text = f"{SMALL}glossary:\n  {key}: {{meaning: A word.}}\n"
    as_reader.post(f"{address}/text", {"text": text, "revision": "1"})
    assert page(address).agreement is None
    assert "<i>" not in as_reader.get(address).content.decode()
    assert "cannot be the name of a clause" in words(as_reader, address)
    as_reader.post(f"{address}/text", {"text": SMALL, "revision": "2"})
    assert page(address).agreement is not None


@pytest.mark.parametrize("text", ["hello", "- a\n- b", "42", "'quoted'"])
def test_what_is_no_mapping_of_sections_is_no_draft(as_reader: Client, text: str) -> None:
    address = opened(as_reader)
    sent = {"text": text, "revision": "1"}
    assert "n agreement is a mapping of sections" in words_of_post(as_reader, address, sent)
    upload = SimpleUploadedFile("agreement.yaml", text.encode())
    assert as_reader.post("/agreement/drafts", {"title": "", "file": upload}).status_code == 200


def words_of_post(client: Client, address: str, sent: dict[str, str]) -> str:
    return client.post(f"{address}/text", sent).content.decode()


def test_lines_of_other_systems_and_a_mark_of_byte_order_change_nothing(as_reader: Client) -> None:
    address = opened(as_reader)
    text = "\ufeff" + changed("touches.any >= 1", "touches.any >= 2").replace("\n", "\r\n")
    as_reader.post(f"{address}/text", {"text": text, "revision": "1"})
    where = f"{address}/promises.first-touch"
    as_reader.post(where, form_of(as_reader, where) | {"f-within": "2 working hours"})
    assert sorted(each.path for each in page(address).changes) == [
        "promises.first-touch",
        "stages.mql",
    ]


@pytest.mark.parametrize("number", ["1e999", "1e308", "1e15", "-1e308"])
def test_a_draft_with_a_number_beyond_reason_can_be_tried(as_reader: Client, number: str) -> None:
    replayed()
    address = opened_from(as_reader, f"engagement >= {number} && fit >= 1.0")
    assert as_reader.get(f"{address}/try").status_code == 200
    turns = {"stages.mql.enter@0.1": "1e308", "stages.mql.enter@0.0": "-1e308"}
    assert as_reader.get(f"{address}/try", turns).status_code == 200
    assert as_reader.post(f"{address}/try", turns).status_code == 302
    assert as_reader.get(f"{address}/curve?dial=stages.mql.enter@0.1").status_code == 200


def test_a_history_that_is_too_large_to_try_a_draft_on_is_said_to_be(
    as_reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    replayed()
    address = opened_from(as_reader, "engagement >= 5 && fit >= 1.0")
    monkeypatch.setattr(workbench, "LARGEST", 3)
    assert "too large to try a draft on" in words(as_reader, f"{address}/try")
    curve = f"{address}/curve?dial=stages.mql.enter@0.0"
    assert "too large to try a draft on" in words(as_reader, curve)
    where = f"{address}/stages.mql"
    said = as_reader.post(f"{where}/condition?key=enter", form_of(as_reader, where))
    assert "too large to count them" in said.content.decode()


def test_who_drags_gets_the_picture_and_no_more(as_reader: Client) -> None:
    replayed()
    address = opened_from(as_reader, "engagement >= 5 && fit >= 1.0")
    turns = {"stages.mql.enter@0.1": "3"}
    whole = as_reader.get(f"{address}/try", turns).content.decode()
    found = as_reader.get(f"{address}/try", turns, HTTP_HX_REQUEST="true").content.decode()
    assert "<nav" in whole
    assert "<nav" not in found
    assert 'id="picture"' in found
    assert "Keep this as evidence" in found
    assert 'name="stages.mql.enter@0.1" value="3.0"' in found


def opened_from(client: Client, criterion: str) -> str:
    text = changed("enter: touches.any >= 1}", f"enter: '{criterion}'}}")
    upload = SimpleUploadedFile("agreement.yaml", text.encode())
    return str(client.post("/agreement/drafts", {"title": "", "file": upload})["Location"])


@pytest.mark.parametrize("number", ["99999999999999999999999999", "2147483648", "0"])
def test_a_number_that_no_draft_has_is_not_found(as_reader: Client, number: str) -> None:
    for place in ("", "/text", "/try", "/curve", "/stages.mql"):
        assert as_reader.get(f"/agreement/drafts/{number}{place}").status_code == 404
    for place in ("/close", "/rebase", "/add", "/stages.mql/condition"):
        assert as_reader.post(f"/agreement/drafts/{number}{place}").status_code in (302, 404)
    assert as_reader.get(f"/agreement/proposals/{number}").status_code == 404
    assert as_reader.get(f"/agreement/proposals/of/{number}").status_code == 404
    assert as_reader.post(f"/agreement/proposals/of/{number}").status_code == 404


def test_the_revision_of_another_draft_is_none_of_this_one(as_reader: Client) -> None:
    address = opened(as_reader)
    for _ in range(3):
        where = f"{address}/text"
        revision = page(address).revision
        text = page(address).text + "# more\n"
        as_reader.post(where, {"text": text, "revision": str(revision)})
    other = as_reader.post("/agreement/drafts", {"title": "Another"})["Location"]
    sent = {"text": TEXT, "revision": str(page(address).revision)}
    assert "has no such revision" in words_of_post(as_reader, other, sent)
