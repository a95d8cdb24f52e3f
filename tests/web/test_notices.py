"""Notices on pages: the bell counts, the list leads on, choices and channels are kept."""

from __future__ import annotations

import pytest
from django.test import Client

from interlock.store.models import Channel, Delivery, Notice, NoticeChoice, User
from tests.operations.company import at

pytestmark = pytest.mark.django_db

NOW = at(23)


def notice(key: str, whom: str = "sam@example.com", **more: object) -> Notice:
    values = {"news": "broken", "happened_at": NOW, "from_at": NOW, "told_at": NOW, **more}
    return Notice.objects.create(
        key=key, whom=whom, text=f"Text {key}", because=f"Since {key}", link="/people/p8", **values
    )


def test_the_bell_counts_what_is_told_and_not_read(as_reader: Client) -> None:
    notice("a")
    notice("b")
    notice("held", told_at=None)
    notice("other", whom="kim@example.com")
    for page in ("/", "/notices", "/notices/bell"):
        assert '2 unread"' in as_reader.get(page).content.decode(), page
    assert "hx-trigger" in as_reader.get("/notices/bell?short=1").content.decode()


def test_a_notice_leads_to_what_it_is_about_and_is_read_then(as_reader: Client) -> None:
    notice("a")
    listed = as_reader.get("/notices").content.decode()
    assert "Text a" in listed
    assert "Since a" in listed
    assert as_reader.get("/notices/a")["Location"] == "/people/p8"
    assert "You have read all of them" in as_reader.get("/notices").content.decode()


def test_nobody_opens_the_notice_of_another(as_keeper: Client) -> None:
    notice("a")
    assert as_keeper.get("/notices/a").status_code == 404
    assert Notice.objects.get().read_at is None


def test_all_are_marked_as_read_at_once(as_reader: Client) -> None:
    notice("a")
    notice("b")
    as_reader.post("/notices")
    assert not Notice.objects.filter(read_at=None).exists()


def test_a_choice_is_kept_and_shown(as_reader: Client) -> None:
    asked = {"about": "choices", "ASSIGNED": "at once", "WARNED": "digest", "BROKEN": "digest"}
    rest = {"FINDING": "at once", "AGREEMENT": "at once", "digest": "weekly"}
    as_reader.post("/settings/notices", {**asked, **rest})
    kept = NoticeChoice.objects.get()
    assert (kept.how["warned"], kept.digest, kept.email) == ("digest", "weekly", False)
    page = as_reader.get("/settings/notices").content.decode()
    assert '<option value="weekly" selected>' in page
    assert "An escalation reaches you: at once, by every way you have." in page


def test_a_channel_of_ones_own_is_added_tried_and_removed(as_reader: Client) -> None:
    asked = {"about": "channel", "name": "Phone", "url": "ntfy://my-topic"}
    as_reader.post("/settings/notices", asked)
    row = Channel.objects.get()
    assert "my-topic" not in as_reader.get("/settings/notices").content.decode()
    as_reader.post("/settings/notices/try", {"channel": row.pk})
    assert Delivery.objects.get().channel == row
    as_reader.post(f"/settings/notices/{row.pk}/remove")
    assert not Channel.objects.exists()


def test_an_address_that_cannot_be_used_says_why(as_reader: Client) -> None:
    asked = {"about": "channel", "url": "json://10.0.0.1/"}
    assert "for others ask an admin" in as_reader.post("/settings/notices", asked).content.decode()


def test_an_admin_sets_up_where_the_company_is_told(keeper: User) -> None:
    keeper.role = "admin"
    keeper.save()
    client = Client()
    client.force_login(keeper)
    asked = {"name": "Sales room", "url": "json://chat.example.com/x", "news": ["escalation"]}
    client.post("/settings/channels", asked)
    page = client.get("/settings/channels").content.decode()
    assert "Sales room" in page
    assert "chat.example.com" not in page


def test_the_page_of_notices_knows_when_there_are_others_or_one_is_read(
    as_reader: Client,
) -> None:
    def mark() -> str:
        return str(as_reader.get("/pulse?of=notices").json()["mark"])

    marks = [mark()]
    notice("other", whom="kim@example.com")
    assert mark() == marks[0]
    notice("a")
    marks.append(mark())
    assert f'data-mark="{marks[1]}"' in as_reader.get("/notices").content.decode()
    as_reader.get("/notices/a")
    marks.append(mark())
    assert len(set(marks)) == 3
