"""A manifest and a folder to a plan: every file found, every header and criterion checked.

Nothing is taken before the whole plan is right.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from interlock.agreement.problems import Problem, did_you_mean
from interlock.connectors.binding import Binder, Lookup
from interlock.connectors.files import Options, Table, UnreadableError
from interlock.connectors.joining import Found, Key, load_join
from interlock.connectors.manifest import Join, Recipe, Source, Written
from interlock.connectors.mapping import Mapper
from interlock.connectors.opening import open_table


@dataclass(frozen=True)
class Part:
    """One file read as one kind. `label` tells it from the others of the same file."""

    position: int
    file: str
    label: str
    table: Table
    mapper: Mapper


@dataclass(frozen=True)
class Plan:
    """What an import will do. `fingerprint` is a hash of the manifest and of all files."""

    written: Written
    folder: Path
    parts: tuple[Part, ...]
    files: tuple[Path, ...]

    def fingerprint(self) -> str:
        """Recognises the same manifest over the same files."""
        state = hashlib.blake2b(self.written.text.encode(), digest_size=16)
        for path in self.files:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "blake2b").digest()
            state.update(f"{path.relative_to(self.folder)}\n".encode() + digest)
        return state.hexdigest()


def make_plan(written: Written, folder: Path) -> Plan | list[Problem]:
    """The plan, or everything that keeps it from being carried out."""
    planning = _Planning(written, folder)
    parts = [
        part
        for number, source in enumerate(written.manifest.files, 1)
        for part in planning.parts(f"files.{number}", source)
    ]
    if planning.problems:
        return sorted(planning.problems, key=lambda each: (each.line, each.column))
    numbered = [
        Part(position, file, label, table, mapper)
        for position, (file, label, table, mapper) in enumerate(parts, 1)
    ]
    return Plan(written, folder, tuple(numbered), tuple(dict.fromkeys(planning.files)))


class _Planning:
    """Collects what is wrong while the files are opened."""

    def __init__(self, written: Written, folder: Path) -> None:
        self.written, self.folder = written, folder
        self.problems: list[Problem] = []
        self.files: list[Path] = []

    def wrong(self, path: str, message: str, hint: str = "") -> None:
        place = self.written.place(path)
        self.problems.append(Problem(message, hint, place.line, place.column))

    def parts(self, path: str, source: Source) -> Iterator[tuple[str, str, Table, Mapper]]:
        """What each file of the source gives; nothing of one that cannot be opened."""
        joins = [
            self._join(f"{path}.join.{number}", join) for number, join in enumerate(source.join, 1)
        ]
        for file in self._found(f"{path}.file", source.file):
            table = self._open(f"{path}.file", file, _options(source))
            if table is None or None in joins:
                continue
            lookups = tuple(each for each in joins if each is not None)
            if not self._joins_fit(path, table, lookups):
                continue
            for number, (label, recipe) in enumerate(_labelled(source.gives), 1):
                at = f"{path}.gives.{number}"
                binder = Binder(
                    self.written.manifest, source, recipe, at, table.headers, lookups, self.wrong
                )
                yield file.relative_to(self.folder).as_posix(), label, table, binder.mapper()

    def _found(self, path: str, pattern: str) -> list[Path]:
        """The files of that name or pattern, in order of name."""
        is_pattern = any(sign in pattern for sign in "*?[")
        found = sorted(self.folder.glob(pattern)) if is_pattern else [self.folder / pattern]
        found = [file for file in found if file.is_file()]
        if not found:
            names = [each.name for each in self.folder.glob("*") if each.is_file()]
            hint = did_you_mean(pattern, names) or "`--data` says which folder the files are in"
            self.wrong(path, f"there is no file `{pattern}` in {self.folder}", hint)
        return found

    def _open(self, path: str, file: Path, options: Options) -> Table | None:
        self.files.append(file)
        try:
            return open_table(file, options)
        except UnreadableError as error:
            self.wrong(path, error.reason, error.hint)
        return None

    def _join(self, path: str, join: Join) -> Lookup | None:
        found = self._found(f"{path}.file", join.file)
        options = Options("", join.encoding, join.delimiter, join.sheet)
        table = self._open(f"{path}.file", found[0], options) if found else None
        if table is None:
            return None
        for key, there in (*(("on", each) for each in join.on.values()), *_taken(join)):
            self._has(f"{path}.{key}", there, table, found[0].name)
        opened = table

        @cache
        def lookup() -> dict[Key, Found]:
            return load_join(opened, join)

        return join, lookup

    def _joins_fit(self, path: str, table: Table, lookups: tuple[Lookup, ...]) -> bool:
        """Whether what the joins need is there, and nothing of theirs stands in the way of it."""
        before, headers = len(self.problems), list(table.headers)
        for number, (join, _) in enumerate(lookups, 1):
            for here in join.on:
                if here not in headers:
                    hint = did_you_mean(here, headers)
                    message = f"the file has no column `{here}`"
                    self.wrong(f"{path}.join.{number}.on.{here}", message, hint)
            for there, here in join.take.items():
                if here in headers:
                    hint = f"give it another name: `take: {{{there}: {here} there}}`"
                    message = f"the file has a column `{here}` already"
                    self.wrong(f"{path}.join.{number}.take.{there}", message, hint)
                headers.append(here)
        return len(self.problems) == before

    def _has(self, path: str, header: str, table: Table, file: str) -> None:
        if header not in table.headers:
            hint = did_you_mean(header, table.headers)
            self.wrong(path, f"{file} has no column `{header}`", hint)


def _taken(join: Join) -> Iterator[tuple[str, str]]:
    return (("take", there) for there in join.take)


def _options(source: Source) -> Options:
    return Options(source.format, source.encoding, source.delimiter, source.sheet)


def _labelled(recipes: tuple[Recipe, ...]) -> Iterator[tuple[str, Recipe]]:
    """Recipes by kind; the second of a kind is `activity 2`."""
    times: Counter[str] = Counter()
    for recipe in recipes:
        times[recipe.as_] += 1
        again = times[recipe.as_] > 1
        yield (f"{recipe.as_} {times[recipe.as_]}" if again else recipe.as_), recipe
