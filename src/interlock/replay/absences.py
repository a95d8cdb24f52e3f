"""When members are away: what their working time is less."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interlock.replay.calendar_spans import FIRST_INSTANT, LAST_INSTANT
from interlock.replay.index import Index
from interlock.replay.kinds import codes_in
from interlock.replay.openings import covered
from interlock.replay.outcome import Finding, Flags, Instants

Absences = Mapping[int, list[tuple[int, int]]]
"""The (from, until) spans of each member who has any, by the member's code; they may overlap."""

_STRIDE = 2**40
"""Keeps members apart while their absences are worked on together: longer than all of time."""


class Away(NamedTuple):
    """Absences as kernels read them.

    Those of the member with code i are at `first[i]` up to `first[i + 1]`: in order, and apart.
    """

    first: Instants
    since: Instants
    until: Instants


def absences(index: Index) -> Absences:
    """Every member's absences, planned ones too. One without an end goes on."""
    table = index.table("absence")
    found: dict[int, list[tuple[int, int]]] = {}
    if len(table):
        member = codes_in(table.columns["member"], index.member_places, len(table))
        until = _until(index)
        counts = np.flatnonzero((member >= 0) & (table.at < until))
        starts = np.clip(table.at, FIRST_INSTANT, LAST_INSTANT)
        for who, *span in zip(
            member[counts].tolist(), starts[counts].tolist(), until[counts].tolist(), strict=True
        ):
            found.setdefault(who, []).append((span[0], span[1]))
    return found


def laid_out(spans: Absences, members: int) -> Away:
    """The absences of so many members, those that overlap joined."""
    many = [len(each) for each in spans.values()]
    apart = np.repeat(np.array([*spans], np.int64), many)[:, None] * _STRIDE
    whole = np.array([*chain(*spans.values())], np.int64).reshape(-1, 2) + apart
    since, until = covered(whole[:, 0], whole[:, 1])
    whose = (since - FIRST_INSTANT) // _STRIDE
    first = np.searchsorted(whose, np.arange(members + 1)).astype(np.int64)
    return Away(first, since - whose * _STRIDE, until - whose * _STRIDE)


def _until(index: Index) -> Instants:
    ends = index.table("absence").columns["ends_at"]
    return np.where(ends.mask, np.minimum(ends.values, LAST_INSTANT), LAST_INSTANT)


def without_effect(index: Index) -> tuple[Finding, ...]:
    """Findings of absences that cannot count: of nobody known, or over before they begin."""
    table = index.table("absence")
    if not len(table):
        return ()
    unknown = codes_in(table.columns["member"], index.member_places, len(table)) < 0
    reasons: dict[str, tuple[str, Flags]] = {
        "unknown-member": ("absences are of a member that is not known", unknown),
        "absence-reversed": (
            "absences end before they begin, and are left out",
            ~unknown & (_until(index) < table.at),
        ),
    }
    return tuple(
        Finding(code, message, int(which.sum()), _example(index, which))
        for code, (message, which) in reasons.items()
        if which.any()
    )


def _example(index: Index, which: NDArray[np.bool_]) -> str:
    return str(index.table("absence").columns["member"].value(int(np.argmax(which))) or "")
