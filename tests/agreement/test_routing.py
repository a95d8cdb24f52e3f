"""The clause on routing: what may be written, what is wrong with it, and how it reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interlock.agreement.routing import RoutingRule
from tests.agreement.small import SMALL, agreement, changed, problems, sentences

ROUTED = (
    SMALL
    + """\
roles: {team lead: Leads., head of sales: Signs.}
routing:
  enters: mql
  rules:
    dach: {when: person.country == "DE", team: [Munich, Berlin], role: SDR, members: kim}
    small: {when: account.employees < 10, queue: Dealers}
    rest: {members: [ann, ben]}
  calendar: oslo
  fallback: {queue: Nobody's, owner: team lead}
"""
)

SPOILED = {
    "unknown stage": (
        ("enters: mql\n  rules", "enters: [mql, mlq]\n  rules"),
        "error [routing.enters]: there is no stage `mlq` (did you mean `mql`?)",
    ),
    "unknown calendar": (
        ("  calendar: oslo\n  fallback", "  calendar: osl\n  fallback"),
        "error [routing.calendar]: there is no calendar `osl` (did you mean `oslo`?)",
    ),
    "another way out of hours": (
        ("  calendar: oslo\n  fallback", "  out_of_hours: wiat\n  fallback"),
        "error [routing.out_of_hours]: `wiat` cannot stand here (did you mean `wait`?)",
    ),
    "no rules": (
        ("rules:\n    dach", "rules: {}\n  nobody:\n    dach"),
        "error [routing.rules]: there are no rules (who takes turns? `team: Oslo`)",
    ),
    "a rule without anybody": (
        ("rest: {members: [ann, ben]}", "rest: {}"),
        (
            "error [routing.rules.rest]: this rule gives its leads to nobody"
            " (write `team: Oslo`, `role: SDR`, `members: [...]` or `queue: ...`)"
        ),
    ),
    "a queue and members": (
        ("queue: Dealers", "queue: Dealers, team: Oslo"),
        (
            "error [routing.rules.small]: `queue` and `team` do not go together"
            " (a lead goes to members in turn or to a queue)"
        ),
    ),
    "a rule after one that takes all": (
        ("when: account.employees < 10, ", ""),
        (
            "error [routing.rules.rest]: this rule never counts: `small` before it takes every"
            " lead (the first match counts)"
        ),
    ),
    "a rule with the condition of another": (
        ("account.employees < 10", 'person.country == "DE"'),
        (
            "error [routing.rules.small]: this rule never counts: `dach` before it has the same"
            " condition (the first match counts)"
        ),
    ),
    "a rule about the fact at hand": (
        ("account.employees < 10", 'touch.kind == "form"'),
        (
            "error [routing.rules.small]: this holds at the moment of one fact, and routing asks"
            " how things stand (count what happened: `touches.demo_request >= 1`)"
        ),
    ),
    "no fallback": (
        ("  fallback: {queue: Nobody's, owner: team lead}\n", ""),
        "error [routing]: `fallback` is missing (where leads wait that nobody could be given)",
    ),
    "a side as owner": (
        ("owner: team lead", "owner: sales"),
        (
            "error [routing.fallback]: all of sales cannot answer for a queue"
            " (name a role, or a member)"
        ),
    ),
    "nearly a role as owner": (
        ("owner: team lead", "owner: teem lead"),
        (
            "warning [routing.fallback]: there is no role `teem lead`, so that it is taken for a"
            " member (did you mean `team lead`?)"
        ),
    ),
    "a calendar that nothing asks for": (
        ("  calendar: oslo\n  fallback", "  calendar: oslo\n  working_hours: false\n  fallback"),
        (
            "warning [routing.calendar]: no calendar is asked for, as `working_hours` is false"
            " (leave it out)"
        ),
    ),
    "hours that nothing asks for": (
        ("  calendar: oslo\n  fallback", "  out_of_hours: wait\n  working_hours: no\n  fallback"),
        (
            "warning [routing.out_of_hours]: hours are not asked for, as `working_hours` is false"
            " (leave one of the two out)"
        ),
    ),
}


def without_place(problem: str) -> str:
    severity, _, rest = problem.partition(" at ")
    return f"{severity} {rest.partition(' ')[2]}"


@pytest.mark.parametrize(("change", "problem"), SPOILED.values(), ids=SPOILED)
def test_a_slip_is_said_with_its_way_out(change: tuple[str, str], problem: str) -> None:
    assert problem in map(without_place, problems(changed(*change, text=ROUTED)))


def test_nobody_is_given_a_lead_that_is_out() -> None:
    ended = changed(
        "meaning: Not yet., owner", "meaning: Not yet., outcome: out, owner", text=ROUTED
    )
    text = changed("enters: mql\n  rules", "enters: nurture\n  rules", text=ended)
    assert (
        "error [routing.enters]: nobody works a lead at `nurture`: the matter has ended there"
        " (name the stage at which sales takes over)"
    ) in map(without_place, problems(text))


def test_the_place_is_that_of_the_word() -> None:
    (found,) = problems(changed("enters: mql\n  rules", "enters: mlq\n  rules", text=ROUTED))
    line = next(n for n, row in enumerate(ROUTED.splitlines(), 1) if row == "  enters: mql")
    assert found.startswith(f"error at {line}:11 ")


def test_the_unspoiled_clause_is_right() -> None:
    assert problems(ROUTED) == []


def test_the_example_of_the_how_to_is_right() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "route-leads.md").read_text()
    example = next(iter(re.findall(r"```yaml\n(routing:.*?)```", page, re.DOTALL)))
    assert problems(SMALL + example) == []


def test_an_agreement_does_without() -> None:
    assert agreement().routing is None
    assert not [path for path in sentences(SMALL) if path.startswith("routing")]


def test_a_member_may_answer_for_the_queue() -> None:
    assert problems(changed("owner: team lead", "owner: sal-02", text=ROUTED)) == []


def test_a_rule_is_a_clause_of_its_own() -> None:
    rule = agreement(ROUTED).at("routing.rules.small")
    assert isinstance(rule, RoutingRule)
    assert rule.queue == "Dealers"


def test_it_reads_as_sentences() -> None:
    read = sentences(ROUTED)
    assert read["routing"] == (
        "A lead that enters MQL and has nobody is given to a member of sales. The first rule"
        " that matches says who takes turns, by capacity. Who is at work comes first; while"
        " nobody is, the lead goes by turn all the same to one who is not away. What nobody can"
        ' be given waits in "Nobody\'s", for which team lead answers.'
    )
    assert read["routing.rules.dach"] == (
        "A lead goes by turn to whoever is SDR in Munich or Berlin, or to kim when the person's"
        ' country is "DE".'
    )
    assert read["routing.rules.small"] == (
        'A lead waits in the queue "Dealers" when the account\'s number of employees is less than'
        " 10."
    )
    assert read["routing.rules.rest"] == "A lead goes by turn to ann or ben, whatever else is so."


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("account_owner_first: true", "Who already has its account gets it, without a turn."),
        ("out_of_hours: next", "while nobody is, the lead goes to who opens next."),
        (
            "out_of_hours: wait",
            "while nobody is, the lead waits in the fallback queue until one opens.",
        ),
        ("working_hours: false", "by capacity. What nobody"),
    ],
)
def test_each_key_has_its_words(key: str, sentence: str) -> None:
    text = changed("  calendar: oslo\n  fallback", f"  {key}\n  fallback", text=ROUTED)
    assert sentence in sentences(text)["routing"]
