"""What the parts of a text are called, also while it has errors."""

from __future__ import annotations

from collections.abc import Iterable

from interlock.agreement.canonical import plain
from interlock.agreement.parts import parts
from interlock.agreement.problems import Problem
from interlock.agreement.wording import words


def title_of(path: str, held: object) -> str:
    """What a part is called, as far as it is written: its name, else its path in words."""
    named = (held.get(key) for key in ("name", "activity")) if isinstance(held, dict) else ()
    name = next((each for each in named if isinstance(each, str) and each), "")
    return name or words(path.rpartition(".")[2])


def with_titles(problems: Iterable[Problem], text: str) -> tuple[tuple[str, Problem], ...]:
    """Each with what its clause is called, "" where none is to blame."""
    problems = tuple(problems)
    held = parts(plain(text)) if problems else {}  # reading a text anew takes a while
    return tuple(
        (title_of(each.clause, held.get(each.clause)) if each.clause else "", each)
        for each in problems
    )
