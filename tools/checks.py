"""The legs of `./dev test`: what is checked, and the table at the end."""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TextIO

import chromium
import spark
from environment import ROOT, program, say

NOTHING_CHOSEN = 5  # pytest's code for "no test was selected"
TOUCHING_THE_DATABASE = ("store", "operations", "cli", "web", "api")
_WORKERS = min(4, os.cpu_count() or 1)
# a file's tests stay together, so that what they share is made once
PARALLEL = ("--numprocesses", str(_WORKERS), "--dist", "loadfile")
# so here, where the file with most of the pages is in two classes
BROWSING = (
    *("--numprocesses", str(_WORKERS), "--dist", "loadscope"),
    "--no-loadscope-reorder",  # the long stories, few to a file, are not left to the end
)


@dataclass(frozen=True)
class Leg:
    """One thing that is run: its name in the table, its command, and what its environment adds."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    may_choose_nothing: bool = False
    beside: bool = False
    """Whether it runs beside the others: what takes one processor for long, and shares nothing."""


@dataclass(frozen=True)
class Result:
    """What became of a leg, and what it said: its last line says it in the tool's own words."""

    leg: Leg
    passed: bool
    seconds: float
    said: str

    @property
    def last_line(self) -> str:
        """The last line that is not empty."""
        lines = (line.strip(" =\n") for line in reversed(self.said.splitlines()))
        return next((line for line in lines if line), "")


LINT = (
    Leg("style", [program("ruff"), "check", "--output-format", "concise"]),
    Leg("format", [program("ruff"), "format", "--check", "--quiet"]),
    Leg("types", [program("mypy")], beside=True),
    Leg("imports", [program("lint-imports"), "--no-logo"]),
)


def everything(arguments: Sequence[str]) -> int:
    """Lint, then every pytest leg with `arguments` passed on; 1 if any of them failed."""
    browser = chromium.make_sure()
    spark.make_sure()
    return report([*LINT, *_pytest_legs(arguments, with_browser=browser)])


def _pytest_legs(arguments: Sequence[str], *, with_browser: bool) -> list[Leg]:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-m", default="")
    own, rest = parser.parse_known_args(arguments)
    has_paths = any((ROOT / word.split("::")[0]).exists() for word in rest)

    def leg(
        name: str, marks: str, *options: str, runner: Sequence[str] = (), **environment: str
    ) -> Leg:
        chosen = f"({marks}) and ({own.m})" if own.m else marks
        command = [*runner, program("python"), "-m", "pytest", "-m", chosen, *options, *rest]
        return Leg(name, command, environment, may_choose_nothing=bool(arguments))

    def marked(mark: str) -> list[str]:
        return [] if has_paths else _bearing(mark)

    folders = [] if has_paths else [f"tests/{name}" for name in TOUCHING_THE_DATABASE]
    on_postgres = (program("python"), "tools/postgres.py", "--for-tests")
    plain = "not browser and not bench"
    legs = [
        leg("sqlite", plain, *PARALLEL),
        leg("postgresql", f"{plain} and not sqlite", *PARALLEL, *folders, runner=on_postgres),
        leg("time zone", "timezone", *PARALLEL, *marked("timezone"), TZ="Australia/Lord_Howe"),
    ]
    if with_browser:
        legs.append(leg("browser", "browser", *BROWSING, *marked("browser")))
    return legs


def _bearing(mark: str) -> list[str]:
    """The files of tests with that mark. To read all takes each worker longer than to run some."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(file.relative_to(ROOT)) for file in files if f"mark.{mark}" in file.read_text()]


def report(legs: Sequence[Leg]) -> int:
    """Runs each leg, whatever became of the one before, and ends with a table; 1 if any failed.

    What one beside them says is kept until the others are through.
    """
    results: dict[str, Result] = {}
    with ThreadPoolExecutor() as pool:
        beside = [pool.submit(_run, leg, io.StringIO()) for leg in legs if leg.beside]
        for leg in legs:
            if not leg.beside:
                say(f"\n--- {leg.name}")
                results[leg.name] = _run(leg, sys.stdout)
        for running in beside:
            result = running.result()
            results[result.leg.name] = result
            say(f"\n--- {result.leg.name}\n{result.said.rstrip()}")
    say("")
    for result in (results[leg.name] for leg in legs):
        word = "passed" if result.passed else "FAILED"
        say(f"{result.leg.name:12} {word}  {result.seconds:5.0f} s  {result.last_line}")
    return 0 if all(result.passed for result in results.values()) else 1


def _run(leg: Leg, shown: TextIO) -> Result:
    """Runs one leg, whose output is shown as it comes."""
    started = time.monotonic()
    said = ""
    with subprocess.Popen(
        leg.command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **leg.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        for line in process.stdout:
            shown.write(line)
            shown.flush()
            said += line
    good = (0, NOTHING_CHOSEN) if leg.may_choose_nothing else (0,)
    return Result(leg, process.returncode in good, time.monotonic() - started, said)
