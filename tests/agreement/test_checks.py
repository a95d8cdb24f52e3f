from __future__ import annotations

import pytest

from tests.agreement.small import SMALL, changed, problems

ROLES = "roles: {manager: Leads., clerk: Does.}\n"
RACI = "raci: {x: {activity: X, responsible: clerk, accountable: manager}}\n"

SPOILED = {
    # names that lead nowhere
    "unknown stage of a promise": (
        changed("starts: {enters: mql}", "starts: {enters: mlq}"),
        "error [promises.first-touch]: there is no stage `mlq` (did you mean `mql`?)",
    ),
    "unknown calendar": (
        changed("calendar: oslo", "calendar: osl"),
        "error [promises.first-touch]: there is no calendar `osl` (did you mean `oslo`?)",
    ),
    "reason to nowhere": (
        changed("goes_to: nurture", "goes_to: nurtur"),
        "error [reasons.not_now]: there is no stage `nurtur` (did you mean `nurture`?)",
    ),
    "cited clause": (
        changed("cites: stages.mql", "cites: stages.mqll"),
        "error [reasons.not_now]: there is no clause `stages.mqll` (did you mean `stages.mql`?)",
    ),
    "came from nowhere": (
        changed("owner: sales, enter", "owner: sales, comes_from: [mgl, mql], enter"),
        "error [stages.sal]: there is no stage `mgl` (did you mean `mql`?)",
    ),
    "rate of an unknown stage": (
        changed("target: 100", "out_of: sall\n    target: 0.5"),
        "error [promises.volume]: there is no stage `sall` (did you mean `sal`?)",
    ),
    "message at an unknown stage": (
        SMALL + "personas: {cto: {name: CTO, meaning: Signs., messages: {mgl: Hello}}}\n",
        "error [personas.cto]: there is no stage `mgl` (did you mean `mql`?)",
    ),
    "indicator of nothing": (
        SMALL + "indicators: {x: {name: X, meaning: Y., kind: leading, of: promises.volum}}\n",
        (
            "error [indicators.x]: there is no clause `promises.volum`"
            " (did you mean `promises.volume`?)"
        ),
    ),
    "role that was not declared": (
        SMALL + ROLES + RACI.replace("accountable: manager", "accountable: manger"),
        "error [raci.x]: there is no role `manger` (did you mean `manager`?)",
    ),
    "reason that was not declared": (
        changed("kept_by: activity.human", 'kept_by: decision.reason == "not_no"'),
        (
            'warning [promises.first-touch]: there is no reason "not_no" in the agreement'
            " (did you mean `not_now`?)"
        ),
    ),
    "lead sources that nothing asks for": (
        SMALL + "attribution: {lead_sources: [web]}\n",
        (
            "warning [attribution.lead_sources]: no lead source is asked for, as `sourced_by` is"
            " first-touch (write `sourced_by: lead-source`, or leave it out)"
        ),
    ),
    "attribute of no kind": (
        SMALL + "attributes: {persons: {size: integer}}\n",
        "error [attributes.persons]: there is no kind `persons` (did you mean `person`?)",
    ),
    "attribute that is there already": (
        SMALL + "attributes: {person: {title: text}}\n",
        "error [attributes.person]: every person has `title` already (leave it out)",
    ),
    "attribute that cannot be written": (
        SMALL + "attributes: {person: {size-class: text}}\n",
        (
            "error [attributes.person]: `size-class` cannot be asked for in a criterion"
            " (use letters, digits and _)"
        ),
    ),
    "touch that cannot be counted": (
        SMALL + "engagement: {points: {e-mail: 2}}\n",
        (
            "warning [engagement.points]: `e-mail` gives points but cannot be counted in a"
            " criterion (`touches.…` needs letters, digits and _)"
        ),
    ),
    # what can never be
    "stage without a way in": (
        changed("goes_to: nurture", "goes_to: sal"),
        (
            "error [stages.nurture]: no lead can reach this stage: it has no `enter` and no reason"
            " goes to it (write `enter`, or name it in a reason's `goes_to`)"
        ),
    ),
    "stage that waits for itself": (
        changed("owner: sales, enter", "owner: sales, comes_from: sal, enter"),
        (
            "error [stages.sal]: no lead can reach this stage: none can be in `sal`"
            " (see `comes_from`; `start` is a lead in no stage yet)"
        ),
    ),
    "criterion that is false": (
        changed('enter: decision.kind == "accept"', "enter: false && touches.any >= 1"),
        "error [stages.sal]: this can never hold: it is always false",
    ),
    "two facts at once": (
        changed(
            'enter: decision.kind == "accept"',
            'enter: decision.kind == "accept" && touch.kind == "x"',
        ),
        (
            "error [stages.sal]: this can never hold: no fact is a decision and a touch at once"
            " (count what happened before: `touches.any >= 1`)"
        ),
    ),
    "promise that never starts": (
        changed(
            "starts: {enters: mql}", "starts: {when: 'activity.human && known(decision.kind)'}"
        ),
        (
            "error [promises.first-touch]: this promise can never start: no fact is an activity and"
            " a decision at once (count what happened before: `touches.any >= 1`)"
        ),
    ),
    "promise that starts at any fact": (
        changed("starts: {enters: mql}", "starts: {when: 'touch.kind == \"form\" || fit > 3.0'}"),
        (
            "error [promises.first-touch]: this starts at every fact of a lead for which one side"
            " of the `||` holds (join them by `&&`, or make a promise of each)"
        ),
    ),
    "word that a column never holds": (
        changed('"accept"', '"acept"'),
        'error [stages.sal]: `decision.kind` is never "acept" (did you mean `accept`?)',
    ),
    "word in a list that a column never holds": (
        changed("kept_by: activity.human", 'kept_by: activity.kind in ["call", "fax"]'),
        (
            'error [promises.first-touch]: `activity.kind` is never "fax"'
            " (there are call, email, meeting, message, visit, task, note)"
        ),
    ),
    # one agreement, two sides
    "one-sided": (
        changed("owed_by: marketing\n    owed_to: sales", "owed_by: sales\n    owed_to: marketing"),
        (
            "warning [promises]: one-sided: only sales owes anything"
            " (what does marketing promise in return?)"
        ),
    ),
    "owed to oneself": (
        changed("owed_by: sales\n    owed_to: marketing", "owed_by: sales\n    owed_to: sales"),
        "error [promises.first-touch]: sales cannot owe this to itself",
    ),
    "nobody promises": (
        SMALL.partition("promises:")[0],
        "warning [promises]: neither side promises anything",
    ),
    "one party": (
        changed("  sales: {name: Sales, signs: [Bob]}\n", ""),
        "error [parties]: sales is not a party (an agreement has two sides)",
    ),
    "nobody signs": (
        changed("signs: [Bob]", "signs: []"),
        "warning [parties.sales]: nobody signs for this side",
    ),
    "review before the beginning": (
        changed("review_by: 2026-12-31", "review_by: 2025-12-31"),
        "warning [review_by]: the review is not after the first day in force",
    ),
    "over before it begins": (
        SMALL + "expires_on: 2025-12-31\n",
        (
            "error [expires_on]: it expires before its first day in force"
            " (write the last day on which it holds)"
        ),
    ),
    "what holds after no day": (
        SMALL + "when_it_expires: lapses\n",
        (
            "warning [when_it_expires]: nothing expires: no day is named"
            " (name the last day: `expires_on: …`)"
        ),
    ),
    # stages, promises, RACI
    "no stages": (
        (
            "name: X\nversion: 1\nin_force_from: 2026-01-01\nreview_by: 2026-02-01\ncalendars: {}\n"
            "parties: {marketing: {name: M, signs: A}, sales: {name: S, signs: B}}\n"
            "promises: {q: {name: Q, says: S, owed_by: sales, owed_to: marketing, each: month,"
            " sum: opportunity.amount, target: 9}, r: {name: Q, says: S, owed_by: marketing,"
            " owed_to: sales, each: month, sum: opportunity.amount, target: 9}}\n"
        ),
        "error [stages]: there are no stages (at least one state of a lead is needed)",
    ),
    "stage without a meaning": (
        changed("meaning: Taken on., ", ""),
        "warning [stages.sal]: this stage has no meaning (write what both teams agreed)",
    ),
    "no start": (
        changed("starts: {enters: mql}", "starts: {}"),
        (
            "error [promises.first-touch]: a promise starts by one of `enters` and `when`"
            " (write `starts: {enters: mql}` or `starts: {when: …}`)"
        ),
    ),
    "two starts": (
        changed("starts: {enters: mql}", "starts: {enters: mql, when: activity.human}"),
        (
            "error [promises.first-touch]: a promise starts by one of `enters` and `when`"
            " (write `starts: {enters: mql}` or `starts: {when: …}`)"
        ),
    ),
    "escalation out of order": (
        changed(
            "calendar: oslo\n",
            "calendar: oslo\n    escalation: [{at: 1, tell: A}, {at: 0.5, tell: B}]\n",
        ),
        "error [promises.first-touch]: 0.5 stands after 1 (write the steps in order of time)",
    ),
    "variant that never counts": (
        changed(
            "calendar: oslo\n",
            "calendar: oslo\n    variants: {a: {when: fit > 1, within: 1 day},"
            " b: {when: fit > 1, within: 2 days}}\n",
        ),
        (
            "error [promises.first-touch]: this variant never counts: `a` before it has the same"
            " condition (the first match counts)"
        ),
    ),
    "a number of nothing": (
        changed("enters: mql\n    target", "target"),
        (
            "error [promises.volume]: a number per period is one of `enters`, `sum`, `counts` and"
            " `keeps`"
            " (write `enters: sal`, or `sum: opportunity.amount`)"
        ),
    ),
    "a rate above one": (
        changed("target: 100", "out_of: sal\n    target: 100"),
        "error [promises.volume]: a rate cannot be more than 1 (write 0.4 or 40 %)",
    ),
    "a target of nothing": (
        changed("target: 100", "target: 0"),
        "error [promises.volume]: a target of 0 promises nothing",
    ),
    "nobody accountable": (
        SMALL + RACI.replace("accountable: manager", "accountable: []"),
        (
            "error [raci.x]: 0 are accountable, and exactly one has to be"
            " (who answers for it in the end?)"
        ),
    ),
    "two accountable": (
        SMALL + RACI.replace("accountable: manager", "accountable: [manager, clerk]"),
        (
            "error [raci.x]: 2 are accountable, and exactly one has to be"
            " (who answers for it in the end?)"
        ),
    ),
    "nobody responsible": (
        SMALL + RACI.replace("responsible: clerk", "responsible: []"),
        "error [raci.x]: nobody is responsible (who does it?)",
    ),
    "two rows that govern the agreement": (
        SMALL
        + RACI.replace("accountable: manager", "accountable: manager, governs: agreement").replace(
            "}}", "}, y: {activity: Y, responsible: a, accountable: b, governs: agreement}}"
        ),
        ("error [raci.y]: `x` governs this already: agreement (one row says who decides)"),
    ),
    "fit by engagement": (
        SMALL + "fit: {points: [{when: engagement >= 5, points: 1}]}\n",
        "error [fit.points.1]: only `person` and `account` can be asked for here, not `engagement`",
    ),
    "tier by a touch": (
        SMALL + "tiers: {a: {name: A, meaning: B., when: touches.any > 1}}\n",
        "error [tiers.a]: only `person` and `account` can be asked for here, not `touches`",
    ),
    "pause at a moment": (
        changed("calendar: oslo\n", "calendar: oslo\n    pauses_while: activity.human\n"),
        (
            "warning [promises.first-touch]: this holds at the moment of one fact and pauses"
            " nothing (ask how things stand: `opportunities.open >= 1`)"
        ),
    ),
}


