"""The clause on routing in words: parts of sentences, without a capital and a full stop."""

from __future__ import annotations

from collections.abc import Callable

from interlock.agreement.routing import Routing, RoutingRule
from interlock.agreement.wording import joined

_OUT_OF_HOURS = {
    "turn": "while nobody is, the lead goes by turn all the same to one who is not away",
    "next": "while nobody is, the lead goes to who opens next",
    "wait": "while nobody is, the lead waits in the fallback queue until one opens",
}


def routing_sentences(clause: Routing, stage_name: Callable[[str], str]) -> list[str]:
    """What the whole clause says, a sentence each."""
    stages = joined([stage_name(each) for each in clause.enters], "or")
    said = [f"a lead that enters {stages} and has nobody is given to a member of sales"]
    rules = "the first rule that matches says who takes turns, by capacity"
    if clause.account_owner_first:
        said.append("who already has its account gets it, without a turn")
        rules = f"otherwise {rules}"
    said.append(rules)
    if clause.working_hours:
        said.append(f"who is at work comes first; {_OUT_OF_HOURS[clause.out_of_hours]}")
    queue, owner = clause.fallback.queue, clause.fallback.owner
    said.append(f'what nobody can be given waits in "{queue}", for which {owner} answers')
    return said


def rule_sentence(rule: RoutingRule) -> str:
    """Which leads go to whom by this rule."""
    when = f" when {rule.when.sentence}" if rule.when else ", whatever else is so"
    return f"a lead {_goes(rule)}{when}"


def _goes(rule: RoutingRule) -> str:
    return f'waits in the queue "{rule.queue}"' if rule.queue else f"goes by turn to {takers(rule)}"


def takers(rule: RoutingRule) -> str:
    """Who takes turns by the rule: "whoever is SDR in Oslo or Munich"."""
    role = f" {joined(rule.role, 'or')}" if rule.role else ""
    team = f" in {joined(rule.team, 'or')}" if rule.team else ""
    named = joined(rule.members, "or")
    parts = [f"whoever is{role}{team}"] if role or team else []
    return ", or to ".join([*parts, named] if named else parts)
