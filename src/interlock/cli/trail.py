"""The commands about the trail: is it whole, and its head to be kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import RenderableType
from rich.text import Text

from interlock.cli.output import emit, json_option, progress, refuse, shown, table, with_store
from interlock.cli.words import several

if TYPE_CHECKING:
    from interlock.operations.trail_places import Place
    from interlock.operations.verify_trail import TrailVerified

SHOWN = 50
"""So many places are shown; `--json` has them all."""


@click.command()
@click.option(
    "--head",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A head that was kept elsewhere: the trail has to reach it and still say the same.",
)
@json_option
@with_store
def verify(file: Path | None, *, as_json: bool) -> None:
    r"""Whether the trail is whole: every change that was ever made, as it was written down.

    Names every entry that was changed, cut, inserted or moved. That the end was cut off shows by
    the heads beside the store, or by the one that is given; keep one elsewhere, since whoever can
    write to the data folder can cut both. Nothing is changed.

    \b
    Exit codes:
      0  the trail is whole
      1  it is not: the places are printed; or the head that is given cannot be read
      2  wrong usage
    """
    from interlock.operations.verify_trail import verify_trail  # noqa: PLC0415 - see `cli.replay`
    from interlock.store.heads import KeptHead  # noqa: PLC0415 - as above

    try:
        kept = None if file is None else KeptHead.from_json(file.read_text())
    except ValueError as error:
        refuse(f"{file} holds no head: {error}.", "`interlock audit head` writes one.")
    with progress() as told:
        found = verify_trail(kept, progress=told)
    emit(found, as_json=as_json, table=lambda: list(_tables(found)))
    if not found.sound:
        raise click.exceptions.Exit(1)


def _tables(found: TrailVerified) -> Iterator[RenderableType]:
    speed = found.entries / found.seconds if found.seconds else 0
    yield Text(shown(_sentence(found)))
    if found.broken:
        rows = [(_entries(place), place.wrong, _where(place)) for place in found.broken[:SHOWN]]
        title = f"The first {SHOWN} of {len(found.broken):,} places" if rows[SHOWN:] else "Places"
        yield table(title, ("entry", "what is wrong", "stands at"), rows)
    if found.left_out:
        yield Text(f"And {found.left_out:,} more.")
    yield from (Text(shown(f"{each[:1].upper()}{each[1:]}.")) for each in found.troubles)
    yield Text(
        f"{several(found.entries, 'entry', 'entries')} and {found.heads:,} heads looked at "
        f"in {found.seconds:.1f} s, {speed:,.0f} entries a second."
    )


def _sentence(found: TrailVerified) -> str:
    if not found.entries and found.sound:
        return "The trail has no entry yet."
    if not found.sound:
        return "The trail is not whole."
    told = f"The trail is whole, to entry {found.number:,} ({found.digest})"
    if found.signed_to is None or found.signed_to >= found.number:
        return f"{told}."
    return f"{told}; heads reach to entry {found.signed_to:,}."


def _entries(place: Place) -> str:
    return f"{place.first:,}" if place.first == place.last else f"{place.first:,} to {place.last:,}"


def _where(place: Place) -> str:
    return "" if place.at == place.first else f"{place.at:,}"


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it into this file. Else it is printed.",
)
@with_store
def head(out: Path | None) -> None:
    r"""The signed head of the trail, to be kept elsewhere: how far it goes, and what stands there.

    With it, `interlock audit verify --head` tells even that the end of the trail was cut off.

    \b
    Exit codes:
      0  written
      1  there is none; or the file cannot be written
      2  wrong usage
    """
    from interlock.operations.export_head import export_head  # noqa: PLC0415 - as above

    found = export_head()
    if isinstance(found, str):
        refuse(f"{found[:1].upper()}{found[1:]}.")
    if out is None:
        click.echo(found.to_json(), nl=False)
        return
    try:
        out.write_text(found.to_json())
    except OSError as error:
        refuse(f"{out} cannot be written: {error.strerror}.", "Name another file: --out.")
    click.echo(f"Entry {found.number:,} is the head; it is in {out}. Keep it elsewhere.")
