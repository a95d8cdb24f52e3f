"""Rules of engagement: deputies, which rule governs campaigns, and those that are promises."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.agreement.sentences import clause_at
from interlock.practice.campaigns import kept, ruling_campaigns
from tests.agreement.small import SMALL
from tests.operations.company import agreement_of_the_company, text_of

ROOT = Path(__file__).parent.parent.parent
RULE = "{says: We tell., within: 5 working days, governs: campaigns}"


def read(text: str) -> Agreement:
    loaded = load(text)
    assert loaded.agreement is not None, loaded.problems
    return loaded.agreement


def test_a_deputy_stands_beside_the_point_of_contact() -> None:
    signs = "signs: [Bob]"
    agreement = read(SMALL.replace(signs, f"{signs}, contact: Cy, deputy: Di"))
    clause = clause_at(agreement, "parties.sales")
    assert clause is not None
    assert clause.sentence.endswith("its point of contact is Cy, and Di is the deputy.")


def test_one_rule_governs_campaigns() -> None:
    assert ruling_campaigns(read(SMALL)) is None
    agreement = read(f"{SMALL}rules_of_engagement: {{tell: {RULE}}}\n")
    rule = ruling_campaigns(agreement)
    assert rule is not None
    assert rule.id == "tell"
    [twice] = load(f"{SMALL}rules_of_engagement: {{tell: {RULE}, say: {RULE}}}\n").errors
    assert twice.message == "`tell` governs this already: campaigns"


def test_the_time_of_the_rule_is_counted_back_from_the_first_day() -> None:
    agreement = read(f"{SMALL}rules_of_engagement: {{tell: {RULE}}}\n")
    clause = clause_at(agreement, "rules_of_engagement.tell")
    assert clause is not None
    assert clause.sentence == "We tell, at least 5 working days before the first day."


def test_only_campaigns_of_which_a_rule_said_how_early_are_counted() -> None:
    assert kept([None]).share is None
    found = kept([True, None, False, True])
    assert found.sentence == "2 of 3 campaigns were announced in time."


def test_what_the_how_to_writes_can_be_read() -> None:
    text = (ROOT / "docs/how-to/work-together.md").read_text()
    written = agreement_of_the_company()
    for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL):
        for section, clauses in YAML(typ="safe").load(block).items():
            written[section] = {**written.get(section, {}), **clauses}
    promise = read(text_of(written)).at("promises.contact-told")
    assert promise is not None
