"""The agreement's texts as they were put in force, and which of them counts when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from interlock.agreement.loading import Loaded, load
from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline, counting, in_turn
from interlock.operations.attributes import known_attributes
from interlock.store.models import AgreementVersion


@dataclass(frozen=True)
class Agreements:
    """The texts that count, in order of time, as far as `last`, the one put in force last.

    `timeline` is None where one of them can no longer be read.
    """

    rows: tuple[AgreementVersion, ...]
    last: int
    timeline: Timeline | None

    def at(self, instant: int) -> AgreementVersion:
        """The text that counts at the instant."""
        if self.timeline is None:
            return self.rows[-1]
        begun = sum(each.since <= instant for each in self.timeline)
        return self.rows[max(begun, 1) - 1]

    def after(self, instant: int) -> tuple[AgreementVersion, ...]:
        """The texts that will count later than the instant."""
        begun = sum(each.since <= instant for each in self.timeline or ())
        return self.rows[max(begun, 1) :] if self.timeline else ()


def agreements(last: int | None = None) -> Agreements | None:
    """The texts that count, or counted when `last` was the newest; None where there is none.

    One query, and one for each text that this process has not read yet.
    """
    known = AgreementVersion.objects.defer("text").order_by("pk")
    rows = [*(known if last is None else known.filter(pk__lte=last))]
    if not rows:
        return None
    left = tuple(rows[place] for place in counting([row.in_force_from for row in rows]))
    return Agreements(left, rows[-1].pk, _timeline(left))


def _timeline(rows: Sequence[AgreementVersion]) -> Timeline | None:
    texts: list[Agreement] = []
    for row in rows:
        found = agreement_of(row.digest).agreement
        if found is None:
            return None
        texts.append(found)
    return in_turn(texts)


def agreement_of(digest: str) -> Loaded:
    """The agreement of a stored version. It never changes, so it is read once a process."""
    loaded = _loaded(digest)
    if loaded.agreement is None:
        _loaded.cache_clear()  # what it lacks may come with the next import
    return loaded


@lru_cache(maxsize=32)
def _loaded(digest: str) -> Loaded:
    text = AgreementVersion.objects.filter(digest=digest).values_list("text", flat=True)[0]
    return load(text, attributes=known_attributes())


def last_adopted() -> AgreementVersion | None:
    """The text that was put in force last, whenever it counts."""
    return AgreementVersion.objects.order_by("-pk").defer("text").first()


def has_agreement() -> bool:
    """Whether any agreement is in force."""
    return AgreementVersion.objects.exists()
