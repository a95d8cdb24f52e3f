"""The numbers of an agreement that one turns to see what changes: thresholds, times, targets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from interlock.agreement.conditions import NUMERIC, Groups, Row, groups_of, terms, text_of
from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.criterion import Criterion
from interlock.agreement.durations import parse_duration
from interlock.agreement.editing import Change, as_text, as_value
from interlock.agreement.expression import Name, ValueType, names
from interlock.agreement.goals import Goal
from interlock.agreement.phrases import phrase
from interlock.agreement.schema import Agreement, Duration, EventPromise, PeriodPromise, Stage
from interlock.agreement.vocabulary import vocabulary
from interlock.agreement.wording import called


@dataclass(frozen=True)
class Dial:
    """One number: the key that it stands in, where in it, what it is, and how far it may go.

    `spot` is empty where the number is all that the key says; "1.0" names a row of a condition.
    `apart` tells it from others of the same label; empty where there are none. `unit` is what it is
    counted in. A browser moves a number to the nearest of the steps from `low` on; `value` is one
    of them, so that a dial that nobody turned is sent as it is.
    """

    path: str
    spot: str
    clause: str
    label: str
    value: float
    low: float
    high: float
    step: float
    unit: str = ""
    is_share: bool = False
    apart: str = ""

    @property
    def called(self) -> str:
        """Its label, with what tells it from others."""
        return f"{self.label} ({self.apart})" if self.apart else self.label

    @property
    def key(self) -> str:
        """By what a form names it."""
        return f"{self.path}@{self.spot}"

    @property
    def unit_of_one(self) -> str:
        """The unit where the number is one."""
        return self.unit.removesuffix("s")


def dials_of(agreement: Agreement) -> tuple[Dial, ...]:
    """Thresholds of stages that conditions in rows hold, then times and targets of promises.

    At last the targets of goals that are measured.
    """
    of_stages = (dial for stage in agreement.stages for dial in _of_stage(stage))
    of_goals = (
        dial
        for each in agreement.measured_goals
        for dial in _target(each.path, each, is_share=each.is_share)
    )
    return (*of_stages, *_of_promises(agreement), *of_goals)


def _of_stage(stage: Stage) -> Iterator[Dial]:
    found = [*_thresholds(stage)]
    called = [each.called for each in found]
    for place, each in enumerate(found):
        many, nth = called.count(each.called), called[: place + 1].count(each.called)
        yield each if many == 1 else replace(each, apart=f"{each.apart}, number {nth}")


def _thresholds(stage: Stage) -> Iterator[Dial]:
    groups = groups_of(stage.enter.expression) if stage.enter else None
    types = _types(stage)
    labels = [[_label(row, types) for row in group] for group in groups or ()]
    for one, group in enumerate(groups or ()):
        for place, row in enumerate(group):
            type_ = types.get(row.path)
            if type_ in NUMERIC and row.test in (">=", ">", "<=", "<") and row.value:
                label, apart = labels[one][place], ""
                if sum(each.count(label) for each in labels) > 1:
                    apart = _apart(stage, one, place) or _SIGNS[row.test]
                value, spot = float(row.value), f"{one}.{place}"
                if abs(value) > _LARGEST:
                    continue
                high = _reach(value)
                step, where = _step(high), f"stages.{stage.id}.enter"
                low = _first(value, step)
                bounds = value, low, high, step
                yield Dial(where, spot, stage.name, label, *bounds, apart=apart)


def _label(row: Row, types: Mapping[str, ValueType]) -> str:
    """What a row asks about, in a word or few."""
    name = _name(row.path, types.get(row.path, ValueType.TEXT))
    return called(name).removeprefix("the ").removesuffix(" score")


_SIGNS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}


def _apart(stage: Stage, group: int, place: int) -> str:
    """What else has to hold for a row to count; empty where nothing has."""
    assert stage.enter is not None  # noqa: S101 - it has rows
    rows = terms("&&", terms("||", stage.enter.expression)[group])
    others = " and ".join(phrase(each) for at, each in enumerate(rows) if at != place)
    return f"where {others}" if others else ""


_LARGEST = 1e9
"""Larger numbers are no dials: no finger finds one, and they are written with an exponent."""
_FINE = 200
"""Steps of a dial at most; a number has to be found with a finger."""
_LONG = 8.0
"""So long a time, of whatever unit, can be tried at least: a working day, or a week and a day."""
_TIME = re.compile(r"(\d+)\s+(.*)")


def _of_promises(agreement: Agreement) -> Iterator[Dial]:
    for promise in agreement.event_promises:
        path = f"promises.{promise.id}"
        yield from _time(promise.name, f"{path}.within", promise.within)
        for each in promise.variants:
            apart = f"where {each.when.sentence}"
            yield from _time(promise.name, f"{path}.variants.{each.id}.within", each.within, apart)
    for number in agreement.period_promises:
        yield from _target(f"promises.{number.id}", number, is_share=number.is_rate)


def _time(name: str, path: str, within: Duration, apart: str = "") -> Iterator[Dial]:
    found = _TIME.fullmatch(within.text)
    if found and float(found[1]) <= _LARGEST:
        value, unit = float(found[1]), _plural(found[2])
        bounds = value, min(value, 1.0), max(_LONG, _reach(value)), 1.0
        yield Dial(path, "", name, "within", *bounds, unit, apart=apart)


def _target(clause: str, wanted: PeriodPromise | Goal, *, is_share: bool) -> Iterator[Dial]:
    value = wanted.target
    if abs(value) > _LARGEST:
        return
    high = 1.0 if is_share else _reach(value)
    step = 0.01 if is_share else _step(high)
    low, unit = _first(value, step), ""
    if isinstance(wanted, Goal):
        low, unit = low or step, "" if is_share else wanted.unit  # nothing is no goal
    path = f"{clause}.target"
    yield Dial(path, "", wanted.name, "target", value, low, high, step, unit, is_share)


def _step(high: float) -> float:
    return max(1.0, round(high / _FINE))


def _first(value: float, step: float) -> float:
    """The least number from which such steps come to the value, from nothing on; else itself."""
    return float(Decimal(str(value)) % Decimal(str(step))) if value >= 0 else value


def turned(agreement: Agreement, turns: Mapping[str, float]) -> tuple[Change, ...]:
    """The changes that turning dials makes, by their keys; what is no dial is left alone."""
    found: dict[str, str | None] = {}
    rows: dict[str, Groups] = {}
    for dial, value in _moved(agreement, turns):
        if not dial.spot:
            is_time = dial.path.endswith(".within")
            found[dial.path] = _within(agreement, dial, value) if is_time else f"{value:.10g}"
            continue
        stage = agreement.stage(dial.path.split(".")[1])
        if stage is None or stage.enter is None:
            continue
        groups = rows.get(dial.path) or groups_of(stage.enter.expression) or ()
        rows[dial.path] = _set(groups, dial.spot, value, _types(stage))
        found[dial.path] = as_text(text_of(rows[dial.path], _types(stage)))
    return tuple(found.items())


def turned_words(agreement: Agreement, turns: Mapping[str, float]) -> tuple[str, ...]:
    """What turning dials makes otherwise, each in words: "MQL: fit 60 instead of 50"."""
    return tuple(
        f"{dial.clause}: {dial.called} {_said(dial, value)} instead of {_said(dial, dial.value)} "
        f"{dial.unit}".strip()
        for dial, value in _moved(agreement, turns)
    )


def _said(dial: Dial, value: float) -> str:
    return f"{100 * value:.10g} %" if dial.is_share else f"{value:,.10g}"


def _moved(agreement: Agreement, turns: Mapping[str, float]) -> Iterator[tuple[Dial, float]]:
    """The dials that are turned to another number, within their bounds."""
    for dial in dials_of(agreement):
        value = turns.get(dial.key)
        if value is not None and value != dial.value:
            yield dial, min(max(value, dial.low), dial.high)


def with_dials(agreement: Agreement, turns: Mapping[str, float]) -> Agreement:
    """The agreement that the changed text would be, at once: only what was turned is read anew.

    Its `source` is still the text of before. A value that the text could not say is left as it was.
    """
    stages = {each.id: each for each in agreement.stages}
    promises = {each.id: each for each in agreement.promises}
    goals = {each.id: each for each in agreement.goals}
    words = vocabulary(agreement.attributes, agreement.engagement.points)
    for path, value in turned(agreement, turns):
        section, name, *within = path.split(".")
        if section == "stages":
            stages[name] = _entered(stages[name], str(as_value(str(value))), words)
        elif section == "goals":
            goals[name] = replace(goals[name], target=float(str(value)))
        else:
            promises[name] = _promised(promises[name], within, str(value))
    return replace(
        agreement,
        stages=(*stages.values(),),
        promises=(*promises.values(),),
        goals=(*goals.values(),),
    )


def _entered(stage: Stage, text: str, words: Mapping[str, ValueType]) -> Stage:
    found = compile_criterion(text, words)
    if not isinstance(found, Compiled) or stage.enter is None:
        return stage
    tree = found.expression
    return replace(stage, enter=Criterion(text, tree, phrase(tree), stage.enter.place))


def _promised(
    promise: EventPromise | PeriodPromise, path: Sequence[str], text: str
) -> EventPromise | PeriodPromise:
    """The promise with another target, or another time: its own, or a variant's (by the path)."""
    if isinstance(promise, PeriodPromise):
        return replace(promise, target=float(text))
    within = parse_duration(text)
    if within is None:
        return promise
    if len(path) == 1:
        return replace(promise, within=within)
    variants = (
        replace(each, within=within) if each.id == path[1] else each for each in promise.variants
    )
    return replace(promise, variants=tuple(variants))


