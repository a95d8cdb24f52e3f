"""Putting together what was changed in a draft and elsewhere meanwhile, part by part."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from interlock.agreement.canonical import plain
from interlock.agreement.diff import changed_paths
from interlock.agreement.editing import with_parts
from interlock.agreement.layout import written_parts
from interlock.agreement.parts import parts

HEAD = ("version", "in_force_from")
"""Keys that every version has anew: brought up to a version in force, a draft keeps its own."""


@dataclass(frozen=True)
class Merged:
    """A draft with what changed elsewhere in it.

    `taken` are the parts that came from there; `conflicts` those that both changed, each in its own
    way: of these the draft's stand in `text` until somebody chooses.
    """

    text: str
    taken: tuple[str, ...]
    conflicts: tuple[str, ...]


def merge(base: str, draft: str, other: str, *, own: Collection[str] = ()) -> Merged:
    """The draft, which was made from `base`, with what `other` changed since. Texts are YAML.

    Parts whose paths are `own` stay as the draft has them.
    """
    if other == base:
        return Merged(draft, (), ())
    ours, theirs = changed_paths(base, draft), changed_paths(base, other)
    mine, yours = parts(plain(draft)), parts(plain(other))
    both = [path for path in theirs if path in ours and path not in own]
    conflicts = tuple(path for path in both if mine.get(path) != yours.get(path))
    taken = tuple(path for path in theirs if path not in ours and path not in own)
    again = [path for path in _rewritten(base, draft, other) if path not in (*both, *taken, *own)]
    return Merged(with_parts(draft, other, [*taken, *again]), taken, conflicts)


def _rewritten(base: str, draft: str, other: str) -> list[str]:
    """The parts that only the other text writes otherwise, be it by a comment alone."""
    was, mine, theirs = (written_parts(text) for text in (base, draft, other))
    return [path for path, now in theirs.items() if was.get(path) == mine.get(path) != now]
