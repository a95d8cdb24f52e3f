"""Every clause as a plain English sentence, and the list of all clauses.

What the teams wrote themselves (a meaning, `says`) stands beside the sentence, which is made from
what the clause does: its criteria, times and names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from interlock.agreement import schema
from interlock.agreement.attribution import Attribution
from interlock.agreement.cadence import Meeting
from interlock.agreement.calendar_words import calendar_sentence
from interlock.agreement.criterion import Criterion
from interlock.agreement.delays import answers
from interlock.agreement.goals import Goal, Indicator, Metrics
from interlock.agreement.metric_words import metrics_sentences
from interlock.agreement.missed_words import missed_words
from interlock.agreement.raci import RaciRow
from interlock.agreement.reach import START
from interlock.agreement.routing import Routing, RoutingRule
from interlock.agreement.routing_words import routing_sentences, rule_sentence
from interlock.agreement.schema import Agreement, clause_id
from interlock.agreement.wording import joined, several, words

SECTION_TITLES = {
    "parties": "Parties",
    "calendars": "Working hours",
    "glossary": "Glossary",
    "markets": "Markets",
    "tiers": "Ideal customers",
    "personas": "Personas",
    "fit": "Fit",
    "engagement": "Engagement",
    "attribution": "Attribution",
    "stages": "Stages",
    "reasons": "Reasons",
    "promises": "Promises",
    "routing": "Routing",
    "metrics": "How numbers are counted",
    "goals": "Goals",
    "indicators": "Indicators",
    "raci": "Who does what",
    "rules_of_engagement": "Rules of engagement",
    "rules_of_disengagement": "Rules of disengagement",
    "cadence": "Meetings",
}
"""The sections that hold clauses, in the order in which people read them."""


@dataclass(frozen=True)
class Clause:
    """One addressable part of an agreement.

    `subject` is the typed clause; `text` is what the teams wrote about it in their own words, and
    `sentence` what it does.
    """

    path: str
    section: str
    title: str
    text: str
    sentence: str
    subject: object


def clauses(agreement: Agreement) -> tuple[Clause, ...]:
    """Every clause, by section, in the order of the file."""
    return tuple(_clause(agreement, path, subject) for path, subject in subjects(agreement).items())


def titles(agreement: Agreement) -> dict[str, str]:
    """What every clause is called, by its path."""
    usual = {"attribution": agreement.attribution, "metrics": agreement.metrics}
    found = usual | subjects(agreement)
    return {path: _title(path, subject) for path, subject in found.items()}


def clause_at(agreement: Agreement, path: str) -> Clause | None:
    """The clause of that path ("promises.first-touch"), or None.

    How sales are shared out, and numbers counted, is as usual where the agreement says nothing of
    it, so that there always is a clause to it.
    """
    usual = {"attribution": agreement.attribution, "metrics": agreement.metrics}
    subject = (usual | subjects(agreement)).get(path)
    return None if subject is None else _clause(agreement, path, subject)


def subjects(agreement: Agreement) -> dict[str, object]:
    """Every typed clause by its path."""
    found: dict[str, object] = {}
    for section in SECTION_TITLES:
        value = getattr(agreement, section)
        if isinstance(value, tuple):
            found |= {f"{section}.{clause_id(each)}": each for each in value}
        elif isinstance(value, schema.Fit):
            found |= {f"fit.points.{each.id}": each for each in value.points}
        elif value not in (None, schema.Engagement(), Attribution(), Metrics()):
            found[section] = value
        if isinstance(value, Routing):
            found |= {f"routing.rules.{each.id}": each for each in value.rules}
    return found


def _title(path: str, subject: object) -> str:
    named = getattr(subject, "name", "") or getattr(subject, "activity", "")
    return named or words(path.rpartition(".")[2])


def _clause(agreement: Agreement, path: str, subject: Any) -> Clause:
    section, title = path.partition(".")[0], _title(path, subject)
    text = " ".join(filter(None, (getattr(subject, "meaning", ""), getattr(subject, "says", ""))))
    sentence = _SENTENCES[type(subject)](agreement, subject)
    return Clause(path, section, title, text, sentence, subject)


# --- one sentence per kind of clause ----------------------------------------------------------


def _party(_: Agreement, party: schema.Party) -> str:
    signs = _people(party.signs or ("nobody yet",), "signs", "sign")
    contact = f"; its point of contact is {party.contact}" if party.contact else ""
    if party.deputy:
        contact += f"{', and' if contact else ';'} {party.deputy} is the deputy"
    return _sentence(f"{party.name} is the {party.side} side; {signs} for it{contact}")


def _calendar(_: Agreement, calendar: schema.Calendar) -> str:
    return _sentence(f"{calendar.meaning or words(calendar.id)}: {calendar_sentence(calendar)}")


def _term(_: Agreement, term: schema.Term) -> str:
    otherwise = f"; it does not mean {_inner(term.not_)}" if term.not_ else ""
    return _sentence(f'"{words(term.id)}" means {_inner(term.meaning)}{otherwise}')


def _market(_: Agreement, market: schema.Market) -> str:
    return _sentence(f"we address {market.name}: {_inner(market.meaning)}")


def _tier(_: Agreement, tier: schema.Tier) -> str:
    when = f" when {tier.when.sentence}" if tier.when else ", as both teams name it"
    worth = f"; {_inner(tier.worth)}" if tier.worth else ""
    return _sentence(f"an account belongs to {tier.name}{when}{worth}")


def _persona(_: Agreement, persona: schema.Persona) -> str:
    parts = [f"{persona.name}: {_inner(persona.meaning)}"]
    if persona.problems:
        parts.append(f"their problems: {joined([_inner(p) for p in persona.problems], 'and')}")
    if persona.value_proposition:
        parts.append(f"we offer: {_inner(persona.value_proposition)}")
    return _sentence("; ".join(parts))


def _points(_: Agreement, points: schema.Points) -> str:
    amount = several(abs(points.points), "point", "points")
    verb = "gets" if points.points >= 0 else "loses"
    return _sentence(f"a lead {verb} {amount} of fit when {points.when.sentence}")


def _engagement(_: Agreement, engagement: schema.Engagement) -> str:
    given = [f"{words(kind)} gives {points}" for kind, points in engagement.points.items()]
    half = f"points count half after {engagement.half_life_days:g} days"
    return _sentence(f"of engagement points, {joined(given, 'and')}; {half}")


def _attribution(_: Agreement, terms: Attribution) -> str:
    whose = {"account": "of all its contacts", "person": "of its main contact"}[terms.per]
    repeats = "" if terms.self_transitions else ", where no channel follows itself"
    how = {
        "time-decay": f" with a half-life of {terms.half_life_days:g} days",
        "markov": f" of order {terms.order}{repeats}",
    }.get(terms.model, "")
    touches = f"the touches {whose} in the {terms.look_back_days} days before it"
    shared = _sentence(f"a sale is shared out among {touches} by the model {terms.model}{how}")
    return f"{shared} {_sourced(terms)}"


def _sourced(terms: Attribution) -> str:
    """What sources a deal, and what influences it."""
    ours = f", where that is {joined(terms.lead_sources, 'or')}" if terms.lead_sources else ""
    source = {
        "first-touch": "the first touch before it was opened",
        "opportunity-touch": "the last touch before it was opened",
        "lead-source": f"the source of its lead{ours}",
    }[terms.sourced_by]
    milestone = {
        "lead": "the lead was known",
        "opportunity": "it was opened",
        "sale": "it was won or lost",
    }[terms.influenced_before]
    influence = f"marketing influenced it by any touch before {milestone}"
    return _sentence(
        f"marketing sourced a deal by {source}; {influence}, and the two do not add up"
    )


def _stage(agreement: Agreement, stage: schema.Stage) -> str:
    before = [_stage_name(agreement, each) for each in stage.comes_from if each != START]
    enters = f"when {stage.enter.sentence}" if stage.enter else "by a reason that sends it here"
    origin = f" from {joined(before, 'or')}" if before and stage.enter else ""
    anew = ", new or" if before and len(before) < len(stage.comes_from) else ""
    ends = {"won": "; it is then won", "lost": "; it is then lost", "out": "; that ends the matter"}
    skip = "; it may be skipped" if stage.may_skip else ""
    owner = f"{stage.owner} owns it" + ends.get(stage.outcome, "") + skip
    return _sentence(f"a lead enters {stage.name}{anew}{origin} {enters}; {owner}")


def _reason(agreement: Agreement, reason: schema.Reason) -> str:
    done = {"reject": "reject", "disqualify": "disqualify", "recycle": "send back"}
    may = joined([done.get(each, each) for each in reason.for_], "or")
    cites = _cited(agreement, reason.cites)
    to = _stage_name(agreement, reason.goes_to)
    back = _returns(reason.returns) if reason.returns else ""
    return _sentence(f'sales may {may} a lead for "{reason.name}"{cites}; it goes to {to}{back}')


def _cited(agreement: Agreement, path: str) -> str:
    clause = agreement.at(path) if path else None
    name = getattr(clause, "name", "") or words(clause_id(clause) or path)
    return f", citing {name}" if path else ""


def _returns(returns: schema.Return) -> str:
    """Both must be so: the days have passed, and the condition holds."""
    ways = [f"after {several(returns.after_days, 'day', 'days')}"] if returns.after_days else []
    ways += [f"when {returns.when.sentence}"] if returns.when else []
    how = f" {' and '.join(ways)}" if ways else ""
    return f" and may come back{how}; {returns.owner} sees to it"


def _event_promise(agreement: Agreement, promise: schema.EventPromise) -> str:
    start = (
        f"of a lead entering {_stage_name(agreement, promise.starts.enters)}"
        if promise.starts.enters
        else f"from when {_said(promise.starts.when)}"
    )
    within = f"within {promise.within.text}{_where(agreement, promise)} {start}"
    # two conditions beside each other are told apart: a stage's name needs no such help
    kept = "," if promise.starts.enters else "; it is kept when"
    main = f"{promise.owed_by} owes {promise.owed_to}: {within}{kept} {promise.kept_by.sentence}"
    return " ".join([_sentence(main), *_conditions(promise)])


def _where(agreement: Agreement, promise: schema.EventPromise) -> str:
    """The calendar, where it counts: time on the wall clock is the same everywhere."""
    if promise.within.unit is schema.TimeUnit.ELAPSED:
        return ""
    calendar = agreement.at(f"calendars.{promise.calendar}")
    return f" ({getattr(calendar, 'meaning', '') or words(promise.calendar)})"


def _conditions(promise: schema.EventPromise) -> list[str]:
    said = [
        _sentence(f"within {variant.within.text} when {variant.when.sentence}")
        for variant in promise.variants
    ]
    if promise.pauses_while:
        said.append(_sentence(f"the time stands still while {promise.pauses_while.sentence}"))
    if promise.void_when:
        said.append(_sentence(f"nothing is owed once {promise.void_when.sentence}"))
    if promise.warn_at is not None:
        said.append(_sentence(f"the owner is warned {moment_of(promise.warn_at)}"))
    for step in promise.escalation:
        does = f": {_inner(step.does)}" if step.does else ""
        hours = ", also outside working hours" if step.also_outside_hours else ""
        said.append(_sentence(f"{moment_of(step.at)}, {step.tell} is told{hours}{does}"))
    if promise.delays != schema.Delays():
        said.append(_answers(promise))
    return said


def _answers(promise: schema.EventPromise) -> str:
    """Who answers for which part of the time."""
    parts: dict[schema.Side, list[str]] = {}
    for part, side in answers(promise).items():
        parts.setdefault(side, []).append(part.until)
    if len(parts) == 1:
        return _sentence(f"{next(iter(parts))} answers for all of the time")
    one, other = (
        f"{side} {{}}for the time {joined(until, 'and')}" for side, until in parts.items()
    )
    return _sentence(f"{one.format('answers ')}, {other.format('')}")


def moment_of(share: float) -> str:
    """When a share of a promise's time is over: "at the deadline", "after 75 % of the time"."""
    if share == 1:
        return "at the deadline"
    if share < 1:
        return f"after {_percent(share)} of the time"
    return f"at {share:g} times the time allowed"


