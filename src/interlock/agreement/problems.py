"""What is wrong with an agreement: values with a place, a reason and a way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process, utils

NEAR_ENOUGH = 65.0
"""Similarity in percent from which a name is offered as the one that was meant."""


class Severity(StrEnum):
    """An agreement with an error is not taken; one with warnings is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where (line and column from 1), why, and what to do.

    `clause` is the path of the clause ("promises.first-touch"), empty where none is to blame.
    """

    message: str
    hint: str = ""
    line: int = 1
    column: int = 1
    clause: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Read as `line 3, column 7: …`, one line."""
        clause = f" [{self.clause}]" if self.clause else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.severity} at {self.line}:{self.column}{clause}: {self.message}{hint}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None where none is near.

    A dotted word is compared whole and by its last part, so that both `acount.employees` and
    `company.employees` find `account.employees`.
    """
    candidates = list(known)
    whole = process.extractOne(word, candidates, scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    tails = [candidate.rpartition(".")[2] for candidate in candidates]
    tail = process.extractOne(
        word.rpartition(".")[2],
        tails,
        scorer=fuzz.ratio,
        processor=utils.default_process,
        score_cutoff=max(NEAR_ENOUGH, 80.0),
    )
    if whole and (tail is None or whole[1] >= tail[1] - 20):
        return str(whole[0])
    return candidates[tail[2]] if tail else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or an empty hint."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else ""
