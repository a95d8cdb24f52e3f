"""Drafts: opened, changed, brought up to date, closed; and nothing that anybody wrote is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interlock.agreement.diff import Kind
from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.adopt import adopt
from interlock.operations.change_draft import (
    AsDrafted,
    AsInForce,
    Changed,
    ClauseText,
    Edit,
    Keys,
    TakenOut,
    WholeText,
    change_draft,
)
from interlock.operations.open_draft import open_draft
from interlock.operations.read_draft import DraftPage, read_draft
from interlock.operations.read_drafts import read_drafts
from interlock.operations.rebase_draft import rebase_draft
from interlock.operations.withdraw_draft import withdraw_draft
from interlock.store.models import DraftText, Event
from tests.agreement.small import SMALL, changed
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db

MIA = Actor("mia@example.com", "marketing", "member")
SAM = Actor("sam@example.com", "sales", "member")
WITHIN = Keys((("promises.first-touch.within", "2 working hours"),))
TARGET = Keys((("promises.volume.target", "120"),))


def opened(text: str = SMALL) -> int:
    adopt(text, by=COMMAND_LINE)
    draft = open_draft("For spring", by=MIA).draft
    assert draft is not None
    return draft


def page(draft: int) -> DraftPage:
    found = read_draft(draft)
    assert found is not None
    return found


def edited(draft: int, *edits: Edit, by: Actor = MIA) -> Changed:
    """The edits one after the other, each to what the one before it left."""
    done = Changed(None)
    for edit in edits:
        done = change_draft(draft, edit, revision=page(draft).revision, by=by)
        assert done.revision is not None, done
    return done


def said(draft: int) -> list[str]:
    return [each.sentence for each in page(draft).changes]


def test_a_draft_begins_as_what_is_in_force() -> None:
    found = page(opened())
    assert (found.text, found.version, found.changes) == (SMALL, "1", ())
    assert not found.behind


def test_each_change_is_a_revision_that_says_what_it_changed() -> None:
    draft = opened()
    edited(draft, WITHIN, TARGET)
    assert said(draft) == [
        "First touch: time allowed from 4 working hours to 2 working hours",
        "MQLs: target from 100 to 120",
    ]
    history = [(each.number, each.says) for each in page(draft).revisions]
    assert history[0] == (3, ("MQLs: target from 100 to 120",))
    assert [number for number, _ in history] == [3, 2, 1]
    assert list(Event.objects.filter(verb="change draft").values_list("why", flat=True)) == [
        "First touch: time allowed from 4 working hours to 2 working hours",
        "MQLs: target from 100 to 120",
    ]


def test_a_clause_comes_and_goes_and_comes_back_as_it_was() -> None:
    draft = opened()
    edited(draft, ClauseText("glossary.bant", "bant: {meaning: Budget and need.}"))
    assert [(each.path, each.kind) for each in page(draft).changes] == [
        ("glossary.bant", Kind.ADDED)
    ]
    edited(draft, TakenOut("glossary.bant"), WITHIN, AsInForce("promises.first-touch"))
    assert said(draft) == []


def test_a_draft_may_have_errors_meanwhile_and_says_where() -> None:
    draft = opened()
    done = edited(draft, Keys((("stages.mql.enter", "touches.anny >= 1"),)))
    [problem] = done.problems
    assert (problem.clause, "touches.anny" in problem.message) == ("stages.mql", True)
    found = page(draft)
    assert found.agreement is None
    assert [each.path for each in found.parts if each.problems] == ["stages.mql"]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (WholeText("name: [unclosed"), "not YAML"),
        (WholeText(""), "empty"),
        (ClauseText("stages.mql", "- a list"), "one clause"),
        (TakenOut("stages.nothing"), "has no `stages.nothing`"),
        (Keys((("stages.mqll.enter", "fit > 1.0"),)), "nothing is called `mqll`"),
    ],
)
def test_what_is_no_text_is_refused_and_the_draft_stays(edit: Edit, message: str) -> None:
    draft = opened()
    done = change_draft(draft, edit, revision=1, by=MIA)
    assert done.revision is None
    assert message in done.problems[0].message
    assert page(draft).revision == 1


def test_two_who_change_different_clauses_both_have_their_way() -> None:
    draft = opened()
    first = change_draft(draft, WITHIN, revision=1, by=MIA)
    second = change_draft(draft, TARGET, revision=1, by=SAM)
    assert (first.revision, second.revision) == (2, 3)
    assert len(said(draft)) == len(("within", "target"))


def test_two_who_change_one_clause_the_second_is_told_and_nothing_is_overwritten() -> None:
    draft = opened()
    change_draft(draft, WITHIN, revision=1, by=MIA)
    other = Keys((("promises.first-touch.within", "8 working hours"),))
    done = change_draft(draft, other, revision=1, by=SAM)
    assert done.revision is None
    assert done.clash is not None
    assert (done.clash.paths, done.clash.by) == (("promises.first-touch",), MIA.name)
    assert said(draft) == ["First touch: time allowed from 4 working hours to 2 working hours"]


def test_the_second_is_told_who_made_the_clause_what_it_is_now() -> None:
    """Of the twenty-two revisions since, few are read."""
    draft = opened()
    edited(draft, Keys((("promises.first-touch.within", "3 working hours"),)))
    edited(draft, WITHIN, by=SAM)
    for target in range(101, 121):
        edited(draft, Keys((("promises.volume.target", str(target)),)))
    other = Keys((("promises.first-touch.within", "8 working hours"),))
    with CaptureQueriesContext(connection) as asked:
        done = change_draft(draft, other, revision=1, by=MIA)
    assert done.clash is not None
    assert (done.clash.titles, done.clash.by) == (("First touch",), SAM.name)
    texts = [each for each in asked if "drafttext" in each["sql"]]
    assert len(texts) <= 8


def test_a_version_that_came_meanwhile_is_taken_in_clause_by_clause() -> None:
    draft = opened()
    edited(draft, TARGET)
    newer = changed("4 working hours", "3 working hours", changed("version: 1", "version: 2"))
    adopt(changed("Worth a call.", "Worth an hour.", newer), by=COMMAND_LINE)
    assert page(draft).behind
    rebase_draft(draft, by=SAM)
    found = page(draft)
    assert not found.behind
    assert [each.path for each in found.changes] == ["version", "promises.volume"]
    assert found.conflicts == ()


def test_what_both_changed_waits_for_somebody_to_decide() -> None:
    draft = opened()
    edited(draft, WITHIN, TARGET)
    newer = changed("4 working hours", "3 working hours", changed("version: 1", "version: 2"))
    adopt(changed("target: 100", "target: 90", newer), by=COMMAND_LINE)
    rebase_draft(draft, by=SAM)
    conflicts = page(draft).conflicts
    assert [each.path for each in conflicts] == ["promises.first-touch", "promises.volume"]
    assert conflicts[0].drafted is not None
    assert "2 working hours" in conflicts[0].drafted.text
    assert conflicts[0].in_force is not None
    assert "3 working hours" in conflicts[0].in_force.text
    edited(draft, AsDrafted("promises.first-touch"), AsInForce("promises.volume"))
    assert page(draft).conflicts == ()
    assert said(draft) == [
        "Version: from 2 to 1",
        "First touch: time allowed from 3 working hours to 2 working hours",
    ]


def test_a_closed_draft_is_read_and_not_changed() -> None:
    draft = opened()
    assert withdraw_draft(draft, by=MIA)
    assert not withdraw_draft(draft, by=MIA)
    done = change_draft(draft, WITHIN, revision=1, by=MIA)
    assert "closed" in done.problems[0].message
    [row] = read_drafts().drafts
    assert not row.is_open


def test_a_text_is_brought_and_kept_to_the_letter() -> None:
    text = "# ours\n" + changed("target: 100", "target:   110")
    adopt(SMALL, by=COMMAND_LINE)
    draft = open_draft("From a file", by=MIA, text=text).draft
    assert draft is not None
    assert page(draft).text == text


def test_without_an_agreement_a_draft_begins_with_a_text() -> None:
    assert "no agreement" in open_draft("First", by=MIA).problems[0].message
    assert open_draft("First", by=MIA, text="name: [").draft is None
    assert open_draft("First", by=MIA, text=SMALL).draft is not None


def test_who_only_reads_drafts_nothing() -> None:
    reader = Actor("vi@example.com", "sales", "viewer")
    with pytest.raises(NotAllowedError):
        open_draft("Mine", by=reader, text=SMALL)
    assert not DraftText.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("data_folder")
def test_of_many_who_change_one_clause_at_once_one_does(tmp_path: Path) -> None:
    draft = opened()

    def change(hours: int) -> Callable[[], Changed]:
        edit = Keys((("promises.first-touch.within", f"{hours} working hours"),))
        return lambda: change_draft(draft, edit, revision=1, by=SAM)

    found, texts = at_once(tmp_path, [change(hours) for hours in range(5, 9)], _texts)
    assert [each.revision for each in found if each.revision] == [2]
    assert [each.clash is not None for each in found].count(True) == len(found) - 1
    assert len(texts) == len(("opened", "changed"))


def _texts() -> list[str]:
    return list(DraftText.objects.values_list("text", flat=True))
