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


def ask(of: Hands, hand: str, at_it: Event, on: Event) -> Turn:
    with of.turn(hand) as turn:
        at_it.set()
        assert on.wait(A_WHILE)
    return turn


def until(holds: Callable[[], bool], of: Future[Turn]) -> None:
    while not holds() and not of.done():
        pass


def test_of_one_hand_one_is_made_the_newest_waits_and_the_others_are_not_made() -> None:
    of, at_it, go, on = Hands(2, 1), Event(), Event(), Event()
    on.set()
    with ThreadPoolExecutor(200) as threads:
        first = threads.submit(ask, of, "sam", at_it, go)
        assert at_it.wait(A_WHILE)
        more = []
        for _ in range(100):  # a second of dragging
            more.append(threads.submit(ask, of, "sam", Event(), on))
            until(lambda: "sam" in of.waiting, more[-1])
        overtaken = [each.result(A_WHILE) for each in more[:-1]]
        go.set()
        assert first.result(A_WHILE) is Turn.MINE
        assert more[-1].result(A_WHILE) is Turn.MINE
    assert set(overtaken) == {Turn.OVERTAKEN}


def test_more_hands_than_the_server_has_room_for_are_told_so_and_come_to_it_later() -> None:
    of, go, on = Hands(2, 1), Event(), Event()
    on.set()
    with ThreadPoolExecutor(10) as threads:
        at_it = {hand: Event() for hand in ("sam", "mo")}
        made = [threads.submit(ask, of, hand, each, go) for hand, each in at_it.items()]
        assert all(each.wait(A_WHILE) for each in at_it.values())
        waits = threads.submit(ask, of, "ada", Event(), on)
        until(lambda: "ada" in of.waiting, waits)
        for hand in ("bo", "kim"):
            assert threads.submit(ask, of, hand, Event(), on).result(A_WHILE) is Turn.BUSY
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
    assert "Others try drafts at this moment" in whole.content.decode()
    within = as_reader.get("/agreement/drafts/1/try", HTTP_HX_REQUEST="true")
    assert (within.status_code, 'id="picture"' in within.content.decode()) == (200, True)
    request = RequestFactory().get("/")
    request.user = reader
    assert by_hand(lambda _: HttpResponse("made"))(request).status_code == 503
