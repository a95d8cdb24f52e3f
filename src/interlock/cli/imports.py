"""Commands around facts: import, mend, take-back, facts.

Operations are imported inside the commands: tables can be loaded only once the folder is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from interlock.agreement.document import MAX_SIZE
from interlock.agreement.problems import Problem
from interlock.cli.adoption import adopt_first, named_agreement
from interlock.cli.guessed import Wish, guess_options, guessed, kept_as
from interlock.cli.import_tables import facts_tables, import_tables, taken_back_text
from interlock.cli.output import (
    emit,
    errors,
    json_option,
    plain,
    progress,
    refuse,
    shown,
    table,
    with_store,
)
from interlock.facts.kinds import KINDS

if TYPE_CHECKING:
    from interlock.operations.carry_out import Received
    from interlock.operations.rebuild import Rebuilt

MANIFESTS = (".yaml", ".yml")

replay_option = click.option(
    "--replay/--no-replay",
    "replays",
    default=True,
    help="Replay afterwards, if an agreement is in force (the default), or not.",
)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of the export files. Else the folder that FILE is in.",
)
@click.option(
    "--as", "kind", type=click.Choice(list(KINDS)), help="FILE is an export: guess its mapping."
)
@guess_options
@replay_option
@json_option
@with_store
def import_(
    file: Path,
    data: Path | None,
    kind: str | None,
    *,
    replays: bool,
    as_json: bool,
    **wish: Any,
) -> None:
    r"""Imports the facts that FILE says.

    FILE is a manifest, which names export files and says how their columns are read. With --as it
    is an export itself (CSV, XLSX, Parquet, JSON lines): the mapping is guessed from its headers,
    shown for confirmation, and written out as a manifest to keep. What the guess gets wrong,
    --column says; --draft writes the manifest to be mended first.

    --data is the folder of the export files. The store's own folder is --store. The agreement that
    a manifest names is put in force where none is yet.

    Importing twice changes nothing. An import that was stopped, in whatever way, goes on where it
    was when it is run again.

    \b
    Exit codes:
      0  imported; refused rows, if any, are counted and written to files
      1  nothing was imported, since every row was refused or for the reason that is printed; or a
         file could not be read to its end
      2  wrong usage
    """
    folder = data or file.parent
    if kind is None and file.suffix.lower() not in MANIFESTS:
        raise click.UsageError(f"{file.name} is not a manifest; say what its rows are: --as person")
    agreement = None
    if kind is None:
        with file.open("rb") as text:
            manifest = text.read(MAX_SIZE + 1)  # one more than is taken, so that it is refused
        agreement = named_agreement(file, manifest)
    else:
        folder, manifest = file.parent, guessed(file, kind, Wish(**wish)).encode()
        file = kept_as(file, wish["keep"])

    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - see the module
    from interlock.operations.receive import receive  # noqa: PLC0415 - see the module

    with _rows_progress() as told:
        received = receive(manifest, folder, by=COMMAND_LINE, progress=told)
    if agreement is not None and received.imported is not None:
        adopt_first(agreement)
    _report(received, file, as_json=as_json, replays=replays)


@click.command()
@click.argument("number", type=int)
@replay_option
@json_option
@with_store
def mend(number: int, *, replays: bool, as_json: bool) -> None:
    r"""Imports the refused rows of import NUMBER again, after you mended them.

    They lie in files below `refused/NUMBER` in the store's folder. Mend the cells there, or take
    rows out; keep the columns that begin with `_`.

    \b
    Exit codes:
      0  imported; what was refused again is counted and written to new files
      1  nothing was imported, since every row was refused or for the reason that is printed; or a
         file could not be read to its end
      2  wrong usage
    """
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - see the module
    from interlock.operations.mend import mend as operation  # noqa: PLC0415 - see the module

    with _rows_progress() as told:
        received = operation(number, by=COMMAND_LINE, progress=told)
    _report(received, None, as_json=as_json, replays=replays)


@click.command("take-back")
@click.argument("number", type=int)
@click.option("--why", default="", help="The reason, for the audit trail.")
@replay_option
@json_option
@with_store
def take_back(number: int, why: str, *, replays: bool, as_json: bool) -> None:
    r"""Takes import NUMBER back: its facts count no more, what they had replaced counts again.

    Nothing is deleted. To take an import back twice is to do it once.

    \b
    Exit codes:
      0  taken back
      1  it cannot be taken back: the reason is printed
      2  wrong usage
    """
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - see the module
    from interlock.operations.take_back import take_back as operation  # noqa: PLC0415 - as above

    taken = operation(number, by=COMMAND_LINE, why=why)
    if taken.imported is None:
        refuse(f"{taken.trouble[:1].upper()}{taken.trouble[1:]}.")
    replayed = _replay() if replays else None
    answer = {"import": plain(taken.imported), "replayed": plain(replayed)}
    row = taken.imported
    emit(answer, as_json=as_json, table=lambda: taken_back_text(row, replayed))


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the facts that count into this new folder, as Parquet files.",
)
@json_option
@with_store
def facts(out: Path | None, *, as_json: bool) -> None:
    r"""What facts there are: records of each kind, columns of your own, the latest imports.

    With --out they are written as files that `interlock replay --facts` and other programs read,
    with the agreement in force beside them.

    \b
    Exit codes:
      0  shown, or written
      1  the folder is there already
      2  wrong usage
    """
    if out is not None:
        _export(out, as_json=as_json)
        return
    from interlock.operations.read_imports import (  # noqa: PLC0415 - see the module
        facts_summary,
        read_imports,
    )
    from interlock.operations.reading import current  # noqa: PLC0415 - see the module

    kinds, imports = facts_summary(), read_imports(limit=10)
    answer = {"kinds": plain(kinds), "imports": plain(imports)}
    emit(answer, as_json=as_json, table=lambda: facts_tables(kinds, imports, current().basis.zone))


def _export(out: Path, *, as_json: bool) -> None:
    from interlock.operations.export_facts import export_facts  # noqa: PLC0415 - see the module

    with progress() as told:
        exported = export_facts(out, progress=told)
    if exported.trouble:
        refuse(f"{exported.trouble}.")
    rows = exported.facts.items()
    emit(
        exported,
        as_json=as_json,
        table=lambda: table(f"Written to {out}", ("kind", "facts"), rows, {"facts"}),
    )


# --- what came of it --------------------------------------------------------------------------


def _report(received: Received, file: Path | None, *, as_json: bool, replays: bool) -> None:
    for problem in received.problems:
        errors.print(Text(_line(problem, file)))
    if received.imported is None:
        refuse("Nothing was imported.")
    row = received.imported
    replayed = _replay() if replays and row.counts.taken and not received.problems else None
    answer = {
        "import": plain(row),
        "refused_folder": plain(row.refused_folder),
        "resumed": received.resumed,
        "same_as": received.same_as,
        "problems": plain(received.problems),
        "replayed": plain(replayed),
    }
    emit(answer, as_json=as_json, table=lambda: import_tables(received, replayed))
    if received.problems or (row.counts.refused and not row.counts.any):
        raise click.exceptions.Exit(1)


def _replay() -> Rebuilt | None:
    """Replays where an agreement is in force; None where there is none."""
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - see the module
    from interlock.operations.refresh import refresh  # noqa: PLC0415 - see the module

    with progress() as told:
        rebuilt = refresh(by=COMMAND_LINE, progress=told)
    return None if rebuilt.trouble else rebuilt


def _line(problem: Problem, file: Path | None) -> str:
    place = f"{file}:{problem.line}:{problem.column}: " if file and problem.line > 0 else ""
    hint = f" ({problem.hint})" if problem.hint else ""
    return shown(f"{place}{problem.message}{hint}")


class _Speed(ProgressColumn):
    """Rows, and rows per second."""

    def render(self, task: Task) -> Text:
        rows = int(task.fields.get("rows", 0))
        speed = rows / task.elapsed if task.elapsed else 0.0
        return Text(f"{rows:,} rows, {speed:,.0f} a second")


@contextmanager
def _rows_progress() -> Iterator[Callable[[str, float, int], None]]:
    """A bar on standard error with rows per second; nothing where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), _Speed(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("", total=1.0, rows=0)
        total = [0, 0]  # rows of the parts before, rows of the present one so far

        def told(what: str, share: float, rows: int) -> None:
            if rows < total[1]:
                total[0] += total[1]
            total[1] = rows
            bar.update(task, description=shown(what), completed=share, rows=sum(total))

        yield told


commands: list[click.Command] = [import_, mend, take_back, facts]
