"""Writes the reference pages that are made from the code: `./dev docs`."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interlock.agreement.json_schema import json_schema
from interlock.api.access import OPERATIONS
from interlock.cli import main as command_line
from interlock.config import setup
from interlock.facts.arrow import TYPES
from interlock.facts.kinds import KINDS, Column, Kind
from interlock.operations.permissions import ALLOWED, SCOPES, Action, Role
from interlock.scale.verdict_files import VERDICTS
from interlock.web.access import PAGES

if TYPE_CHECKING:  # settings have to be there before the API is
    from interlock.api.description import Field, Operation, Shape

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"

_FACTS = """# Facts

What a row of an import may become. Each kind has one contract: its columns, what each of them is,
and which must be filled. A column that no contract names becomes an *attribute* of the fact, and
criteria can use it. The [manifest](manifest.md) says which column of a file is which column here.

Instants are kept as seconds, money in minor units of its currency. A kind that is *versioned*
describes something that lasts: a changed row is a later version, and both count, each in its
time. A row of any other kind happened once: a changed row corrects the earlier one.
"""

_PARQUET = """# Facts and verdicts in Parquet

`interlock facts --out DIR` writes the facts of a store, `interlock replay --facts DIR --out DIR`
makes verdicts of such a folder, whoever wrote it. Instants are int64 seconds UTC, never timestamps;
money is in minor units; texts are strings.

## Facts

A folder of facts has a folder for each kind of [fact](facts.md) that there is, with any number of
Parquet files. Their columns are those of the kind's contract (what is not required may be left out)
and your own attributes, and these. A version of a person or an account holds since it became true.

| column | type | required | meaning |
| --- | --- | --- | --- |
| `fact` | int64 | yes | its number among the facts of its kind, in order of arrival |
| `at` | int64 | where it has a time | since when it holds; empty: since ever |
| `learned` | int64 |  | when we learned of it; empty: as it happened |

Beside them may lie

- `agreement.yaml`, the agreement to replay under, unless the command names another; or several
  files (`agreement-1.yaml`, `agreement-2.yaml`), in the order in which they were put in force:
  each counts from its `in_force_from` on;
- `facts.json`, which says of which type an attribute is where its column does not:
  `{"attributes": {"person": {"signup": "instant"}}}`.

A fact that lacks what its kind requires is left out, with a finding. Of two versions of the same
instant, as wherever order counts, the one with the larger number came later.

## Verdicts

A folder of verdicts has a folder for each of these tables. A fact is named by its kind and its
number there.
"""

_CLI = """# The command line

Standard output carries the answer and nothing else; what went wrong goes to standard error. Where
a command has `--json`, it then prints the same answer for programs.
"""

_PERMISSIONS = """# Who may do what

Each sign-in has one role. Which deeds a role may do stands in one table of the code, from which
this page is written and against which every page and every operation is held: a page that is not
in it opens to nobody. What somebody may do to one lead can depend on more than the role, such as
whose lead it is; the page of the lead says so.
"""

_SCOPES = """## Tokens

A token lets a program act for whoever made it, in their role or a lower one. It may do what both
its role and its scopes allow. It goes down with its maker: a lower role lowers it at once, and a
sign-in that is switched off takes its tokens with it. No scope decides who may sign in, what comes
in and goes out by itself, or about tokens.
"""

_PAGES = """## Pages

Whom each page is open to, by the deed that seeing it is, and the one that sending its form is.
Whoever is not signed in sees the pages of *anyone* alone, and is led to the sign-in from the
others.
"""

_API = """# The API

A running server shows this page at `/api`, and its description for programs at
`/api/v1/openapi.json`. [How to send leads](../how-to/send-leads.md) begins with an example.
"""

_OPERATIONS = """## The API

