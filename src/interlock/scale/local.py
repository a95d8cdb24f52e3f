"""From a folder of facts to a folder of verdicts, on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from interlock.replay.engine import replay_index
from interlock.replay.index import build
from interlock.scale.fact_contract import AGREEMENTS, SAID
from interlock.scale.fact_files import read_facts, schemas_in
from interlock.scale.plan import Written, not_written, plan
from interlock.scale.verdict_files import tables_of, write


def replay_here(folder: Path, texts: Sequence[bytes], as_of: int, out: Path) -> Written:
    """Replays the folder's facts and writes the verdicts to the folder `out`, which is made.

    `texts` are those of the agreement; without any, the folder has them.
    """
    if not folder.is_dir():
        return not_written(f"there is no folder {folder}")
    if out.exists():
        return not_written(f"{out} is there already: name a new folder, or take it away")
    schemas, said = schemas_in(folder), folder / SAID
    if isinstance(schemas, str):
        return not_written(schemas)
    beside = [file.read_bytes() for file in sorted(folder.glob(AGREEMENTS))]
    planned = plan(schemas, said.read_text("utf-8") if said.exists() else "", texts or beside)
    if isinstance(planned, Written):
        return planned
    facts, findings = read_facts(folder, schemas, planned.needed, planned.attributes)
    index = build(facts, as_of)
    outcome = replay_index(index, planned.agreement, as_of)
    outcome = replace(outcome, findings=(*planned.findings, *findings, *outcome.findings))
    write(out, tables_of(outcome, index))
    now = planned.agreement[-1].agreement
    return Written(
        agreement=now.name,
        as_of=as_of,
        people=len(outcome.people),
        facts=outcome.facts,
        visits=len(outcome.visits.person),
        obligations=len(outcome.obligations.person),
        findings=outcome.findings,
        zone=str(now.zone),
    )
