"""Makes the two virtual environments that everything runs in, and only when something changed.

`.tools` holds uv, which fills `.venv` from `requirements.lock`. Only the standard library is used
here, because this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_VERSION = "0.13.9"
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
SPARK_LOCK = ROOT / "requirements-spark.lock"
PROJECT = ROOT / "pyproject.toml"


class SetUpError(Exception):
    """A step of the set-up failed; the message says which, and the way out."""


def say(text: str) -> None:
    """Prints at once, so that it stands before what a child prints."""
    print(text, flush=True)


def program(name: str) -> str:
    """The path of a program in `.venv`."""
    return str(VENV / "bin" / name)


def make() -> None:
    """Brings `.venv` to what the lock says and compiles the kernels; quick if all is so already.

    Whatever is started after it keeps its compiled modules, also where the surroundings forbid
    that, as images of containers do: each start would compile more than a thousand of them again.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    installed = VENV / "installed-from"
    wanted = f"{_digest([LOCK, PROJECT])} {sys.version_info[:2]} {ROOT}"
    if _read(installed) != wanted:
        _install()
        installed.write_text(wanted)
    compiled = VENV / "compiled-from"
    kernels = _digest(sorted((ROOT / "src" / "interlock" / "replay").glob("*.py")))
    if _read(compiled) != kernels:
        say("Compiling the replay's kernels (once, and again when they change).")
        _run([program("python"), "-m", "interlock.replay.warm"], "The kernels did not compile.")
        compiled.write_text(kernels)


def make_spark() -> None:
    """Adds Spark to `.venv`: 450 MB that only its tests need. An install anew takes it away."""
    added = VENV / "spark-from"
    wanted = f"{_digest([SPARK_LOCK])} {_read(VENV / 'installed-from')}"
    if _read(added) != wanted:
        say(f"Adding the packages of {SPARK_LOCK.name} (some 450 MB the first time)")
        into = (f"--python={program('python')}", "--require-hashes")
        uv = (TOOLS / "bin" / "uv", "pip", "install", *into)
        _run([*uv, "--build-constraints", SPARK_LOCK, "--requirements", SPARK_LOCK])
        added.write_text(wanted)


def _install() -> None:
    say(f"Setting up with Python {sys.version.split()[0]}; needed once, and when the lock changes.")
    uv = TOOLS / "bin" / "uv"
    if not uv.exists() or _read(TOOLS / "uv-version") != UV_VERSION:
        say(f"[1/3] uv {UV_VERSION} into {TOOLS.name}")
        _make_tools()
    say(f"[2/3] the packages of {LOCK.name} into {VENV.name} (some 400 MB the first time)")
    if not (VENV / "bin" / "python").exists():
        _run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, VENV])
    into = f"--python={program('python')}"
    _run([uv, "pip", "sync", "--require-hashes", into, LOCK])
    say("[3/3] interlock itself")
    itself = ("--no-deps", "--no-build-isolation", "--editable", ROOT)
    _run([uv, "pip", "install", "--quiet", into, *itself])


def _make_tools() -> None:
    _run(
        [sys.executable, "-m", "venv", TOOLS],
        "Python made no virtual environment. On Debian or Ubuntu: apt install python3-venv",
    )
    pip = (TOOLS / "bin" / "pip", "--disable-pip-version-check", "--quiet")
    _run([*pip, "install", f"uv=={UV_VERSION}"])
    (TOOLS / "uv-version").write_text(UV_VERSION)


def _run(
    command: Iterable[str | Path],
    way_out: str = "It needs the package index: is there a network, or a proxy to name?",
) -> None:
    words = [str(word) for word in command]
    if subprocess.run(words, cwd=ROOT, check=False).returncode:
        raise SetUpError(f"This failed: {' '.join(words)}\n{way_out}")


def _digest(files: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