The deed that each operation is; what it stands for below `/api/v1/` is in the description that the
API gives of itself. A token is asked for everywhere, and no cookie opens the API.
"""


def pages() -> dict[str, str]:
    """The text of every page, by its name."""
    return {
        "facts.md": facts_page(),
        "parquet.md": parquet_page(),
        "cli.md": cli_page(),
        "permissions.md": permissions_page(),
        "api.md": api_page(),
        "agreement.schema.json": json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def facts_page() -> str:
    """Every kind of fact with its columns."""
    return "\n".join([_FACTS, *(_kind(kind) for kind in KINDS.values())])


def _kind(kind: Kind) -> str:
    when = f"It happens at `{kind.at}`." if kind.at else "It has no time of its own."
    versions = " Versioned." if kind.versioned else ""
    rows = (
        (f"`{c.name}`", c.type.value, "yes" if c.required else "", _meaning(c))
        for c in kind.columns
    )
    heading = f"## {kind.name}\n\n{kind.meaning[0].upper()}{kind.meaning[1:]}. {when}{versions}\n"
    return heading + "\n" + _table(("column", "type", "required", "meaning"), rows)


def parquet_page() -> str:
    """Files of facts and of verdicts, with the columns of each table."""
    return "\n".join([_PARQUET, *(_verdicts(name) for name in VERDICTS)])


def _verdicts(name: str) -> str:
    rows = (
        (f"`{c.name}`", str(TYPES[c.type]), "" if c.required else "yes", _meaning(c))
        for c in VERDICTS[name]
    )
    return f"### {name}\n\n" + _table(("column", "type", "may be empty", "meaning"), rows)


def _meaning(column: Column) -> str:
    parts = [column.meaning]
    if column.choices:
        parts.append("one of " + ", ".join(f"`{choice}`" for choice in column.choices))
    if column.least is not None:
        parts.append(f"at least {column.least}")
    if column.refers_to:
        parts.append(f"the `id` of a [{column.refers_to}](#{column.refers_to})")
    if column.default is not None:
        default = column.default if isinstance(column.default, str) else str(column.default).lower()
        parts.append(f"`{default}` where nothing is said")
    return "; ".join(parts)


def cli_page() -> str:
    """Every command with its arguments and options."""
    context = click.Context(command_line, info_name="interlock")
    return "\n".join([_CLI, *_commands(command_line, context)])


def _commands(group: click.Group, parent: click.Context) -> Iterator[str]:
    """Each command of the group, those of groups within it too."""
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        if command is None:
            continue
        context = click.Context(command, info_name=name, parent=parent)
        yield _command(command, context)
        if isinstance(command, click.Group):
            yield from _commands(command, context)


def _command(command: click.Command, context: click.Context) -> str:
    name = context.command_path.removeprefix("interlock ")
    usage = " ".join(["interlock", name, *command.collect_usage_pieces(context)])
    told = re.sub(" *\b\n", "", command.help or "").strip()
    options = [
        record
        for parameter in command.get_params(context)
        if parameter.name != "help" and (record := parameter.get_help_record(context))
    ]
    rows = ((f"`{_cell(form)}`", _cell(help_text)) for form, help_text in options)
    text = f"## interlock {name}\n\n```console\n$ {usage}\n```\n\n{told}\n"
    return f"{text}\n{_table(('option', 'meaning'), rows)}" if options else text


def permissions_page() -> str:
    """Deeds by role, scopes, and the deed that each page is."""
    deeds = (
        (str(action), *("yes" if role in ALLOWED[action] else "" for role in Role))
        for action in Action
    )
    scopes = ((f"`{scope}`", ", ".join(sorted(deeds))) for scope, deeds in SCOPES.items())
    rows = (
        (f"`{name}`", row.see or "*anyone*", row.send or "*anyone*") for name, row in PAGES.items()
    )
    operations = (
        (f"`{name.replace('<path:key>', '{key}')}`", deed) for name, deed in OPERATIONS.items()
    )
    return "\n".join(
        [
            _PERMISSIONS,
            _table(("may", *Role), deeds),
            _SCOPES,
            _table(("scope", "lets a token"), scopes),
            _PAGES,
            _table(("page", "to see it", "to send its form"), rows),
            _OPERATIONS,
            _table(("operation", "deed"), operations),
        ]
    )


def api_page() -> str:
    """Every operation of the API, and every shape that it takes or tells."""
    from interlock.api.description import description  # noqa: PLC0415 - settings come first

    told = description()
    return "\n".join(
        [_API, *told.says, "", *map(_operation, told.operations), *map(_shape_of, told.shapes)]
    )


def _operation(each: Operation) -> str:
    text = f"## {each.method} {each.path}\n\n{each.says}\n"
    if each.takes:
        text += f"\nThe body is {_shape_link(each.takes)}.\n"
    if each.parameters:
        text += f"\n{_fields(each.parameters)}"
    answers = ((str(a.status), a.words, _shape_link(a.shape)) for a in each.answers)
    return f"{text}\n{_table(('status', 'means', 'body'), answers)}"


def _shape_of(shape: Shape) -> str:
    return f"## {shape.name}\n\n{shape.says}\n\n{_fields(shape.fields)}"


def _fields(fields: Iterable[Field]) -> str:
    rows = (
        (
            f"`{each.name}`",
            f"{each.type} {_shape_link(each.shape)}".strip(),
            "yes" if each.required else "",
            _cell(each.meaning),
        )
        for each in fields
    )
    return _table(("name", "type", "must be there", "meaning"), rows)


def _shape_link(name: str) -> str:
    return f"[{name}](#{name.lower()})" if name else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main() -> int:
    """Writes the pages and tells which of them changed."""
    with tempfile.TemporaryDirectory() as folder:
        setup(Path(folder))
        made = pages()
    for name, text in made.items():
        file = REFERENCE / name
        fresh = not file.exists() or file.read_text() != text
        file.write_text(text)
        print(f"{'written' if fresh else 'as it was'}  docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
