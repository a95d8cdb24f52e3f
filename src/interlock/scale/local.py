"""From a folder of facts to a folder of verdicts, on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from interlock.agreement.schema import Agreement
from interlock.facts.columns import Facts
from interlock.replay.engine import replay_index
from interlock.replay.index import build
from interlock.replay.outcome import Finding
from interlock.scale.fact_contract import SAID
from interlock.scale.fact_files import read_facts, schemas_in
from interlock.scale.plan import Written, not_written, plan
from interlock.scale.verdict_files import tables_of, write


def replay_here(folder: Path, agreement: str | bytes, as_of: int, out: Path) -> Written:
    """Replays the folder's facts and writes the verdicts to the folder `out`, which is made."""
    schemas, said = schemas_in(folder), folder / SAID
    if isinstance(schemas, str):
        return not_written(schemas)
    planned = plan(schemas, said.read_text("utf-8") if said.exists() else "", agreement)
    if isinstance(planned, Written):
        return planned
    facts, findings = read_facts(folder, schemas, planned.needed, planned.attributes)
    return write_verdicts(facts, planned.agreement, as_of, out, (*planned.findings, *findings))


def write_verdicts(
    facts: Facts, agreement: Agreement, as_of: int, out: Path, findings: tuple[Finding, ...] = ()
) -> Written:
    """Replays the facts and writes the verdicts; `findings` come to those of the replay."""
    index = build(facts, as_of)
    outcome = replay_index(index, agreement, as_of)
    outcome = replace(outcome, findings=(*findings, *outcome.findings))
    write(out, tables_of(outcome, index))
    return Written(
        agreement=agreement.name,
        as_of=as_of,
        people=len(outcome.people),
        facts=outcome.facts,
        visits=len(outcome.visits.person),
        obligations=len(outcome.obligations.person),
        findings=outcome.findings,
        zone=str(agreement.zone),
    )