def _period_promise(agreement: Agreement, promise: schema.PeriodPromise) -> str:
    who = " per member" if promise.per == "member" else ""
    which = f", counting those where {promise.when.sentence}" if promise.when else ""
    stage = _stage_name(agreement, promise.enters)
    if promise.sum:
        what = f"{promise.target:,.10g} {agreement.currency} of {_sum_words(promise.sum)}"
    elif promise.out_of:
        before = _stage_name(agreement, promise.out_of)
        what = f"at least {_percent(promise.target)} of the leads that enter {before} enter {stage}"
    elif promise.keeps:
        kept = agreement.at(f"promises.{promise.keeps}")
        name = kept.name if isinstance(kept, schema.EventPromise) else promise.keeps
        what = f'at least {_percent(promise.target)} of "{name}" kept in time'
    elif promise.counts:
        what = f"at least {promise.target:,.10g} times that {promise.counts.sentence}"
    else:
        what = f"at least {promise.target:,.10g} leads entering {stage}"
    each = f"each {promise.each}{who}"
    return _sentence(f"{promise.owed_by} owes {promise.owed_to}: {each}, {what}{which}")


def _sum_words(path: str) -> str:
    scope, _, field = path.partition(".")
    return f"{words(scope)} {words(field)}"


def _routing(agreement: Agreement, clause: Routing) -> str:
    said = routing_sentences(clause, lambda id_: _stage_name(agreement, id_))
    return " ".join(map(_sentence, said))


