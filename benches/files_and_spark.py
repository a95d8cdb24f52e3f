"""What replaying files costs: `python -m benches.files_and_spark [PEOPLE]`, on Spark, too.

Ten touches a person, as in the other benches. Processor time, not time on the clock, so that a busy
machine gives the same figures; one thread each. docs/how-to/replay-a-billion-facts.md works its
sizes out from what this prints.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benches.history import SPAN, START, Size, history

from interlock.scale.fact_files import write_facts, write_types
from interlock.scale.local import replay_here

AGREEMENT = Path(__file__).parent / "agreement.yaml"
AS_OF = START + SPAN
PARTS = 8
MB = 1_000_000


def main(people: int = 200_000) -> None:
    """Writes the facts, replays them both ways in processes of their own, prints a line each."""
    os.environ |= {"NUMBA_NUM_THREADS": "1", "PYSPARK_PYTHON": sys.executable}
    apart = get_context("spawn")
    with TemporaryDirectory() as name, apart.Pool(1, maxtasksperchild=1) as pool:
        folder = Path(name)
        facts = pool.apply(written, (folder, people))
        size = bytes_in(folder / "facts")
        print(f"{facts:,} facts, {size / facts:.1f} bytes each in Parquet")
        print(f"import and kernels: {pool.apply(peak):,.0f} MB of memory")
        seconds, memory = pool.apply(on_this_machine, (folder,))
        print(f"one machine: {facts / seconds:,.0f} facts a second, {memory:,.0f} MB of memory")
        print(f"verdicts: {bytes_in(folder / 'local') / facts:.1f} bytes a fact")
        spark = pool.apply(on_spark, (folder,))
        print(f"Spark in {PARTS} parts: {spark['cpu']:.0f} s of the processor, start-up and all")
        for kind in ("shuffled", "spilled", "verdicts"):
            print(f"  {kind}: {spark[kind] / facts:.1f} bytes a fact")


def written(folder: Path, people: int) -> int:
    """Writes the facts; how many they are."""
    write_types(folder / "facts", {})
    made = history(Size(people, people * 10))
    (folder / "facts" / "agreement.yaml").write_bytes(AGREEMENT.read_bytes())
    return sum(write_facts(folder / "facts", table, {}) for table in made.values())


def on_this_machine(folder: Path) -> tuple[float, float]:
    """Seconds of the processor, and the most memory, of a replay after one that compiles."""
    began = time.process_time()
    done = replay_here(folder / "facts", [], AS_OF, folder / "local")
    if done.trouble:
        raise SystemExit(done.trouble)
    return time.process_time() - began, peak()


def on_spark(folder: Path) -> dict[str, float]:
    """What Spark notes of its tasks."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    from interlock.scale.spark import replay_on  # noqa: PLC0415 - an extra

    log = folder / "log"
    log.mkdir()
    settings = {"spark.eventLog.enabled": "true", "spark.eventLog.dir": log.as_uri()}
    settings |= {"spark.eventLog.compress": "false", "spark.eventLog.rolling.enabled": "false"}
    settings |= {"spark.ui.enabled": "false", "spark.driver.memory": "4g"}
    settings |= {"spark.sql.shuffle.partitions": str(PARTS), "spark.log.level": "ERROR"}
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    done = replay_on(session, str(folder / "facts"), [], AS_OF, str(folder / "spark"))
    seconds = sum(busy(os.getpid()))
    session.stop()
    if done.trouble:
        raise SystemExit(done.trouble)
    tasks = [*_tasks(log)]
    shuffles = [each["Shuffle Write Metrics"]["Shuffle Bytes Written"] for each in tasks]
    return {
        "cpu": seconds,
        "shuffled": sum(shuffles),
        "spilled": sum(each["Disk Bytes Spilled"] for each in tasks),
        "verdicts": bytes_in(folder / "spark"),
    }


def _tasks(log: Path) -> Iterator[dict[str, Any]]:
    for file in log.rglob("*"):
        for line in file.read_text().splitlines() if file.is_file() else ():
            event = json.loads(line)
            if event["Event"] == "SparkListenerTaskEnd":
                yield event["Task Metrics"]


def busy(process: int) -> Iterator[float]:
    """Seconds of the processor of a process, of those that it waited for, and of all below it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    yield sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    for thread in Path(f"/proc/{process}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from busy(int(child))


def peak() -> float:
    """The most memory that this process had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


def bytes_in(folder: Path) -> int:
    """The bytes of all Parquet files below."""
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
