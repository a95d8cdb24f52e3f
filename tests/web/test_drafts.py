"""The pages of drafts: fields and YAML are the same thing, and what is typed is never lost."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html
from pytest_django.asserts import assertNumQueries

from interlock.operations import catch
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.change_draft import Keys, change_draft
from interlock.operations.read_draft import DraftPage, read_draft
from interlock.store.models import Draft, User
from tests.agreement.small import changed
from tests.operations.table import KIM, MO
from tests.web.conftest import PHRASE
from tests.web.test_pages import words

pytestmark = pytest.mark.django_db

CRITERION = 'touches.any >= 1 && known(person.email) || person.country in ["DE", "NO"]'
TEXT = changed("enter: touches.any >= 1}", f"enter: '{CRITERION}'}}")


def opened(client: Client, text: str = TEXT) -> str:
    """The address of a draft of what is in force."""
    adopt(text, by=COMMAND_LINE)
    done = client.post("/agreement/drafts", {"title": "For spring"})
    assert done.status_code == 302
    return done["Location"]


def page(address: str) -> DraftPage:
    found = read_draft(int(address.rpartition("/")[2]))
    assert found is not None
    return found


def form_of(client: Client, address: str) -> dict[str, str]:
    """What a browser would send of the form with the fields, untouched."""
    page = html.fromstring(client.get(address).content.decode())
    [form] = [each for each in page.forms if each.get("aria-label") == "The clause as fields"]
    return {**dict(form.form_values()), "do": "fields"}


def test_a_draft_is_opened_and_says_that_nothing_differs(as_reader: Client) -> None:
    address = opened(as_reader)
    said = words(as_reader, address)
    assert "Says the same as version 1, which is in force." in said
    assert "For spring" in words(as_reader, "/agreement/drafts")


@pytest.mark.parametrize(
    "path",
    [
        "stages.mql",
        "stages.nurture",
        "promises.first-touch",
        "promises.volume",
        "parties.sales",
        "reasons.not_now",
        "review_by",
        "calendars.oslo",
        "in_force_from",
    ],
)
def test_a_form_that_nobody_touched_changes_nothing(as_reader: Client, path: str) -> None:
    address = opened(as_reader)
    as_reader.post(f"{address}/{path}", form_of(as_reader, f"{address}/{path}"))
    assert page(address).revision == 1


def test_fields_change_the_text_and_the_text_the_fields(as_reader: Client) -> None:
    address = opened(as_reader)
    where = f"{address}/promises.first-touch"
    sent = form_of(as_reader, where) | {"f-within": "2 working hours", "f-warn_at": "0.5"}
    assert as_reader.post(where, sent).status_code == 302
    assert "within: 2 working hours" in page(address).text
    said = words(as_reader, address)
    assert "it needs a version of its own and a first day that is still to come" in said
    assert "Time allowed from 4 working hours to 2 working hours" in said
    written = html.fromstring(as_reader.get(where).content).get_element_by_id("yaml").value
    yaml = str(written).replace("name: First touch", "name: First call")
    sent = {"do": "yaml", "yaml": yaml, "revision": str(page(address).revision)}
    assert as_reader.post(where, sent).status_code == 302
    assert form_of(as_reader, where)["f-name"] == "First call"


def sent_again(answer: str) -> dict[str, str]:
    """What a browser sends of a form that was shown again."""
    [form] = [
        each
        for each in html.fromstring(answer).forms
        if each.get("aria-label") == "The clause as fields"
    ]
    return {**dict(form.form_values()), "do": "fields"}


def test_who_comes_second_keeps_what_was_typed_and_nothing_else_of_the_clause_changes(
    as_reader: Client,
) -> None:
    address = opened(as_reader)
    where = f"{address}/stages.mql"
    sent = form_of(as_reader, where) | {"f-meaning": "Alive."}
    meanwhile = form_of(as_reader, where) | {"f-name": "Hot lead"}
    assert as_reader.post(where, meanwhile).status_code == 302
    answer = as_reader.post(where, sent)
    assert "Nothing of theirs was overwritten" in answer.content.decode()
    again = sent_again(answer.content.decode())
    assert (again["f-meaning"], again["f-name"]) == ("Alive.", "Hot lead")
    assert again["c-enter-1-0-value"] == "DE, NO"  # the rows are there as before
    assert as_reader.post(where, again).status_code == 302
    now = form_of(as_reader, where)
    assert (now["f-meaning"], now["f-name"], now["f-enter"]) == ("Alive.", "Hot lead", CRITERION)


def test_rows_that_the_form_did_not_have_take_no_condition_away(as_reader: Client) -> None:
    address = opened(as_reader)
    where = f"{address}/stages.mql"
    sent = {key: text for key, text in form_of(as_reader, where).items() if key[:2] != "c-"}
    assert as_reader.post(where, sent | {"f-meaning": "Alive."}).status_code == 302
    assert form_of(as_reader, where)["f-enter"] == CRITERION


def test_a_number_that_is_none_is_refused_at_its_row_and_the_rows_stay(as_reader: Client) -> None:
    address = opened(as_reader)
    where = f"{address}/stages.mql"
    sent = form_of(as_reader, where) | {"c-enter-0-0-value": "lots"}
    answer = as_reader.post(where, sent).content.decode()
    assert "is at least “lots”: a number is needed there, such as 40 or 2.5" in answer
    assert page(address).revision == 1
    again = sent_again(answer)
    assert [again[f"c-enter-{place}-value"] for place in ("0-0", "1-0")] == ["lots", "DE, NO"]
    assert as_reader.post(where, again | {"c-enter-0-0-value": "2"}).status_code == 302
    assert "touches.any >= 2 && known(person.email)" in page(address).text


def test_a_condition_is_edited_in_rows(as_reader: Client) -> None:
    address = opened(as_reader)
    where = f"{address}/stages.mql"
    sent = form_of(as_reader, where)
    assert [sent[f"c-enter-0-{row}-path"] for row in range(3)] == [
        "touches.any",
        "person.email",
        "",
    ]
    assert sent["c-enter-1-0-value"] == "DE, NO"
    sent |= {"c-enter-0-0-value": "3", "c-enter-1-0-path": ""}
    as_reader.post(where, sent)
    assert (
        page(address).changes[0].says
        == (
            "number of touches from 1 to 3",
            'no longer when the person\'s country is one of "DE" and "NO"',
        )
        or page(address).changes[0].path == "stages.mql"
    )
    mql = page(address).agreement
    assert mql is not None
    stage = mql.stage("mql")
    assert stage is not None
    assert stage.enter is not None
    assert stage.enter.text == "touches.any >= 3 && known(person.email)"


def test_the_text_of_a_condition_counts_where_it_was_changed(as_reader: Client) -> None:
    address = opened(as_reader)
    where = f"{address}/stages.mql"
    sent = form_of(as_reader, where) | {"f-enter": "touches.any >= 9", "c-enter-0-0-value": "4"}
    as_reader.post(where, sent)
    assert "touches.any >= 9" in page(address).text


def test_a_condition_is_said_and_counted_while_it_is_edited(as_reader: Client) -> None:
    address = opened(as_reader)
    where = f"{address}/stages.mql"
    sent = form_of(as_reader, where) | {"c-enter-0-0-value": "3"}
    said = as_reader.post(f"{where}/condition?key=enter", sent).content.decode()
    assert "three" in said or "3" in said
    assert "person&#x27;s country is" in said
    sent |= {"f-enter": "touches.anny >= 1"}
    said = as_reader.post(f"{where}/condition?key=enter", sent).content.decode()
    assert "<code>touches.anny</code> is not known" in said
    assert as_reader.post(f"{where}/condition?key=nothing", sent).status_code == 404


def test_who_has_conditions_counted_without_end_is_asked_to_wait(
    reader: User, keeper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch, "MOST", 2)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        sam, kim = Client(), Client()
        sam.force_login(reader)
        kim.force_login(keeper)
        where = f"{opened(sam)}/stages.mql"
        sent = form_of(sam, where)

        def ask(client: Client) -> Any:
            return client.post(f"{where}/condition?key=enter", sent)

        assert [ask(sam).status_code for _ in range(3)] == [200, 200, 429]
        assert ask(sam).content.decode().startswith("Too many changes in one minute")
        assert ask(kim).status_code == 200
        clock.shift(catch.WINDOW)
        assert ask(sam).status_code == 200


def test_who_only_reads_sees_the_sentence_and_asks_for_no_count(
    as_reader: Client, reader: User
) -> None:
    where = f"{opened(as_reader)}/stages.mql"
    assert "stages.mql/condition" in as_reader.get(where).content.decode()
    reader.role = "viewer"
    reader.save()
    found = as_reader.get(where).content.decode()
    assert "country is" in found
    assert "stages.mql/condition" not in found


def test_no_other_site_has_a_condition_counted(as_reader: Client, reader: User) -> None:
    where = f"{opened(as_reader)}/stages.mql"
    wary = Client(enforce_csrf_checks=True)
    wary.force_login(reader)
    sent = form_of(as_reader, where)
    assert wary.post(f"{where}/condition?key=enter", sent).status_code == 403


def test_an_error_stands_at_its_clause_and_what_was_typed_stays(as_reader: Client) -> None:
    address = opened(as_reader)
    where = f"{address}/promises.first-touch"
    sent = form_of(as_reader, where) | {"f-within": "soon"}
    assert "1 error" in words_after(as_reader, where, sent)
    assert "soon is not" in words(as_reader, where)
    assert form_of(as_reader, where)["f-within"] == "soon"


def words_after(client: Client, address: str, sent: dict[str, str]) -> str:
    answer = client.post(address, sent, follow=True).content.decode()
    return " ".join(html.fromstring(answer).text_content().split())


@pytest.mark.usefixtures("keeper")
def test_who_comes_second_is_told_and_keeps_what_they_typed(as_reader: Client) -> None:
    address = opened(as_reader)
    where = f"{address}/promises.first-touch"
    sent = form_of(as_reader, where) | {"f-within": "8 working hours"}
    number = int(address.rpartition("/")[2])
    edit = Keys((("promises.first-touch.within", "2 working hours"),))
    change_draft(number, edit, revision=1, by=KIM)
    answer = as_reader.post(where, sent).content.decode()
    assert "Kim changed First touch" in answer
    assert 'value="8 working hours"' in answer
    again = sent | {"revision": "2"}
    assert as_reader.post(where, again).status_code == 302
    assert "within: 8 working hours" in page(address).text


def test_a_new_clause_is_named_filled_in_and_kept(as_reader: Client) -> None:
    address = opened(as_reader)
    asked = {"section": "promises", "name": "answer"}
    where = as_reader.post(f"{address}/add", asked)["Location"]
    sent = form_of(as_reader, where) | {
        "f-name": "An answer",
        "f-says": "Marketing answers.",
        "f-owed_by": "marketing",
        "f-owed_to": "sales",
        "f-starts.enters": "sal",
        "f-within": "2 working days",
        "f-calendar": "oslo",
        "c-kept_by-0-0-path": "activity.human",
        "c-kept_by-0-0-test": "yes",
    }
    assert as_reader.post(where, sent).status_code == 302
    found = page(address)
    assert found.problems == ()
    assert [each.path for each in found.changes] == ["promises.answer"]
    bad = as_reader.post(f"{address}/add", {"section": "promises", "name": "a.b"}, follow=True)
    assert b"cannot be the name" in bad.content


def test_the_whole_text_is_changed_taken_away_and_brought(as_reader: Client) -> None:
    address = opened(as_reader)
    text = changed("target: 100", "target: 120", TEXT)
    sent = {"text": text.replace("\n", "\r\n"), "revision": "1"}
    assert as_reader.post(f"{address}/text", sent).status_code == 302
    file = as_reader.get(f"{address}/text?file")
    assert file.content.decode() == text
    assert "attachment" in file["Content-Disposition"]
    upload = SimpleUploadedFile("agreement.yaml", file.content)
    other = as_reader.post("/agreement/drafts", {"title": "", "file": upload})["Location"]
    assert page(other).text == text
    refused = as_reader.post(f"{address}/text", {"text": "name: [", "revision": "2"})
    assert b"Not kept" in refused.content
    assert b"name: [" in refused.content


def test_a_file_that_is_no_text_is_refused(as_reader: Client) -> None:
    adopt(TEXT, by=COMMAND_LINE)
    for raw in (b"\xff\xfe\x00", b"a: [", b"x" * 200_000):
        upload = SimpleUploadedFile("agreement.yaml", raw)
        answer = as_reader.post("/agreement/drafts", {"title": "", "file": upload})
        assert answer.status_code == 200
    assert not Draft.objects.exists()


def test_a_version_in_force_meanwhile_is_taken_in(as_reader: Client) -> None:
    address = opened(as_reader)
    where = f"{address}/promises.volume"
    as_reader.post(where, form_of(as_reader, where) | {"f-target": "120"})
    newer = changed("version: 1", "version: 2", TEXT)
    adopt(changed("target: 100", "target: 90", newer), by=COMMAND_LINE)
    assert "Version 2 came into force" in words(as_reader, address)
    said = words_after(as_reader, f"{address}/rebase", {})
    assert "To decide: both changed these" in said
    sent = {"do": "as-in-force", "revision": str(page(address).revision)}
    as_reader.post(where, sent)
    assert page(address).conflicts == ()
    assert "target: 90" in page(address).text


def test_what_is_hostile_is_shown_as_text(as_reader: Client) -> None:
    hostile = "<script>alert(1)</script>"
    address = opened(as_reader)
    where = f"{address}/stages.mql"
    as_reader.post(where, form_of(as_reader, where) | {"f-name": hostile})
    for shown in (address, where, f"{address}/text", "/agreement/drafts"):
        assert hostile not in as_reader.get(shown).content.decode()


def test_a_viewer_reads_and_changes_nothing() -> None:
    viewer = User.objects.create_user("vi@example.com", password=PHRASE, role="viewer")
    keeper = User.objects.create_user("kim@example.com", password=PHRASE, role="operations")
    client, other = Client(), Client()
    client.force_login(viewer)
    other.force_login(keeper)
    address = opened(other)
    assert "Keep it" not in client.get(f"{address}/stages.mql").content.decode()
    assert client.post(f"{address}/stages.mql", {"do": "take-out"}).status_code == 403


def test_what_is_not_there_is_not_found(as_reader: Client) -> None:
    address = opened(as_reader)
    for missing in ("/agreement/drafts/99", f"{address}/stagess.mql", f"{address}/stages.mql.x.y"):
        assert as_reader.get(missing).status_code == 404


def test_a_page_of_a_draft_asks_a_handful_of_queries(as_reader: Client) -> None:
    address = opened(as_reader)
    as_reader.get(address)
    with assertNumQueries(19):  # two: confirmed; two: how people are called; one: was it proposed
        as_reader.get(address)


def test_a_clause_shows_what_is_said_of_it_in_drafts(as_reader: Client) -> None:
    address = opened(as_reader)
    number = address.rpartition("/")[2]
    sent = {"clause": "promises.first-touch", "words": "Two hours are enough", "next": address}
    as_reader.post(f"/agreement/discussion/{number}", sent)
    said = words(as_reader, "/agreement/promises.first-touch")
    assert "Two hours are enough" in said
    assert "in For spring" in said
    assert "Two hours" not in words(as_reader, "/agreement/promises.volume")


def test_a_new_promise_of_a_number_has_the_fields_of_one(as_reader: Client) -> None:
    address = opened(as_reader)
    asked = {"section": "promises", "name": "meetings", "kind": "number"}
    where = as_reader.post(f"{address}/add", asked)["Location"]
    sent = form_of(as_reader, where) | {
        "f-name": "Leads taken on",
        "f-says": "Sales takes ten on.",
        "f-owed_by": "sales",
        "f-owed_to": "marketing",
        "f-each": "month",
        "f-target": "10",
        "f-enters": "sal",
    }
    assert as_reader.post(where, sent).status_code == 302
    found = page(address)
    assert found.problems == ()
    assert [each.path for each in found.changes] == ["promises.meetings"]


def test_a_new_draft_asks_for_its_day_and_offers_the_next_version(as_reader: Client) -> None:
    address = opened(as_reader)
    [form] = [
        each
        for each in html.fromstring(as_reader.get(address).content.decode()).forms
        if (each.action or "").endswith("/head")
    ]
    sent = dict(form.form_values())
    assert sent["version"] == "2"
    answer = as_reader.post(f"{address}/head", sent | {"first_day": "2100-01-01"})
    assert answer.status_code == 302
    found = page(address)
    assert (found.head, found.agreement and found.agreement.version) == (None, "2")
    assert "Put them in" not in words(as_reader, address)
    other = sent | {"version": "3", "first_day": "2100-02-01"}
    as_reader.post(f"{address}/head", other | {"revision": "9"})
    refused = "Version 3 from 2100-02-01 was not kept: this draft has no such revision."
    assert refused in words(as_reader, address)
    number, now = int(address.rpartition("/")[2]), page(address).revision
    change_draft(number, Keys((("version", "4"),)), revision=now, by=MO)
    as_reader.post(f"{address}/head", other)
    refused = f"Version 3 from 2100-02-01 was not kept: {MO.name} has set them meanwhile."
    assert refused in words(as_reader, address)


def test_while_a_draft_has_errors_its_clauses_keep_their_names(as_reader: Client) -> None:
    address = opened(as_reader)
    where = f"{address}/promises.first-touch"
    as_reader.post(where, form_of(as_reader, where) | {"f-within": "soon"})
    found = page(address)
    assert [title for title, _ in found.problems] == ["First touch"]
    assert {part.title for part in found.parts if part.section == "stages"} >= {"MQL"}
    said = words(as_reader, address)
    assert "What is wrong First touch" in said
