"""What all deeds at a desk share: they are checked, kept as live facts, and can be undone.

Whatever keeps a deed from being done is a value with the reason in words, and with what can be done
instead. Nothing is written then.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Max

from interlock.operations.actor import Actor
from interlock.operations.delivery import LiveFact
from interlock.operations.live import receive_live
from interlock.operations.permissions import Action, require
from interlock.operations.reading import Named, named
from interlock.operations.standing import Standing, standing, what_came
from interlock.operations.whose import Reach, reach_of
from interlock.replay.outcome import Instant, State
from interlock.store.lock import taking_turns
from interlock.store.models import FACTS, Import, Lead, Obligation
from interlock.store.trail import record

SOURCE = "desk"
NOTHING = Named("", "")
UNDO_SECONDS = 10
"""So long a deed can be undone by whoever did it."""


@dataclass(frozen=True)
class Deed:
    """What became of a deed.

    Done: `said` in words, where the lead stands now, what is owed next, and the `delivery` by which
    it can be undone `until` an instant, or the `question`. `challenge`: it was done, and the facts
    speak against it. Not done: `refused` says why, `instead` what applies.
    """

    person: Named
    said: str = ""
    refused: str = ""
    instead: tuple[str, ...] = ()
    stage: Named = NOTHING
    next: Named = NOTHING
    next_due: Instant | None = None
    delivery: int | None = None
    question: int | None = None
    until: Instant | None = None
    challenge: str = ""

    @property
    def done(self) -> bool:
        """Whether it was done."""
        return not self.refused


@dataclass(frozen=True)
class Plan:
    """What a deed would write, or why it is refused.

    `verb` and `why` are for the trail; `after` is called with the delivery, and what it returns is
    the deed's challenge. `source` is whose records the facts are.
    """

    facts: tuple[LiveFact, ...] = ()
    verb: str = ""
    said: str = ""
    why: str = ""
    refused: str = ""
    instead: tuple[str, ...] = ()
    source: str = SOURCE
    after: Callable[[int], str] | None = None


Planner = Callable[[Standing, Reach, Instant], Plan]


def refuse(why: str, *instead: str) -> Plan:
    """A plan to do nothing, since."""
    return Plan(refused=why, instead=instead)


def new_id() -> str:
    """An id for a fact that is made at a desk."""
    return f"desk-{secrets.token_hex(8)}"


def perform(
    person: str, plan: Planner, *, by: Actor, mark: str | None, now: Instant | None
) -> Deed:
    """Does a deed about the lead, in one transaction: all of it is there, or none.

    `mark` is that of the page on which it was decided; None: whatever it is now.
    """
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    reach = reach_of(by)
    with taking_turns():
        here = standing(person, moment)
        if here is None:
            return Deed(Named(person, person), refused=f"Nobody has the key {person}.")
        here, moment = after_the_last(here, moment)
        whom = Named(here.key, here.name)
        kept = kept_from(here, reach, mark)
        planned = refuse(kept) if kept else plan(here, reach, moment)
        if planned.refused:
            return Deed(whom, refused=planned.refused, instead=planned.instead)
        received = receive_live(planned.facts, by=by, source=planned.source, now=moment)
        if received.refused or received.delivery is None:
            transaction.set_rollback(True)
            why = "; ".join(each.reason for each in received.refused) or "it says nothing new"
            return Deed(whom, refused=f"Not taken: {why}.")
        challenge = planned.after(received.delivery) if planned.after else ""
        record(by, planned.verb, f"lead {here.key}", at=moment, why=planned.why)
        done = Deed(
            whom,
            said=planned.said,
            delivery=received.delivery,
            until=let_undo(received.delivery, moment),
            challenge=challenge,
        )
        return _as_it_stands(done, here, by.side)


def let_undo(delivery: int | None, moment: Instant) -> Instant:
    """Lets whoever made the delivery undo it for a while; until when."""
    until = moment + UNDO_SECONDS
    if delivery is not None:
        Import.objects.filter(pk=delivery).update(undo_until=until)
    return until


def after_the_last(here: Standing, moment: Instant) -> tuple[Standing, Instant]:
    """The instant, or the second after the last decision where that was in this very second.

    Facts of one second count in the order of their kinds, and not in that of their arrival. A
    decision that came from elsewhere may be some seconds ahead, and the agreement in force after it
    another one: the lead is returned as it stands under that.
    """
    just_now = (moment, moment + UNDO_SECONDS)
    same = FACTS["decision"].objects.filter(person__in=here.records, live=True, at__range=just_now)
    last = same.aggregate(last=Max("at"))["last"]
    if last is None:
        return here, moment
    return replace(here, agreement=here.texts.agreement_at(int(last) + 1)), int(last) + 1


def kept_from(here: Standing, reach: Reach, mark: str | None = None) -> str:
    """Why nothing may be done about the lead just now; "" where something may.

    `mark` is that of the page on which it was decided; None: that of now.
    """
    if not here.live:
        return (
            "The replay that is shown looks from an instant that was chosen, and nothing moves in "
            "it. Whoever keeps the data replays from the present, under Data."
        )
    if mark is not None and mark != here.mark:
        return _overtaken(here, reach, mark)
    if not reach.may_work_on(here.owner):
        owner = reach.called(here.owner).name
        return f"{here.name} is with {owner}, who can hand it over; so can the lead of the team."
    return ""


def _overtaken(here: Standing, reach: Reach, mark: str) -> str:
    """What somebody else did, or undid, while the page with that mark was open. One query."""
    stage = here.clause.name if here.clause else "no stage"
    now = f"{here.name} now stands at {stage}, with {reach.called(here.owner).name or 'nobody'}."
    what = what_came(here.mark, mark)
    if what is None:
        return f"Something else about {here.name} came in meanwhile. {now}"
    who = next((c.name for c in reach.colleagues.values() if c.email == what.by), what.by)
    return f"{who} {'has undone something' if what.undone else f'was quicker ({what.word})'}. {now}"


def _as_it_stands(done: Deed, here: Standing, side: str) -> Deed:
    """The deed with where the lead stands after it, and what the side owes next. Two queries."""
    lead = Lead.objects.get(replay=here.replay, person=here.key)
    open_ = [State.OPEN.word, State.WARNED.word]
    owing = [p.id for p in here.agreement.event_promises if p.owed_by.value == side]
    owed = Obligation.objects.filter(
        replay=here.replay, person=here.key, state__in=open_, promise__in=owing
    )
    following = owed.exclude(due_at=None).order_by("due_at").first()
    stages = {stage.id: stage.name for stage in here.agreement.stages}
    done = replace(done, stage=named(lead.stage, stages))
    if following is None:
        return done
    promises = {promise.id: promise.name for promise in here.agreement.promises}
    following_name = named(following.promise, promises)
    return replace(done, next=following_name, next_due=following.due_at)
