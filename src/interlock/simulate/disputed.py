"""What people of the made-up company say where they disagree."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Disputed:
    """A case: how long ago it was opened, each side's view, the reasons of the ruling."""

    days_ago: int
    sales: str
    marketing: str
    reasons: str


@dataclass(frozen=True)
class Question:
    """What somebody asked about a clause, and what was answered."""

    asked: str
    answer: str


CASES = (
    Disputed(
        63,
        "The partner had promised the buyer a call on Monday. Ours an hour later would have "
        "spoiled it.",
        "One hour is what we agreed for partners' leads, and nobody told us of the partner's call.",
        "The partner's call was agreed with the buyer before the lead came in. It counts for ours.",
    ),
    Disputed(
        41,
        "The partner was at the plant that day and asked us to wait for the visit.",
        "Then say so on the lead. From here it looks like nobody called.",
        "As in the case before: while the partner talks with the buyer, our hour does not run.",
    ),
    Disputed(
        19,
        "Again a lead that the partner was already talking to when it reached us.",
        "We see the same. But the clause still says one hour.",
        "Ruled as twice before. The clause should say what we rule by.",
    ),
)
"""One after the other, all ruled for sales: they propose an amendment."""

CREDIT = (
    "Each visit to a page earns as much here as the fair or the webinar that brought the plant to "
    "us. That cannot be what we meant."
)
"""What the head of marketing has against how a sale was shared out."""

EARNED = (
    "Whoever looked on at a webinar for ten minutes counts here like whoever asked us for an "
    "offer. We would not have called half of them."
)
"""What the head of sales has against what the webinars earned in a quarter."""

QUESTION = Question(
    "When a partner's lead comes in at half past three, does the hour run on the next morning?",
    "Yes: it is a working hour, so half of it is left for the next morning.",
)
"""About the promise of a first touch."""