def _routing_rule(_: Agreement, rule: RoutingRule) -> str:
    return _sentence(rule_sentence(rule))


def _metrics(agreement: Agreement, clause: Metrics) -> str:
    return _sentence("; ".join(metrics_sentences(clause, agreement)))


def _goal(_: Agreement, goal: Goal) -> str:
    by = f" by {_day(goal.by)}" if goal.by else ""
    amount = _percent(goal.target) if goal.is_share else f"{goal.target:,.10g} {goal.unit}"
    least = f"no more than {amount}" if goal.is_cost else amount
    said = _sentence(f"together we want {least}{by} ({goal.name}): {_inner(goal.meaning)}")
    if not goal.measured_by:
        return said
    return f"{said} {_sentence(f'it is measured each {goal.each}, by the {goal.measured_by}')}"


def _indicator(agreement: Agreement, indicator: Indicator) -> str:
    clause = agreement.at(indicator.of) if indicator.of else None
    of = f" for {getattr(clause, 'name', indicator.of)}" if indicator.of else ""
    meaning = _inner(indicator.meaning)
    return _sentence(f"{indicator.name} is a {indicator.kind} indicator{of}: {meaning}")


def _raci(_: Agreement, row: RaciRow) -> str:
    parts = [_people(row.responsible, "does it", "do it")]
    parts.append(_people(row.accountable, "answers for it", "answer for it"))
    if row.consulted:
        parts.append(_people(row.consulted, "is consulted", "are consulted"))
    if row.informed:
        parts.append(_people(row.informed, "is informed", "are informed"))
    governed = {
        "agreement": "; who may propose, approve and hear of another agreement follows this",
        "disputes": "; who settles a dispute follows this",
    }.get(row.governs, "")
    return _sentence(f"{row.activity}: {', '.join(parts)}{governed}")


