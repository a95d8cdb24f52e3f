"""Pages that replay a whole history while somebody waits: how many a process makes at once.

Who drags a number asks for the same page again and again, and a server does not hear that the
browser no longer waits for the page before. So of one hand one page is made, the newest waits, and
what it overtook is not made at all; and some threads are left for all other pages. What somebody
keeps goes before what anybody only looks at, and is overtaken by what they keep next alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from http import HTTPStatus
from threading import Condition
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Given = ParamSpec("Given")

AT_ONCE = 2
"""So many such pages are made at once: half of the threads of a process (`interlock serve`)."""
MOST_WAITING = 1
"""So many hands wait beside."""


class Turn(Enum):
    """What becomes of a request."""

    MINE = "it is made now"
    OVERTAKEN = "the same hand asks for something newer"
    BUSY = "others are at it"


@dataclass(eq=False)
class _Waiting:
    """Somebody's request that waits; `stays`: only another that stays overtakes it.

    `fate` is what became of it, written by whoever took its place: when it wakes, that one may have
    come and gone.
    """

    stays: bool
    fate: Turn | None = None


class Hands:
    """Whose pages are made, and who waits."""

    def __init__(self, at_once: int, most_waiting: int) -> None:
        self._at_once, self._most_waiting = at_once, most_waiting
        self._changed = Condition()
        self._at_it: set[str] = set()
        self._waiting: dict[str, _Waiting] = {}

    @contextmanager
    def turn(self, hand: str, *, stays: bool = False) -> Iterator[Turn]:
        """Waits for this hand's turn, unless it asks anew meanwhile, or too many wait already.

        What `stays` waits unless another that stays is asked for, and takes a place from what does
        not.
        """
        with self._changed:
            turn = self._wait(hand, _Waiting(stays))
        try:
            yield turn
        finally:
            if turn is Turn.MINE:
                with self._changed:
                    self._at_it.discard(hand)
                    self._changed.notify_all()

    @property
    def waiting(self) -> frozenset[str]:
        """Who waits."""
        with self._changed:
            return frozenset(self._waiting)

    def _wait(self, hand: str, mine: _Waiting) -> Turn:
        before = self._waiting.get(hand)
        if before is None:
            if self._is_free(hand):
                self._at_it.add(hand)
                return Turn.MINE
            if not self._has_room(mine):
                return Turn.BUSY
        elif before.stays and not mine.stays:
            return Turn.BUSY
        else:
            before.fate = Turn.OVERTAKEN
        self._waiting[hand] = mine
        self._changed.notify_all()  # the one before it
        self._changed.wait_for(lambda: mine.fate or self._is_free(hand))
        if mine.fate:
            return mine.fate
        del self._waiting[hand]
        self._at_it.add(hand)
        return Turn.MINE

    def _has_room(self, mine: _Waiting) -> bool:
        """Whether it may wait; what stays sends another away, if need be."""
        if len(self._waiting) < self._most_waiting:
            return True
        other = next((hand for hand, each in self._waiting.items() if not each.stays), None)
        if other is None or not mine.stays:
            return False
        self._waiting.pop(other).fate = Turn.BUSY
        return True

    def _is_free(self, hand: str) -> bool:
        return hand not in self._at_it and len(self._at_it) < self._at_once


HANDS = Hands(AT_ONCE, MOST_WAITING)
"""Those of this process."""


def by_hand(
    view: Callable[Concatenate[HttpRequest, Given], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Given], HttpResponse]:
    """Has a view that replays make one page at a time for each sign-in.

    Where there is no room for what was sent, the answer is a page that sends the same again.
    """

    @wraps(view)
    def in_turn(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        sent = request.method == "POST"
        with HANDS.turn(str(request.user.pk), stays=sent) as turn:
            if turn is Turn.MINE:
                return view(request, *args, **kwargs)
        overtaken, part = turn is Turn.OVERTAKEN, request.headers.get("HX-Request")
        if overtaken and part:
            return HttpResponse(status=HTTPStatus.NO_CONTENT)  # the newest brings the picture
        # what is asked for within a page is not shown where it says that it failed
        status = HTTPStatus.OK if part else HTTPStatus.SERVICE_UNAVAILABLE
        again = [each for each in request.POST.items() if each[0] != "csrfmiddlewaretoken"]
        context = {"sent": sent, "again": again, "overtaken": overtaken}
        return render(request, "web/drafts/busy.html", context, status=status)

    return in_turn
