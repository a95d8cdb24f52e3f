"""The desk of one member: what they owe, in order of due, what is at risk first."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.models import Max, Q

from interlock.agreement.schema import Agreement, Side
from interlock.operations.actor import Actor
from interlock.operations.owed import OwedRow, owed_rows, unsettled
from interlock.operations.permissions import Action, require
from interlock.operations.read_waiting import Waiting, questions_for
from interlock.operations.reading import Basis, Named, current
from interlock.operations.rows import names_in
from interlock.operations.whose import reach_of
from interlock.replay.outcome import Instant, State
from interlock.store.models import Event, Happening, Import, Lead, Obligation, Replay

MOST = 200
"""So many obligations of a kind are read: the first due of those that wait, the latest of those
that are late."""


@dataclass(frozen=True)
class DeskRow:
    """One lead on the desk: what is owed about it first, and how many promises more."""

    owed: OwedRow
    more: int


@dataclass(frozen=True)
class Section:
    """A part of the desk: its id, its heading, and its rows or the questions that wait."""

    id: str
    name: str
    rows: tuple[DeskRow, ...]
    questions: tuple[Waiting, ...] = ()

    @property
    def count(self) -> int:
        """How much is in it."""
        return len(self.rows) + len(self.questions)


@dataclass(frozen=True)
class DeskPage:
    """What somebody owes. `member` has an empty key where who looks is none of the facts.

    `now` is the instant that clocks are as of; `mark` changes whenever anything might have.
    `live` is False where the shown replay was pinned: nothing moves then. `cut`: there are more.
    """

    basis: Basis
    member: Named
    sections: tuple[Section, ...]
    now: Instant
    mark: str
    live: bool = True
    cut: bool = False

    @property
    def rows(self) -> int:
        """How much is owed: leads, and answers."""
        return sum(section.count for section in self.sections)

    def _section(self, id: str) -> tuple[DeskRow, ...]:
        return next((each.rows for each in self.sections if each.id == id), ())

    @property
    def risk(self) -> tuple[DeskRow, ...]:
        """What was warned of and can still be kept."""
        return self._section("risk")

    @property
    def asked(self) -> tuple[Waiting, ...]:
        """What the other side asked, and nobody has answered."""
        return next((each.questions for each in self.sections if each.questions), ())

    @property
    def due(self) -> tuple[DeskRow, ...]:
        """What is owed and not at risk."""
        return self._section("due")

    @property
    def nobody(self) -> tuple[DeskRow, ...]:
        """What this side owes about leads that nobody has yet."""
        return self._section("nobody")

    @property
    def late(self) -> tuple[DeskRow, ...]:
        """What was not kept in time and still can be, late."""
        return self._section("late")

    @property
    def first(self) -> OwedRow | None:
        """What presses most."""
        return next((each.rows[0].owed for each in self.sections if each.rows), None)


def read_desk(*, by: Actor, of: str = "", now: Instant | None = None) -> DeskPage:
    """The desk of who looks, or of the member `of` where that is one of the team.

    The number of queries does not depend on how much is owed.
    """
    require(by, Action.READ)
    moment = int(time.time()) if now is None else now
    reading, reach = current(), reach_of(by)
    whose = of if of and reach.may_work_on(of) else reach.member
    member, mark = reach.called(whose), desk_mark()
    if reading.replay is None or reading.agreement is None:
        return DeskPage(reading.basis, member, (), moment, mark)
    pinned = Replay.objects.filter(pk=reading.replay).values_list("pinned", flat=True)[0]
    owing = [p.id for p in reading.agreement.event_promises if p.owed_by.value == by.side]
    open_ = _waiting(reading.replay, whose, owing)
    late = _late(reading.replay, whose, _begun_by(reading.agreement, owing), owing)
    names = names_in(reading.agreement)
    rows = owed_rows([*open_[:MOST], *late[:MOST]], reading.agreement, names, moment)
    asks = by.side == Side.SALES  # what marketing is asked stands on marketing's desk
    asked = questions_for(reading, by.side, whose, reach, names) if asks else ()
    return DeskPage(
        basis=reading.basis,
        member=member,
        sections=_sections(rows, whose, asked),
        now=moment,
        mark=mark,
        live=not pinned and reading.basis.known_by is None,
        cut=max(len(open_), len(late)) > MOST,
    )


def _waiting(replay: int, whose: str, owing: list[str]) -> list[Obligation]:
    """What can be kept in time: their own, and of `owing` what nobody has; one more than shown.

    The owners by themselves lead through the index, which an "or" does not on SQLite.
    """
    mine = Q(owner=whose) if whose else Q(pk=None)
    found = unsettled(replay, Q(owner__in=[whose, ""]) & (mine | Q(promise__in=owing)))
    found = found.filter(state__in=[State.OPEN.word, State.WARNED.word])
    return list(found.order_by("due_at", "pk")[: MOST + 1])


def _late(replay: int, whose: str, stages: list[str], owing: list[str]) -> list[Obligation]:
    """What was not kept in time, of their own: what nobody did is history, and may be much.

    What a colleague missed came with the lead to whoever has it now. Two queries, each with an
    index of its own; the stages keep the second from all leads that somebody ever had.
    """
    if not whose:
        return []
    given = Lead.objects.filter(replay=replay, stage__in=stages, owner=whose).values("person")
    came = Q(person__in=given) & ~Q(owner=whose)
    found = [
        each
        for which in (Q(owner=whose), came)
        for each in unsettled(replay, which)
        .filter(state=State.BROKEN.word)
        .order_by("-due_at", "pk")[: MOST + 1]
        if each.owner == whose
        or each.promise in owing  # in SQL it would lead past all of a promise
    ]
    return sorted(found, key=lambda each: (-(each.due_at or 0), each.pk))[: MOST + 1]


def _begun_by(agreement: Agreement, owing: list[str]) -> list[str]:
    """The stages that begin one of these promises: what is late matters while a lead is there."""
    return sorted({p.starts.enters for p in agreement.event_promises if p.id in owing} - {""})


def desk_mark() -> str:
    """A mark that changes with every fact, deed, replay, and whatever the clocks brought."""
    last = [
        model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in (Event, Happening, Import)
    ]
    shown = Replay.objects.filter(current=True).values_list("started_at", flat=True).first()
    return "-".join(map(str, [*last, shown or 0]))


def _sections(
    rows: tuple[OwedRow, ...], whose: str, asked: tuple[Waiting, ...]
) -> tuple[Section, ...]:
    """The leads by how it stands with them; each stands once, where it presses most."""
    held = [row for row in rows if row.holder in ("", whose) or not row.is_late]
    mine = [row for row in held if whose in (row.owner.key, row.holder or row.owner.key)]
    nobodys = [row for row in held if row not in mine and not row.is_late]
    parts = (
        ("risk", "At risk", [row for row in mine if row.is_at_risk]),
        ("due", "Due", [row for row in mine if not row.is_at_risk and not row.is_late]),
        ("nobody", "With nobody yet", nobodys),
        ("late", "Late", [row for row in reversed(mine) if row.is_late]),
    )
    seen: set[str] = set()
    sections = []
    for id_, name, part in parts:
        grouped: dict[str, list[OwedRow]] = {}
        for row in part:
            if row.person.key not in seen:
                grouped.setdefault(row.person.key, []).append(row)
        seen |= grouped.keys()
        made = tuple(DeskRow(group[0], _more(mine, group[0])) for group in grouped.values())
        sections.append(Section(id_, name, made))
    sections.insert(1, Section("asked", "Asked of you", (), asked))  # what is at risk stays first
    return tuple(each for each in sections if each.count)


def _more(rows: list[OwedRow], first: OwedRow) -> int:
    return sum(row.person == first.person for row in rows if row is not first)
