"""One case: what it is about, each side's view, the evidence as it was seen, and the ruling."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interlock.operations.actor import Actor
from interlock.operations.agreements import agreements
from interlock.operations.case_subjects import channel_now
from interlock.operations.evidence import clause_then, credit_shown, earned_shown
from interlock.operations.permissions import Action, may, require
from interlock.operations.precedents import Precedents, precedents
from interlock.operations.read_credit import read_credit
from interlock.operations.reading import Basis, current
from interlock.operations.rule import judges_of, kept_from_ruling
from interlock.operations.rulers import waits_until
from interlock.operations.staff import staff
from interlock.practice.disputes import Kind
from interlock.practice.parting import SIDES
from interlock.replay.outcome import Instant
from interlock.store.models import Case


@dataclass(frozen=True)
class View:
    """How a side sees it; `words` is empty where it has not said yet."""

    side: str
    words: str = ""
    by: str = ""
    at: Instant | None = None


@dataclass(frozen=True)
class CasePage:
    """A case as somebody sees it; people by their names.

    `kept_from` is why whoever looks cannot settle it now; "" where they can. `may_say`: they can
    state the view of their side, which is `mine`. `before` is what was ruled on the clause by now.
    `has_changed`: by now the credit that the case was opened on comes out otherwise; of a channel's
    `comes_to` is what it is then, in the smallest unit. `is_reworded`: the clause says something
    else by now.
    """

    basis: Basis
    number: int
    kind: str
    title: str
    clause: str
    wording: str
    person: str
    opened_by: str
    side: str
    opened_at: Instant
    due_at: Instant
    heard_until: Instant
    is_late: bool
    owner: str
    called: str
    named_in: str
    views: tuple[View, ...]
    mine: str
    may_say: bool
    kept_from: str
    shown: Mapping[str, Any]
    has_changed: bool
    comes_to: int | None
    is_reworded: bool
    before: Precedents
    ruled_for: str
    reasons: str
    ruled_by: str
    ruled_at: Instant | None

    @property
    def is_consequence(self) -> bool:
        """Whether it was agreed on before, so that there is nothing to rule."""
        return self.kind == Kind.CONSEQUENCE

    @property
    def is_open(self) -> bool:
        """Whether it is still to be settled."""
        return self.ruled_at is None


def read_case(number: int, *, by: Actor, now: Instant | None = None) -> CasePage | None:
    """The case of that number; None where there is none."""
    require(by, Action.READ)
    moment = int(time.time()) if now is None else now
    row = Case.objects.filter(pk=number).prefetch_related("views").first()
    if row is None:
        return None
    everybody, said = staff(), {view.side: view for view in row.views.all()}
    judges = judges_of(row, everybody, moment)
    views = tuple(
        View(side, said[side].words, everybody.name_at(said[side].by), said[side].at)
        if side in said
        else View(side)
        for side in SIDES
    )
    today = clause_then(row.clause, moment)["sentence"]
    has_changed, comes_to = _by_now(row)
    acts = may(by, Action.DISPUTE)
    return CasePage(
        basis=current().basis,
        number=row.pk,
        kind=row.kind,
        title=row.title,
        clause=row.clause,
        wording=row.wording,
        person=row.person,
        opened_by=everybody.name_at(row.opened_by),
        side=row.side,
        opened_at=row.opened_at,
        due_at=row.due_at,
        heard_until=waits_until(row, agreements()),
        is_late=row.ruled_at is None and row.due_at < moment,
        owner=row.owner,
        called=judges.called,
        named_in=judges.clause,
        views=views,
        mine=next((view.words for view in views if view.side == by.side), ""),
        may_say=acts and by.side in SIDES and row.ruled_at is None,
        kept_from=kept_from_ruling(row, everybody, by, moment)
        if acts
        else "Your sign-in is for reading.",
        shown=row.shown,
        has_changed=has_changed,
        comes_to=comes_to,
        is_reworded=row.wording != today,
        before=precedents(row.clause, today),
        ruled_for=row.ruled_for,
        reasons=row.reasons,
        ruled_by=everybody.name_at(row.ruled_by),
        ruled_at=row.ruled_at,
    )


def _by_now(row: Case) -> tuple[bool, int | None]:
    """Whether a credit comes out otherwise by now than the case shows; of a channel, to how much.

    None where there is no such credit any more.
    """
    if row.kind == Kind.CREDIT:
        page = read_credit(row.about.partition(" ")[2])
        now = json.loads(json.dumps(credit_shown(page))) if page else None
        return now != row.shown["credit"], None
    if row.kind != Kind.CHANNEL:
        return False, None
    then = row.shown["earned"]
    channel = channel_now(then["by"], then["channel"], then["each"], then["day"])
    found = earned_shown(channel) if channel else None
    if found is None or _counted(found) != _counted(then):
        return True, found["amount"] if found else None
    return False, None


def _counted(earned: Mapping[str, Any]) -> tuple[Any, ...]:
    """The numbers of a channel's credit, whatever its sales are called."""
    sales = {each["key"]: each["amount"] for each in earned["sales"]}
    return earned["amount"], earned["brought"], sales
