"""Commands around an agreement's file: check, schema, show, init.

They print text and draw no tables, so they do without what the other commands load for that: an
editor runs `check` on each save.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from click.formatting import wrap_text

from interlock.agreement.document import MAX_SIZE
from interlock.agreement.json_schema import json_schema
from interlock.agreement.loading import Attributes, Loaded, load
from interlock.agreement.problems import Problem, Severity, did_you_mean
from interlock.agreement.sentences import SECTION_TITLES, Clause, clause_at, clauses
from interlock.agreement.templates import template_names, template_text
from interlock.cli.words import several

WIDTH = 88
"""Columns of text that is read, not scanned."""

_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@_file
@click.option(
    "--data",
    "--store",
    "data",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Know the columns of your own in this data folder.",
)
@_json_option
def check(file: Path, data: Path | None, *, as_json: bool) -> None:
    r"""Says everything that is wrong with an agreement.

    Each problem comes with its line, its column, the reason, and what was probably meant. Errors
    must be mended; warnings are for the two teams to think about.

    \b
    Exit codes:
      0  no errors (there may be warnings)
      1  errors
      2  the file cannot be read, or wrong usage
    """
    loaded = _load(file, _known_attributes(data))
    click.echo(_as_json(_report(loaded)) if as_json else "\n".join(_told(file, loaded)))
    raise click.exceptions.Exit(1 if loaded.agreement is None else 0)


@click.command()
def schema() -> None:
    """Prints a JSON Schema of the agreement's file, for editors that complete and check YAML.

    In a file, name it in the first line: `# yaml-language-server: $schema=agreement.schema.json`.
    """
    click.echo(_as_json(json_schema()))


@click.command()
@_file
@click.argument("clause", required=False)
@_json_option
def show(file: Path, clause: str | None, *, as_json: bool) -> None:
    r"""Reads an agreement to you, every clause as a sentence; or one CLAUSE by its path.

    A path is the section and the clause's name: `stages.mql`, `promises.first-touch`. A section
    alone shows its clauses.

    \b
    Exit codes:
      0  shown
      1  the agreement has errors, or there is no such clause
      2  the file cannot be read, or wrong usage
    """
    loaded = _load(file, {})
    if loaded.agreement is None:
        raise click.ClickException(f"{file} has errors. See: interlock check {file}")
    found = clauses(loaded.agreement)
    if clause:
        one = clause_at(loaded.agreement, clause)
        found = (one,) if one else tuple(each for each in found if each.section == clause)
    if not found:
        near = did_you_mean(clause or "", [each.path for each in clauses(loaded.agreement)])
        hint = near or f"See: interlock show {file}"
        raise click.ClickException(f"There is no clause `{clause}`; {hint}")
    if as_json:
        click.echo(_as_json([_as_data(each) for each in found]))
    else:
        click.echo("\n".join(_read_aloud(found)))


@click.command()
@click.option("--template", type=click.Choice(template_names()), help="Which one to start from.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("agreement.yaml"),
    show_default=True,
    help="Where to write it.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def init(template: str | None, out: Path, *, force: bool) -> None:
    r"""Writes an agreement to start from. Without --template it lists the templates.

    \b
    Exit codes:
      0  written, or listed
      1  the file is there already, or cannot be written
      2  wrong usage
    """
    if template is None:
        for name in template_names():
            click.echo(f"{name:24}{_title(name)}")
        click.echo("Start from one: interlock init --template NAME")
        return
    try:
        with out.open("w" if force else "x", encoding="utf-8") as target:
            target.write(template_text(template))
    except FileExistsError:
        hint = "Choose another --out, or --force to replace it."
        raise click.ClickException(f"{out} is there already. {hint}") from None
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from None
    click.echo(f"Wrote {out}. Next: interlock check {out}")


commands: list[click.Command] = [check, schema, show, init]


class _UnreadableError(click.ClickException):
    """There is no text to judge."""

    exit_code = 2


# --- reading ----------------------------------------------------------------------------------


def _load(file: Path, attributes: Attributes) -> Loaded:
    """The file's agreement or problems. No more is read than is needed to refuse it."""
    try:
        with file.open("rb") as source:
            raw = source.read(MAX_SIZE + 1)
    except OSError as error:
        raise _UnreadableError(f"{file} cannot be read: {error.strerror}") from None
    return load(raw, attributes=attributes)


def _known_attributes(data: Path | None) -> Attributes:
    if data is None:
        return {}
    from interlock.config import setup  # noqa: PLC0415 - only with a data folder is Django needed

    setup(data)
    from interlock.operations.attributes import known_attributes  # noqa: PLC0415 - as above

    return known_attributes()


# --- saying -----------------------------------------------------------------------------------


def _report(loaded: Loaded) -> dict[str, object]:
    errors_ = len(loaded.errors)
    return {
        "ok": loaded.agreement is not None,
        "errors": errors_,
        "warnings": len(loaded.problems) - errors_,
        "problems": [asdict(problem) for problem in loaded.problems],
    }


def _told(file: Path, loaded: Loaded) -> list[str]:
    lines = [_line(file, problem) for problem in loaded.problems]
    wrong = len(loaded.errors)
    counts = f"{several(wrong, 'error')}, {several(len(loaded.problems) - wrong, 'warning')}"
    if loaded.agreement is None:
        return [*lines, click.style(f"{file}: {counts}", fg="red", bold=True)]
    name = f"{loaded.agreement.name}, version {loaded.agreement.version}"
    found = f"{file}: {name}: {several(len(clauses(loaded.agreement)), 'clause')}, {counts}"
    return [*lines, click.style(found, fg="green", bold=True)]


def _line(file: Path, problem: Problem) -> str:
    """Place first, in one line, as editors look for it; the way out below."""
    colour = "red" if problem.severity is Severity.ERROR else "yellow"
    severity = click.style(f"{problem.severity}:", fg=colour)
    clause = click.style(f"  [{_printable(problem.clause)}]", dim=True) if problem.clause else ""
    hint = click.style(f"\n    {_printable(problem.hint)}", fg="cyan") if problem.hint else ""
    place = f"{file}:{problem.line}:{problem.column}:"
    return f"{place} {severity} {_printable(problem.message)}{clause}{hint}"


def _printable(text: str) -> str:
    """Without control characters that a hostile file could send to a terminal."""
    kept = (c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return "".join(kept)


def _read_aloud(found: tuple[Clause, ...]) -> list[str]:
    lines: list[str] = []
    section = ""
    for clause in found:
        if clause.section != section:
            section = clause.section
            lines.append(click.style(f"\n{SECTION_TITLES[section]}", bold=True, underline=True))
        path = click.style(clause.path, dim=True)
        lines.append(f"{click.style(clause.title, bold=True)}  {path}")
        lines += [_indented(text) for text in (clause.text, clause.sentence) if text]
    return lines


def _indented(text: str) -> str:
    return wrap_text(text, WIDTH, "  ", "  ")


def _as_data(clause: Clause) -> dict[str, str]:
    return {
        "path": clause.path,
        "section": clause.section,
        "title": clause.title,
        "text": clause.text,
        "sentence": clause.sentence,
    }


def _as_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _title(template: str) -> str:
    loaded = load(template_text(template))
    return loaded.agreement.name if loaded.agreement else ""
