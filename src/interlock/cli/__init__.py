"""The command line. Each command's module is imported only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from interlock.cli.trouble import trouble_of

MODULES = {
    "agreement": ("check", "schema", "show", "init"),
    "imports": ("import", "mend", "take-back", "facts"),
    "replay": ("replay", "promises", "funnel", "person", "attribution"),
    "metrics": ("metrics",),
    "whatif": ("whatif",),
    "audit": ("audit",),
    "proof": ("prove",),
    "running": ("serve", "worker", "user"),
    "webhooks": ("webhooks",),
    "demo": ("demo",),
}
"""Which module of this package holds which commands, each in its list `commands`."""


def laid_out(command: click.Command) -> click.Command:
    """The command with its help's lists line by line.

    Click knows them by a backspace; raw docstrings write that as two signs.
    """
    if command.help:
        command.help = command.help.replace("\\b\n", "\b\n")
    for each in getattr(command, "commands", {}).values():
        laid_out(each)
    return command


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command's name."""
        return sorted(name for names in MODULES.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        module = next((module for module, names in MODULES.items() if cmd_name in names), None)
        if module is None:
            return super().get_command(ctx, cmd_name)
        commands: list[click.Command] = import_module(f"interlock.cli.{module}").commands
        return next((laid_out(each) for each in commands if each.name == cmd_name), None)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; says in words what the machine did not let it do."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            trouble = trouble_of(error)
            if trouble is None:
                raise
            from interlock.cli.output import refuse  # noqa: PLC0415 - what `check` does not need

            refuse(*trouble)


@click.group(cls=LazyGroup)
@click.version_option(package_name="interlock")
def main() -> None:
    """Makes the agreement between sales and marketing run.

    Facts and the agreement in; where every lead stands, who owes what to whom by when, and which
    promises were kept, out.
    """
