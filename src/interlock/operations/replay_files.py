"""Replaying a folder of facts into a folder of verdicts; no store is needed or touched."""

from __future__ import annotations

import time
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from interlock.scale.plan import Written, not_written


class Engine(StrEnum):
    """What does the work: this process, or Spark."""

    LOCAL = "local"
    SPARK = "spark"


def replay_files(
    facts: str, out: str, *, engine: Engine, agreement: Path | None = None, as_of: int | None = None
) -> Written:
    """Replays the facts and writes the verdicts, a data set for each table of them.

    `agreement` None: the files in the facts' folder. `as_of` (UTC seconds) None: the present. The
    folders are paths; for Spark, whatever it can read and write.
    """
    started = time.time()
    moment = int(started) if as_of is None else as_of
    texts = [] if agreement is None else [agreement.read_bytes()]
    if engine is Engine.SPARK:
        written = _on_spark(facts, texts, moment, out)
    else:
        from interlock.scale.local import replay_here  # noqa: PLC0415 - loads the compiler

        written = replay_here(Path(facts), texts, moment, Path(out))
    return replace(written, seconds=time.time() - started)


def _on_spark(facts: str, texts: list[bytes], as_of: int, out: str) -> Written:
    try:
        from interlock.scale import spark  # noqa: PLC0415 - an extra that few install
    except ModuleNotFoundError as error:
        if error.name != "pyspark":
            raise
        return not_written("Spark is not installed: pip install 'interlock[spark]'")
    started = spark.session()
    if isinstance(started, str):
        return not_written(started)
    try:
        return spark.replay_on(started, facts, texts, as_of, out)
    finally:
        started.stop()
