"""The whole curve of one threshold: how many leads each value lets in, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.agreement.dials import Dial, dials_of, with_dials
from interlock.agreement.schema import Agreement
from interlock.insight.curve import Point, point
from interlock.operations.loaded_draft import loaded_draft
from interlock.operations.reading import Basis, current
from interlock.operations.workbench import Workbench, is_too_large, workbench
from interlock.store.models import DraftText

POINTS = 11
"""Values that are tried beside the draft's own and today's."""


@dataclass(frozen=True)
class CurvePage:
    """A dial of a draft with a point for each value; none where there is nothing to try it on.

    `today` is the value in force, None where the agreement in force has no such dial.
    """

    basis: Basis
    draft: int
    title: str
    dial: Dial
    today: float | None
    points: tuple[Point, ...]
    too_large: bool = False


def read_curve(number: int, key: str) -> CurvePage | None:
    """The curve of the threshold that is the dial of that key ("": the first); None: no such."""
    row = DraftText.objects.filter(draft=number).select_related("draft").last()
    reading = current()
    draft = loaded_draft(row.text).agreement if row else None
    if row is None or draft is None:
        return None
    thresholds = [each for each in dials_of(draft) if each.spot]
    dial = next((each for each in thresholds if key in ("", each.key)), None)
    if dial is None:
        return None
    too_large = is_too_large(reading.basis)
    bench = None if too_large else workbench([draft], reading)
    now = {each.key: each.value for each in dials_of(bench.agreement)} if bench else {}
    today = now.get(dial.key)
    values = sorted({*_spread(dial), dial.value, *([] if today is None else [today])})
    points = tuple(_tried(bench, draft, dial, value) for value in values) if bench else ()
    return CurvePage(reading.basis, number, row.draft.title, dial, today, points, too_large)


def _spread(dial: Dial) -> list[float]:
    """Values over the dial's whole reach, at its own steps."""
    gap = (dial.high - dial.low) / (POINTS - 1)
    return [dial.low + round(n * gap / dial.step) * dial.step for n in range(POINTS)]


def _tried(bench: Workbench, draft: Agreement, dial: Dial, value: float) -> Point:
    replayed = bench.under(with_dials(draft, {dial.key: value}))
    return point(value, dial.path.split(".")[1], replayed, bench.before.fates)
