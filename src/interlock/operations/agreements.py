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
        return self.rows[self._begun(instant) - 1]

    def after(self, instant: int) -> tuple[AgreementVersion, ...]:
        """The texts that will count later than the instant."""
        return self.rows[self._begun(instant) :]

    def counted_at(self, instant: int) -> tuple[int, ...]:
        """The numbers of the texts that counted until the instant."""
        return tuple(row.pk for row in self.rows[: self._begun(instant)])

    def agreement_at(self, instant: int) -> Agreement:
        """What the text says that counts at the instant, where all of them can be read."""
        assert self.timeline is not None  # noqa: S101 - see above
        return self.timeline[self._begun(instant) - 1].agreement

    def _begun(self, instant: int) -> int:
        """How many texts counted until the instant; all, where they cannot be read."""
        if self.timeline is None:
            return len(self.rows)
        return max(1, sum(each.since <= instant for each in self.timeline))


def agreements(last: int | None = None, known_by: int | None = None) -> Agreements | None:
    """The texts that count, or counted when `last` was the newest; None where there is none.

    They are read as the facts were that were `known_by` an instant. One query, and one for each
    text that this process has not read yet.
    """
    known = AgreementVersion.objects.defer("text").order_by("pk")
    rows = [*(known if last is None else known.filter(pk__lte=last))]
    if not rows:
        return None
    left = tuple(rows[place] for place in counting([row.in_force_from for row in rows]))
    return Agreements(left, rows[-1].pk, _timeline(left, known_by))


def agreements_by(known_by: int) -> Agreements | None:
    """The texts that counted at an instant, by what was known then; None where there was none."""
    last = AgreementVersion.objects.filter(added_at__lte=known_by).order_by("-pk").first()
    return None if last is None else agreements(last.pk, known_by)


def in_force(now: int) -> AgreementVersion | None:
    """The text that counts at the instant; None where there is no agreement."""
    texts = agreements()
    return texts.at(now) if texts else None


def text_in_force(now: int) -> Agreement | None:
    """What the text says that counts at the instant; None where none does, or it is unreadable."""
    version = in_force(now)
    return agreement_of(version.digest).agreement if version else None


def _timeline(rows: Sequence[AgreementVersion], known_by: int | None) -> Timeline | None:
    texts: list[Agreement] = []
    for row in rows:
        found = agreement_of(row.digest, known_by).agreement
        if found is None:
            return None
        texts.append(found)
    return in_turn(texts)


def agreement_of(digest: str, known_by: int | None = None) -> Loaded:
    """The agreement of a stored version. It never changes, so it is read once a process.

    Columns of the company's own may have been of another type by an earlier instant.
    """
    if known_by is not None and (types := known_attributes(known_by)) != known_attributes():
        return load(_text(digest), attributes=types)
    loaded = _loaded(digest)
    if loaded.agreement is None:
        _loaded.cache_clear()  # what it lacks may come with the next import
    return loaded


@lru_cache(maxsize=32)
def _loaded(digest: str) -> Loaded:
    return load(_text(digest), attributes=known_attributes())


def _text(digest: str) -> str:
    return AgreementVersion.objects.filter(digest=digest).values_list("text", flat=True)[0]


def last_adopted() -> AgreementVersion | None:
    """The text that was put in force last, whenever it counts."""
    return AgreementVersion.objects.order_by("-pk").defer("text").first()


def has_agreement() -> bool:
    """Whether any agreement is in force."""
    return AgreementVersion.objects.exists()
