"""Reasons that decisions give: which of the agreement's each one is, and those that are none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Version
from interlock.facts.columns import FactTable
from interlock.replay.index import Index
from interlock.replay.kept import once_each
from interlock.replay.kinds import DECISION, with_word
from interlock.replay.moments import Moments
from interlock.replay.outcome import Codes, Finding, Flags, Visits

TURNING_AWAY = ("reject", "disqualify", "recycle")
"""Decisions that say why: the agreement's reasons are for these."""

_SHOWN = 3
"""So many unknown reasons are named in a finding."""


def reasons_given(table: FactTable, agreement: Agreement) -> Codes:
    """The reason that each decision gives, by its id or else by the name that people see.

    Reasons for other decisions are left out, so that two may have one name; the first counts.
    """
    given, kind, places = table.columns.get("reason"), table.columns.get("kind"), _places(agreement)
    if given is None or kind is None or given.words is None or kind.words is None:
        return np.full(len(table), -1, np.int32)
    by_words = [[places.get((r, k), -1) for k in kind.words] for r in given.words]
    found: Codes = np.array(by_words, np.int32)[given.values, kind.values]
    for known in (given.known, kind.known):
        found = found if known is None else np.where(known, found, np.int32(-1))
    return found


@once_each
def _places(agreement: Agreement) -> dict[tuple[str, str], int]:
    """The position of each reason by what it is called and the decision that it is for."""
    places: dict[tuple[str, str], int] = {}
    for key in ("name", "id"):
        for place, reason in reversed([*enumerate(agreement.reasons)]):
            places |= {(getattr(reason, key), kind): place for kind in reason.for_}
    return places


def without_reason(moments: Moments, stays: Visits) -> tuple[Finding, ...]:
    """Decisions that turn a lead away for no reason of the agreement's, and so move nobody.

    A decision that a stage asks for needs no reason.
    """
    index, table = moments.index, moments.index.table("decision")
    given = table.columns.get("reason")
    if not len(table) or given is None:
        return ()
    turns_away = with_word(table, "kind", TURNING_AWAY)
    if not turns_away.any():
        return ()
    decided = moments.shared.few_moments_of(DECISION)
    at = _in_vain(index, decided[turns_away[index.row[decided]]], stays, moments.version)
    if not len(at):
        return ()
    rows = index.row[at]
    known = reasons_given(table, moments.agreement)[rows] >= 0
    said: Flags = given.mask[rows]
    silent, unknown = np.flatnonzero(~known & ~said), np.flatnonzero(~known & said)
    findings = []
    if len(silent):
        message = "decisions that turn a lead away give no reason, and move nobody"
        who = str(index.people[index.person[at[silent[0]]]])
        findings.append(Finding("no-reason", message, len(silent), who))
    if len(unknown):
        message = "decisions give a reason that the agreement has not for them, and move nobody"
        codes = np.unique(given.values[rows[unknown]])
        words = sorted(str(given.words[code]) for code in codes) if given.words is not None else []
        shown = ", ".join(words[:_SHOWN]) + (", …" if len(words) > _SHOWN else "")
        findings.append(Finding("unknown-reason", message, len(unknown), shown))
    return tuple(findings)


def _in_vain(
    index: Index, decided: NDArray[np.int64], stays: Visits, version: Version
) -> NDArray[np.int64]:
    """Of decisions that turn a lead away those under the version, but for those that moved one."""
    decided = decided[(index.at[decided] >= version.since) & (index.at[decided] < version.until)]
    # the visits come in the order of moments; a fact that skips stages begins several
    place = np.searchsorted(stays.fact, decided)
    in_vain: Flags = np.append(stays.fact, np.int32(-1))[place] != decided
    return decided[in_vain]
