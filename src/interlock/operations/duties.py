"""What the worker sees to by itself, and how often.

Several workers may run: each duty claims what it does in the transaction in which it does it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import OperationalError, close_old_connections

from interlock.operations.clean import clean
from interlock.operations.digest import digest
from interlock.operations.end_rounds import end_rounds
from interlock.operations.follow import follow
from interlock.operations.keep_up import keep_up
from interlock.operations.look import sweep
from interlock.operations.release import release
from interlock.operations.remind import remind
from interlock.operations.send import send
from interlock.operations.send_password_links import send_password_links
from interlock.operations.send_webhooks import forget_sent, send_webhooks
from interlock.operations.tell import tell
from interlock.operations.urge import urge
from interlock.operations.warn_of_campaigns import warn_of_campaigns
from interlock.replay.outcome import Instant

Stopping = Callable[[], bool]
TURN = 1.0
"""Seconds between two turns."""
HOUR = 3600

log = logging.getLogger("interlock.worker")


@dataclass(frozen=True)
class Duty:
    """Something that is seen to about every so many seconds; it ends early where it is told to."""

    see_to: Callable[[Instant, Stopping], object]
    every: int = 1


CLOCKS: tuple[Duty, ...] = (
    Duty(sweep),
    Duty(tell),
    Duty(release),
    Duty(digest, 60),
    Duty(keep_up, 10),
    Duty(remind, 600),
    Duty(warn_of_campaigns, 600),
    Duty(urge, 60),
    Duty(follow, 600),
    Duty(end_rounds, 60),
    Duty(clean, HOUR),
)
"""What comes due, in the order in which it is seen to."""
POST: tuple[Duty, ...] = (
    Duty(send_password_links),
    Duty(send),
    Duty(send_webhooks),
    Duty(forget_sent, HOUR),
)
"""What goes out, where others may be slow to take it."""


def see_to(duties: Sequence[Duty], stopping: threading.Event, turn: float = TURN) -> None:
    """Sees to the duties, turn by turn, until `stopping` is set."""
    next_at = dict.fromkeys(duties, 0)
    while not stopping.is_set():
        now = int(time.time())
        due = [each for each in duties if next_at[each] <= now]
        next_at |= {each: now + each.every for each in due}
        one_turn(due, now, stopping.is_set)
        stopping.wait(turn)


def one_turn(duties: Sequence[Duty], now: Instant, stopping: Stopping = lambda: False) -> None:
    """Sees to each once.

    A database that cannot be reached, or that somebody else keeps for long, is told to whoever runs
    the worker; what was to be done is still due in the next turn.
    """
    close_old_connections()
    for each in duties:
        if stopping():
            return
        try:
            each.see_to(now, stopping)
        except OperationalError:
            log.exception("The database did not do it; it is tried again.")
