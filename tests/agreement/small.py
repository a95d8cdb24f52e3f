"""A small agreement without a flaw, and ways to spoil it."""

from __future__ import annotations

from interlock.agreement.loading import Loaded, load
from interlock.agreement.schema import Agreement
from interlock.agreement.sentences import clauses

SMALL = """\
name: Small
version: 1
in_force_from: 2026-01-01
review_by: 2026-12-31
parties:
  marketing: {name: Marketing, signs: [Ann]}
  sales: {name: Sales, signs: [Bob]}
calendars:
  oslo:
    meaning: Oslo office
    timezone: Europe/Oslo
    hours: {mon: 09:00-17:00, tue: 09:00-17:00}
stages:
  mql: {name: MQL, meaning: Worth a call., owner: marketing, enter: touches.any >= 1}
  sal: {name: SAL, meaning: Taken on., owner: sales, enter: decision.kind == "accept"}
  nurture: {name: Nurture, meaning: Not yet., owner: marketing}
reasons:
  not_now: {name: Not now, for: reject, goes_to: nurture, cites: stages.mql}
promises:
  first-touch:
    name: First touch
    says: Sales calls.
    owed_by: sales
    owed_to: marketing
    starts: {enters: mql}
    kept_by: activity.human
    within: 4 working hours
    calendar: oslo
  volume:
    name: MQLs
    says: Marketing brings them.
    owed_by: marketing
    owed_to: sales
    each: month
    enters: mql
    target: 100
"""


def agreement(text: str = SMALL) -> Agreement:
    """The agreement of a text without errors."""
    loaded = load(text)
    assert loaded.agreement is not None, said(loaded)
    return loaded.agreement


def changed(old: str, new: str, text: str = SMALL) -> str:
    """The text with one passage replaced; the passage has to be there once."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def sentences(text: str) -> dict[str, str]:
    """The sentence of every clause of a text, by its path."""
    return {each.path: each.sentence for each in clauses(agreement(text))}


def said(loaded: Loaded) -> list[str]:
    """The problems as single lines."""
    return [str(problem) for problem in loaded.problems]


def problems(text: str) -> list[str]:
    """What is wrong with a text, as single lines."""
    return said(load(text))
