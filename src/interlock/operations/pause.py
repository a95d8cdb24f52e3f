"""Pausing a lead's clocks for a reason that the agreement allows, and going on.

The agreement says in `pauses_while` what has to be so of the person, such as
`person.lead_status == "Plant holiday"`. To pause is to say that it is so: a new version of the
person, as a record of the source that it came from. To go on is to say what was so before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from interlock.agreement.expression import Call, Constant, Expression, ListOf, Name
from interlock.agreement.schema import Agreement
from interlock.operations.actor import Actor
from interlock.operations.decide import as_given
from interlock.operations.deeds import Deed, Plan, perform, refuse
from interlock.operations.delivery import LiveFact
from interlock.operations.standing import Standing
from interlock.operations.whose import Reach
from interlock.replay.outcome import Instant
from interlock.store.models import FACTS


@dataclass(frozen=True)
class Pause:
    """A reason to pause: the column of the person that says it, the word, and whose clocks stand.

    `promises` are the names of those that the agreement pauses while it is so.
    """

    column: str
    word: str
    promises: tuple[str, ...]


def pauses(agreement: Agreement) -> tuple[Pause, ...]:
    """Every reason that the agreement allows, in its order."""
    found: dict[tuple[str, str], list[str]] = {}
    for promise in agreement.event_promises:
        if promise.pauses_while is not None:
            for said in _said(promise.pauses_while.expression):
                found.setdefault(said, []).append(promise.name)
    return tuple(Pause(column, word, tuple(names)) for (column, word), names in found.items())


def _said(expression: Expression) -> Iterator[tuple[str, str]]:
    """The words of a person's columns that make the expression true, each by itself."""
    if not isinstance(expression, Call):
        return
    if expression.op == "||":
        for part in expression.arguments:
            yield from _said(part)
    if expression.op not in ("==", "in"):
        return
    column, said = expression.arguments
    if not isinstance(column, Name) or column.scope != "person":
        return
    words = said.items if isinstance(said, ListOf) else (said,)
    for word in words:
        if isinstance(word, Constant) and isinstance(word.value, str):
            yield column.field, word.value


def pause(
    person: str, word: str, *, by: Actor, mark: str | None = None, now: Instant | None = None
) -> Deed:
    """Pauses the clocks of the lead that the agreement pauses for that word."""

    def plan(here: Standing, _reach: Reach, moment: Instant) -> Plan:
        allowed = pauses(here.agreement)
        chosen = next((each for each in allowed if each.word == word), None)
        if chosen is None:
            words = [each.word for each in allowed]
            return refuse("The agreement does not allow that reason to pause.", *words)
        row = _person(here.key)
        if ahead := _ahead(here, row, moment):
            return refuse(ahead)
        if _value(row, chosen.column) == word:
            return refuse(f"{here.name} is paused already: {word}.", "go on")
        return _saying(row, chosen.column, word, moment, "pause", f"Paused: {word}")

    return perform(person, plan, by=by, mark=mark, now=now)


def resume(person: str, *, by: Actor, mark: str | None = None, now: Instant | None = None) -> Deed:
    """Lets the clocks of a paused lead go on."""

    def plan(here: Standing, _reach: Reach, moment: Instant) -> Plan:
        row = _person(here.key)
        held = paused_by(here.agreement, row)
        if held is None:
            return refuse(f"{here.name} is not paused.")
        if ahead := _ahead(here, row, moment):
            return refuse(ahead)
        before = _before(here.key, held)
        return _saying(row, held.column, before, moment, "go on", "The clocks go on")

    return perform(person, plan, by=by, mark=mark, now=now)


def paused_by(agreement: Agreement, row: Any) -> Pause | None:
    """The reason for which the person's clocks stand, where one is said of them."""
    return next((p for p in pauses(agreement) if _value(row, p.column) == p.word), None)


def _person(key: str) -> Any:
    return FACTS["person"].objects.select_related("batch").get(key=key, live=True)


def _value(row: Any, column: str) -> str | None:
    said = getattr(row, column, None)
    found = said if said is not None else (row.attributes or {}).get(column)
    return None if found is None else str(found)


def _ahead(here: Standing, row: Any, moment: Instant) -> str:
    """Why nothing can be said of the person that lasts: what is known of them lies ahead."""
    if row.at is None or row.at <= moment:
        return ""
    until = datetime.fromtimestamp(row.at, here.agreement.zone)
    return (
        f"The source {row.batch.source} says that {here.name} changed at "
        f"{until:%H:%M:%S on %d %B}, which is yet to come: its clock runs ahead, "
        "and what it says would count again then. Try again after that, or say it there."
    )


def _before(key: str, held: Pause) -> str | None:
    """What the column said before the pause."""
    earlier = FACTS["person"].objects.filter(key=key, live=False).order_by("-at", "-pk")
    said = (_value(row, held.column) for row in earlier[:50])
    return next((word for word in said if word != held.word), None)


def _saying(  # noqa: PLR0913, PLR0917 - what a new version says
    row: Any, column: str, word: str | None, moment: Instant, verb: str, said: str
) -> Plan:
    values = as_given("person", row) | {column: word, "updated_at": moment}
    fact = LiveFact("person", values)
    return Plan((fact,), verb=verb, said=said, why=word or "", source=row.batch.source)
