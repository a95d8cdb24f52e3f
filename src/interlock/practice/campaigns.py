"""Whether campaigns were announced in time, by the rule of engagement that says how long before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from interlock.agreement.schema import Agreement, Rule


@dataclass(frozen=True)
class Kept:
    """How many campaigns were announced, of which a rule says how early, and how many in time."""

    in_time: int
    announced: int

    @property
    def share(self) -> float | None:
        """The share in time; None where there is none to judge."""
        return self.in_time / self.announced if self.announced else None

    @property
    def sentence(self) -> str:
        """In words."""
        if not self.announced:
            return "No campaign has been announced under a rule yet."
        noun = "campaign was" if self.announced == 1 else "campaigns were"
        return f"{self.in_time} of {self.announced} {noun} announced in time."


def ruling_campaigns(agreement: Agreement) -> Rule | None:
    """The rule of engagement by which campaigns are announced; None where there is none."""
    rules = (each for each in agreement.rules_of_engagement if each.governs == "campaigns")
    return next(rules, None)


def kept(found: Collection[bool | None]) -> Kept:
    """Of these answers to whether each was in time; None: no rule said how early."""
    judged = [each for each in found if each is not None]
    return Kept(sum(judged), len(judged))
