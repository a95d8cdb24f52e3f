"""Who does, answers for, advises on and hears of each activity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from interlock.agreement.key import Key

GOVERNED = ("agreement", "disputes")
"""What a row of the RACI may govern: how the agreement is changed, who settles a dispute."""


@dataclass(frozen=True)
class RaciRow:
    """Who is responsible, accountable, consulted and informed for one activity.

    `governs` is one of `GOVERNED`, or empty: who may do what there follows this row.
    """

    id: str
    activity: Annotated[str, Key("what is done")]
    responsible: Annotated[tuple[str, ...], Key("who does it")]
    accountable: Annotated[tuple[str, ...], Key("who answers for it: exactly one")]
    consulted: Annotated[tuple[str, ...], Key("whose advice is asked before")] = ()
    informed: Annotated[tuple[str, ...], Key("who is told after")] = ()
    governs: Annotated[
        str, Key("what Interlock goes by this row for, if anything", choices=GOVERNED)
    ] = ""
