"""The legs of `./dev test`: what is checked, one after the other, and the table at the end."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import chromium
import spark
from environment import ROOT, program, say

NOTHING_CHOSEN = 5  # pytest's code for "no test was selected"
TOUCHING_THE_DATABASE = ("store", "operations", "cli", "web", "api")
_WORKERS = ("--numprocesses", str(min(4, os.cpu_count() or 1)))
# a file's tests stay together, so that what they share is made once
PARALLEL = (*_WORKERS, "--dist", "loadfile")
# the browser's files are too few for that
SPREAD = (*_WORKERS, "--dist", "worksteal")


@dataclass(frozen=True)
class Leg:
    """One thing that is run: its name in the table, its command, and what its environment adds."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    may_choose_nothing: bool = False


@dataclass(frozen=True)
class Result:
    """What became of a leg: its last line says it in the tool's own words."""

    leg: Leg
    passed: bool
    seconds: float
    last_line: str


LINT = (
    Leg("style", [program("ruff"), "check", "--output-format", "concise"]),
    Leg("format", [program("ruff"), "format", "--check", "--quiet"]),
    Leg("types", [program("mypy")]),
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

    folders = [] if has_paths else [f"tests/{name}" for name in TOUCHING_THE_DATABASE]
    on_postgres = (program("python"), "tools/postgres.py")
    plain = "not browser and not bench"
    legs = [
        leg("sqlite", plain, *PARALLEL),
        leg("postgresql", f"{plain} and not sqlite", *PARALLEL, *folders, runner=on_postgres),
        leg("time zone", "timezone", *PARALLEL, TZ="Australia/Lord_Howe"),
    ]
    return [*legs, leg("browser", "browser", *SPREAD)] if with_browser else legs


def report(legs: Sequence[Leg]) -> int:
    """Runs each leg, whatever became of the one before, and ends with a table; 1 if any failed."""
    results = [_run(leg) for leg in legs]
    say("")
    for result in results:
        word = "passed" if result.passed else "FAILED"
        say(f"{result.leg.name:12} {word}  {result.seconds:5.0f} s  {result.last_line}")
    return 0 if all(result.passed for result in results) else 1


def _run(leg: Leg) -> Result:
    """Runs one leg with its output passed through as it comes."""
    say(f"\n--- {leg.name}")
    started = time.monotonic()
    last_line = ""
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
            sys.stdout.write(line)
            sys.stdout.flush()
            last_line = line.strip(" =\n") or last_line
    good = (0, NOTHING_CHOSEN) if leg.may_choose_nothing else (0,)
    return Result(leg, process.returncode in good, time.monotonic() - started, last_line)