@pytest.mark.parametrize(("text", "expected"), SPOILED.values(), ids=SPOILED)
def test_one_flaw_is_found_alone_and_said(text: str, expected: str) -> None:
    (found,) = problems(text)
    severity, _, rest = found.partition(" at ")
    assert f"{severity} {rest.partition(' ')[2]}" == expected


def test_a_promise_of_an_unreachable_stage_is_told_with_the_stage() -> None:
    text = changed("owner: sales, enter", "owner: sales, comes_from: sal, enter")
    found = problems(changed("starts: {enters: mql}", "starts: {enters: sal}", text))
    assert [each.partition("]: ")[2].partition(" (")[0] for each in found] == [
        "no lead can reach this stage: none can be in `sal`",
        "this promise can never start: no lead can reach `sal`",
    ]


def test_two_may_be_told_at_once() -> None:
    steps = "escalation: [{at: 1, tell: A}, {at: 1, tell: B}, {at: 2, tell: C}]"
    assert problems(changed("calendar: oslo\n", f"calendar: oslo\n    {steps}\n")) == []


def test_roles_are_not_checked_where_none_are_declared() -> None:
    assert problems(SMALL + RACI) == []
    assert problems(SMALL + ROLES + RACI) == []


def test_a_problem_stands_at_the_value_that_is_wrong() -> None:
    text = changed("calendar: oslo", "calendar: osl")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "calendar: osl" in row)
    assert problems(text)[0].startswith(f"error at {line}:15 ")


def test_wrong_criteria_do_not_lead_to_further_problems() -> None:
    found = problems(changed("enter: touches.any >= 1", "enter: touchs.any >= 1"))
    assert len(found) == 1
