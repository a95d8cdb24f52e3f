"""Child processes that live together: started, watched, and stopped with nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

GRACE = 12.0
"""Seconds that children have to end by themselves before they are killed."""
GRACE_WITHIN = 8.0
"""The same for the children of a child, so that it outlives them."""

Child = subprocess.Popen[bytes]


def run_together(
    commands: Mapping[str, Sequence[str]],
    logs: Path | None,
    environment: Mapping[str, str],
    while_running: Callable[[], None] = lambda: None,
    grace: float = GRACE,
) -> str | None:
    """Runs every command until a signal to stop (Ctrl-C, SIGTERM) or until one of them ends.

    What a child prints goes to `logs/<name>.log`; None: to where this process prints. A child's
    standard input says nothing and ends with this process (`end_with_parent`). `while_running` is
    called about five times a second. Returns None after a signal, or the name of the child that
    ended by itself.
    """
    if logs is not None:
        logs.mkdir(parents=True, exist_ok=True)
    children: dict[str, Child] = {}
    with until_signalled() as stopping, _ending(children, grace):
        for name, command in commands.items():
            children[name] = _child(command, logs / f"{name}.log" if logs else None, environment)
        while not stopping.wait(0.2):
            ended = next((n for n, child in children.items() if child.poll() is not None), None)
            if ended is not None:
                return ended
            while_running()
    return None


@contextlib.contextmanager
def until_signalled() -> Iterator[threading.Event]:
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


def end_with_parent() -> None:
    """Has this process, a child of `run_together`, end as by SIGTERM when its parent is gone."""

    def watch() -> None:
        while os.read(0, 1):  # nothing is ever said; the end is what is waited for
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _child(command: Sequence[str], log: Path | None, environment: Mapping[str, str]) -> Child:
    """A child in a session of its own, so that a Ctrl-C reaches it only through us."""
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("ab")) if log else None
        return subprocess.Popen(  # noqa: S603 - our own commands
            command,
            stdout=output,
            stderr=subprocess.STDOUT if log else None,
            stdin=subprocess.PIPE,
            env={**os.environ, **environment},
            start_new_session=True,
        )


@contextlib.contextmanager
def _ending(children: Mapping[str, Child], grace: float) -> Iterator[None]:
    """Ends all children at once afterwards, and whatever they leave behind."""
    try:
        yield
    finally:
        _end(children.values(), grace)


def _end(children: Collection[Child], grace: float) -> None:
    for child in children:
        child.terminate()
    until = time.monotonic() + grace
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, until - time.monotonic()))
        # its own children too, whether or not it ended them
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if child.stdin is not None:
            child.stdin.close()
