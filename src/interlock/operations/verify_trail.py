"""Verifying the trail: that no entry was changed, cut, inserted or moved since it was written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from pathlib import Path

from django.conf import settings

from interlock.operations.rebuild import silent
from interlock.operations.trail_places import MOST, Place, Places, Wrong
from interlock.store.chain import Line, Signed
from interlock.store.heads import HEADS, Head, KeptHead, heads_size, read_heads
from interlock.store.models import Event
from interlock.store.signatures import Verifier, public_key
from interlock.store.verdicts import Progress

ROWS = 2_000
"""So many rows, or heads, are held at a time."""
FEW = 20
"""So many troubles with heads are told one by one."""


@dataclass(frozen=True)
class TrailVerified:
    """What became of it: `sound` if every entry is there, as written, and in its place.

    `broken` are the places where that is not so (`left_out` more were not kept); `troubles` says
    what is wrong with the heads. `number` and `digest` are those of the last entry, `signed_to` is
    the furthest entry that a head vouches for; None where there is no head. `heads` counts those
    looked at.
    """

    sound: bool
    entries: int
    number: int
    digest: str
    signed_to: int | None
    heads: int
    seconds: float
    broken: tuple[Place, ...]
    left_out: int
    troubles: tuple[str, ...]


def verify_trail(kept: KeptHead | None = None, progress: Progress = silent) -> TrailVerified:
    """Reads all entries and all heads beside the store, and the one that was kept elsewhere."""
    started, folder = time.monotonic(), Path(settings.DATA_FOLDER)
    # heads first: an entry that comes meanwhile is then no more than one without a head
    size = heads_size(folder)
    heads = _Heads(folder, size or 0, kept)
    places = Places(heads.verifier)
    digest = _look(places, progress)
    if size is None and places.entries:
        heads.troubles.append(f"there is no file of heads (`{HEADS}` in the data folder) any more")
    signed_to = heads.furthest(places.top)
    broken = places.found(signed_to)
    if not broken:
        progress("heads", 0, 1)
        broken = tuple(islice(heads.contradicted(), MOST))
    return TrailVerified(
        sound=not broken and not heads.troubles,
        entries=places.entries,
        number=places.top,
        digest=digest,
        signed_to=signed_to,
        heads=heads.looked_at,
        seconds=time.monotonic() - started,
        broken=broken,
        left_out=places.left_out,
        troubles=tuple(heads.troubles),
    )


def _look(places: Places, progress: Progress) -> str:
    """Looks at every row, a few held at a time; the digest of the last one."""
    last = Event.objects.order_by("-number").values_list("number", flat=True).first() or 0
    columns = (*Line._fields, "digest", "signature")
    rows = Event.objects.order_by("number").values_list(*columns)
    digest = ""
    for done, row in enumerate(rows.iterator(chunk_size=ROWS)):
        if done % ROWS == 0:
            progress("entries", done, last)
        digest = row[-2]
        places.see(Signed(Line(*row[:-2]), *row[-2:]))
    return digest


class _Heads:
    """The heads that the entries are held against, and what is wrong with heads themselves."""

    def __init__(self, folder: Path, size: int, kept: KeptHead | None) -> None:
        own = public_key(folder)
        self.verifier = Verifier(own)
        self.troubles: list[str] = []
        self.looked_at = 0
        self._folder, self._size, self._kept = folder, size, None
        if kept is None:
            return
        head = Head(kept.number, kept.digest, kept.signature)
        if kept.public_key != own:
            self.troubles.append(
                "the head that was kept is signed with another key than this store's"
            )
        elif not head.signed_by(self.verifier):
            self.troubles.append("the head that was kept is not as it was signed")
        else:
            self._kept = head

    def furthest(self, top: int) -> int | None:
        """The furthest entry that a head vouches for."""
        self.looked_at, highest = 0, None
        for head in self._all(tell=True):
            self.looked_at += 1
            if head.number <= top and (highest is None or head.number > highest):
                highest = head.number
        beyond = nlargest(MOST, (head for head in self._all() if head.number > top), key=_number)
        signed = next((head for head in beyond if self._signed(head)), None)
        return highest if signed is None else signed.number

    def contradicted(self) -> Iterator[Place]:
        """Entries that seem well, but are not those that were signed at the time."""
        heads = self._all()
        while some := list(islice(heads, ROWS)):
            events = Event.objects.filter(number__in=[head.number for head in some])
            digests = dict(events.values_list("number", "digest"))
            for head in some:
                if digests.get(head.number) != head.digest and self._signed(head):
                    yield Place(head.number, head.number, Wrong.REWRITTEN, head.number)

    def _signed(self, head: Head) -> bool:
        signed = head.signed_by(self.verifier)
        if not signed:
            self._tell(f"a head of entry {head.number} is not signed with this store's key")
        return signed

    def _tell(self, trouble: str) -> None:
        if len(self.troubles) < FEW and trouble not in self.troubles:
            self.troubles.append(trouble)

    def _all(self, *, tell: bool = False) -> Iterator[Head]:
        """Every head; says of what is none, if it is to `tell`."""
        if self._kept is not None:
            yield self._kept
        for number, head in read_heads(self._folder, self._size):
            if head is not None:
                yield head
            elif tell:
                self._tell(f"line {number} of the file of heads is none that was written there")


def _number(head: Head) -> int:
    return head.number
