"""What an entry of the trail is hashed from: exactly what is stored, in one form of writing."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any, NamedTuple

_FORM = "interlock trail 1"
"""Names the form of writing among any that come later."""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Line(NamedTuple):
    """The columns of an entry, as stored; see `interlock.store.models.Event`."""

    number: int
    at: int
    by: str
    verb: str
    about: str
    why: str
    door: str
    place: str
    through: str
    previous: str


class Signed(NamedTuple):
    """An entry with its digest and its signature."""

    line: Line
    digest: str
    signature: str


def storable(text: str) -> str:
    """Text that every database gives back as it was; a sign takes the place of what is no text."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class Hashing:
    """The digest that the entry has at any number: what it says is written down only once.

    A row that somebody has tampered with may hold what is no text and no number; it has no digest.
    """

    def __init__(self, line: Line) -> None:
        values = [_FORM, line.previous, *line[1:-1]]
        self._begun: Any = None
        try:
            text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))[:-1]
            self._begun = sha256(text.encode())
        except (TypeError, ValueError):
            return

    def at(self, number: int) -> str | None:
        """The digest, in hexadecimal, of the entry as number `number`."""
        if self._begun is None:
            return None
        hashed = self._begun.copy()
        hashed.update(b",%d]" % number)
        return str(hashed.hexdigest())


def digest_of(line: Line) -> str:
    """The digest of an entry that is about to be written. Its texts have to be `storable`."""
    found = Hashing(line).at(line.number)
    if found is None:
        raise ValueError(f"entry {line.number} holds what cannot be hashed")
    return found


def statement(number: int, digest: str) -> bytes:
    """What is signed: that the entry of this number has this digest."""
    return f"{_FORM}: entry {number} is {digest}".encode()
