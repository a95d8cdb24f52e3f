"""Writing the facts that count now as Parquet files, for a replay elsewhere."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from interlock.facts.kinds import KINDS
from interlock.operations.agreements import agreements
from interlock.operations.attributes import known_attributes
from interlock.scale.fact_contract import AGREEMENTS
from interlock.scale.fact_files import write_facts, write_types
from interlock.store.facts import load_facts
from interlock.store.verdicts import Progress


@dataclass(frozen=True)
class Exported:
    """How many facts of each kind were written. `trouble` says why nothing was, or is empty."""

    folder: Path
    facts: dict[str, int]
    trouble: str = ""


def export_facts(folder: Path, *, progress: Progress) -> Exported:
    """Writes every fact that counts into the folder, which is made, and the texts that count.

    The folder is there once all of it is written.
    """
    if folder.exists():
        return Exported(folder, {}, f"{folder} is there already: name a new folder")
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    attributes = known_attributes()
    write_types(unfinished, attributes)
    written: dict[str, int] = {}
    for done, kind in enumerate(KINDS.values()):
        progress(f"writing {kind.name} facts", done, len(KINDS))
        own = attributes.get(kind.name, {})
        names = (*(column.name for column in kind.columns), *own)
        (table,) = load_facts({kind.name: names}, {kind.name: own}).values()
        if len(table):
            written[kind.name] = write_facts(unfinished, table, own)
    texts = agreements()
    for place, version in enumerate(texts.rows if texts else (), 1):
        (unfinished / AGREEMENTS.replace("*", f"-{place:04}")).write_text(
            version.text, encoding="utf-8"
        )
    unfinished.replace(folder)
    return Exported(folder, written)
