"""The worker's parts live and die together."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from interlock.cli.parts import PARTS

pytestmark = pytest.mark.sqlite


@contextmanager
def worker(store: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker that runs, with all of its parts."""
    interlock = str(Path(sys.executable).with_name("interlock"))
    with subprocess.Popen(
        [interlock, "worker", "--store", str(store)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "INTERLOCK_DATABASE": ""},
    ) as running:
        assert running.stdout is not None
        try:
            said = ""
            while "ready for work" not in said:
                line = running.stdout.readline()
                assert line, said
                said += line
            yield running
        finally:
            running.kill()


def parts_of(process: int) -> dict[str, int]:
    """The worker's children: process ids by the part that each is."""
    listed = subprocess.run(
        ["ps", "--ppid", str(process), "-o", "pid=,args="],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {line.split()[-1]: int(line.split()[0]) for line in listed.splitlines()}


def ended(opened: list[int]) -> list[int]:
    """Those of the processes, opened as files, that are over within a minute."""
    return [each for each in opened if select.select([each], [], [], 60)[0]]


def test_it_has_all_its_parts_and_a_signal_ends_them(tmp_path: Path) -> None:
    with worker(tmp_path) as running:
        parts = parts_of(running.pid)
        assert parts.keys() == PARTS.keys()
        opened = [os.pidfd_open(each) for each in parts.values()]
        running.terminate()
        assert ended(opened) == opened
        assert running.wait(60) == 0


@pytest.mark.parametrize("part", ["clocks", "jobs"])
def test_a_part_that_is_killed_ends_the_whole_which_says_so(tmp_path: Path, part: str) -> None:
    with worker(tmp_path) as running:
        parts = parts_of(running.pid)
        opened = [os.pidfd_open(each) for each in parts.values()]
        os.kill(parts[part], signal.SIGKILL)
        said, _ = running.communicate(timeout=60)
        assert ended(opened) == opened
        assert running.returncode == 1
        assert f"part `{part}` ended by itself" in " ".join(said.split())


def test_parts_do_not_outlive_a_worker_that_is_killed(tmp_path: Path) -> None:
    with worker(tmp_path) as running:
        opened = [os.pidfd_open(each) for each in parts_of(running.pid).values()]
        running.kill()
        assert ended(opened) == opened
