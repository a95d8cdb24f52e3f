"""How one clause came to say what it says: in which version it changed, and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from interlock.agreement.diff import Difference, Kind, differences
from interlock.operations.agreements import agreement_of, agreements
from interlock.replay.outcome import Instant


@dataclass(frozen=True)
class ClauseChange:
    """What one version changed about the clause; `kind` None: it was there in the first version."""

    version: str
    first_day: date
    added_at: Instant
    by: str
    kind: Kind | None
    says: tuple[str, ...]


def read_clause_history(path: str) -> tuple[ClauseChange, ...]:
    """The versions that changed the clause of that path, the latest first."""
    texts = agreements()
    if texts is None or texts.timeline is None:
        return ()
    found: list[ClauseChange] = []
    before = None
    for row in texts.rows:
        after = agreement_of(row.digest).agreement
        if after is None:
            continue
        changes: tuple[Difference, ...] = differences(before, after) if before else ()
        mine = next((each for each in changes if each.path == path), None)
        first = before is None and after.at(path) is not None
        if mine is not None or first:
            kind, says = (mine.kind, mine.says) if mine else (None, ())
            found.append(
                ClauseChange(row.version, row.in_force_from, row.added_at, row.by, kind, says)
            )
        before = after
    return tuple(reversed(found))
