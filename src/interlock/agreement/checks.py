"""What the clauses of an agreement must be to each other.

Each check looks at the whole agreement and yields what is wrong. A criterion without text stands
for one that could not be read; it has been reported and is passed over here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise

from interlock.agreement.checked import Checked, known
from interlock.agreement.clauses import criteria_of
from interlock.agreement.criterion import Criterion, Place
from interlock.agreement.expression import names
from interlock.agreement.missed_checks import missed
from interlock.agreement.problems import Problem, did_you_mean
from interlock.agreement.reach import (
    START,
    can_hold,
    literals_beside,
    needs_its_fact,
    reachable,
)
from interlock.agreement.routing_checks import routing
from interlock.agreement.schema import Agreement, EventPromise, Side
from interlock.agreement.sentences import subjects
from interlock.agreement.vocabulary import FACT_SCOPES, STATE_SCOPES
from interlock.agreement.wording import article
from interlock.facts.kinds import KINDS

MAX_STAGES = 60
"""The replay keeps the stages of one moment in the bits of one number."""


def check(agreement: Agreement, places: Mapping[str, Place]) -> list[Problem]:
    """Everything that is wrong between clauses; `places` says where each path stands."""
    checked = Checked(agreement, places)
    return [problem for each in _CHECKS for problem in each(checked)]


# --- one agreement, two sides -----------------------------------------------------------------


def _parties(c: Checked) -> Iterator[Problem]:
    present = {party.side for party in c.agreement.parties}
    for side in Side:
        if side not in present and len(c.agreement.parties) < len(Side):
            yield c.error("parties", f"{side} is not a party", "an agreement has two sides")
    for party in c.agreement.parties:
        if not party.signs:
            yield c.warning(f"parties.{party.side}", "nobody signs for this side")


def _both_owe(c: Checked) -> Iterator[Problem]:
    written = [each for each in c.agreement.promises if f"promises.{each.id}.owed_by" in c.places]
    owing = {promise.owed_by for promise in written}
    if not c.agreement.promises:
        yield c.warning("promises", "neither side promises anything")
    elif len(owing) == 1:
        (one,) = owing
        other = next(side for side in Side if side is not one)
        message = f"one-sided: only {one} owes anything"
        yield c.warning("promises", message, f"what does {other} promise in return?")
    for promise in c.agreement.promises:
        path = f"promises.{promise.id}.owed_to"
        if promise.owed_by is promise.owed_to and path in c.places:
            yield c.error(path, f"{promise.owed_by} cannot owe this to itself")


def _dates(c: Checked) -> Iterator[Problem]:
    agreement = c.agreement
    if agreement.review_by is None:
        yield c.warning("review_by", "no review date", "name the day: `review_by: …`")
    elif agreement.review_by <= agreement.in_force_from:
        yield c.warning("review_by", "the review is not after the first day in force")
    last = agreement.expires_on
    if last is not None and last < agreement.in_force_from:
        message = "it expires before its first day in force"
        yield c.error("expires_on", message, "write the last day on which it holds")
    if last is None and "when_it_expires" in c.places:
        message = "nothing expires: no day is named"
        yield c.warning("when_it_expires", message, "name the last day: `expires_on: …`")


def _holidays(c: Checked) -> Iterator[Problem]:
    begin, review = c.agreement.in_force_from, c.agreement.review_by
    for calendar in c.agreement.calendars:
        first, last = calendar.years or (date.min.year, date.max.year)
        if begin.year < first or max(begin, review or begin).year > last:
            message = f"the holidays of its country are known from {first} to {last} only"
            path = f"calendars.{calendar.id}"
            yield c.warning(path, message, "list those of other years under `dates`")


# --- names that must lead somewhere -----------------------------------------------------------


def _references(c: Checked) -> Iterator[Problem]:
    stages = [stage.id for stage in c.agreement.stages]
    calendars = [calendar.id for calendar in c.agreement.calendars]
    clocked = [promise.id for promise in c.agreement.event_promises]
    for stage in c.agreement.stages:
        for number, before in enumerate(stage.comes_from, 1):
            yield from known(
                c, f"stages.{stage.id}.comes_from.{number}", before, [START, *stages], "stage"
            )
    for reason in c.agreement.reasons:
        path = f"reasons.{reason.id}"
        yield from known(c, f"{path}.goes_to", reason.goes_to, stages, "stage")
        yield from _clause(c, f"{path}.cites", reason.cites)
    for promise in c.agreement.promises:
        path = f"promises.{promise.id}"
        if isinstance(promise, EventPromise):
            yield from known(c, f"{path}.calendar", promise.calendar, calendars, "calendar")
            yield from known(c, f"{path}.starts.enters", promise.starts.enters, stages, "stage")
        else:
            yield from known(c, f"{path}.enters", promise.enters, stages, "stage")
            yield from known(c, f"{path}.out_of", promise.out_of, stages, "stage")
            yield from known(c, f"{path}.calendar", promise.calendar, calendars, "calendar")
            yield from known(c, f"{path}.keeps", promise.keeps, clocked, "event promise")
    for persona in c.agreement.personas:
        for stage_id in persona.messages:
            path = f"personas.{persona.id}.messages.{stage_id}"
            yield from known(c, path, stage_id, stages, "stage")
    for indicator in c.agreement.indicators:
        yield from _clause(c, f"indicators.{indicator.id}.of", indicator.of)


def _clause(c: Checked, path: str, cited: str) -> Iterator[Problem]:
    if cited and c.agreement.at(cited) is None:
        hint = did_you_mean(cited, subjects(c.agreement)) or "write its path: `stages.mql`"
        yield c.error(path, f"there is no clause `{cited}`", hint)


def _roles(c: Checked) -> Iterator[Problem]:
    roles = (*c.agreement.roles, *Side)
    if not c.agreement.roles:
        return
    for path, role in _named_roles(c.agreement):
        yield from known(c, path, role, roles, "role")


def _named_roles(agreement: Agreement) -> Iterator[tuple[str, str]]:
    for row in agreement.raci:
        for part in ("responsible", "accountable", "consulted", "informed"):
            for number, role in enumerate(getattr(row, part), 1):
                yield f"raci.{row.id}.{part}.{number}", role
    for promise in agreement.event_promises:
        for number, step in enumerate(promise.escalation, 1):
            yield f"promises.{promise.id}.escalation.{number}.tell", step.tell
    for section in ("rules_of_engagement", "rules_of_disengagement"):
        for rule in getattr(agreement, section):
            yield f"{section}.{rule.id}.owner", rule.owner
    for meeting in agreement.cadence:
        yield f"cadence.{meeting.id}.called_by", meeting.called_by
        for number, role in enumerate(meeting.attends, 1):
            yield f"cadence.{meeting.id}.attends.{number}", role


# --- stages, promises, RACI -------------------------------------------------------------------


def _stages(c: Checked) -> Iterator[Problem]:
    if not c.agreement.stages:
        yield c.error("stages", "there are no stages", "at least one state of a lead is needed")
    if len(c.agreement.stages) > MAX_STAGES:
        message = f"there are {len(c.agreement.stages)} stages, and at most {MAX_STAGES} are read"
        yield c.error("stages", message, "nobody keeps so many apart: make one of several")
    found = reachable(c.agreement)
    astray = any(c.agreement.stage(reason.goes_to) is None for reason in c.agreement.reasons)
    for stage in c.agreement.stages:
        path = f"stages.{stage.id}"
        if not stage.meaning:
            yield c.warning(path, "this stage has no meaning", "write what both teams agreed")
        if stage.id in found:
            continue
        if stage.enter is None and astray:
            continue  # the reason that was to send leads here is said to be wrong
        if stage.enter is None:
            message = "no lead can reach this stage: it has no `enter` and no reason goes to it"
            yield c.error(path, message, "write `enter`, or name it in a reason's `goes_to`")
        elif can_hold(stage.enter.expression):
            before = ", ".join(f"`{each}`" for each in stage.comes_from)
            message = f"no lead can reach this stage: none can be in {before or 'a stage before'}"
            yield c.error(path, message, "see `comes_from`; `start` is a lead in no stage yet")


def _event_promises(c: Checked) -> Iterator[Problem]:
    found = reachable(c.agreement)
    for promise in c.agreement.event_promises:
        path = f"promises.{promise.id}"
        starts = promise.starts
        if bool(starts.enters) == bool(starts.when) and f"{path}.starts" in c.places:
            hint = "write `starts: {enters: mql}` or `starts: {when: …}`"
            yield c.error(f"{path}.starts", "a promise starts by one of `enters` and `when`", hint)
        if c.agreement.stage(starts.enters) and starts.enters not in found:
            message = f"this promise can never start: no lead can reach `{starts.enters}`"
            yield c.error(f"{path}.starts.enters", message)
        if starts.when and _starts_at_any_fact(starts.when):
            hint = "join them by `&&`, or make a promise of each"
            message = "this starts at every fact of a lead for which one side of the `||` holds"
            yield c.error(f"{path}.starts.when", message, hint)
        yield from _order(c, promise, path)


def _starts_at_any_fact(when: Criterion) -> bool:
    """Whether it asks for the fact at hand, and then does without it."""
    asks = any(name.scope in FACT_SCOPES for name in names(when.expression))
    return asks and can_hold(when.expression) and not needs_its_fact(when.expression)


def _order(c: Checked, promise: EventPromise, path: str) -> Iterator[Problem]:
    for number, (before, step) in enumerate(pairwise(promise.escalation), 2):
        if step.at < before.at:
            message = f"{step.at:g} stands after {before.at:g}"
            hint = "write the steps in order of time"
            yield c.error(f"{path}.escalation.{number}.at", message, hint)
    seen: dict[object, str] = {}
    for variant in promise.variants:
        tree = variant.when.expression
        if variant.when.text and tree in seen:
            message = f"this variant never counts: `{seen[tree]}` before it has the same condition"
            yield c.error(f"{path}.variants.{variant.id}", message, "the first match counts")
        seen.setdefault(tree, variant.id)


def _period_promises(c: Checked) -> Iterator[Problem]:
    for promise in c.agreement.period_promises:
        path = f"promises.{promise.id}"
        measures = (promise.enters, promise.sum, promise.counts, promise.keeps)
        if sum(map(bool, measures)) != 1:
            hint = "write `enters: sal`, or `sum: opportunity.amount`"
            message = "a number per period is one of `enters`, `sum`, `counts` and `keeps`"
            yield c.error(path, message, hint)
        if promise.out_of and not promise.enters:
            yield c.error(f"{path}.out_of", "a rate needs the stage that is entered: `enters`")
        if promise.is_rate and promise.target > 1:
            yield c.error(f"{path}.target", "a rate cannot be more than 1", "write 0.4 or 40 %")
        if not promise.is_rate and promise.target == 0:
            yield c.error(f"{path}.target", "a target of 0 promises nothing")


def _goals(c: Checked) -> Iterator[Problem]:
    for goal in c.agreement.goals:
        if goal.is_share and not 0 < goal.target <= 1:
            hint = "write 0.3 or 30 %"
            yield c.error(f"{goal.path}.target", "a share is more than 0, and at most 1", hint)
        elif goal.measured_by and goal.target <= 0:
            yield c.error(f"{goal.path}.target", "a number that is measured is more than 0")
        if not goal.measured_by and f"{goal.path}.each" in c.places:
            hint = "say by what: `measured_by: revenue`"
            yield c.warning(f"{goal.path}.each", "nothing is measured in a period", hint)
    clocked = [promise.id for promise in c.agreement.event_promises]
    yield from known(
        c, "metrics.hand_over", c.agreement.metrics.hand_over, clocked, "event promise"
    )


def _raci(c: Checked) -> Iterator[Problem]:
    rows = [(row.id, row.governs) for row in c.agreement.raci]
    yield from _governed_once(c, "raci", rows, "one row says who decides")
    for row in c.agreement.raci:
        path = f"raci.{row.id}"
        if len(row.accountable) != 1 and f"{path}.accountable" in c.places:
            count = len(row.accountable)
            message = f"{count} are accountable, and exactly one has to be"
            yield c.error(f"{path}.accountable", message, "who answers for it in the end?")
        if not row.responsible and f"{path}.responsible" in c.places:
            yield c.error(f"{path}.responsible", "nobody is responsible", "who does it?")


def _rules(c: Checked) -> Iterator[Problem]:
    rules = [(rule.id, rule.governs) for rule in c.agreement.rules_of_engagement]
    yield from _governed_once(c, "rules_of_engagement", rules, "state each rule once")


def _governed_once(
    c: Checked, section: str, governing: Iterable[tuple[str, str]], hint: str
) -> Iterator[Problem]:
    """Of clauses by id, with what each governs: two may not govern the same."""
    first: dict[str, str] = {}
    for id, governs in governing:
        if governs and (other := first.setdefault(governs, id)) != id:
            message = f"`{other}` governs this already: {governs}"
            yield c.error(f"{section}.{id}.governs", message, hint)


def _attribution(c: Checked) -> Iterator[Problem]:
    terms = c.agreement.attribution
    if terms.lead_sources and terms.sourced_by != "lead-source":
        message = f"no lead source is asked for, as `sourced_by` is {terms.sourced_by}"
        hint = "write `sourced_by: lead-source`, or leave it out"
        yield c.warning("attribution.lead_sources", message, hint)


# --- criteria ---------------------------------------------------------------------------------


def _can_hold(c: Checked) -> Iterator[Problem]:
    for path, criterion in criteria_of(c.agreement):
        if can_hold(criterion.expression):
            continue
        never = "this promise can never start" if ".starts." in path else "this can never hold"
        scopes = sorted({name.scope for name in names(criterion.expression)} & set(FACT_SCOPES))
        if len(scopes) > 1:
            message = f"{never}: no fact is {' and '.join(map(_with_article, scopes))} at once"
            yield c.error(path, message, "count what happened before: `touches.any >= 1`")
        else:
            yield c.error(path, f"{never}: it is always false")


def _scopes(c: Checked) -> Iterator[Problem]:
    """Fit and tiers look at who somebody is; a pause at how things stand, not at one moment."""
    for path, criterion in criteria_of(c.agreement):
        scopes = {name.scope or name.field for name in names(criterion.expression)}
        if path.startswith("routing.") and scopes & set(FACT_SCOPES):
            message = "this holds at the moment of one fact, and routing asks how things stand"
            yield c.error(path, message, "count what happened: `touches.demo_request >= 1`")
        if path.startswith(("fit.", "tiers.")) and scopes - set(STATE_SCOPES):
            found = ", ".join(sorted(scopes - set(STATE_SCOPES)))
            message = f"only `person` and `account` can be asked for here, not `{found}`"
            yield c.error(path, message)
        if path.endswith(".pauses_while") and scopes & set(FACT_SCOPES):
            message = "this holds at the moment of one fact and pauses nothing"
            yield c.warning(path, message, "ask how things stand: `opportunities.open >= 1`")


def _choices(c: Checked) -> Iterator[Problem]:
    """Words that a column can never hold, and reasons that the agreement does not know."""
    reasons = [reason.id for reason in c.agreement.reasons]
    for path, criterion in criteria_of(c.agreement):
        for name, text in literals_beside(criterion.expression):
            column = KINDS[name.scope].column(name.field) if name.scope in KINDS else None
            if column and column.choices and text not in column.choices:
                hint = did_you_mean(text, column.choices)
                hint = hint or f"there are {', '.join(column.choices)}"
                yield c.error(path, f'`{name.path}` is never "{text}"', hint)
            if name.path == "decision.reason" and reasons and text not in reasons:
                hint = did_you_mean(text, reasons)
                yield c.warning(path, f'there is no reason "{text}" in the agreement', hint)


def _attributes(c: Checked) -> Iterator[Problem]:
    scopes = (*STATE_SCOPES, *FACT_SCOPES)
    for kind, columns in c.agreement.attributes.items():
        path = f"attributes.{kind}"
        if path not in c.places:  # known from the data, not written in this file
            continue
        yield from known(c, path, kind, scopes, "kind")
        for name in columns:
            inner = f"{path}.{name}"
            if kind in KINDS and KINDS[kind].column(name) and inner in c.places:
                yield c.error(inner, f"every {kind} has `{name}` already", "leave it out")
            if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) and inner in c.places:
                hint = "use letters, digits and _"
                yield c.error(inner, f"`{name}` cannot be asked for in a criterion", hint)


def _touch_kinds(c: Checked) -> Iterator[Problem]:
    for kind in c.agreement.engagement.points:
        if not re.fullmatch(r"[A-Za-z_]\w*", kind, re.ASCII):
            message = f"`{kind}` gives points but cannot be counted in a criterion"
            path = f"engagement.points.{kind}"
            yield c.warning(path, message, "`touches.…` needs letters, digits and _")


def _with_article(word: str) -> str:
    return f"{article(word)} {word}"


_CHECKS = (
    _parties,
    _both_owe,
    _dates,
    _holidays,
    _references,
    _roles,
    _stages,
    _event_promises,
    _period_promises,
    _goals,
    _raci,
    _rules,
    _attribution,
    missed,
    routing,
    _can_hold,
    _scopes,
    _choices,
    _attributes,
    _touch_kinds,
)
