"""The agreement's stages as data: which stage may follow which, past which skippable ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.criterion import Criterion
from interlock.agreement.expression import names
from interlock.agreement.hours import DAY
from interlock.agreement.reach import START
from interlock.agreement.schema import Agreement, Stage
from interlock.agreement.timeline import Version
from interlock.replay.eras import Eras
from interlock.replay.kept import once_each
from interlock.replay.outcome import Codes, Instants


@dataclass(frozen=True)
class Routes:
    """The stages of all versions as data; rows `v` are of the version that counts since `since[v]`.

    From stage s (the last column: from none) lead the routes `begin[v, s]:begin[v, s + 1]`, best
    first; `reach[v, s]` has a bit for each stage that one of them ends at. Route r ends at
    `target[r]` and passes `passed[r, :]` (padded with -1) without their criteria. `goes_to` is the
    stage that each reason sends to (-1 of one that the version lacks, and at last), `return_after`
    and `return_needs` (position among `returning`, -1: none) its return rule; `free` marks the
    stages that may be entered whatever the rule says; `ends` those that a reason no longer moves a
    lead away from.
    """

    since: Instants
    begin: Codes
    target: Codes
    passed: Codes
    reach: NDArray[np.int64]
    goes_to: Codes
    return_after: Instants
    return_needs: Codes
    free: NDArray[np.bool_]
    ends: NDArray[np.bool_]


def routes(eras: Eras) -> Routes:
    """Each version's stages, and its reasons' return rules."""
    return _compiled(*(each.version for each in eras.all))


@once_each
def _compiled(*versions: Version) -> Routes:
    texts, words = [each.agreement for each in versions], versions[0].words
    lists = [
        _routes_from(text, _stands_at(texts[: v + 1], here))
        for v, text in enumerate(texts)
        for here in [*words.stages, START]
    ]
    flat = [route for found in lists for route in found]
    width = max((len(route) - 1 for route in flat), default=0) or 1
    passed = np.full((len(flat), width), -1, np.int32)
    for row, route in enumerate(flat):
        passed[row, : len(route) - 1] = [words.stages.index(id) for id in route[:-1]]
    ends = np.cumsum([0, *map(len, lists)])
    steps = len(words.stages) + 1
    first = np.arange(len(texts))[:, None] * steps + np.arange(steps + 1)
    after, needs = _return_rules(texts, words.reasons)
    return Routes(
        since=np.array([each.since for each in versions], np.int64),
        begin=ends[first].astype(np.int32),
        target=np.array([words.stages.index(route[-1]) for route in flat], np.int32),
        passed=passed,
        reach=np.array(
            [sum(1 << words.stages.index(route[-1]) for route in found) for found in lists]
        ).reshape(len(texts), steps),
        goes_to=np.array([_targets(each) for each in versions], np.int32),
        return_after=after,
        return_needs=needs,
        free=_of_stages(texts, words.stages, _is_free),
        ends=_of_stages(texts, words.stages, lambda stage: bool(stage.outcome)),
    )


def _return_rules(texts: list[Agreement], reasons: tuple[str, ...]) -> tuple[Instants, Codes]:
    """For each version and reason, the seconds to wait, and which of `returning` has to hold."""
    after = np.zeros((len(texts), len(reasons)), np.int64)
    needs = np.full((len(texts), len(reasons)), -1, np.int32)
    for v, text in enumerate(texts):
        rules = returning(text)
        for reason in text.reasons:
            place, rule = reasons.index(reason.id), reason.returns
            after[v, place] = (rule.after_days if rule else 0) * DAY
            if rule and rule.when:
                needs[v, place] = rules.index(rule.when)
    return after, needs


def returning(agreement: Agreement) -> list[Criterion]:
    """The criteria of return rules."""
    return [r.returns.when for r in agreement.reasons if r.returns and r.returns.when]


def _of_stages(
    texts: list[Agreement], ids: tuple[str, ...], is_so: Callable[[Stage], bool]
) -> NDArray[np.bool_]:
    """For each version and stage whether it is so; not of a stage that the version lacks."""
    stages = [[text.stage(id) for id in ids] for text in texts]
    return np.array([[bool(each and is_so(each)) for each in row] for row in stages]).reshape(
        len(texts), len(ids)
    )


def _stands_at(texts: list[Agreement], here: str) -> str:
    """Where a lead at stage `here` goes on from under the last of the versions.

    From that stage, or, where the version has it no more, from the one that stood last before it
    and is still there; from `start` where there is none.
    """
    if here == START or texts[-1].stage(here):
        return here
    had = next((text for text in reversed(texts) if text.stage(here)), None)
    before = [] if had is None else [stage.id for stage in had.stages]
    left = [id for id in before[: before.index(here)] if texts[-1].stage(id)] if before else []
    return left[-1] if left else START


def _is_free(stage: Stage) -> bool:
    """Whether a lead that has to wait may enter: a way out, or somebody's own decision."""
    read = {name.scope for name in names(stage.enter.expression)} if stage.enter else set()
    return bool(stage.outcome) or not read.isdisjoint(("decision", "opportunity"))


def _routes_from(agreement: Agreement, here: str) -> list[tuple[str, ...]]:
    """Ways on from `here`, shortest first, then in the file's order; all but the last skipped.

    One way to each stage: whether it is taken depends on the stage alone, so the first counts.
    """
    stages = agreement.stages
    skippable = {stage.id for stage in stages if stage.may_skip}
    reached = {here}
    found: list[tuple[str, ...]] = []
    edge: list[tuple[str, ...]] = [()]
    while edge:
        steps: list[tuple[str, ...]] = []
        for way in edge:
            before = way[-1] if way else here
            for stage in stages:
                if before in stage.comes_from and stage.enter and stage.id not in reached:
                    reached.add(stage.id)
                    steps.append((*way, stage.id))
        found += steps
        edge = [way for way in steps if way[-1] in skippable]
    return found


def _targets(version: Version) -> list[int]:
    """The stage that each reason sends a lead to; -1 of one that the version lacks, and at last."""
    words = version.words
    goes_to = {reason.id: reason.goes_to for reason in version.agreement.reasons}
    sent = [goes_to.get(reason) for reason in words.reasons]
    return [*(words.stages.index(stage) if stage else -1 for stage in sent), -1]