def _within(agreement: Agreement, dial: Dial, value: float) -> str:
    promise = agreement.at(dial.path.removesuffix(".within"))
    within = getattr(promise, "within", None)
    unit = _TIME.fullmatch(within.text) if isinstance(within, Duration) else None
    said = unit[2] if unit else dial.unit
    one = said.removesuffix("s")
    return f"{value:.0f} {one if value == 1 else _plural(said)}"


def _set(groups: Groups, spot: str, value: float, types: Mapping[str, ValueType]) -> Groups:
    one, place = map(int, spot.split("."))
    old = groups[one][place]
    if types.get(old.path) is ValueType.INTEGER:
        value = round(value)
    text = f"{value:.10g}" + (".0" if "." in old.value and value == int(value) else "")
    group = (*groups[one][:place], replace(old, value=text), *groups[one][place + 1 :])
    return (*groups[:one], group, *groups[one + 1 :])


def _types(stage: Stage) -> dict[str, ValueType]:
    read = names(stage.enter.expression) if stage.enter else ()
    return {name.path: name.type for name in read}


def _name(path: str, type_: ValueType) -> Name:
    scope, _, field = path.rpartition(".")
    return Name(scope, field, type_)


def _plural(unit: str) -> str:
    return unit if unit.endswith("s") else f"{unit}s"


def _reach(value: float) -> float:
    """Far enough that twice the number can be tried, at a round number."""
    wide = 2 * abs(value) or 10.0
    size = 10.0 ** max(0, len(str(int(wide))) - 1)
    return float(-(-wide // size) * size)
