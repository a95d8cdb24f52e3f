"""What was done about leads: the decisions and attempts that a hand-over is measured by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.agreement.schema import Agreement
from interlock.agreement.vocabulary import ATTEMPT_KINDS
from interlock.replay.index import Index
from interlock.replay.kinds import DECISION, DEEDS, with_word
from interlock.replay.outcome import Codes, Flags, Instants
from interlock.replay.reasons import reasons_given

DEED_COLUMNS: dict[str, tuple[str, ...]] = {
    "person": ("id",),
    "merge": ("person", "into"),
    "activity": ("person", "kind", "direction", "human"),
    "decision": ("person", "kind", "reason"),
}
"""The columns that are read of facts, by kind."""


@dataclass(frozen=True)
class Deeds:
    """Deeds in order of person, then time; `person` is a position in the index's people.

    `accepts`, `rejects`, `disqualifies`: which of these a decision is. `goes_back`: it sends the
    lead to a stage that does not end the matter. `attempts`: somebody reached for the buyer.
    """

    person: Codes
    at: Instants
    accepts: Flags
    rejects: Flags
    disqualifies: Flags
    goes_back: Flags
    attempts: Flags


def deeds_of(index: Index, agreement: Agreement) -> Deeds:
    """The deeds of an index, with the reasons as the agreement has them."""
    moment = index.moments_of(*DEEDS)
    decided = index.kind[moment] == DECISION
    row, table = index.row[moment], index.table("decision")
    back = [_leads_back(agreement, reason.goes_to) for reason in agreement.reasons]
    goes_back = np.array([*back, False])[reasons_given(table, agreement)]
    goes_back |= with_word(table, "kind", ("recycle",))

    def are(flags: Flags) -> Flags:
        found: Flags = np.append(flags, False)[np.where(decided, row, len(flags))]
        return found

    accepts, rejects, ends = (
        are(with_word(table, "kind", (kind,))) for kind in ("accept", "reject", "disqualify")
    )
    tried = np.append(_attempts(index), False)
    return Deeds(
        person=index.person[moment],
        at=index.at[moment],
        accepts=accepts,
        rejects=rejects,
        disqualifies=ends,
        goes_back=are(goes_back),
        attempts=tried[np.where(decided, len(tried) - 1, row)],
    )


def _leads_back(agreement: Agreement, stage_id: str) -> bool:
    stage = agreement.stage(stage_id)
    return stage is not None and not stage.outcome


def _attempts(index: Index) -> Flags:
    """Which activities are outbound, by a human, and reach for the buyer."""
    table = index.table("activity")
    human = table.columns.get("human")
    if human is None:
        return np.zeros(len(table), bool)
    outbound = with_word(table, "direction", ("outbound",))
    return outbound & with_word(table, "kind", ATTEMPT_KINDS) & human.mask & human.values
