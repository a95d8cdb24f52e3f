"""The parts of the time that an obligation takes, and the side that answers for each."""

from __future__ import annotations

from enum import StrEnum

from interlock.agreement.schema import EventPromise, Side


class Part(StrEnum):
    """A part of the time from what started an obligation until it was kept, in order.

    DETECTION: until it was known · ASSIGNMENT: until the lead had a working owner ·
    ACCEPTANCE: until it was accepted · REACTION: until the promise was kept.
    """

    DETECTION = "detection"
    ASSIGNMENT = "assignment"
    ACCEPTANCE = "acceptance"
    REACTION = "reaction"

    @property
    def until(self) -> str:
        """What ends it, in words."""
        return _UNTIL[self]


_UNTIL = {
    Part.DETECTION: "until it is known",
    Part.ASSIGNMENT: "until somebody who owes it and is not away has the lead",
    Part.ACCEPTANCE: "until it is accepted",
    Part.REACTION: "until the promise is kept",
}


def answers(promise: EventPromise) -> dict[Part, Side]:
    """Which side answers for each part: the one that the promise names, else the usual one.

    Who relies on a promise sees to it that it is known and given to somebody; what follows is with
    who promised.
    """
    usual = {
        Part.DETECTION: promise.owed_to,
        Part.ASSIGNMENT: promise.owed_to,
        Part.ACCEPTANCE: promise.owed_by,
        Part.REACTION: promise.owed_by,
    }
    return {part: getattr(promise.delays, part) or side for part, side in usual.items()}
