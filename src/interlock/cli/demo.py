"""The command that shows everything: a made-up company, loaded, replayed and served."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from interlock.cli.output import progress, refuse
from interlock.cli.processes import run_together
from interlock.cli.running import answers, port_is_taken, port_option
from interlock.config import setup

HOST = "127.0.0.1"
MARK = "made-by-interlock-demo"
"""The file that says that a folder is a demo's, and may be thrown away."""


@click.command()
@port_option
@click.option("--reset", is_flag=True, help="Throw the demo's data away and make it anew.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data/demo"),
    show_default=True,
    help="The folder that holds everything the demo writes.",
)
@click.option(
    "--people",
    type=click.IntRange(min=1),
    default=4000,
    show_default=True,
    help="How many leads, when made anew.",
)
def demo(port: int, data: Path, people: int, *, reset: bool) -> None:
    """Show Interlock with a made-up company in it, until stopped with Ctrl-C."""
    if port_is_taken(HOST, port):
        refuse(
            f"Port {port} is in use, perhaps by another demo.",
            f"Stop what uses it, or choose another: ./dev demo --port {port + 1}",
        )
    with _folder(data.resolve(), reset=reset) as folder:
        click.echo(f"Loading the made-up company into {folder}, unless it is there already.")
        sign_ins = _load(folder, people)
        _run(folder, port, sign_ins)


@contextlib.contextmanager
def _folder(folder: Path, *, reset: bool) -> Iterator[Path]:
    """The demo's own folder, made or thrown away as asked; held by one demo at a time."""
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        refuse(f"{folder} holds something that no demo made.", "Choose another folder: --data DIR.")
    folder.mkdir(parents=True, exist_ok=True)
    with mark.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            refuse(f"Another demo is running on {folder}.", "Stop it, or use another: --data DIR.")
        if reset:
            _empty(folder)
        yield folder


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != MARK:
            entry.unlink()


def _load(folder: Path, people: int) -> list[tuple[str, ...]]:
    """Fills the folder's store unless it is full; who can sign in, with their passwords."""
    os.environ["INTERLOCK_DATABASE"] = ""  # a demo never writes to a database of the company's
    setup(folder)
    from interlock.operations.load_company import load_company  # noqa: PLC0415 - needs the folder

    with progress() as told:
        loaded = load_company(folder, people=people, progress=told)
    return [(each.email, each.password, f"{each.name}, {each.role}") for each in loaded]


def _run(folder: Path, port: int, sign_ins: list[tuple[str, ...]]) -> None:
    interlock = str(Path(sys.executable).with_name("interlock"))
    address, logs = f"http://{HOST}:{port}", folder / "logs"
    announced: list[bool] = []

    def announce() -> None:
        if not announced and answers(HOST, port):
            announced.append(True)
            click.echo(f"\nInterlock runs at {address}\n\nSign in as\n{_columns(sign_ins)}\n")
            click.echo("Ctrl-C stops it; the next start takes seconds.")

    click.echo("Starting the server and the worker.")
    ended = run_together(
        {
            "server": [interlock, "serve", "--host", HOST, "--port", str(port)],
            "worker": [interlock, "worker"],
        },
        logs,
        {"INTERLOCK_DATA": str(folder), "INTERLOCK_DATABASE": ""},
        announce,
    )
    if ended is not None:
        refuse(f"The {ended} ended by itself.", f"It says why in {logs / f'{ended}.log'}.")
    click.echo("Stopped.")


def _columns(rows: list[tuple[str, ...]]) -> str:
    """Rows below one another, never folded: somebody copies from them."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ([c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in rows)
    return "\n".join(f"  {'  '.join(cells).rstrip()}" for cells in padded)


commands = [demo]
