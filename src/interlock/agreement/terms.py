"""The words that an agreement defines, and where a text uses them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from interlock.agreement.schema import Agreement
from interlock.agreement.wording import words


@dataclass(frozen=True)
class Defined:
    """A word and what both teams mean by it. `never`: what it does not mean, "" where unsaid.

    `clause` is the path of what defines it.
    """

    word: str
    meaning: str
    clause: str
    never: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of a text; `term` is the word that it is, None for what stands between."""

    text: str
    term: Defined | None = None


def defined(agreement: Agreement) -> dict[str, Defined]:
    """By the word in small letters. The glossary defines before the name of a stage does."""
    stages = (
        Defined(each.name, each.meaning, f"stages.{each.id}")
        for each in agreement.stages
        if each.meaning
    )
    glossary = (
        Defined(words(each.id), each.meaning, f"glossary.{each.id}", each.not_)
        for each in agreement.glossary
    )
    return {each.word.lower(): each for each in (*stages, *glossary)}


def pieces(text: str, terms: Sequence[Defined]) -> tuple[Piece, ...]:
    """The text in pieces that together are the text; each term where it first stands in it.

    A term is a whole word, in letters of either case, or its plural; of two at one place it is the
    longer one.
    """
    known = {each.word.lower(): each for each in terms if each.word}
    if not known or not text:
        return (Piece(text),)
    found: list[Piece] = []
    seen: set[str] = set()
    end = 0
    for match in _finder(tuple(sorted(known, key=len, reverse=True))).finditer(text):
        word = " ".join(words(match.group(1)).lower().split())
        if word in seen:
            continue
        seen.add(word)
        found += [Piece(text[end : match.start()]), Piece(match.group(), known[word])]
        end = match.end()
    return tuple(each for each in (*found, Piece(text[end:])) if each.text)


@lru_cache(maxsize=64)
def _finder(known: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the words, the first of them first; blanks in them may be written as hyphens."""
    either = "|".join(re.escape(each).replace(r"\ ", r"[\s-]") for each in known)
    return re.compile(rf"(?<![\w-])({either})s?(?![\w-])", re.IGNORECASE)
