"""How many leads a condition would catch, on the facts that there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.agreement.canonical import plain
from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.criterion import TOP, Criterion
from interlock.agreement.expression import ValueType, names
from interlock.agreement.phrases import phrase
from interlock.agreement.problems import Problem
from interlock.agreement.vocabulary import vocabulary
from interlock.operations.actor import Actor
from interlock.operations.attributes import known_attributes
from interlock.operations.bounds import few_enough
from interlock.operations.permissions import Action, require
from interlock.operations.reading import current
from interlock.operations.workbench import is_too_large, workbench

LATELY = 90
"""Days before the instant of the replay that count as lately."""
MOST = 120
WINDOW = 60
"""Conditions of one sign-in that are counted in so many seconds, by one process of the server."""


@dataclass(frozen=True)
class Caught:
    """A condition in words, and the people for whom it held at some moment, and lately.

    `people` are all there are; None: there is nothing to try it on, or it is too large. `problems`
    where it is none. `too_often`: nothing was looked at, since too many were asked for.
    """

    sentence: str = ""
    problems: tuple[Problem, ...] = ()
    ever: int = 0
    lately: int = 0
    people: int | None = None
    too_large: bool = False
    too_often: bool = False


def words_of(draft: str) -> dict[str, ValueType]:
    """What a condition of that draft may speak of: paths and their types."""
    said = plain(draft)
    points = said.get("engagement", {}).get("points", {})
    return vocabulary(known_attributes(), points if isinstance(points, dict) else ())


def catch(condition: str, draft: str, *, by: Actor) -> Caught:
    """What the condition means, and whom it would catch by the scores of the agreement in force.

    `draft` is the text in which it is to stand, for the words that it may use.
    """
    require(by, Action.DRAFT)
    if not few_enough(f"conditions of {by.name}", MOST, WINDOW):
        return Caught(too_often=True)
    found = compile_criterion(condition, words_of(draft))
    if not isinstance(found, Compiled):
        return Caught(problems=tuple(found))
    criterion = Criterion(condition, found.expression, phrase(found.expression), TOP)
    reading = current()
    if is_too_large(reading.basis):
        return Caught(sentence=criterion.sentence, too_large=True)
    bench = workbench(reading=reading, beside=names(found.expression))
    if bench is None:
        return Caught(sentence=criterion.sentence)
    moments, index = bench.before.moments.apart(), bench.eras.index
    holds = moments.holds(criterion)
    since = bench.as_of - LATELY * 86_400
    return Caught(
        sentence=criterion.sentence,
        ever=len(np.unique(index.person[holds])),
        lately=len(np.unique(index.person[holds & (index.at >= since)])),
        people=len(index.who),
    )
