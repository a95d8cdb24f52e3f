"""Every account as its facts have it, in order of key, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interlock.operations.actor import Actor
from interlock.operations.listing import Listed, Mark, filled, rows_beyond
from interlock.operations.permissions import Action, require
from interlock.operations.reading import PAGE, current
from interlock.replay.outcome import Instant
from interlock.store.models import FACTS


@dataclass(frozen=True)
class AccountRow:
    """One account. `attributes` are the company's own columns, as texts."""

    key: str
    name: str
    domain: str
    industry: str
    country: str
    segment: str
    tier: str
    employees: int | None
    revenue: float | None
    created_at: Instant | None
    attributes: Mapping[str, str]


def list_accounts(  # noqa: PLR0913 - what the list can be cut down to
    after: Mark = (),
    size: int = PAGE,
    *,
    by: Actor,
    tier: str | None = None,
    segment: str | None = None,
    domain: str | None = None,
) -> Listed[AccountRow]:
    """The accounts that all of these leave; the mark is the key of the last one."""
    require(by, Action.READ)
    found = FACTS["account"].objects.filter(
        filled(tier=tier, segment=segment, domain=domain), live=True
    )
    page, mark = rows_beyond(found, ("key",), after, size)
    return Listed(current().basis, tuple(_row(each) for each in page), mark)


def _row(account: Any) -> AccountRow:
    return AccountRow(
        key=account.key,
        name=account.name or "",
        domain=account.domain or "",
        industry=account.industry or "",
        country=account.country or "",
        segment=account.segment or "",
        tier=account.tier or "",
        employees=account.employees,
        revenue=account.revenue,
        created_at=account.created_at,
        attributes=account.attributes or {},
    )
