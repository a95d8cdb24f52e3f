"""Which leads have nobody, and who could be given one: what a replay says about both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.routing import Routing
from interlock.agreement.schema import Agreement, Side
from interlock.replay.absences import absences
from interlock.replay.because import condition
from interlock.replay.calendar_spans import LAST_INSTANT
from interlock.replay.calendars import ALWAYS, Calendars
from interlock.replay.eras import Eras
from interlock.replay.index import SIDES, Index
from interlock.replay.moments import Moments
from interlock.replay.openings import NEVER, next_open
from interlock.replay.outcome import Codes, Flags, Instant, Outcome, Stands
from interlock.replay.owners import own_calendars
from interlock.replay.routing import Asked, Candidate, State, Unowned

ROUTING_COLUMNS: Mapping[str, tuple[str, ...]] = {"member": ("role", "team", "capacity")}
"""What routing reads beside what every replay does."""


def without_owner(eras: Eras, outcome: Outcome | Stands) -> NDArray[np.int64]:
    """The people (positions in `outcome.people`) at a routed stage who have nobody.

    A lead has somebody where the last to whom it was given is known and not of marketing (or is
    named by a rule), and it was not sent away since.
    """
    moments = eras.at(outcome.as_of)
    clause, leads = moments.agreement.routing, outcome.leads
    if clause is None:
        return np.empty(0, np.int64)
    enters = np.isin(outcome.stages, clause.enters)
    routed = np.append(enters, np.False_)[leads.stage]
    return np.flatnonzero(routed & ~_has_somebody(moments, outcome, clause))


def unowned(eras: Eras, outcome: Outcome | Stands) -> tuple[Unowned, ...]:
    """The leads at a routed stage that have nobody, those first that wait longest, then by key.

    `account_owner` is left to who can see the account's other leads.
    """
    moments, leads = eras.at(outcome.as_of), outcome.leads
    clause, found = moments.agreement.routing, without_owner(eras, outcome).tolist()
    if clause is None:
        return ()
    ordered = sorted(found, key=lambda p: (int(leads.since[p]), str(outcome.people[p])))
    return tuple(_unowned(moments, outcome, clause, person) for person in ordered)


def _has_somebody(moments: Moments, outcome: Outcome | Stands, clause: Routing) -> Flags:
    index, owner = moments.index, outcome.leads.owner
    named = [member for rule in clause.rules for member in rule.members]
    is_named = np.isin(index.members, named)[owner] if len(index.members) else owner >= 0
    works = (index.sides[owner] != SIDES.index(Side.MARKETING)) | is_named
    given = moments.owners.given
    last = np.searchsorted(given, index.first[1:]) - 1
    given_at = np.append(given, -1)[last]
    visits = outcome.visits
    sent_away = np.full(len(index.who), -1, np.int64)
    by_reason = visits.reason >= 0
    np.maximum.at(sent_away, visits.person[by_reason], visits.fact[by_reason])
    stands: Flags = (owner >= 0) & works & (given_at > sent_away)
    return stands


def _unowned(moments: Moments, outcome: Outcome | Stands, clause: Routing, person: int) -> Unowned:
    last = np.array([moments.index.first[person + 1] - 1])
    leads = outcome.leads
    return Unowned(
        person=str(outcome.people[person]),
        stage=str(outcome.stages[leads.stage[person]]),
        since=int(leads.since[person]),
        asked=tuple(_asked(moments, clause, last)),
        account=_account(moments.index, int(last[0])),
    )


def _asked(moments: Moments, clause: Routing, last: NDArray[np.int64]) -> Iterable[Asked]:
    """The rules in order, up to the first that holds at the lead's last moment."""
    for rule in clause.rules:
        if rule.when is None:
            yield Asked(rule.id, holds=True, condition=None)
            return
        found = condition(rule.when.expression, moments.read_by(rule.when, last))
        yield Asked(rule.id, holds=bool(found.holds), condition=found)
        if found.holds:
            return


def _account(index: Index, moment: int) -> str:
    row, column = int(index.person_row[moment]), index.table("person").columns.get("account")
    return str(column.value(row) or "") if column is not None and row >= 0 else ""


# --- who could be given one -------------------------------------------------------------------


def candidates(index: Index, agreement: Agreement, now: Instant) -> tuple[Candidate, ...]:
    """Every member, with what routing has to know of each at that instant (UTC seconds).

    The index has the columns of `ROUTING_COLUMNS`; a member of whom one is missing has none.
    """
    table, away = index.table("member"), absences(index)
    calendars = Calendars(agreement, away)
    codes = _calendars(index, agreement, calendars)
    opens: dict[int, Instant | None] = {}
    found = []
    for row, code in enumerate(table.columns["id"].values.tolist() if len(table) else []):
        mine = int(codes[code])
        if mine not in opens:
            opens[mine] = _opens(calendars, mine, now)
        is_away, back = _absent(away.get(code, []), now)
        at_work = State.AT_WORK if opens[mine] == now else State.OFF_WORK
        says = _reader(index, row)
        capacity = says("capacity")
        found.append(
            Candidate(
                member=str(says("id")),
                side=str(says("side") or ""),
                team=str(says("team") or ""),
                role=str(says("role") or ""),
                capacity=None if capacity is None else int(capacity),
                state=State.AWAY if is_away else at_work,
                back=back,
                opens=opens[mine],
            )
        )
    return tuple(found)


def _reader(index: Index, row: int) -> Callable[[str], str | int | float | bool | None]:
    columns = index.table("member").columns
    return lambda name: columns[name].value(row) if name in columns else None


def _calendars(index: Index, agreement: Agreement, calendars: Calendars) -> Codes:
    """Each member's calendar less the absences: their own, or else the clause's, or the first."""
    table, clause = index.table("member"), agreement.routing
    usual = (clause.calendar if clause else "") or next(iter(calendars.ids), "")
    if not usual or not len(table):
        return np.full(len(index.members), ALWAYS, np.int32)
    return calendars.of_members(own_calendars(index, calendars.places), calendars.code(usual))


def _opens(calendars: Calendars, code: int, now: Instant) -> Instant | None:
    opened = calendars.openings(code, now, now, 1)
    at = int(next_open(now, opened.opens, opened.closes))
    return None if at == NEVER else at


def _absent(spans: Iterable[tuple[int, int]], now: Instant) -> tuple[bool, Instant | None]:
    """Whether one of the spans holds now, and when they have all passed that follow closely."""
    back = now
    for start, end in sorted(spans):
        if start <= back < end:
            back = end
    return back > now, None if back in (now, LAST_INSTANT) else back
