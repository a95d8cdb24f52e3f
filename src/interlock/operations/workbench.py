"""The facts laid out once, so that one draft after the other can be tried on them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock, Timer
from time import monotonic

from interlock.agreement.expression import Name
from interlock.agreement.schema import Agreement
from interlock.insight.goals import GOAL_COLUMNS, Ledgers
from interlock.insight.whatif import Replayed
from interlock.operations.attributes import known_attributes
from interlock.operations.reading import Basis, Reading, current
from interlock.replay.engine import columns_needed, replay_eras
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.store.facts import Attributes, load_facts
from interlock.store.models import Import

_BESIDE = {"opportunity": ("amount",), "member": ("capacity",)}
"""What is read besides: what opportunities were worth, and what members can work on."""


@dataclass(frozen=True)
class Workbench:
    """The facts as of the replay that is shown, and that replay, under the agreement in force."""

    basis: Basis
    agreement: Agreement
    attributes: Attributes
    as_of: int
    eras: Eras
    ledgers: Ledgers
    before: Replayed

    def under(self, agreement: Agreement) -> Replayed:
        """The same facts under another agreement; what does not depend on it is shared.

        What does is not kept: it goes with the answer.
        """
        return _replayed(self.eras.apart().under(agreement), self.ledgers, self.as_of)


@dataclass(frozen=True)
class _Kept:
    """The last one, what it is of, and the columns of the facts that it has."""

    of: tuple[object, ...]
    columns: Mapping[str, frozenset[str]]
    bench: Workbench


LARGEST = 20_000_000
"""Facts of a history that pages try drafts on: they take some 3.5 GB of the server's memory, and
fifteen seconds for each draft (docs/decisions/drafts.md has the figures)."""

DISUSE = 20 * 60
"""Seconds after which a workbench that nobody used is put away."""


class _Shelf:
    """The last workbench of this process; it takes as much memory as the facts do."""

    kept: _Kept | None = None
    lock = Lock()
    used = 0.0
    watch: Timer | None = None


def is_too_large(basis: Basis) -> bool:
    """Whether the history has more facts than pages try drafts on."""
    return basis.facts > LARGEST


def workbench(
    drafts: Iterable[Agreement] = (),
    reading: Reading | None = None,
    beside: Iterable[Name] = (),
) -> Workbench | None:
    """A workbench on which those drafts can be tried; None where no agreement is in force.

    `beside` are names that are read besides what the agreements read. Whether the history is too
    large for a server's memory (`is_too_large`), a page asks before.

    The last one is used again as long as the same replay is shown, no import came since, and it has
    the columns that the drafts read.
    """
    now = reading or current()
    if now.agreement is None:
        return None
    newest = Import.objects.filter(live=False).order_by("-pk").values_list("pk", flat=True).first()
    of = (now.replay, now.basis.as_of, now.basis.known_by, newest)
    with _Shelf.lock:  # who comes while it is laid out waits for it
        _in_use(monotonic())
        return _kept(now, now.agreement, of, _columns([now.agreement, *drafts], beside))


def _kept(
    now: Reading,
    agreement: Agreement,
    of: tuple[object, ...],
    columns: Mapping[str, frozenset[str]],
) -> Workbench:
    kept, needed = _Shelf.kept, columns
    if kept is not None and kept.of == of:
        if all(names <= kept.columns.get(kind, frozenset()) for kind, names in needed.items()):
            return kept.bench
        needed = {
            kind: columns.get(kind, frozenset()) | kept.columns.get(kind, frozenset())
            for kind in {*columns, *kept.columns}
        }
    put_away()  # never two in memory
    kept = None
    bench = _laid_out(now, agreement, needed)
    _Shelf.kept = _Kept(of, needed, bench)
    return bench


def put_away() -> None:
    """Frees the memory that the last one takes; the next who tries something lays it out anew."""
    _Shelf.kept = None


def put_away_unused(now: float) -> float:
    """Puts the last one away if nobody used it lately; seconds until it is to be looked at again.

    `now` is of the clock that only goes on (`time.monotonic`); 0.0: it is away.
    """
    left = _Shelf.used + DISUSE - now
    if left <= 0 or _Shelf.kept is None:
        put_away()
        return 0.0
    return left


def _in_use(now: float) -> None:
    """Notes that it is used, and has somebody look after it."""
    _Shelf.used = now
    if _Shelf.watch is None:
        _watch(DISUSE)


def _watch(seconds: float) -> None:
    def look() -> None:
        _Shelf.watch = None
        if left := put_away_unused(monotonic()):
            _watch(left)

    _Shelf.watch = Timer(seconds, look)
    _Shelf.watch.daemon = True
    _Shelf.watch.start()


def _laid_out(
    reading: Reading, agreement: Agreement, columns: Mapping[str, frozenset[str]]
) -> Workbench:
    known_by, as_of = reading.basis.known_by, reading.basis.as_of or 0
    attributes = known_attributes(known_by)
    ordered = {kind: tuple(sorted(names)) for kind, names in columns.items()}
    index = build(load_facts(ordered, attributes, known_by), as_of)
    eras, ledgers = Eras.of(index, agreement).recalling(), Ledgers(index, as_of)
    before = _replayed(eras, ledgers, as_of)
    return Workbench(reading.basis, agreement, attributes, as_of, eras, ledgers, before)


def _replayed(eras: Eras, ledgers: Ledgers, as_of: int) -> Replayed:
    return Replayed(eras.at(as_of), replay_eras(eras, as_of), ledgers)


def _columns(agreements: Iterable[Agreement], beside: Iterable[Name]) -> dict[str, frozenset[str]]:
    """Whatever one of them reads, and what is read besides."""
    needed: dict[str, frozenset[str]] = {}
    for agreement in agreements:
        of_goals = GOAL_COLUMNS if agreement.measured_goals else {}
        for read in (columns_needed(agreement, _BESIDE), of_goals):
            for kind, columns in read.items():
                needed[kind] = needed.get(kind, frozenset()) | frozenset(columns)
    for name in beside:
        if name.scope in needed:  # counts and scores are no columns
            needed[name.scope] |= {name.field}
    return needed
