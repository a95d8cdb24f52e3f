"""Sections of a scenario file that count: credits, sourced deals, metrics, needed leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from interlock.agreement.goals import MEASURES, slug_of
from interlock.agreement.schema import Agreement
from interlock.facts.money import digits_of
from interlock.insight.attainment import attainment, counts, whole_percent
from interlock.insight.deals import Costs, Ledger, Span, figure
from interlock.insight.funnel import funnel_rows, main_path
from interlock.insight.handed_over import RATES, HandOvers, followed, rate_of, speed_of
from interlock.insight.required import required, way_to_a_sale
from interlock.insight.tally import Subject, add_up, tally
from interlock.replay.credits import COLUMNS as CREDIT_COLUMNS
from interlock.replay.credits import sales_of, share_out
from interlock.replay.deals import DEAL_COLUMNS, deals_of
from interlock.replay.eras import Eras
from interlock.replay.follow_up import DEED_COLUMNS, deeds_of
from interlock.replay.journeys import NONE
from interlock.replay.money import amounts_in
from interlock.replay.outcome import Outcome, State
from interlock.replay.periods import starts_of
from interlock.replay.sourcing import sourcing_of
from tests.replay.scenario import seconds

ALSO = {
    **DEAL_COLUMNS,
    **DEED_COLUMNS,
    **CREDIT_COLUMNS,
    "person": DEAL_COLUMNS["person"],
    "opportunity": DEAL_COLUMNS["opportunity"],
    "campaign_cost": ("id", "amount", "currency"),
}
"""The columns that these sections read, by kind."""
Asked = dict[str, Any]
"""What a section says, by what it is asked of (a model, a period)."""


def sections(eras: Eras, outcome: Outcome) -> dict[str, Callable[[Asked], Asked]]:
    """Each section by its name: from what the file says to what came out, of the same questions."""
    counted = _Counted(eras, outcome)
    return {
        "credits": counted.credits,
        "sourced": counted.sourced,
        "metrics": counted.metrics,
        "handed_over": counted.handed_over,
        "attainment": counted.attainment,
        "funnel": counted.funnel,
        "needed": counted.needed,
    }


class _Counted:
    def __init__(self, eras: Eras, outcome: Outcome) -> None:
        self.outcome, self.as_of = outcome, outcome.as_of
        self.moments = eras.at(outcome.as_of)
        self.agreement: Agreement = self.moments.agreement
        self.tallies = tally(outcome, self.agreement)

    def credits(self, asked: Asked) -> Asked:
        """By model (and `order`): `channel amount`, in minor units, in order of the channels.

        `without repeats`: a channel met several times in a row is met once.
        """
        found = {}
        for name in asked:
            said, repeats, _ = str(name).partition(" without repeats")
            model, _, order = said.partition(" of order ")
            terms = replace(self.agreement.attribution, model=model, order=int(order or 1))
            terms = replace(terms, self_transitions=not repeats)
            sales = sales_of(self.moments, terms, "channel", self.as_of)
            shared = share_out(sales, terms)
            assert shared.amount.sum() == sales.amount.sum()
            lines = zip(shared.channels, shared.amount, strict=True)
            found[name] = sorted(f"{channel} {amount}" for channel, amount in lines if amount)
        return found

    def sourced(self, asked: Asked) -> Asked:
        """By `sourced_by influenced_before`: `deal source sourced influenced`."""
        found = {}
        for name in asked:
            by, before = str(name).split()
            terms = replace(self.agreement.attribution, sourced_by=by, influenced_before=before)
            each = sourcing_of(self.moments, terms, "channel", self.as_of)
            found[name] = [
                f"{key} {each.sources[each.source[i]] if each.source[i] >= 0 else NONE} "
                f"{_yes(each.sourced[i])} {_yes(each.influenced[i])}"
                for i, key in enumerate(each.keys)
            ]
        return found

    def metrics(self, asked: Asked) -> Asked:
        """By period (`week 2026-03-09`): each metric asked for, `value: part/part`."""
        return {name: self._metrics(self._span(name), says) for name, says in asked.items()}

    def _metrics(self, span: Span, asked: Asked) -> Asked:
        agreement, index = self.agreement, self.moments.index
        spent = index.table("campaign_cost")
        amounts = amounts_in(spent, agreement.currency)
        ledger = Ledger(
            deals_of(index, agreement.currency, self.as_of),
            Costs(spent.at, amounts),
            agreement.metrics,
            10 ** digits_of(agreement.currency),
        )
        by_slug = {slug_of(metric): metric for metric in MEASURES}
        found = {slug: figure(by_slug[slug], ledger, span) for slug in asked}
        return {
            slug: f"{_number(each.value)}: {'/'.join(_number(part) for _, part in each.parts)}"
            for slug, each in found.items()
        }

    def handed_over(self, asked: Asked) -> Asked:
        """By period: rates as `1/4`; of times the median and nine of ten, working and wall."""
        promise = self.agreement.hand_over
        assert promise is not None
        owed, index = self.outcome.obligations, self.moments.index
        mine = np.flatnonzero(owed.promise == self.outcome.promises.tolist().index(promise.id))
        mine = mine[np.lexsort((owed.started[mine], owed.person[mine]))]
        handed = HandOvers(
            *(owed.person[mine], owed.started[mine], owed.earlier[mine].astype(np.int64)),
            *(owed.due[mine], owed.state[mine] == State.VOID),
        )
        calendars = self.moments.calendars
        begins = int(owed.started.min())
        opened = calendars.openings(calendars.code(promise.calendar), begins, self.as_of, 0)
        found = followed(handed, deeds_of(index, self.agreement), opened, self.as_of)
        said = {}
        for name, says in asked.items():
            cohort = found.where(self._span(name).holds(found.handed.at))
            speed = speed_of(cohort)
            rates = {slug_of(each): rate_of(each, cohort) for each in RATES}
            lines = {slug: f"{each.numerator}/{each.denominator}" for slug, each in rates.items()}
            lines["speed-to-lead"] = f"{_clock(speed.working_median)} {_clock(speed.wall_median)}"
            lines["nine-of-ten"] = f"{_clock(speed.working_most)} {_clock(speed.wall_most)}"
            said[name] = {slug: lines[slug] for slug in says}
        return said

    def attainment(self, asked: Asked) -> Asked:
        """By promise: `kept/decided from low to high`, the interval in whole per cent."""
        found: Asked = {}
        for name in asked:
            rows = [
                (state, count)
                for _, clause, state, count in add_up(self.tallies, Subject.PROMISE)
                if clause == name
            ]
            of = attainment(counts(rows))
            low, high = whole_percent(of.low or 0), whole_percent(of.high or 0)
            found[name] = f"{of.numerator}/{of.denominator} from {low} to {high}"
        return found

    def funnel(self, asked: Asked) -> Asked:
        """By stage: who entered, who is there, and which share of a cohort came on."""
        rows = funnel_rows(main_path(self.agreement), self._by_stage())
        found = {}
        for row in rows:
            shares = (("of previous", row.of_previous), ("of first", row.of_first))
            said = [f"{of} {each.numerator}/{each.denominator}" for of, each in shares if each]
            found[row.stage] = ", ".join([f"entered {row.entered}", f"there {row.there}", *said])
        return {stage: found[stage] for stage in asked}

    def needed(self, asked: Asked) -> Asked:
        """By goal (`revenue average`, and a source): the leads that are needed by stage."""
        found: Asked = {}
        for name in asked:
            revenue, average, *source = str(name).split()
            rates = self._by_stage({"source": source[0]} if source else {})
            way = way_to_a_sale(self.agreement)
            plan = required(float(revenue), float(average), way, rates)
            found[name] = {each.stage: each.leads for each in plan.stages} if plan else None
        return found

    def _by_stage(self, where: Mapping[str, str | int] | None = None) -> dict[tuple[str, str], int]:
        sums = add_up(self.tallies, Subject.STAGE, where or {})
        return {(clause, state): count for _, clause, state, count in sums}

    def _span(self, name: str) -> Span:
        each, day = str(name).split()
        zone = self.agreement.zone
        begins = seconds(f"{day} 00:00")
        after = starts_of(each, begins, begins, zone, 1)
        ends = int(after[after > begins][0])
        return Span(begins, ends, min(ends, self.as_of + 1), zone)


def _yes(flag: np.bool_) -> str:
    return "yes" if flag else "no"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.10g}"


def _clock(seconds: int | None) -> str:
    return "-" if seconds is None else f"{seconds // 3600}:{seconds // 60 % 60:02}"
