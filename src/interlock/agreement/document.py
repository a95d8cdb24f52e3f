"""The YAML of an agreement as a small tree with places, read within bounds.

Only text, lists and mappings come out: what a text means (a number, a date, a criterion) is
decided by the type that the agreement wants there, so that a country `NO` stays a country. The
tree is built from the parser's events, which makes every bound hold before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from interlock.agreement.criterion import Place
from interlock.agreement.problems import Problem

MAX_SIZE = 128 * 1024
"""Bytes, or characters, of a file; a long agreement has a fifth of it."""

MAX_LINE = 5_000
"""Characters of a line; the parser looks at each of them many times."""

MAX_DEPTH = 12
"""Levels of nesting; an agreement needs six."""

MAX_VALUES = 5_000
"""Texts, lists and mappings of a file; a long agreement has a fifth of it."""

TURNING = "\u202a-\u202e\u2066-\u2069"
"""The signs that turn the direction of reading, as a span of a pattern: with them in it a text says
another thing on a page or in print than what is signed."""

NOT_ALLOWED = re.compile(
    f"[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[{TURNING}]"
)
"""What YAML does not allow as it is; we do not allow it as an escape either: no database keeps NUL
or half a character, and a terminal obeys control characters. Nor what is `TURNING`."""

_NO_CHARACTER = re.compile(r"\\U(?!000|0010)")
_VERSION = re.compile(r"^%YAML", re.MULTILINE)


@dataclass(frozen=True)
class Scalar:
    """A text as YAML reads it. `source` is how it stands in the file, from `place` on."""

    text: str
    place: Place
    source: str
    quoted: bool

    @property
    def is_null(self) -> bool:
        """Nothing is written, or YAML's word for nothing."""
        return not self.quoted and self.text in ("", "~", "null")


@dataclass(frozen=True)
class Listing:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True)
class Entry:
    """One key of a mapping and what stands under it."""

    key: str
    place: Place
    node: Node


@dataclass(frozen=True)
class Mapping:
    """Keys in the order of the file, each once."""

    entries: tuple[Entry, ...]
    place: Place


Node = Scalar | Listing | Mapping


class _RefusedError(Exception):
    """Stops the reading at once. Never leaves this module."""

    def __init__(self, event: Event, message: str, hint: str = "") -> None:
        super().__init__(message)
        place = _place(event)
        self.problem = Problem(message, hint, place.line, place.column)


def read_document(raw: str | bytes) -> tuple[Node | None, list[Problem]]:
    """The tree of a YAML text; None where it cannot be read at all.

    A key that stands twice is a problem but does not stop the reading: the first one counts.
    """
    root, problems = _read(raw)
    return root, list(problems)


@lru_cache(maxsize=8)  # one edit of a draft looks at the same three texts a dozen times
def _read(raw: str | bytes) -> tuple[Node | None, tuple[Problem, ...]]:
    text = _text(raw)
    if isinstance(text, Problem):
        return None, (text,)
    problems: list[Problem] = []
    try:
        return _document(text, problems), tuple(problems)
    except _RefusedError as refused:
        return None, (*problems, refused.problem)
    except MarkedYAMLError as error:
        return None, (*problems, _yaml_problem(error))


def _forbidden(character: str) -> str:
    if re.match(f"[{TURNING}]", character):
        return "a character here turns the direction of reading, so that a text shows another one"
    return "a character here is not allowed in YAML"


def _text(raw: str | bytes) -> str | Problem:
    """The text within the bounds that need no parser, or why it is refused."""
    if len(raw) > MAX_SIZE:
        message = f"the file is larger than {MAX_SIZE // 1024} KB, and no more is read"
        return Problem(message, "an agreement is a text that people read aloud")
    try:
        text = raw if isinstance(raw, str) else raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1 if isinstance(raw, bytes) else 1
        return Problem("the file is not UTF-8 text", "save it as UTF-8", line)
    for number, line_ in enumerate(text.split("\n"), 1):
        if len(line_) > MAX_LINE:
            message = f"this line has {len(line_):,} characters, and at most {MAX_LINE:,} are read"
            return Problem(message, "a text may go on in the next line", number)
    if found := NOT_ALLOWED.search(text):
        place = _place_at(text, found.start())
        return Problem(_forbidden(found[0]), "", place.line, place.column)
    return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")


