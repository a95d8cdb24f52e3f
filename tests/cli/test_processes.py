from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from interlock.cli.processes import run_together

pytestmark = pytest.mark.sqlite

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_signal_stops_every_child_and_their_children(tmp_path: Path) -> None:
    log = tmp_path / "stubborn.log"
    seen: list[int] = []

    def stop_once_it_has_a_child() -> None:
        if not seen and log.read_text().strip():
            seen.append(os.pidfd_open(int(log.read_text())))
            os.kill(os.getpid(), signal.SIGTERM)

    guard = threading.Timer(60, os._exit, args=(1,))
    guard.start()
    ended = run_together(
        {"stubborn": [sys.executable, "-c", STUBBORN]}, tmp_path, {}, stop_once_it_has_a_child
    )
    guard.cancel()

    assert ended is None
    assert len(seen) == 1
    has_ended, _, _ = select.select(seen, [], [], 60)
    assert has_ended == seen


def test_several_that_make_one_store_at_once_take_turns(tmp_path: Path) -> None:
    interlock = str(Path(sys.executable).with_name("interlock"))
    command = [interlock, "facts", "--store", str(tmp_path / "fresh")]
    surroundings = {**os.environ, "INTERLOCK_DATABASE": ""}
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(command, env=surroundings, stdout=pipe, stderr=pipe, text=True)
        for _ in range(4)
    ]
    told = [each.communicate() for each in started]
    assert [(each.returncode, err) for each, (_, err) in zip(started, told, strict=True)] == [
        (0, "")
    ] * 4


def test_it_tells_which_child_ended_by_itself_and_stops_the_other(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)

    ended = run_together(
        {
            "short": [sys.executable, "-c", "print('done')"],
            "long": [sys.executable, "-c", "import time; time.sleep(600)"],
        },
        tmp_path,
        {},
    )

    assert ended == "short"
    assert (tmp_path / "short.log").read_text() == "done\n"
    remaining = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "time.sleep(600)" not in remaining
    assert signal.getsignal(signal.SIGTERM) is before


def test_children_see_the_environment_given(tmp_path: Path) -> None:
    show = [sys.executable, "-c", "import os; print(os.environ['INTERLOCK_DATA'])"]

    run_together({"show": show}, tmp_path, {"INTERLOCK_DATA": "here"})

    assert (tmp_path / "show.log").read_text() == "here\n"
