"""What sales handed back lately: by reason, by source and by campaign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interlock.agreement.hours import DAY
from interlock.operations.fact_lines import campaign_names
from interlock.operations.reading import Named, Reading, named
from interlock.replay.outcome import Instant
from interlock.store.bulk import among
from interlock.store.models import FACTS, Visit

DAYS = 30
"""So many days count as lately."""
MOST = 8
"""So many values of each kind are listed."""


@dataclass(frozen=True)
class Share:
    """One reason, source or campaign, and how many leads came back with it."""

    what: Named
    count: int


@dataclass(frozen=True)
class HandBacks:
    """How many leads came back in the last DAYS days, and the most frequent of each kind."""

    count: int = 0
    reasons: tuple[Share, ...] = ()
    sources: tuple[Share, ...] = ()
    campaigns: tuple[Share, ...] = ()


NO_HAND_BACKS = HandBacks()


def read_hand_backs(reading: Reading, now: Instant) -> HandBacks:
    """The hand-backs of the replay that is shown, as of `now` (UTC seconds). Three queries."""
    if reading.replay is None or reading.agreement is None:
        return NO_HAND_BACKS
    agreement = reading.agreement
    stages = {reason.goes_to for reason in agreement.reasons}
    found = Visit.objects.filter(replay=reading.replay, stage__in=stages).exclude(reason="")
    found = found.filter(entered_at__gt=now - DAYS * DAY, entered_at__lte=now)
    rows = list(found.values_list("person", "reason", "source"))
    if not rows:
        return NO_HAND_BACKS
    people = FACTS["person"].objects.filter(live=True, key__in=among({row[0] for row in rows}))
    campaign_of = dict(people.values_list("key", "campaign"))
    campaigns = [campaign_of.get(person) or "" for person, _, _ in rows]
    reasons = {reason.id: reason.name for reason in agreement.reasons}
    return HandBacks(
        count=len(rows),
        reasons=_shares((reason for _, reason, _ in rows), reasons),
        sources=_shares((source for _, _, source in rows), {"": "no source"}),
        campaigns=_shares(campaigns, {**campaign_names(campaigns), "": "no campaign"}),
    )


def _shares(values: Iterable[str], names: Mapping[str, str]) -> tuple[Share, ...]:
    """The most frequent ones first, those of one number by name."""
    counted = [Share(named(value, names), count) for value, count in Counter(values).items()]
    return tuple(sorted(counted, key=lambda each: (-each.count, each.what.name))[:MOST])
