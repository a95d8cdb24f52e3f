"""Where the time of every promise went: everybody replayed, and each part summed up."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.insight.delays import Charge, PromiseDelays, all_charged, promise_delays
from interlock.operations.agreements import agreements
from interlock.operations.attributes import known_attributes
from interlock.operations.reading import Basis, current
from interlock.operations.rebuild import silent
from interlock.replay.delays import delays
from interlock.replay.engine import columns_needed, decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.store.facts import load_facts
from interlock.store.knowledge import watched_since
from interlock.store.verdicts import Progress


@dataclass(frozen=True)
class DelaysPage:
    """Every promise with a clock, in the agreement's order, and what each side answers for."""

    basis: Basis
    promises: tuple[PromiseDelays, ...] = ()
    charged: tuple[Charge, ...] = ()


def read_delays(progress: Progress = silent) -> DelaysPage:
    """Where the time went, of all that is decided, as of the replay that is shown."""
    reading = current()
    texts = agreements(reading.adopted, reading.basis.known_by) if reading.adopted else None
    if reading.agreement is None or texts is None or texts.timeline is None:
        return DelaysPage(reading.basis)
    known_by, as_of = reading.basis.known_by, reading.basis.as_of or 0
    progress("reading facts", 0, 1)
    needed = columns_needed(texts.timeline)
    facts = load_facts(needed, known_attributes(known_by), known_by)
    progress("replaying", 0, 1)
    eras = Eras.of(build(facts, as_of), texts.timeline)
    outcome = decide(eras, as_of)
    found = delays(eras, outcome, watched_since())
    promises = promise_delays(found, outcome, reading.agreement.event_promises)
    return DelaysPage(reading.basis, promises, all_charged(promises))