def place_within(scalar: Scalar, offset: int) -> Place:
    """Where in the file the character of `scalar.text` at `offset` stands.

    YAML folds lines and takes indentation away, but never a character that is not a space: the
    place is found by counting those.
    """
    source = scalar.source
    begin = 0
    if source[:1] in ("|", ">"):
        begin = source.find("\n") + 1
    elif source[:1] == '"':
        begin, source = 1, re.sub(r"\\(.)", r" \1", source)
    elif source[:1] == "'":
        begin, source = 1, source[0] + source[1:].replace("''", "' ")
    ahead = len("".join(scalar.text[:offset].split()))
    for index in range(begin, len(source)):
        if not source[index].isspace():
            if ahead == 0:
                return _moved(scalar.place, scalar.source[:index])
            ahead -= 1
    return _moved(scalar.place, scalar.source.rstrip())


def _place_at(text: str, offset: int) -> Place:
    return _moved(Place(1, 1), text[:offset])


def _moved(place: Place, passed: str) -> Place:
    lines = passed.split("\n")
    column = len(lines[-1]) + (place.column if len(lines) == 1 else 1)
    return Place(place.line + len(lines) - 1, column)


def _document(text: str, problems: list[Problem]) -> Node | None:
    root: Node | None = None
    documents = 0
    events = _counted(_events(text))
    for event in events:
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _RefusedError(
                    event, "a second document begins here", "one file, one agreement"
                )
        elif isinstance(event, NodeEvent):
            root = _node(event, events, text, problems, 1)
    if root is None or (isinstance(root, Scalar) and root.is_null):
        problems.append(Problem("the file is empty", "`interlock init` writes one to start from"))
        return None
    return root


def _events(text: str) -> Iterator[Event]:
    """The parser's events; where the parser fails in its own code, what is wrong with the text."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except AssertionError as error:  # a directive names a version that it does not know
        raise _not_yaml(text, _VERSION, "there is no such version of it") from error
    except (OverflowError, ValueError) as error:  # an escape is beyond Unicode
        raise _not_yaml(text, _NO_CHARACTER, "there is no such character") from error


def _not_yaml(text: str, sign: re.Pattern[str], problem: str) -> MarkedYAMLError:
    found = sign.search(text)
    place = _place_at(text, found.start() if found else 0)
    mark = StringMark("", 0, place.line - 1, place.column - 1, None, None)
    return MarkedYAMLError(problem=problem, problem_mark=mark)


def _node(
    event: Event, events: Iterator[Event], text: str, problems: list[Problem], depth: int
) -> Node:
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
        raise _RefusedError(event, "`&` anchors and `*` aliases are not read", "write it out")
    if getattr(event, "tag", None):
        raise _RefusedError(event, "`!` tags are not read", "leave the tag out, or use quotes")
    if depth > MAX_DEPTH:
        raise _RefusedError(event, f"this is nested more than {MAX_DEPTH} levels deep")
    if isinstance(event, ScalarEvent):
        _check_characters(event)
        source = text[event.start_mark.index : event.end_mark.index]
        return Scalar(event.value, _place(event), source, event.style in ("'", '"', "|", ">"))
    if isinstance(event, SequenceStartEvent):
        items = tuple(_node(part, events, text, problems, depth + 1) for part in _children(events))
        return Listing(items, _place(event))
    if isinstance(event, MappingStartEvent):
        return _mapping(event, events, text, problems, depth)
    raise _RefusedError(event, "this is not understood")


def _mapping(
    event: Event, events: Iterator[Event], text: str, problems: list[Problem], depth: int
) -> Mapping:
    entries: dict[str, Entry] = {}
    for part in _children(events):
        if not isinstance(part, ScalarEvent):
            raise _RefusedError(part, "a key has to be a plain word")
        _check_characters(part)
        place = _place(part)
        node = _node(next(events), events, text, problems, depth + 1)
        if part.value in entries:
            first = entries[part.value].place.line
            message = f"`{part.value}` stands here twice (first on line {first})"
            problems.append(Problem(message, "keep one of them", place.line, place.column))
            continue
        entries[part.value] = Entry(part.value, place, node)
    return Mapping(tuple(entries.values()), _place(event))


def _check_characters(event: ScalarEvent) -> None:
    if found := NOT_ALLOWED.search(event.value):
        raise _RefusedError(event, _forbidden(found[0]), "leave the escape out")


def _children(events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        if not isinstance(event, NodeEvent):  # the end of the list or mapping
            return
        yield event


def _counted(events: Iterator[Event]) -> Iterator[Event]:
    values = 0
    for event in events:
        values += isinstance(event, NodeEvent)
        if values > MAX_VALUES:
            raise _RefusedError(event, f"the file has more than {MAX_VALUES:,} values")
        yield event


def _place(event: Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _yaml_problem(error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    message = " ".join(part for part in (error.context, error.problem) if part)
    hint = "text with `: ` or ` #` in it, or that begins with a sign, needs quotes"
    if mark is None:
        return Problem(f"this is not YAML: {message}", hint)
    return Problem(f"this is not YAML: {message}", hint, mark.line + 1, mark.column + 1)
