"""The rules of the house that a machine can see and no other tool checks."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [
    path
    for folder in ("src", "tests", "tools", "benches")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
CORE = ("agreement", "facts", "replay", "insight")
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "localtime"}
MOST_LINES_IN_A_FUNCTION = 60
MOST_LINES_IN_A_FILE = 500

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_too_long(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function) and node.end_lineno is not None:
            lines = node.end_lineno - node.lineno + 1
            if lines > MOST_LINES_IN_A_FUNCTION:
                yield f"{node.lineno}: {node.name} has {lines} lines"


def clocks_read(text: str) -> Iterator[str]:
    """Calls such as `datetime.now()`, `date.today()`, `time.time()`, and imports of `time`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if node.func.attr in CLOCKS and re.search(r"(datetime|date|time|timezone)$", owner):
                yield f"{node.lineno}: {ast.unparse(node.func)}()"


def unfinished(text: str) -> Iterator[str]:
    mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
    for number, line in enumerate(text.splitlines(), 1):
        if mark.search(line):
            yield f"{number}: {line.strip()}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_can_be_read(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MOST_LINES_IN_A_FILE
    assert list(functions_too_long(text)) == []
    assert list(unfinished(text)) == []


@pytest.mark.parametrize("room", CORE)
def test_the_core_reads_no_clock(room: str) -> None:
    found = {
        str(path.relative_to(ROOT)): clocks
        for path in (ROOT / "src" / "interlock" / room).rglob("*.py")
        if (clocks := list(clocks_read(path.read_text())))
    }
    assert found == {}


WRITES = {"create", "get_or_create", "update_or_create", "bulk_create", "update", "delete", "save"}
"""What a manager or a query of Django's writes with."""


def events_written(text: str) -> Iterator[str]:
    """Where entries of the trail are made, changed or deleted."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            writes = isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
            if called == "Event" or (writes and re.match(r"Event\b", called)):
                yield f"{node.lineno}: {called}()"


def test_only_one_function_writes_the_trail() -> None:
    found = {
        str(path.relative_to(ROOT / "src" / "interlock")): written
        for path in SOURCES
        if path.is_relative_to(ROOT / "src") and path.parent.name not in ("cli", "agreement")
        if (written := [place.partition(": ")[2] for place in events_written(path.read_text())])
    }
    assert found == {"store/trail.py": ["Event.objects.create()"]}


def test_rows_are_held_in_one_way() -> None:
    """Who holds a row's key too stops others who write to the trail: `store.lock.held` does not."""
    found = {
        str(path.relative_to(ROOT / "src" / "interlock"))
        for path in SOURCES
        if path.is_relative_to(ROOT / "src") and ".select_for_update(" in path.read_text()
    }
    assert found == {"store/lock.py"}


def test_the_checks_see_what_they_look_for() -> None:
    long = "def f():\n" + "    x = 1\n" * MOST_LINES_IN_A_FUNCTION
    assert list(functions_too_long(long)) == ["1: f has 61 lines"]
    assert list(functions_too_long("def f():\n    pass")) == []
    assert list(clocks_read("import datetime\ndatetime.datetime.now()")) == [
        "2: datetime.datetime.now()"
    ]
    assert list(clocks_read("timezone.now()\nrow.time()")) == ["1: timezone.now()"]
    assert list(events_written("Event.objects.filter(by=x).update(by=y)\nEvent()")) == [
        "1: Event.objects.filter(by=x).update()",
        "2: Event()",
    ]
    assert len(list(unfinished("x = 1  # TO" + "DO later"))) == 1


def plain(package: str) -> str:
    """The name of a package as the index compares it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def test_every_package_that_the_project_asks_for_is_used() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {plain(re.split(r"[<>=\[;]", each)[0]) for each in asked}
    names -= {"tzdata"}  # zoneinfo reads it where the machine has no zones
    text = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    used = {
        plain(package)
        for module, packages in packages_distributions().items()
        if re.search(rf"(^ *(import|from) |\"){re.escape(module)}[. \"\n]", text, re.MULTILINE)
        for package in packages
    }
    assert names - used == set()
