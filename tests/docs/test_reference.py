"""The reference is complete: what is made from the code is what is committed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import reference
from interlock.cli import main
from interlock.config.options import Options

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    "name", ["facts.md", "cli.md", "permissions.md", "api.md", "agreement.schema.json"]
)
def test_the_page_says_what_the_code_says(name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text() == reference.pages()[name], (
        "./dev docs writes it anew"
    )


def test_the_settings_page_has_every_setting_and_what_holds_without_it() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", page, re.MULTILINE))
    switches = {n: f.default for n, f in Options.model_fields.items() if f.annotation is bool}

    assert list(rows) == list(Options.model_fields)
    assert switches
    assert {name: rows[name] for name in switches} == {
        name: f"`{str(value).lower()}`" for name, value in switches.items()
    }


def every_command(
    group: click.Group, context: click.Context
) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        within = click.Context(command, info_name=name, parent=context)
        yield within.command_path.removeprefix("interlock "), command
        if isinstance(command, click.Group):
            yield from every_command(command, within)


def test_the_command_line_page_has_every_option() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text()
    commands = dict(every_command(main, click.Context(main, info_name="interlock")))
    assert len(commands) > 10
    for name, command in commands.items():
        options = {
            o for p in command.params for o in (*p.opts, *p.secondary_opts) if o.startswith("--")
        }
        section = page.partition(f"## interlock {name}\n")[2].partition("\n## ")[0]
        rows = " ".join(re.findall(r"^\| `(.+?)` \|", section, re.MULTILINE))
        assert options | {"--help"} == set(re.findall(r"--[\w-]+", rows)), name
