"""Putting an agreement's file in force, for the commands that may."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from interlock.agreement.document import MAX_SIZE
from interlock.cli.output import errors, refuse, shown
from interlock.connectors.manifest_loading import load_manifest


def adopt_file(file: Path) -> None:
    """Puts the agreement in force; says everything about it, and exits where it cannot be."""
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - needs the store's folder
    from interlock.operations.adopt import adopt  # noqa: PLC0415 - as above

    try:
        with file.open(encoding="utf-8-sig") as source:
            text = source.read(MAX_SIZE + 1)  # one more than is taken, so that it is refused
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"{file} cannot be read: {error}.")
    adopted = adopt(text, by=COMMAND_LINE)
    for problem in adopted.problems:
        errors.print(Text(shown(f"{file}: {problem}")))
    if adopted.version is None:
        refuse(f"{file} was not put in force.", f"Everything about it: interlock check {file}")


def named_agreement(manifest_file: Path, manifest: bytes) -> Path | None:
    """The agreement's file that the manifest names beside itself; refused where it is not there."""
    written = load_manifest(manifest)
    if isinstance(written, list) or not written.manifest.agreement:
        return None
    file = manifest_file.parent / written.manifest.agreement
    if not file.is_file():
        refuse(f"{manifest_file} names an agreement that is not there: {file}.")
    return file


def adopt_first(file: Path) -> None:
    """Puts the agreement in force where none is; a later one is somebody's decision and stays."""
    from interlock.operations.agreements import has_agreement  # noqa: PLC0415 - needs the store's folder

    if not has_agreement():
        adopt_file(file)
        errors.print(Text(f"Put in force, since nothing was: {file}."))
