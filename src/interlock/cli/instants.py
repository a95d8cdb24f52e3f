"""Instants as they are written on the command line."""

from __future__ import annotations

from datetime import datetime

import click

from interlock.replay.calendar_spans import FIRST_INSTANT, LAST_INSTANT


def instant(_context: click.Context, _option: click.Parameter, text: str | None) -> int | None:
    """The callback of an option that takes an instant with its zone; in UTC seconds."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text} is not an instant such as 2026-03-20T17:00+01:00"
        ) from None
    if moment.tzinfo is None:
        written = moment.isoformat()  # a plain date is no instant, and takes no zone
        raise click.BadParameter(f"say the zone too: {written}+01:00, or {written}Z")
    found = int(moment.timestamp())
    if not FIRST_INSTANT <= found <= LAST_INSTANT:
        raise click.BadParameter(f"{text} is where the calendar ends")
    return found
