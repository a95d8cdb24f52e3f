"""Running what the documents tell people to type."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One block of commands, and the output that the document promises after it."""

    commands: str
    promised: str


def steps(document: Path) -> Iterator[Step]:
    """The document's `sh` blocks, each with the `text` block that follows it, if one does."""
    blocks = _FENCE.findall(document.read_text())
    for place, (language, content) in enumerate(blocks):
        if language == "sh":
            after = blocks[place + 1 : place + 2]
            yield Step(content, after[0][1] if after and after[0][0] == "text" else "")


def run(step: Step, folder: Path) -> str:
    """Types the commands in `folder`; what they print, both streams in one."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "INTERLOCK_DATABASE": "",
        "COLUMNS": "120",
    }
    environment.pop("INTERLOCK_DATA", None)
    done = subprocess.run(
        ["bash", "-eu", "-c", step.commands],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{step.commands}\n{done.stdout}"
    return done.stdout


def missing(step: Step, printed: str) -> list[str]:
    """The promised lines that were not printed; runs of blanks count as one."""
    lines = {" ".join(line.split()) for line in printed.splitlines()}
    promised = (" ".join(line.split()) for line in step.promised.splitlines())
    return [line for line in promised if line not in {"", "…"} and line not in lines]
