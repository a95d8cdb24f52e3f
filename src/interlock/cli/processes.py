"""Child processes that live together: started, watched, and stopped with nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

GRACE = 10.0
"""Seconds that a child has to end by itself before it is killed."""


def run_together(
    commands: Mapping[str, Sequence[str]],
    logs: Path,
    environment: Mapping[str, str],
    while_running: Callable[[], None] = lambda: None,
) -> str | None:
    """Runs every command until a signal to stop (Ctrl-C, SIGTERM) or until one of them ends.

    What a child prints goes to `logs/<name>.log`. `while_running` is called about five times a
    second. Returns None after a signal, or the name of the child that ended by itself.
    """
    logs.mkdir(parents=True, exist_ok=True)
    with _until_signalled() as stopping, contextlib.ExitStack() as stack:
        children = {
            name: stack.enter_context(_child(command, logs / f"{name}.log", environment))
            for name, command in commands.items()
        }
        while not stopping.wait(0.2):
            ended = next((n for n, child in children.items() if child.poll() is not None), None)
            if ended is not None:
                return ended
            while_running()
    return None


@contextlib.contextmanager
def _until_signalled() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; the handlers of before come back afterwards."""
    stopping = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stopping.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _child(
    command: Sequence[str], log: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own, so that a Ctrl-C reaches it only through us."""
    with log.open("ab") as output:
        child = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    try:
        yield child
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)
        # its own children too, whether or not it ended them
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
