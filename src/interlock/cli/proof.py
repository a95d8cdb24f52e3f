"""The command that says whether a text is the agreement in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from interlock.agreement.canonical import seal_of
from interlock.agreement.document import MAX_SIZE, Mapping, read_document
from interlock.cli.output import emit, json_option, refuse, shown, with_store
from interlock.cli.words import moment

if TYPE_CHECKING:
    from interlock.operations.prove import Proof

OTHERWISE = 3
"""The exit code that says that the text is not the one in force."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@with_store
def prove(file: Path, *, as_json: bool) -> None:
    r"""Says whether FILE is the agreement in force, since when, and who signed it.

    It goes by what the text means: comments, line breaks and quotes change nothing, one letter
    changes all of it. Nothing is changed.

    \b
    Exit codes:
      0  it is in force
      1  the file cannot be read, or is no YAML
      2  wrong usage
      3  it is not in force; what it is instead is printed
    """
    from interlock.operations.counting_from import Standing  # noqa: PLC0415 - needs the store's folder
    from interlock.operations.prove import prove as look_up  # noqa: PLC0415 - as above

    found = look_up(seal_of(_text(file)))
    emit(found, as_json=as_json, table=lambda: list(_lines(found)))
    if found.standing is not Standing.IN_FORCE:
        raise click.exceptions.Exit(OTHERWISE)


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig") as source:
            text = source.read(MAX_SIZE + 1)  # one more than is taken, so that it is refused
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"{file} cannot be read: {error}.")
    root, problems = read_document(text)
    if problems or not isinstance(root, Mapping):
        refuse(f"{file} is no agreement.", f"Everything about it: interlock check {file}")
    return text


def _lines(found: Proof) -> Iterator[Text]:
    name = f"{found.name}, version {found.version}: " if found.version else ""
    yield Text(shown(f"{name}this text {found.says}."))
    if found.since is not None:
        until = f" until {found.until}, when another does" if found.until else ""
        yield Text(f"It counts from {found.since} on{until}.")
    for mark in found.signers:
        signed = f"Signed for {mark.side} by {mark.name} ({mark.by}), {moment(mark.at, 'UTC')}."
        yield Text(shown(signed))
    if found.by and not found.is_signed:
        yield Text(shown(f"Put in force without signatures by {found.by}."))
    yield Text(f"Seal: {found.seal}")


commands = [prove]
