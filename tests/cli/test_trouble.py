"""What the machine does not allow is said; the processes and their limits are real."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite

ROWS = "id,name,created_at\n" + "".join(f"p{n},{'x' * 500},2026-01-01\n" for n in range(20_000))


def interlock(
    *arguments: str, store: Path, limit: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("interlock"), *arguments],
        env={**os.environ, "INTERLOCK_DATA": str(store), "INTERLOCK_DATABASE": ""},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


def small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, resource.RLIM_INFINITY))


def test_an_import_that_finds_no_room_says_so_and_goes_on_later(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(ROWS)
    keep = str(tmp_path / "leads.yaml")
    guessed = ("import", str(tmp_path / "leads.csv"), "--as", "person", "--keep", keep, "--yes")
    first = interlock(*guessed, store=tmp_path / "store", limit=small_files)
    assert first.returncode == 1
    assert "The store cannot be used: " in first.stderr
    assert "run it again and it goes on" in first.stderr.replace("\n", " ")
    assert "Traceback" not in first.stderr
    again = interlock(*guessed, store=tmp_path / "store")
    assert again.returncode == 0, again.stderr
    assert "It went on with an import that had been stopped." in again.stdout
    with sqlite3.connect(tmp_path / "store" / "interlock.sqlite3") as store:
        assert store.execute("SELECT count(*) FROM store_person WHERE live").fetchone() == (20_000,)


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    assert interlock("facts", store=tmp_path).returncode == 0
    with sqlite3.connect(tmp_path / "interlock.sqlite3") as store:
        store.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', '')"
        )
    found = interlock("facts", store=tmp_path)
    assert found.returncode == 1
    assert found.stderr.startswith("This store was made by a later version of Interlock.")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no database at all" * 100, "file is not a database"), (None, "unable to open")],
)
def test_a_store_that_is_none_is_said(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "interlock.sqlite3"
    path.mkdir() if content is None else path.write_bytes(content)
    found = interlock("facts", store=tmp_path)
    assert (found.returncode, found.stdout) == (1, "")
    assert said in found.stderr
    assert "Traceback" not in found.stderr
