"""What came of a promise's clocks, recalled: under another text most of them are the same clocks.

It follows from the fact that starts a clock, and from what the text says of clocks: the promise
itself, calendars and scores. By which way a lead came to a stage does not matter. So under a text
that says the same of these, as one with another threshold does, the clocks that the same facts
start come to the same, and only the others are run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import EventPromise
from interlock.facts.columns import Mask
from interlock.replay.moments import Moments
from interlock.replay.settling import Settled

Said = tuple[object, ...]
Run = Callable[[NDArray[np.int64], Mask], Settled]
"""What comes of the clocks that moments start, of which some may be kept by the starting fact."""


def said_of_clocks(promise: EventPromise, moments: Moments, as_of: int) -> Said:
    """All that decides, beside the fact that starts it, what comes of a clock of the promise."""
    text, words = moments.agreement, moments.words
    return promise, text.calendars, text.fit, text.engagement, words.promises, words.variants, as_of


@dataclass(frozen=True)
class Recalled:
    """The clocks of one promise, in the order of the moments that start them, and their outcome.

    `inclusive` as in `Clocks`; `said` is what decided about them.
    """

    said: Said
    moment: NDArray[np.int64]
    inclusive: Mask
    settled: Settled

    def of(self, moment: NDArray[np.int64], inclusive: Mask, run: Run) -> Settled:
        """What comes of the clocks that these moments start; those that are not known are run."""
        place = np.minimum(np.searchsorted(self.moment, moment), len(self.moment) - 1)
        known = (self.moment[place] == moment) & (self.inclusive[place] == inclusive)
        codes, instants, state = self.settled
        codes, instants, state = codes.take(place, 1), instants.take(place, 1), state[place]
        new = np.flatnonzero(~known)
        if len(new):
            codes[:, new], instants[:, new], state[new] = run(moment[new], inclusive[new])
        return Settled(codes, instants, state)
