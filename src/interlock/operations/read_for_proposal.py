"""What is about to be proposed: a draft's last text, what it changes, the trials of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from interlock.agreement.diff import Difference, differences
from interlock.agreement.loading import load
from interlock.operations.agreements import agreement_of, in_force
from interlock.operations.attributes import known_attributes
from interlock.operations.put_before import PutBefore, put_before
from interlock.operations.seals import trials_of
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.models import DraftText


@dataclass(frozen=True)
class TrialLine:
    """A saved trial of the text."""

    number: int
    by: str
    at: Instant


@dataclass(frozen=True)
class ForProposal:
    """A draft as it would be proposed; `changes` are held against the version in force.

    `put` is the proposal that it was made already, or None. `has_trials`: some were kept of it, if
    of another text.
    """

    draft: int
    title: str
    revision: int
    version: str
    against: str
    changes: tuple[Difference, ...]
    trials: tuple[TrialLine, ...]
    has_trials: bool
    put: PutBefore | None


def read_for_proposal(draft: int, now: Instant | None = None) -> ForProposal | None:
    """The draft of that number, or None."""
    last = DraftText.objects.select_related("draft").filter(draft=draft).last()
    if last is None:
        return None
    moment, names = int(time.time()) if now is None else now, staff().names
    base = in_force(moment)
    before = agreement_of(base.digest).agreement if base else None
    agreement = load(last.text, attributes=known_attributes()).agreement
    trials = trials_of(last).defer("shown")
    return ForProposal(
        draft=draft,
        title=last.draft.title,
        revision=last.revision,
        version=agreement.version if agreement else "",
        against=base.version if base else "",
        changes=differences(before, agreement) if before and agreement else (),
        trials=tuple(TrialLine(each.pk, names.get(each.by, each.by), each.at) for each in trials),
        has_trials=last.draft.trials.exists(),
        put=put_before([draft], moment).get(draft),
    )
