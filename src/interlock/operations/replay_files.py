"""Replaying a folder of facts into a folder of verdicts; no store is needed or touched."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from interlock.scale.plan import Written, not_written

AGREEMENT = "agreement.yaml"
"""The agreement's file in a folder of facts."""


def replay_files(
    facts: Path, out: Path, *, agreement: Path | None = None, as_of: int | None = None
) -> Written:
    """Replays the facts and writes the verdicts, a data set for each table of them.

    `agreement` None: the file in the facts' folder. `as_of` (UTC seconds) None: the present.
    """
    started = time.time()
    moment = int(started) if as_of is None else as_of
    written = _here(facts, out, agreement, moment)
    return replace(written, seconds=time.time() - started)


def _here(facts: Path, out: Path, agreement: Path | None, as_of: int) -> Written:
    from interlock.scale.local import replay_here  # noqa: PLC0415 - loads the compiler

    if not facts.is_dir():
        return not_written(f"there is no folder {facts}")
    if out.exists():
        return not_written(f"{out} is there already: name a new folder, or take it away")
    file = agreement or facts / AGREEMENT
    if not file.is_file():
        return not_written(f"there is no agreement {file}: name its file")
    return replay_here(facts, file.read_bytes(), as_of, out)
