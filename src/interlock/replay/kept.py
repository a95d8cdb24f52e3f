"""What is made of an agreement once, and kept: the next buyer is judged by the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

R = TypeVar("R")
Things = TypeVarTuple("Things")


def once_each(make: Callable[[Unpack[Things]], R], most: int = 64) -> Callable[[Unpack[Things]], R]:
    """`make(things)`, made once for the very same things; the last ones, `most` of them, are kept.

    What the things say is not compared, so that nothing long is.
    """
    kept: dict[tuple[int, ...], tuple[tuple[*Things], R]] = {}
    writing = threading.Lock()

    def get(*things: *Things) -> R:
        key = tuple(map(id, things))
        found = kept.get(key)
        if found is None:
            # the things are kept too: while they are, nothing else has their ids
            found = things, make(*things)
            with writing:
                kept[key] = found
                while len(kept) > most:
                    del kept[next(iter(kept))]
        return found[1]

    return get
