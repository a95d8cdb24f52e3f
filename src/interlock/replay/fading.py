"""What is left of an engagement score as time goes by."""

from __future__ import annotations

import numpy as np

from interlock.agreement.hours import DAY
from interlock.agreement.schema import Agreement
from interlock.replay.outcome import Instants, Numbers


def half_life_of(agreement: Agreement) -> float:
    """The half-life of engagement, in seconds."""
    return float(agreement.engagement.half_life_days * DAY)


def faded(score: Numbers, since: Instants, instant: int, agreement: Agreement) -> Numbers:
    """What is left at a later instant of the scores that there were, rounded to 6 decimals."""
    left: Numbers = np.round(score * 2.0 ** -((instant - since) / half_life_of(agreement)), 6)
    return left