def _rule(agreement: Agreement, rule: schema.Rule) -> str:
    within = _rule_time(rule)
    owner = f"{rule.owner} sees to it{within}" if rule.owner else ""
    says = rule.says.rstrip(".")
    said = f"{says}; {owner}" if owner else f"{says}{within and ',' + within}"
    return _sentence(
        f"{said}; {missed_words(agreement, rule.when_missed)}" if rule.when_missed else said
    )


def _rule_time(rule: schema.Rule) -> str:
    """By when: of campaigns it is counted back from their first day."""
    if rule.within is None:
        return ""
    if rule.governs == "campaigns":
        return f" at least {rule.within.text} before the first day"
    return f" within {rule.within.text}"


def _meeting(_: Agreement, meeting: Meeting) -> str:
    attends = f" with {joined(meeting.attends, 'and')}" if meeting.attends else ""
    agenda = f", on {joined([_inner(each) for each in meeting.agenda], 'and')}"
    about = agenda if meeting.agenda else ""
    return _sentence(
        f"every {meeting.every}, {meeting.called_by} calls {meeting.name}{attends}{about}"
    )


_SENTENCES: dict[type, Callable[[Agreement, Any], str]] = {
    schema.Party: _party,
    schema.Calendar: _calendar,
    schema.Term: _term,
    schema.Market: _market,
    schema.Tier: _tier,
    schema.Persona: _persona,
    schema.Points: _points,
    schema.Engagement: _engagement,
    Attribution: _attribution,
    schema.Stage: _stage,
    schema.Reason: _reason,
    schema.EventPromise: _event_promise,
    schema.PeriodPromise: _period_promise,
    Routing: _routing,
    RoutingRule: _routing_rule,
    Metrics: _metrics,
    Goal: _goal,
    Indicator: _indicator,
    RaciRow: _raci,
    schema.Rule: _rule,
    Meeting: _meeting,
}


# --- small parts ------------------------------------------------------------------------------


def _people(who: Sequence[str], one: str, many: str) -> str:
    return f"{joined(who, 'and')} {one if len(who) == 1 else many}"


def _stage_name(agreement: Agreement, id_: str) -> str:
    stage = agreement.stage(id_)
    return stage.name if stage else id_


def _said(criterion: Criterion | None) -> str:
    return criterion.sentence if criterion else "never"


def _percent(share: float) -> str:
    return f"{share * 100:.6g} %"


def _day(day: Any) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _inner(text: str) -> str:
    """A text of the teams inside a sentence of ours: no full stop, no capital of its own."""
    text = " ".join(text.split()).rstrip(".")
    first = text.split(" ")[0]
    return text[:1].lower() + text[1:] if first == "A" or first[1:].islower() else text


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:].rstrip(".") + "."
