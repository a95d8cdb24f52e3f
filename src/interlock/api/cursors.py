"""Cursors: where a list goes on, as a text that only Interlock reads."""

from __future__ import annotations

import base64
import binascii
import json
from http import HTTPStatus

from interlock.api.problems import Fault, ProblemError
from interlock.connectors.files import UNCLEAN
from interlock.operations.listing import Mark

_LARGEST = 2**63


def cursor_of(mark: Mark) -> str | None:
    """The cursor of the page after the mark; None at the end."""
    if not mark:
        return None
    return base64.urlsafe_b64encode(json.dumps(mark).encode()).decode().rstrip("=")


def mark_of(cursor: str | None, *shape: type) -> Mark:
    """What the cursor says, if it is one of this list; raises ProblemError (422) otherwise."""
    if not cursor:
        return ()
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or [type(each) for each in found] != list(shape):
        raise _unknown()
    if not all(map(_can_be_asked_for, found)):
        raise _unknown()
    return tuple(found)


def _can_be_asked_for(value: str | int) -> bool:
    """Whether every database takes it."""
    if isinstance(value, int):
        return -_LARGEST <= value < _LARGEST
    return not UNCLEAN.search(value)


def _unknown() -> ProblemError:
    way_out = "Send `next` of the page before as it is, or leave the cursor out."
    fault = Fault(place="query.cursor", reason="it is no cursor of this list", way_out=way_out)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return ProblemError(status, "invalid", "The cursor cannot be read.", way_out, [fault])
