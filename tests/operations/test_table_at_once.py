"""Several at the table in one moment: each has an answer, and nobody's work is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from interlock.agreement.canonical import seal_of
from interlock.operations.answer import Answer
from interlock.operations.change_draft import Changed, Keys, change_draft
from interlock.operations.confirm import confirm
from interlock.operations.propose import propose
from interlock.operations.rebase_draft import rebase_draft
from interlock.operations.remark import remark
from interlock.store.models import (
    AgreementVersion,
    Confirmation,
    Draft,
    DraftText,
    Proposal,
    Remark,
)
from tests.operations.table import (
    ADA,
    BO,
    MO,
    SAM,
    TODAY,
    draft,
    next_text,
    proposal,
    signs,
    sit_down,
)
from tests.support.at_once import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("data_folder"),
]


def change(number: int, hours: int) -> Callable[[], Changed]:
    edit = Keys((("promises.first-touch.within", f"{hours} working hours"),))
    return lambda: change_draft(number, edit, revision=1, by=SAM, now=TODAY)


def test_what_is_proposed_while_another_changes_it_is_the_text_that_was_read(
    tmp_path: Path,
) -> None:
    sit_down()
    text = next_text()
    number = draft(text).pk
    _, (kept, proposed) = at_once(
        tmp_path,
        [lambda: propose(number, 1, by=MO, why="", now=TODAY), change(number, 7)],
        lambda: (DraftText.objects.count(), [*Proposal.objects.values_list("text", flat=True)]),
    )
    assert kept == 2
    assert proposed in ([text], [])  # refused where the change was there before


def test_who_remarks_and_who_changes_do_not_stop_each_other(tmp_path: Path) -> None:
    sit_down()
    number = draft(next_text()).pk

    def say() -> Answer:
        return remark(number, "promises.first-touch", "Too long.", by=ADA, now=TODAY)

    done, counts = at_once(
        tmp_path,
        [say, change(number, 7), say, say],
        lambda: (Remark.objects.count(), DraftText.objects.count()),
    )
    assert all(not getattr(each, "refused", "") for each in done)
    assert counts == (3, 2)


def test_a_draft_is_brought_up_to_date_while_another_changes_it(tmp_path: Path) -> None:
    sit_down()
    old = AgreementVersion.objects.get()
    signs(row := proposal(), ADA)

    assert signs(row, BO).version
    number = draft(next_text(version="3"), base=old).pk
    done, (base, texts) = at_once(
        tmp_path,
        [lambda: rebase_draft(number, by=MO, now=TODAY), change(number, 7)],
        lambda: (Draft.objects.get(pk=number).base_id, _last(number)),
    )
    assert all(each.revision for each in done)
    assert base == AgreementVersion.objects.latest("pk").pk
    assert "7 working hours" in texts


def _last(number: int) -> str:
    found = DraftText.objects.filter(draft=number).last()
    return found.text if found else ""


def test_who_confirms_twice_at_once_has_confirmed_once(tmp_path: Path) -> None:
    sit_down()
    seal = seal_of(AgreementVersion.objects.get().text)
    answers, count = at_once(
        tmp_path, [lambda: confirm(seal, by=MO, now=TODAY)] * 3, Confirmation.objects.count
    )
    assert all(each.said for each in answers)
    assert count == 1
