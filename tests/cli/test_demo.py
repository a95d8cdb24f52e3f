"""The demo as somebody starts it: real server, real worker, a small company."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite

INTERLOCK = str(Path(sys.executable).with_name("interlock"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def command(folder: Path, port: int, *more: str) -> list[str]:
    return [INTERLOCK, "demo", "--data", str(folder), "--port", str(port), "--people", "60", *more]


@contextmanager
def running(words: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], mark: str) -> str:
    """What the demo has printed, up to the line with `mark`."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if mark in line:
            return "".join(lines)
    raise AssertionError(f"it ended without {mark!r}:\n{''.join(lines)}")


def processes_of(folder: Path) -> list[str]:
    """Command lines of the processes that work on the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes()
        except (OSError, ValueError):
            continue
        if entry.name.isdigit() and f"INTERLOCK_DATA={folder}\0".encode() in environment:
            found.append((entry / "cmdline").read_text())
    return found


def count(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / "interlock.sqlite3")) as connection:
        (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        return int(number)


def exported(folder: Path) -> int:
    """How many people the made-up company knows by now; a few of those asked for come later."""
    with (folder / "company" / "contacts.csv").open(newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def lag(folder: Path) -> int:
    """Seconds between the instant that the replay looks from and the present; -1: pinned."""
    with closing(sqlite3.connect(folder / "interlock.sqlite3")) as connection:
        row = connection.execute("SELECT as_of, pinned FROM store_replay WHERE current").fetchone()
    return -1 if row[1] else int(time.time()) - int(row[0])


def sides_and_roles(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "interlock.sqlite3")) as connection:
        return sorted(connection.execute("SELECT side, role FROM store_user").fetchall())


def not_confirmed(folder: Path) -> int:
    """How many members of both sides have not confirmed the agreement."""
    with closing(sqlite3.connect(folder / "interlock.sqlite3")) as connection:
        rows = connection.execute(
            "SELECT count(*) FROM store_member WHERE live AND side IN ('marketing', 'sales') "
            "AND email NOT IN (SELECT by FROM store_confirmation)"
        )
        return int(rows.fetchone()[0])


def test_it_serves_and_leaves_nothing_behind_and_starts_again_as_it_was(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_port()

    with running(command(folder, port)) as process:
        printed = read_until(process, "Ctrl-C stops it")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in") as page:
            assert page.status == 200
        assert len(processes_of(folder)) >= 2
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0

    assert processes_of(folder) == []
    assert len(re.findall(r"^  \S+@\S+ +\w{4}-\w{4}-\w{4}  ", printed, re.MULTILINE)) == 7
    imports, replays = count(folder, "store_import"), count(folder, "store_replay")
    assert sides_and_roles(folder) == [
        ("marketing", "lead"),
        ("marketing", "member"),
        ("marketing", "member"),
        ("operations", "admin"),
        ("sales", "lead"),
        ("sales", "member"),
        ("sales", "member"),
    ]
    assert 0 <= lag(folder) < 3_600
    assert 0 < not_confirmed(folder) < count(folder, "store_confirmation")
    assert count(folder, "store_campaignnotice") > 1
    passwords = folder / "sign-ins.json"
    written = json.loads(passwords.read_text())
    assert len(written) == 7
    assert all(password in printed for password in written.values())
    assert passwords.stat().st_mode & 0o077 == 0

    with running(command(folder, port)) as process:
        again = read_until(process, "Ctrl-C stops it")
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0

    assert printed.partition("Sign in as")[2] == again.partition("Sign in as")[2]
    assert (count(folder, "store_import"), count(folder, "store_replay")) == (imports, replays)


def test_killed_while_it_loads_it_goes_on_at_the_next_start(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_port()
    with running([*command(folder, port), "--people", "300"]) as process:
        while not (folder / "company").exists() and process.poll() is None:
            os.sched_yield()
        process.kill()
        process.wait()
    assert count(folder, "store_replay") == 0

    with running(command(folder, port)) as process:
        read_until(process, "Ctrl-C stops it")
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0

    assert count(folder, "store_person") == exported(folder) > 200
    assert count(folder, "store_replay WHERE current") == 1


def test_a_port_in_use_is_said_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = subprocess.run(
            command(tmp_path / "demo", port), capture_output=True, text=True, check=False
        )

    assert done.returncode == 1
    assert f"--port {port + 1}" in done.stderr
    assert not (tmp_path / "demo").exists()


def test_a_folder_that_no_demo_made_is_left_alone_even_by_reset(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("ours")

    done = subprocess.run(
        command(tmp_path, free_port(), "--reset"), capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "--data" in done.stderr
    assert (tmp_path / "leads.csv").read_text() == "ours"


def test_reset_makes_it_anew_and_never_touches_a_configured_database(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_port()
    folder.mkdir()
    (folder / "made-by-interlock-demo").touch()
    (folder / "interlock.sqlite3").write_text("not a database")
    environment = {**os.environ, "INTERLOCK_DATABASE": "postgresql://nobody@127.0.0.1:1/none"}

    with subprocess.Popen(
        command(folder, port, "--reset"), stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        read_until(process, "Ctrl-C stops it")
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0

    assert count(folder, "store_person") == exported(folder) > 40
