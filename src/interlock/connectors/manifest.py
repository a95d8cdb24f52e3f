"""The manifest: which files hold a company's facts, and how their columns are read.

Frozen types only: every key of the file is a field here, with its meaning, from which
docs/reference/manifest.md is checked. `interlock.connectors.manifest_loading` reads them from YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from interlock.agreement.criterion import Place
from interlock.agreement.key import Key
from interlock.facts.kinds import ColumnType


class Otherwise(StrEnum):
    """What becomes of a row whose cell none of the `choices` names."""

    REFUSE = "refuse"
    LEAVE_EMPTY = "leave empty"
    SKIP_ROW = "skip row"
    KEEP = "keep"


class Several(StrEnum):
    """What a join takes where several rows of the other file have the key and differ."""

    LEAVE_EMPTY = "leave empty"
    FIRST = "first"
    LAST = "last"


class OtherColumns(StrEnum):
    """What becomes of the file's columns that the mapping does not mention."""

    ATTRIBUTES = "attributes"
    IGNORE = "ignore"


Headers = Annotated[tuple[str, ...], Key("the column of the file, or several to join")]
EmptyWords = Annotated[tuple[str, ...], Key("more words that mean no value")]


@dataclass(frozen=True)
class Flags:
    """The words that mean yes and no; compared without regard to case."""

    yes: Annotated[tuple[str, ...], Key("words that mean yes")]
    no: Annotated[tuple[str, ...], Key("words that mean no; none: every other word does")] = ()


@dataclass(frozen=True)
class ColumnSource:
    """Where a value comes from: columns of the file, one value for all rows, or CEL."""

    from_: Headers = ()
    value: Annotated[str | None, Key("the same value for every row, as it stands")] = None
    cel: Annotated[str, Key("CEL over the row's columns, as texts: `row.lead_status`")] = ""
    joined_with: Annotated[str, Key("what stands between several columns")] = " "
    empty: EmptyWords = ()
    prefix: Annotated[str | None, Key("stands before the text; else as the recipe says")] = None
    dates: Annotated[
        tuple[str, ...], Key("forms of dates as strptime has them; `unix`, `unix ms`")
    ] = ()
    zone: Annotated[str, Key("time zone of times that name none")] = ""
    last_day: Annotated[bool, Key("a date alone is a last day: its end is meant")] = False
    number: Annotated[str, Key("the locale that numbers are written in: `de_DE` for 1.234,5")] = ""
    money: Annotated[str, Key("the locale that amounts are written in, signs and K, M, B")] = ""
    currency: Annotated[str, Key("ISO code of the row's money")] = ""
    flag: Annotated[Flags | None, Key("the words that mean yes and no")] = None
    choices: Annotated[
        dict[str, tuple[str, ...]], Key("the words of the file that mean each choice")
    ] = field(default_factory=dict)
    otherwise: Annotated[Otherwise, Key("what becomes of a word that no choice names")] = (
        Otherwise.REFUSE
    )
    type: Annotated[ColumnType | None, Key("type of an attribute; else its values show it")] = None


@dataclass(frozen=True)
class Recipe:
    """How the rows of a file become facts of one kind."""

    as_: Annotated[str, Key("the kind of fact")]
    columns: Annotated[dict[str, ColumnSource], Key("column of the contract: where it comes from")]
    where: Annotated[str, Key("CEL that a row has to meet; others are left out")] = ""
    attributes: Annotated[
        dict[str, ColumnSource], Key("columns of your own: where they come from")
    ] = field(default_factory=dict)
    other_columns: Annotated[OtherColumns, Key("what becomes of columns not mentioned")] = (
        OtherColumns.ATTRIBUTES
    )
    prefix: Annotated[str | None, Key("stands before ids and references")] = None


@dataclass(frozen=True)
class Join:
    """Columns of another file, found by key."""

    file: Annotated[str, Key("the other file; it is held in memory")]
    on: Annotated[dict[str, str], Key("column here: column there")]
    take: Annotated[dict[str, str], Key("column there: its name here; or a list of names")]
    several: Annotated[Several, Key("what is taken where rows with the same key differ")] = (
        Several.LEAVE_EMPTY
    )
    encoding: Annotated[str, Key("as of a file")] = ""
    delimiter: Annotated[str, Key("as of a file")] = ""
    sheet: Annotated[str, Key("as of a file")] = ""


@dataclass(frozen=True)
class Source:
    """One file, or several of one pattern, and what they give."""

    file: Annotated[str, Key("name or pattern (`Leads-*.csv`), inside the folder")]
    gives: Annotated[
        tuple[Recipe, ...], Key("the recipes; a single one may stand beside `file`")
    ] = ()
    format: Annotated[str, Key("csv, xlsx, parquet or jsonl; else by the name")] = ""
    encoding: Annotated[str, Key("encoding of the text; else found out")] = ""
    delimiter: Annotated[str, Key("what stands between cells; else found out")] = ""
    sheet: Annotated[str, Key("sheet of a workbook; else the first")] = ""
    empty: EmptyWords = ()
    join: Annotated[tuple[Join, ...], Key("columns of other files")] = ()


@dataclass(frozen=True)
class Manifest:
    """The whole: the system that the files come from, what holds for all of them, and the files."""

    source_: Annotated[str, Key("the system that the files come from; ids belong to it")]
    files: Annotated[tuple[Source, ...], Key("the files, in the order of reading")]
    zone: Annotated[str, Key("time zone of times that name none")] = "UTC"
    currency: Annotated[str, Key("ISO code of money that names none")] = ""
    dates: Annotated[tuple[str, ...], Key("forms of dates, beside ISO 8601")] = ()
    empty: Annotated[tuple[str, ...], Key("words that mean no value, in every file")] = ()
    prefix: Annotated[str, Key("stands before every id and reference")] = ""
    agreement: Annotated[str, Key("the agreement's file, from here; in force if none is yet")] = ""


@dataclass(frozen=True)
class Written:
    """A manifest with its text; `places` tells where in it each part stands, by its path."""

    manifest: Manifest
    text: str
    places: Mapping[str, Place]

    def place(self, path: str) -> Place:
        """Where the part of that path stands, or the nearest part around it."""
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path, Place(1, 1))
