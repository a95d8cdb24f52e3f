"""What is still owed about leads, with its clock as of now: the rows that every desk is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from interlock.agreement.schema import Agreement, Side
from interlock.operations.attributes import known_attributes
from interlock.operations.reading import Named, named
from interlock.operations.rows import Names, leads_about
from interlock.replay.outcome import Instant, State
from interlock.replay.running import Owed, Running, running
from interlock.store.facts import load_members
from interlock.store.models import Lead, Obligation

UNSETTLED = (State.OPEN.word, State.WARNED.word, State.BROKEN.word)
_MEMBERS = {"member": ("id", "side", "calendar"), "absence": ("member", "ends_at")}
"""What clocks need to know of whoever has them."""


@dataclass(frozen=True)
class OwedRow:
    """One promise that waits about one lead. `state` is open, warned or broken.

    A broken one can still be kept late: `owner` is who missed it, `holder` who has the lead now.
    `clock` is as of the page's instant; `kept_by` says what
    keeps it.
    """

    person: Named
    account: Named
    stage: Named
    tier: Named
    source: str
    promise: Named
    owed_by: Side
    owner: Named
    holder: str
    state: str
    started_at: Instant
    due_at: Instant | None
    clock: Running
    kept_by: str

    @property
    def is_late(self) -> bool:
        """Whether its deadline is over."""
        return self.clock.left is not None and self.clock.left < 0

    @property
    def is_at_risk(self) -> bool:
        """Whether it was warned of, and can still be kept."""
        return self.state == State.WARNED.word and not self.is_late


def unsettled(replay: int, which: Q) -> QuerySet[Obligation, Obligation]:
    """Obligations that wait to be kept, in time or late."""
    return Obligation.objects.filter(which, replay=replay, state__in=UNSETTLED, kept_at=None)


def owed_rows(
    obligations: Iterable[Obligation], agreement: Agreement, names: Names, now: Instant
) -> tuple[OwedRow, ...]:
    """The rows of these that still matter, in order of due.

    A broken promise matters as long as the lead is where it was when the clock began: what was
    missed at an earlier stage is history. A few queries, however many the rows.
    """
    owed = list(obligations)
    leads = leads_about(owed)
    owed = [each for each in owed if _matters(each, leads.get(each.person))]
    clocks = clocks_of(owed, agreement, now)
    rows = [
        _row(each, clock, leads[each.person], agreement, names)
        for each, clock in zip(owed, clocks, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (row.due_at is None, row.due_at or 0)))


def clocks_of(
    owed: Sequence[Obligation], agreement: Agreement, now: Instant
) -> tuple[Running, ...]:
    """The clocks of these, by their owners' calendars and absences."""
    if not owed:
        return ()
    owners = sorted({each.owner for each in owed})
    members = load_members(owners, _MEMBERS, known_attributes())
    asked = [Owed(each.promise, each.variant, each.owner, each.due_at) for each in owed]
    return running(agreement, members, asked, now)


def _matters(each: Obligation, lead: Lead | None) -> bool:
    if lead is None:
        return False
    return each.state != State.BROKEN.word or lead.since is None or each.started_at >= lead.since


def _row(
    each: Obligation, clock: Running, lead: Lead, agreement: Agreement, names: Names
) -> OwedRow:
    promise = next(p for p in agreement.event_promises if p.id == each.promise)
    return OwedRow(
        person=Named(each.person, lead.name or each.person),
        account=Named(lead.account, lead.account_name or lead.account),
        stage=named(lead.stage, names.stages),
        tier=named(lead.tier, names.tiers),
        source=lead.source,
        promise=named(each.promise, names.promises),
        owed_by=promise.owed_by,
        owner=named(each.owner, names.members),
        holder=lead.owner,
        state=each.state,
        started_at=each.started_at,
        due_at=each.due_at,
        clock=clock,
        kept_by=promise.kept_by.sentence,
    )
