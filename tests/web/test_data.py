"""The data room: what came in, what was refused, taking back, asking for a replay."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django_q.models import OrmQ

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.receive import receive
from interlock.store.models import FACTS, Event, Import, Job, Replay
from interlock.web.pages import session_name
from tests.operations.company import at, replayed

MANIFEST = """\
source: crm
files:
  - file: people.csv
    as: person
    columns: {id: Id, created_at: Created, name: Name}
"""
PEOPLE = """\
Id,Created,Name
a,2026-03-02T09:00:00Z,Ada
b,no date,=HYPERLINK("http://evil.example")
c,2026-03-02T09:00:00Z,Cy
"""


@pytest.fixture
def imported(db: None, tmp_path: Path, settings: LazySettings) -> int:  # noqa: ARG001 - opens the database
    settings.DATA_FOLDER = tmp_path
    (tmp_path / "people.csv").write_text(PEOPLE)
    received = receive(MANIFEST, tmp_path, by=COMMAND_LINE)
    assert received.imported is not None, received
    return received.imported.id


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_import_shows_what_became_of_its_rows(as_reader: Client, imported: int) -> None:
    assert "3 rows: 2 taken, 0 unchanged, 1 refused." in page(as_reader, f"/data/{imported}")
    assert "no date" in page(as_reader, f"/data/{imported}")
    assert ">crm</a>" in page(as_reader, "/data")


STARTED = "An import is started on the machine that Interlock runs on"


def test_how_an_import_is_started_is_said_before_the_first(as_reader: Client) -> None:
    said = page(as_reader, "/data")
    assert "Nothing was imported yet" in said
    assert said.count(STARTED) == 1
    assert "<code>interlock import leads.csv --as person</code>" in said
    assert "docs/how-to/import.md" in said


@pytest.mark.usefixtures("imported")
def test_how_an_import_is_started_is_said_beside_those_that_are_there(as_reader: Client) -> None:
    said = page(as_reader, "/data")
    assert "Nothing was imported yet" not in said
    assert said.count(STARTED) == 1
    assert "<code>interlock import MANIFEST</code>" in said
    assert "docs/how-to/import.md" in said


def test_rows_that_contradict_each_other_are_named(
    as_reader: Client, imported: int, tmp_path: Path
) -> None:
    assert "something else" not in page(as_reader, f"/data/{imported}")
    hostile = "a<b>,2026-03-02T09:00:00Z,Ada\na<b>,2026-03-02T09:00:00Z,Eva\n"
    (tmp_path / "people.csv").write_text(PEOPLE + hostile)
    received = receive(MANIFEST, tmp_path, by=COMMAND_LINE)
    assert received.imported is not None
    said = page(as_reader, f"/data/{received.imported.id}")
    assert "people.csv: 1 row with the id of an earlier one says something else" in said
    assert "`a&lt;b&gt;` on line 5 and on line 6." in said


def test_pages_of_what_was_known_say_so(as_reader: Client) -> None:
    replayed()
    assert "as known on" not in page(as_reader, "/data")
    Replay.objects.update(known_by=at(20, "17:00"))
    for address in ("/data", "/people/p4"):
        assert "as known on" in page(as_reader, address)


def test_refused_rows_can_be_fetched_to_be_mended(as_reader: Client, imported: int) -> None:
    answer = as_reader.get(f"/data/{imported}/refused/people.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="people.csv"'
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a file
    assert "b,no date" in text
    assert ",=HYPERLINK" not in text
    said = page(as_reader, f"/data/{imported}")
    assert f"<code>refused/{imported}</code>" in said
    assert f"<code>interlock mend {imported}</code>" in said  # which takes no file


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fsecret-key", "../../secret-key", "nothing.csv", "%2Fetc%2Fpasswd"]
)
def test_no_other_file_can_be_fetched(as_reader: Client, imported: int, name: str) -> None:
    assert as_reader.get(f"/data/{imported}/refused/{name}").status_code == 404


def test_only_keepers_change_anything(as_reader: Client, imported: int) -> None:
    back = f"/data/{imported}/take-back"
    assert "Take this import back" not in page(as_reader, f"/data/{imported}")
    for answer in (
        as_reader.get(back),
        as_reader.post(back, {"why": "because"}),
        as_reader.post("/data/replay"),
    ):
        assert answer.status_code == 403
        assert "sam@example.com may not" in answer.content.decode()
    assert Import.objects.get().state == Import.DONE
    assert not Job.objects.exists()


def test_nothing_is_taken_back_without_a_reason(as_keeper: Client, imported: int) -> None:
    answer = as_keeper.post(f"/data/{imported}/take-back", {"why": "  "})
    assert "Say why" in answer.content.decode()
    assert Import.objects.get().state == Import.DONE


def test_taking_back_is_written_down_and_asks_for_a_replay(
    as_keeper: Client, imported: int
) -> None:
    assert "2 facts stop counting" in page(as_keeper, f"/data/{imported}/take-back")
    answer = as_keeper.post(f"/data/{imported}/take-back", {"why": "wrong year"}, follow=True)
    assert f"Import {imported} was taken back" in answer.content.decode()
    assert "A replay waits for the worker" in answer.content.decode()
    event = Event.objects.get(verb="take back")
    assert (event.why, event.door, event.place) == ("wrong year", "web", "127.0.0.1")
    assert event.through == session_name(as_keeper.session.session_key)
    assert not FACTS["person"].objects.filter(live=True).exists()
    assert OrmQ.objects.count() == 1
    assert "Take this import back" not in page(as_keeper, f"/data/{imported}")


def test_a_form_sent_by_another_site_changes_nothing(keeper: object, imported: int) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(keeper)  # type: ignore[arg-type]  # a user
    assert client.post(f"/data/{imported}/take-back", {"why": "because"}).status_code == 403
    assert client.post("/data/replay").status_code == 403
    assert Import.objects.get().state == Import.DONE


def test_asking_takes_a_post(as_keeper: Client) -> None:
    assert as_keeper.get("/data/replay").status_code == 405


def test_times_of_a_part_are_those_of_the_page(as_keeper: Client) -> None:
    replayed()
    as_keeper.post("/data/replay")
    Job.objects.update(queued_at=at(2, "10:00"))
    assert "2 Mar 2026, 10:00" in page(as_keeper, "/data")
    assert "2 Mar 2026, 10:00" in page(as_keeper, "/data/replay/progress")


def test_the_findings_of_the_replay_are_shown(as_reader: Client) -> None:
    replayed()
    assert "Person facts happened after the replay&#x27;s instant" in page(as_reader, "/data")


def test_an_empty_store_says_how_to_begin(as_reader: Client) -> None:
    assert "interlock import leads.csv --as person" in page(as_reader, "/data")


def test_the_watching_part_asks_again_only_while_a_replay_is_under_way(as_keeper: Client) -> None:
    assert "hx-get" not in page(as_keeper, "/data/replay/progress")
    as_keeper.post("/data/replay")
    assert "hx-get" in page(as_keeper, "/data/replay/progress")
    Job.objects.update(started_at=int(time.time()), doing="writing leads", done=50, of=200)
    assert 'value="25.0"' in page(as_keeper, "/data/replay/progress")
    Job.objects.update(finished_at=2)
    assert "Show the new numbers" in page(as_keeper, "/data/replay/progress")
    Job.objects.update(trouble="there is no agreement")
    assert "What was shown before is still shown" in page(as_keeper, "/data/replay/progress")


def test_facts_are_counted_by_kind(as_reader: Client) -> None:
    replayed()
    counted = page(as_reader, "/data/facts")
    touch = counted.split(">touch <")[1].split("</tr>")[0]
    assert '<td class="n">10</td>' in touch
    assert "20 Mar 2026" in touch
