"""The meetings that both teams keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from interlock.agreement.key import Key


@dataclass(frozen=True)
class Meeting:
    """A meeting that both teams keep."""

    id: str
    name: Annotated[str, Key("its name")]
    every: Annotated[str, Key("how often")]
    called_by: Annotated[str, Key("who calls it")]
    agenda: Annotated[tuple[str, ...], Key("what is on it")] = ()
    attends: Annotated[tuple[str, ...], Key("who takes part")] = ()
