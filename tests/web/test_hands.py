"""Many requests for pages that replay: none piles up, and other pages are made meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from interlock.store.models import User
from interlock.web import hands
from interlock.web.hands import Hands, Turn, by_hand

A_WHILE = 60


def ask(of: Hands, hand: str, at_it: Event, on: Event, *, stays: bool = False) -> Turn:
    with of.turn(hand, stays=stays) as turn:
        at_it.set()
        assert on.wait(A_WHILE)
    return turn


def begun(of: Hands, hand: str, go: Event, threads: ThreadPoolExecutor) -> Future[Turn]:
    """A page of that hand, which is made until `go`."""
    at_it = Event()
    made = threads.submit(ask, of, hand, at_it, go)
    assert at_it.wait(A_WHILE)
    return made


def until(holds: Callable[[], bool], of: Future[Turn]) -> None:
    while not holds() and not of.done():
        pass


def asked(
    of: Hands, hand: str, threads: ThreadPoolExecutor, *, stays: bool = False
) -> Future[Turn]:
    """What becomes of a page of that hand, once it waits or is answered."""
    on = Event()
    on.set()
    found = threads.submit(ask, of, hand, Event(), on, stays=stays)
    until(lambda: hand in of.waiting, found)
    return found


def test_of_one_hand_one_is_made_the_newest_waits_and_the_others_are_not_made() -> None:
    of, go = Hands(2, 1), Event()
    with ThreadPoolExecutor(10) as threads:
        first = begun(of, "sam", go, threads)
        newest = asked(of, "sam", threads)
        for _ in range(100):  # a second of dragging
            before, newest = newest, asked(of, "sam", threads)
            assert before.result(A_WHILE) is Turn.OVERTAKEN
        go.set()
        assert {each.result(A_WHILE) for each in (first, newest)} == {Turn.MINE}


def test_what_is_kept_is_overtaken_by_what_is_kept_alone() -> None:
    of, go = Hands(1, 1), Event()
    with ThreadPoolExecutor(10) as threads:
        first, dragged = begun(of, "mo", go, threads), asked(of, "sam", threads)
        kept = asked(of, "sam", threads, stays=True)
        assert dragged.result(A_WHILE) is Turn.OVERTAKEN
        assert asked(of, "sam", threads).result(A_WHILE) is Turn.BUSY
        again = asked(of, "sam", threads, stays=True)  # the button, twice
        assert kept.result(A_WHILE) is Turn.OVERTAKEN
        go.set()
        assert {each.result(A_WHILE) for each in (first, again)} == {Turn.MINE}


class AtOnce(Hands):
    """Hands whose page is made, and the next asked for, before anybody who waits wakes."""

    def made_and_asked(self, hand: str) -> Turn:
        with self._changed:
            self._at_it.discard(hand)
            with self.turn(hand) as turn:
                return turn


def test_what_was_overtaken_is_so_also_where_the_newer_has_come_and_gone() -> None:
    of, go = AtOnce(1, 1), Event()
    with ThreadPoolExecutor(2) as threads:
        first, older = begun(of, "sam", go, threads), asked(of, "sam", threads)
        newer = of.made_and_asked("sam")
        go.set()
    assert (newer, first.result(), older.result()) == (Turn.MINE, Turn.MINE, Turn.OVERTAKEN)


@pytest.mark.django_db
def test_who_overtakes_themselves_in_another_tab_reads_so(
    as_reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands, "HANDS", Overtaken(1, 1))
    kept = as_reader.post("/agreement/drafts/1/try", {"stages.mql.enter@0": "77"})
    assert kept.status_code == 503
    assert "You asked for another trial after this one" in kept.content.decode()
    assert 'name="stages.mql.enter@0" value="77"' in kept.content.decode()
    assert as_reader.get("/agreement/drafts/1/try", HTTP_HX_REQUEST="true").status_code == 204


class Overtaken(Hands):
    """Hands of which each asks for something newer meanwhile."""

    def _wait(self, _hand: str, _mine: object) -> Turn:
        return Turn.OVERTAKEN


def test_what_is_kept_takes_the_place_of_what_another_only_looks_at() -> None:
    of, go = Hands(1, 1), Event()
    with ThreadPoolExecutor(10) as threads:
        first, looks = begun(of, "mo", go, threads), asked(of, "ada", threads)
        kept = asked(of, "sam", threads, stays=True)
        go.set()
        assert looks.result(A_WHILE) is Turn.BUSY
        assert {each.result(A_WHILE) for each in (first, kept)} == {Turn.MINE}


def test_more_hands_than_the_server_has_room_for_are_told_so_and_come_to_it_later() -> None:
    of, go = Hands(2, 1), Event()
    with ThreadPoolExecutor(10) as threads:
        made = [begun(of, hand, go, threads) for hand in ("sam", "mo")]
        waits = asked(of, "ada", threads)
        for hand in ("bo", "kim"):
            assert asked(of, hand, threads).result(A_WHILE) is Turn.BUSY
        go.set()
        assert {each.result(A_WHILE) for each in (*made, waits)} == {Turn.MINE}
    with of.turn("bo") as turn:
        assert turn is Turn.MINE


def test_a_page_that_fails_leaves_its_place() -> None:
    of = Hands(1, 0)
    with pytest.raises(ZeroDivisionError), of.turn("sam"):
        raise ZeroDivisionError
    with of.turn("mo") as turn:
        assert turn is Turn.MINE


@pytest.mark.django_db
def test_who_finds_no_room_reads_it_in_place_of_the_picture(
    as_reader: Client, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands, "HANDS", Hands(0, 0))
    whole = as_reader.get("/agreement/drafts/1/try")
    assert whole.status_code == 503
    assert "Other trials come first at this moment" in whole.content.decode()
    within = as_reader.get("/agreement/drafts/1/try", HTTP_HX_REQUEST="true")
    assert (within.status_code, 'id="picture"' in within.content.decode()) == (200, True)
    again = as_reader.post("/agreement/drafts/1/try", {"stages.mql.enter@0": "77"})
    assert again.status_code == 503
    assert "Nothing is kept yet" in again.content.decode()
    assert 'name="stages.mql.enter@0" value="77"' in again.content.decode()
    put = as_reader.post("/agreement/drafts/1/try", {"put": "yes"})
    assert put.status_code == 302  # it replays nothing
    request = RequestFactory().get("/")
    request.user = reader
    assert by_hand(lambda _: HttpResponse("made"))(request).status_code == 503
