"""The command about webhooks that go out. Its operations are imported inside; see `cli.replay`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.table import Table

from interlock.cli.output import emit, json_option, refuse, table, with_store
from interlock.cli.words import clock

if TYPE_CHECKING:
    from interlock.operations.read_webhooks_out import OutgoingLog, WebhookOutRow

_N = {"sent", "waiting", "given up", "tries"}


@click.command()
@click.option("--log", "name", metavar="NAME", help="What this webhook was told, latest first.")
@click.option("--again", type=int, metavar="NUMBER", help="Send message NUMBER of a log again.")
@json_option
@with_store
def webhooks(name: str | None, again: int | None, *, as_json: bool) -> None:
    r"""The systems that are told what happens, and what became of each message.

    They are made under Settings in the pages. `interlock worker` sends what waits.

    \b
    Exit codes:
      0  printed, or put on its way again
      1  there is no such webhook or message
      2  wrong usage
    """
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - see the module
    from interlock.operations.read_webhooks_out import (  # noqa: PLC0415 - as above
        read_outgoing,
        read_webhooks_out,
    )
    from interlock.operations.send_again import send_again  # noqa: PLC0415 - as above

    if again is not None:
        sent_to = send_again(again, by=COMMAND_LINE)
        if sent_to is None:
            refuse(f"There is no message {again}.", "`interlock webhooks --log NAME` lists them.")
        click.echo(f"Message {again} is on its way to {sent_to} again.")
        return
    if name is None:
        rows = read_webhooks_out(by=COMMAND_LINE)
        emit(rows, as_json=as_json, table=lambda: _webhooks(rows))
        return
    log = read_outgoing(name, by=COMMAND_LINE)
    if log is None:
        refuse(f"There is no webhook {name}.", "`interlock webhooks` lists them.")
    emit(log, as_json=as_json, table=lambda: _log(log))


def _webhooks(rows: tuple[WebhookOutRow, ...]) -> Table:
    headings = ("webhook", "address", "state", "sent", "waiting", "given up")
    cells = [(r.name, r.url, _state(r), r.sent, r.waiting, r.given_up) for r in rows]
    return table("Webhooks that go out", headings, cells, _N)


def _state(row: WebhookOutRow) -> str:
    if not row.is_on:
        return f"off: {row.off_why}" if row.off_why else "off"
    return "on" if row.failing_since is None else f"fails since {clock(row.failing_since, 'UTC')}"


def _log(log: OutgoingLog) -> Table:
    cells = [
        (
            row.number,
            clock(row.made_at, "UTC"),
            row.topic,
            row.about,
            row.state,
            len(row.attempts),
            row.attempts[-1].said[:80] if row.attempts else "",
        )
        for row in log.rows
    ]
    headings = ("message", "made (UTC)", "topic", "about", "state", "tries", "last answer")
    return table(f"Messages to {log.webhook.name}, latest first", headings, cells, _N)


commands: list[click.Command] = [webhooks]
