"""How much memory an index and a replay take beyond the facts, against the index itself."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benches.frame import Bench, Row
from benches.history import Size

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def rows(bench: Bench) -> Iterator[Row]:
    """A process of its own, since what another bench took would count; only where Linux tells."""
    if not CLEAR.exists():
        return
    command = [sys.executable, "-m", "benches.bench_memory", str(bench.size.people)]
    command.append(str(bench.size.touches))
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(told.stdout)
    yield Row(
        "peak memory of index and replay, beyond the facts",
        f"{found['peak'] / 1e6:,.0f} MB",
        f"the index: {found['index'] / 1e6:,.0f} MB (its facts {found['facts'] / 1e6:,.0f} MB)",
        found["peak"] / found["index"],
        2,
    )


def _kilobytes(field: str) -> int:
    return next(
        int(text.split()[1]) for text in STATUS.read_text().splitlines() if text.startswith(field)
    )


def measure(size: Size) -> dict[str, float]:
    """Bytes: the most that was taken, the index's columns, and the facts before."""
    from benches.bench_replay import megabytes  # noqa: PLC0415 - only this process needs it

    from interlock.replay.engine import decide  # noqa: PLC0415 - as above
    from interlock.replay.eras import Eras  # noqa: PLC0415 - as above
    from interlock.replay.index import build  # noqa: PLC0415 - as above

    small = Bench(Size(100, 1000), 1)
    decide(Eras.of(small.index, small.agreement), small.as_of)  # kernels are loaded
    bench = Bench(size, 1)
    before = _kilobytes("VmRSS:")
    bench.facts  # noqa: B018 - made now
    gc.collect()
    facts = _kilobytes("VmRSS:")
    CLEAR.write_text("5")  # the peak is counted from here on
    index = build(bench.facts, bench.as_of)
    decide(Eras.of(index, bench.agreement), bench.as_of)
    peak = _kilobytes("VmHWM:")
    return {
        "peak": (peak - facts) * 1024,
        "index": megabytes(index) * 1e6,
        "facts": (facts - before) * 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measure(Size(int(sys.argv[1]), int(sys.argv[2])))))
