"""An audit of the past: what was known at an instant, beside what was true then.

Three replays as of one instant: of the facts and agreements that were known at it; of the facts
that are known today, under those agreements; and under the agreements as they are today. What the
first two tell apart came late; what the last two do was agreed afterwards. And the replay that was
shown at the instant is made again: does it still come to the same?
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from interlock.agreement.timeline import Timeline
from interlock.insight.late import Change, Late, Seen, late
from interlock.operations.agreements import Agreements, agreements, agreements_by
from interlock.operations.attributes import known_attributes
from interlock.operations.rebuild import silent
from interlock.replay.engine import columns_needed, replay_index
from interlock.replay.index import build
from interlock.replay.outcome import Instant
from interlock.replay.verdict_rows import fingerprint
from interlock.store.facts import load_facts
from interlock.store.knowledge import running_imports
from interlock.store.models import AgreementVersion, Replay
from interlock.store.verdicts import Progress


@dataclass(frozen=True)
class Shown:
    """The replay that was shown at the instant, and whether it comes to the `same` verdicts today.

    `same` is None where that cannot be told: no fingerprint of its verdicts was kept. `running`
    are the imports of which the replay may have seen a part only.
    """

    replay: int
    as_of: Instant
    started_at: Instant
    same: bool | None
    running: tuple[int, ...]


@dataclass(frozen=True)
class Audit:
    """What was known at the instant, and what is known today about it.

    `agreement` and `version` are of the text that counted, by what was known then. `late` is what
    facts changed that came or went later; `agreed` what agreements did that were made later. Where
    nothing can be audited `trouble` says why, and the rest is empty. `running`: imports that came
    or went at the very instant.
    """

    at: Instant
    zone: str = "UTC"
    agreement: str = ""
    version: str = ""
    people_then: int = 0
    people_now: int = 0
    facts_then: int = 0
    facts_now: int = 0
    shown: Shown | None = None
    late: Late | None = None
    agreed: tuple[Change, ...] = ()
    running: tuple[int, ...] = ()
    trouble: str = ""


def audit(at: int, *, most: int = 20, progress: Progress = silent) -> Audit:
    """Replays the past as of `at` (UTC seconds); names `most` of the verdicts that differ.

    Nothing is written.
    """
    if at > time.time():
        return Audit(at, trouble="the instant is yet to come: nothing is known of it")
    texts = agreements_by(at)
    if texts is None:
        return Audit(at, trouble=_no_agreement())
    if texts.timeline is None:
        return Audit(at, trouble="an agreement of then no longer fits the facts of then")
    progress("replaying what was known", 0, 4)
    then = _seen(texts.timeline, at, at, at)
    progress("replaying what is known today", 1, 4)
    now = _seen(texts.timeline, at, at, None)
    progress("comparing", 2, 4)
    found = late(then, now, most)
    progress("replaying what was shown", 3, 4)
    text = texts.at(at)
    return Audit(
        at=at,
        zone=str(texts.agreement_at(at).zone),
        agreement=text.name,
        version=text.version,
        people_then=len(then.outcome.people),
        people_now=len(now.outcome.people),
        facts_then=then.outcome.facts,
        facts_now=now.outcome.facts,
        shown=_shown(at),
        late=found,
        agreed=_agreed(texts, now, at),
        running=tuple(running_imports(at)),
    )


def _no_agreement() -> str:
    first = AgreementVersion.objects.order_by("pk").first()
    if first is None:
        return "there is no agreement yet"
    return "there was no agreement yet: the first one was put in force later"


def _seen(versions: Timeline, as_of: int, types_of: int | None, known_by: int | None) -> Seen:
    """A replay of what was known, with the company's own columns read as they were `types_of`."""
    facts = load_facts(columns_needed(versions), known_attributes(types_of), known_by)
    index = build(facts, as_of)
    return Seen(index, replay_index(index, versions, as_of))


def _agreed(texts: Agreements, now: Seen, at: int) -> tuple[Change, ...]:
    """What the agreements of today make of the facts of today that those of then do not."""
    today = agreements()
    if today is None or today.timeline is None or today.counted_at(at) == texts.counted_at(at):
        return ()
    return late(now, _seen(today.timeline, at, None, None), 0).changes


def _shown(at: int) -> Shown | None:
    row = Replay.objects.filter(finished_at__lte=at).order_by("-pk").first()
    if row is None:
        return None
    known_by = row.started_at if row.known_by is None else row.known_by
    return Shown(
        replay=row.pk,
        as_of=row.as_of,
        started_at=row.started_at,
        same=_same(row, known_by) if row.fingerprint else None,
        running=tuple(running_imports(known_by)),
    )


def _same(row: Replay, known_by: int) -> bool | None:
    """Whether the replay comes to the same verdicts today; None where it cannot be made again."""
    texts = agreements(row.adopted_id, known_by)
    if texts is None or texts.timeline is None:
        return None
    again = _seen(texts.timeline, row.as_of, known_by, known_by)
    return fingerprint(again.outcome) == row.fingerprint
