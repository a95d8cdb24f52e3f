"""A manifest and a folder to a plan: every file found, every header and criterion checked.

Nothing is taken before the whole plan is right.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import groupby
from pathlib import Path, PurePosixPath

from interlock.agreement.problems import Problem, did_you_mean
from interlock.connectors.binding import Binder
from interlock.connectors.files import Options, Table, UnreadableError
from interlock.connectors.framing import Framing, Lookup
from interlock.connectors.joining import Found, Key, load_join
from interlock.connectors.manifest import Join, Recipe, Source, Written
from interlock.connectors.mapping import Mapper
from interlock.connectors.mended import holds_refused_rows, original_headers, original_rows
from interlock.connectors.opening import open_table
from interlock.connectors.readers import emptied_by


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
    files: Mapping[str, Path]

    def fingerprint(self) -> str:
        """Recognises the same manifest over the same files."""
        state = hashlib.blake2b(self.written.text.encode(), digest_size=16)
        for name, path in self.files.items():
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "blake2b").digest()
            state.update(f"\n{name}\n".encode() + digest)
        return state.hexdigest()

    def readings(self) -> Iterator[tuple[Part, ...]]:
        """The parts that are read in one pass: those of the same file."""
        for _, parts in groupby(self.parts, key=lambda part: id(part.table)):
            yield tuple(parts)


def make_plan(
    written: Written, folder: Path, mended: Mapping[str, Path] | None = None
) -> Plan | list[Problem]:
    """The plan, or everything that keeps it from being carried out.

    `mended`: only the rows that these files once refused, each file read from the path given here
    (see `interlock.connectors.mended`).
    """
    planning = _Planning(written, folder, mended)
    parts = [
        part
        for number, source in enumerate(written.manifest.files, 1)
        for part in planning.parts(f"files.{number}", source)
    ]
    if planning.problems:
        return sorted(planning.problems, key=lambda each: (each.line, each.column))
    numbered = [Part(position, *part) for position, part in enumerate(parts, 1)]
    return Plan(written, folder, tuple(numbered), planning.files)


class _Planning:
    """Collects what is wrong while the files are opened."""

    def __init__(self, written: Written, folder: Path, mended: Mapping[str, Path] | None) -> None:
        self.written, self.folder, self.mended = written, folder, mended
        self.problems: list[Problem] = []
        self.files: dict[str, Path] = {}

    def wrong(self, path: str, message: str, hint: str = "") -> None:
        place = self.written.place(path)
        self.problems.append(Problem(message, hint, place.line, place.column))

    def parts(self, path: str, source: Source) -> Iterator[tuple[str, str, Table, Mapper]]:
        """What each file of the source gives; nothing of one that cannot be opened."""
        joins = [
            self._join(f"{path}.join.{number}", join) for number, join in enumerate(source.join, 1)
        ]
        for name, file in self._read(f"{path}.file", source):
            table = self._open(f"{path}.file", name, file, _options(source, self.mended))
            if table is None or None in joins or self._is_of_ours(path, name, table, source):
                continue
            lookups = tuple(each for each in joins if each is not None)
            headers = original_headers(table) if self.mended is not None else table.headers
            if not self._joins_fit(path, headers, lookups):
                continue
            empty = emptied_by(self.written.manifest, source)
            framing = Framing(headers, lookups, empty)
            labels = _labels(source.gives)
            for number, (label, recipe) in enumerate(zip(labels, source.gives, strict=True), 1):
                at = f"{path}.gives.{number}"
                own = original_rows(table, label, labels) if self.mended is not None else table
                binder = Binder(self.written.manifest, source, recipe, at, framing, self.wrong)
                yield name, label, own, binder.mapper()

    def _read(self, path: str, source: Source) -> list[tuple[str, Path]]:
        """The files that the source is read from, with their names in the folder."""
        if self.mended is None:
            return self._found(path, source.file)
        pattern = PurePosixPath(source.file).parts
        return [
            each for each in self.mended.items() if _fits(PurePosixPath(each[0]).parts, pattern)
        ]

    def _found(self, path: str, pattern: str) -> list[tuple[str, Path]]:
        """The files of that name or pattern, in order of name."""
        found = [self.folder / pattern]
        if _is_pattern(pattern):
            found = sorted(self.folder.glob(pattern))
        files = [(each.relative_to(self.folder).as_posix(), each) for each in found]
        files = [each for each in files if each[1].is_file()]
        if not files:
            names = [each.name for each in self.folder.glob("*") if each.is_file()]
            hint = did_you_mean(pattern, names) or "`--data` says which folder the files are in"
            self.wrong(path, f"there is no file `{pattern}` in {self.folder}", hint)
        return files

    def _open(self, path: str, name: str, file: Path, options: Options) -> Table | None:
        try:
            table = open_table(file, options)
            if file in (self.mended or {}).values():
                original_headers(table)
        except UnreadableError as error:
            self.wrong(path, error.reason, error.hint)
            return None
        self.files[name] = file
        return table

    def _is_of_ours(self, path: str, name: str, table: Table, source: Source) -> bool:
        """Whether an export is a file of refused rows. A pattern does not mean it: a name does."""
        if self.mended is not None or not holds_refused_rows(table):
            return False
        del self.files[name]
        if not _is_pattern(source.file):
            hint = "mend them in that file, then: interlock mend NUMBER"
            self.wrong(f"{path}.file", f"{name} holds the refused rows of an import", hint)
        return True

    def _join(self, path: str, join: Join) -> Lookup | None:
        found = self._found(f"{path}.file", join.file)
        options = Options("", join.encoding, join.delimiter, join.sheet)
        table = self._open(f"{path}.file", *found[0], options) if found else None
        if table is None:
            return None
        other = table
        wanted = [("on", there) for there in join.on.values()]
        wanted += [("take", there) for there in join.take]
        for key, there in wanted:
            if there not in other.headers:
                hint = did_you_mean(there, other.headers)
                self.wrong(f"{path}.{key}", f"{found[0][0]} has no column `{there}`", hint)

        @cache
        def lookup() -> dict[Key, Found]:
            return load_join(other, join)

        return join, lookup

    def _joins_fit(self, path: str, own: tuple[str, ...], lookups: tuple[Lookup, ...]) -> bool:
        """Whether what the joins need is there, and nothing of theirs stands in the way of it."""
        before, headers = len(self.problems), list(own)
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


def _is_pattern(file: str) -> bool:
    return any(sign in file for sign in "*?[")


def _fits(name: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether `Path.glob` finds a file of that name by that pattern; both part by part."""
    if not pattern:
        return not name
    if pattern[0] == "**":
        return _fits(name, pattern[1:]) or (bool(name) and _fits(name[1:], pattern))
    return bool(name) and fnmatchcase(name[0], pattern[0]) and _fits(name[1:], pattern[1:])


def _options(source: Source, mended: Mapping[str, Path] | None) -> Options:
    if mended is not None:
        return Options("csv")
    return Options(source.format, source.encoding, source.delimiter, source.sheet)


def _labels(recipes: tuple[Recipe, ...]) -> list[str]:
    """What tells the recipes of a file apart: the kind; the second of a kind is `activity 2`."""
    times: Counter[str] = Counter()
    labels = []
    for recipe in recipes:
        times[recipe.as_] += 1
        again = times[recipe.as_] > 1
        labels.append(f"{recipe.as_} {times[recipe.as_]}" if again else recipe.as_)
    return labels
