"""The words that somebody asked about: those that wait for an answer, and the answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from interlock.agreement.terms import Defined
from interlock.operations.actor import Actor
from interlock.operations.answer_word import kept_from
from interlock.operations.ask_word import key_of
from interlock.operations.glossary import glossary_in_force
from interlock.operations.permissions import Action, may, require
from interlock.operations.reading import Basis, current
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.models import AskedWord

MOST = 200
"""So many words are listed, the latest first."""


@dataclass(frozen=True)
class WordLine:
    """A word that was asked about. `refused` is why whoever looks may not answer it; "": they may.

    `clause` is the path of what defines it by now, or "".
    """

    number: int
    word: str
    heard: str
    by: str
    asked_at: Instant
    owed_by: str
    answer: str
    answered_by: str
    answered_at: Instant | None
    refused: str
    clause: str


@dataclass(frozen=True)
class WordsPage:
    """The page: open words, the longest waiting first; answered ones, the latest first."""

    basis: Basis
    open: tuple[WordLine, ...]
    answered: tuple[WordLine, ...]
    glossary: tuple[Defined, ...]


def read_words(*, by: Actor, now: Instant | None = None) -> WordsPage:
    """As the actor sees it."""
    require(by, Action.READ)
    glossary = glossary_in_force(int(time.time()) if now is None else now)
    defined = {key_of(each.word): each.clause for each in glossary}
    names = staff().names
    lines = [_line(row, by, names, defined) for row in AskedWord.objects.all()[:MOST]]
    return WordsPage(
        basis=current().basis,
        open=tuple(reversed([each for each in lines if not each.answered_at])),
        answered=tuple(each for each in lines if each.answered_at),
        glossary=glossary,
    )


def _line(row: AskedWord, by: Actor, names: Mapping[str, str], defined: dict[str, str]) -> WordLine:
    refused = "Your sign-in is for reading." if not may(by, Action.AGREE) else kept_from(row, by)
    return WordLine(
        number=row.pk,
        word=row.word,
        heard=row.heard,
        by=names.get(row.by, row.by),
        asked_at=row.asked_at,
        owed_by=row.owed_by,
        answer=row.answer,
        answered_by=names.get(row.answered_by, row.answered_by),
        answered_at=row.answered_at,
        refused=refused,
        clause=defined.get(row.key, ""),
    )
