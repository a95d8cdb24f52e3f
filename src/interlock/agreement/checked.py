"""What a check between clauses has in hand: the agreement, and where each path stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from interlock.agreement.criterion import TOP, Place
from interlock.agreement.problems import Problem, Severity, did_you_mean
from interlock.agreement.reading import clause_of
from interlock.agreement.schema import Agreement


@dataclass(frozen=True)
class Checked:
    """The agreement with the places of its paths."""

    agreement: Agreement
    places: Mapping[str, Place]

    def error(self, path: str, message: str, hint: str = "") -> Problem:
        """An error at that path."""
        return self._problem(path, message, hint, Severity.ERROR)

    def warning(self, path: str, message: str, hint: str = "") -> Problem:
        """A warning at that path."""
        return self._problem(path, message, hint, Severity.WARNING)

    def _problem(self, path: str, message: str, hint: str, severity: Severity) -> Problem:
        nearest_path = path
        while nearest_path and nearest_path not in self.places:
            nearest_path = nearest_path.rpartition(".")[0]
        place = self.places.get(nearest_path, TOP)
        return Problem(message, hint, place.line, place.column, clause_of(path), severity)


def known(c: Checked, path: str, name: str, names: Collection[str], what: str) -> Iterator[Problem]:
    """An error where a name is given that leads nowhere."""
    if name and name not in names:
        hint = did_you_mean(name, names)
        hint = hint or (f"there are {', '.join(names)}" if names else f"there is no {what} yet")
        yield c.error(path, f"there is no {what} `{name}`", hint)
