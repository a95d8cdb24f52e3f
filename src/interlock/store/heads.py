"""Heads of the trail: how far it went, signed, and kept beside the store or elsewhere.

A chain does not show that its end was cut off. A head does: it says which entry was there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from interlock.store.chain import statement
from interlock.store.signatures import Verifier

HEADS = "heads"
"""The file in the data folder that gets a line with every change, and only grows."""
_PARTS = 3
_MOST_DIGITS = 18


@dataclass(frozen=True)
class Head:
    """An entry that was there: its number, its digest, the signature of both."""

    number: int
    digest: str
    signature: str

    def signed_by(self, verifier: Verifier) -> bool:
        """Whether the verifier's key signed it."""
        return verifier(statement(self.number, self.digest), self.signature)


@dataclass(frozen=True)
class KeptHead:
    """A head as it is kept elsewhere, with the public key (base64) that tells if it is genuine."""

    number: int
    digest: str
    signature: str
    public_key: str

    def to_json(self) -> str:
        """The text of its file."""
        return json.dumps({"head_of": "the trail of Interlock", **asdict(self)}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> KeptHead:
        """The head in a file's text. Raises ValueError where there is none."""
        try:
            made = json.loads(text)
            head = cls(*(made[name] for name in cls.__dataclass_fields__))
        except (TypeError, KeyError) as error:
            raise ValueError("it has not what a head has") from error
        if not isinstance(head.number, int) or not isinstance(head.public_key, str):
            raise ValueError("it has not what a head has")  # noqa: TRY004 - of a text, no type
        return head


def write_head(folder: Path, head: Head) -> None:
    """Adds the head to the file. One write, so that those of several processes never mix."""
    line = f"{head.number} {head.digest} {head.signature}\n"
    file = os.open(folder / HEADS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)


def heads_size(folder: Path) -> int | None:
    """How many bytes of heads there are by now; None where there is no file."""
    file = folder / HEADS
    return file.stat().st_size if file.exists() else None


def read_heads(folder: Path, size: int) -> Iterator[tuple[int, Head | None]]:
    """Each line among the first `size` bytes, with its number: its head, or None if it holds none.

    What is added meanwhile is left out.
    """
    if not size:
        return
    with (folder / HEADS).open("rb") as file:
        read = 0
        for number, line in enumerate(file, 1):
            read += len(line)
            if read > size:
                return
            yield number, _head(line)


def _head(line: bytes) -> Head | None:
    parts = line.decode("ascii", "replace").split()
    if len(parts) != _PARTS or not parts[0].isdecimal() or len(parts[0]) > _MOST_DIGITS:
        return None
    return Head(int(parts[0]), parts[1], parts[2])
