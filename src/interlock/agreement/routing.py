"""The clause on routing: who gets a lead that stands at a stage and has nobody yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from interlock.agreement.criterion import Criterion
from interlock.agreement.key import Key

OUT_OF_HOURS = ("turn", "next", "wait")
"""What happens to a lead while nobody who could take it is at work."""


@dataclass(frozen=True)
class RoutingRule:
    """Which leads go to whom. The first rule that matches decides."""

    id: str
    when: Annotated[Criterion | None, Key("which leads, as things stand; left out: all")] = None
    team: Annotated[tuple[str, ...], Key("teams or offices of sales whose members take turns")] = ()
    role: Annotated[
        tuple[str, ...], Key("roles that take turns, as the members' records name them")
    ] = ()
    members: Annotated[tuple[str, ...], Key("members who take turns, by their ids")] = ()
    queue: Annotated[
        str, Key("a queue instead of members: the lead waits there until somebody takes it")
    ] = ""


@dataclass(frozen=True)
class Fallback:
    """The queue of leads that nobody could be given, and who answers for it."""

    queue: Annotated[str, Key("what the queue is called")]
    owner: Annotated[
        str, Key("who answers for it: a role of this agreement, or a member by name or id")
    ]


@dataclass(frozen=True)
class Routing:
    """Who gets a lead that enters a stage and has nobody yet."""

    enters: Annotated[tuple[str, ...], Key("stages: who enters one and has nobody is given out")]
    rules: Annotated[
        tuple[RoutingRule, ...], Key("which leads go to whom; the first that matches decides")
    ]
    fallback: Annotated[Fallback, Key("where leads wait that nobody could be given")]
    account_owner_first: Annotated[
        bool, Key("whether who already has the lead's account gets it, without a turn")
    ] = False
    working_hours: Annotated[
        bool, Key("whether those who are at work just then come before the others")
    ] = True
    out_of_hours: Annotated[
        str,
        Key(
            "while nobody is at work: by turn all the same, to who opens next, or the lead waits "
            "in the fallback queue",
            choices=OUT_OF_HOURS,
        ),
    ] = "turn"
    calendar: Annotated[
        str, Key("the calendar of members who name none of their own; left out: the first one")
    ] = ""

    def rule(self, id: str) -> RoutingRule | None:
        """The rule of that id, or None."""
        return next((rule for rule in self.rules if rule.id == id), None)
