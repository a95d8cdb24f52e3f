"""What people are told of: the sorts of news, and how each may be wanted."""

from __future__ import annotations

from enum import StrEnum

from interlock.operations.happenings import What


class News(StrEnum):
    """A sort of news, as choices and the tables name it."""

    ASSIGNED = "assigned"
    WARNED = "warned"
    BROKEN = "broken"
    STEP = "escalation"
    FINDING = "finding"
    AGREEMENT = "agreement"
    DIGEST = "digest"
    TRIAL = "trial"


OF_HAPPENING = {
    What.ASSIGNED: News.ASSIGNED,
    What.WARNED: News.WARNED,
    What.BROKEN: News.BROKEN,
    What.STEP: News.STEP,
}
"""What is told of what came to pass; of everything else nobody is."""

OF_A_TEAM = {
    News.ASSIGNED: "leads that come to somebody",
    News.WARNED: "promises that are due soon",
    News.BROKEN: "promises that were not kept in time",
    News.STEP: "escalations",
}
"""What a channel of the company can be told of, in words."""

IN_WORDS = {
    News.ASSIGNED: "A lead comes to you",
    News.WARNED: "A promise of yours is due soon",
    News.BROKEN: "A promise of yours was not kept in time",
    News.STEP: "An escalation reaches you",
    News.FINDING: "Something needs to be put right",
    News.AGREEMENT: "The agreement asks something of you",
}
"""What each is called where somebody chooses."""


class How(StrEnum):
    """How somebody wants to be told of a sort of news. Beside each it stands in the app."""

    AT_ONCE = "at once"
    DIGEST = "digest"
    APP = "in the app only"


ALWAYS_AT_ONCE = frozenset({News.STEP})
"""What nobody can put off: an escalation is agreed between the two teams, not with oneself."""


def chosen(news: News, how: dict[str, str]) -> How:
    """How one is told, by what one chose."""
    return How.AT_ONCE if news in ALWAYS_AT_ONCE else How(how.get(news, How.AT_ONCE))
