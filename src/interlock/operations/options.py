"""What may be decided about a lead as it stands. The replay itself is asked, by trying it out.

Three rules of the hand-off stand beside what the replay answers. A rejection is an answer to a
hand-over: it applies where accepting would. What was accepted is not rejected but recycled. And
nobody turns away a lead that marketing still has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from interlock.agreement.schema import Side
from interlock.operations.reading import Named
from interlock.operations.standing import Standing
from interlock.replay.outcome import Instant
from interlock.replay.reasons import TURNING_AWAY
from interlock.replay.trial import Effect, NewFact, Trial
from interlock.store.models import FACTS

WORDS = {
    "accept": "accept",
    "reject": "reject",
    "qualify": "qualify",
    "convert": "make an opportunity",
    "win": "win",
    "lose": "lose",
    "recycle": "recycle",
    "disqualify": "disqualify",
}
"""What each decision is called at a desk, in the order in which they are offered."""

CLOSING = ("win", "lose")


@dataclass(frozen=True)
class Option:
    """A decision that applies: its kind and word, and the reasons that it may be given with.

    `effect` is what it does; None for the close of an opportunity.
    """

    kind: str
    word: str
    reasons: tuple[Named, ...]
    effect: Effect | None


@dataclass(frozen=True)
class Options:
    """What applies, why the rest does not (by kind), and the lead's replay that told."""

    these: tuple[Option, ...]
    why_not: Mapping[str, str]
    trial: Trial | None
    opportunity: str

    def of(self, kind: str) -> Option | None:
        """The option of that kind, where it applies."""
        return next((each for each in self.these if each.kind == kind), None)

    @property
    def words(self) -> tuple[str, ...]:
        """What applies, in words."""
        return tuple(each.word for each in self.these)

    def fit(self, now: Instant) -> dict[str, bool]:
        """Which of the agreement's fit criteria hold of the lead, by id."""
        if self.trial is None:
            return {}
        eras = self.trial.eras
        moments = eras.at(now)
        last = np.array([eras.index.first[self.trial.person + 1] - 1])
        points = moments.agreement.fit.points
        return {each.id: bool(moments.holds_at(each.when, last)[0]) for each in points}


def options(here: Standing, member: str, now: Instant) -> Options:
    """Tries every decision out. One replay of the lead, whatever their number."""
    reasons = _reasons(here)
    kinds = [kind for kind in WORDS if kind not in CLOSING]
    deeds = [_tried(kind, reasons[kind], member) for kind in kinds]
    trial = here.try_out(now, *deeds)
    effects = dict(zip(kinds, trial.effects if trial else (), strict=False))
    opportunity = open_opportunity(here.records)
    why_not: dict[str, str] = {}
    these: list[Option] = []
    for kind, word in WORDS.items():
        why = _why_not(kind, here, effects, reasons[kind], opportunity)
        if why:
            why_not[kind] = why
        else:
            these.append(Option(kind, word, reasons[kind], effects.get(kind)))
    return Options(tuple(these), why_not, trial, opportunity)


def open_opportunity(records: frozenset[str]) -> str:
    """The key of the newest open opportunity of the person; "" where there is none. One query."""
    found = FACTS["opportunity"].objects.filter(person__in=records, live=True, status="open")
    return found.order_by("-at", "-pk").values_list("key", flat=True).first() or ""


def _reasons(here: Standing) -> dict[str, tuple[Named, ...]]:
    given = here.agreement.reasons
    return {
        kind: tuple(Named(each.id, each.name) for each in given if kind in each.for_)
        for kind in WORDS
    }


def _tried(kind: str, reasons: tuple[Named, ...], member: str) -> tuple[NewFact, ...]:
    reason = reasons[0].key if reasons else None
    decision = {"kind": kind, "reason": reason, "member": member or None}
    if kind != "convert":
        return (NewFact("decision", decision),)
    opened = NewFact("opportunity", {"id": "new", "status": "open"})
    return opened, NewFact("decision", {**decision, "opportunity": "new"})


def _why_not(
    kind: str,
    here: Standing,
    effects: Mapping[str, Effect],
    reasons: tuple[Named, ...],
    opportunity: str,
) -> str:
    """Why the decision does not apply; "" where it does."""
    stage, turns_away = here.clause, kind in TURNING_AWAY
    at = f"{here.name} stands at {stage.name}" if stage else f"{here.name} is at no stage yet"
    effect, accept = effects.get(kind), effects.get("accept")
    undecided = accept is not None and not accept.is_none
    with_marketing = not undecided and (stage is None or stage.owner != Side.SALES)
    has_ended = stage is not None and bool(stage.outcome) and not (effect and effect.moves)
    changes_nothing = kind not in CLOSING and (effect is None or effect.is_none)
    reasons_against = (
        (kind in CLOSING and not opportunity, f"{here.name} has no open opportunity to {kind}."),
        (
            kind == "convert" and bool(opportunity),
            f"{here.name} has an open opportunity already.",
        ),
        (turns_away and not reasons, f"The agreement has no reason to {kind} for."),
        (
            kind == "reject" and not undecided,
            f"{at}: nothing waits there to be accepted or rejected.",
        ),
        (
            kind == "recycle" and undecided,
            f"{at} and was not accepted yet: reject it instead.",
        ),
        (
            turns_away and with_marketing,
            f"{at}, where marketing has it: sales turns nobody away there.",
        ),
        (kind not in CLOSING and has_ended, f"{at}, where the matter has ended."),
        (changes_nothing, f"{at}: to {WORDS[kind]} would change nothing there."),
    )
    return next((why for against, why in reasons_against if against), "")
