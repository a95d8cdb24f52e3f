"""What is made of an agreement once, and kept: the next buyer is judged by the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Same(Generic[T]):
    """A thing as a key: it is equal to itself alone, whatever it says."""

    thing: T

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.thing is self.thing


def once_each(make: Callable[[T], R], most: int = 64) -> Callable[[T], R]:
    """`make(thing)`, made once for each thing and kept for the last ones, `most` of them."""
    kept = lru_cache(maxsize=most)(lambda same: make(same.thing))
    return lambda thing: kept(Same(thing))
