"""What has to be missed for a rule of disengagement to follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from interlock.agreement.key import Key

WHO = ("marketing", "sales", "both")
"""Who may have to miss."""


@dataclass(frozen=True)
class Missed:
    """Which promised numbers and shared goals, by whom, in how many periods in a row.

    A period is the longest one among theirs. `by` is empty where either side is meant; a goal is
    both sides', so that both miss it.
    """

    promises: Annotated[tuple[str, ...], Key("promises of a number per period, by their ids")] = ()
    goals: Annotated[tuple[str, ...], Key("goals that are measured, by their ids")] = ()
    by: Annotated[
        str, Key("the side that misses, or both in the same period; left out: either", choices=WHO)
    ] = ""
    periods_in_a_row: Annotated[int, Key("in so many periods in a row", least=1)] = 1
    ends_agreement: Annotated[bool, Key("whether the agreement is to end by it")] = False
