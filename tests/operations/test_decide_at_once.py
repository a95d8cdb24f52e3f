"""Two people decide on one lead in the same moment: one of them does, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from interlock.operations.decide import decide
from interlock.operations.deeds import Deed
from interlock.operations.hand_over import hand_over
from interlock.operations.standing import standing
from interlock.store.models import FACTS
from tests.operations.desk import BO, CY, NOW, opened
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data_folder")]


def test_of_many_who_decide_on_one_lead_one_does_and_the_others_are_told(tmp_path: Path) -> None:
    opened()
    here = standing("free", NOW)
    assert here is not None
    seen = here.mark
    deeds: list[Callable[[], Deed]] = [
        lambda: decide("free", "accept", by=BO, mark=seen, now=NOW),
        lambda: decide("free", "reject", reason="not-ready", by=CY, mark=seen, now=NOW),
        lambda: hand_over("free", "cy", by=CY, mark=seen, now=NOW),
        lambda: decide("free", "disqualify", reason="student", by=BO, mark=seen, now=NOW),
    ]

    def facts() -> int:
        kinds = (FACTS["decision"], FACTS["assignment"])
        return sum(kind.objects.filter(person="free").count() for kind in kinds)

    found, kept = at_once(tmp_path, deeds, facts)
    assert [each.done for each in found].count(True) == 1
    assert all("was quicker" in each.refused for each in found if not each.done)
    assert kept == 1
