from __future__ import annotations

from datetime import datetime

import pytest
import time_machine

from interlock.agreement.problems import Severity
from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.adopt import Adopted, adopt
from interlock.operations.agreements import has_agreement
from interlock.operations.read_agreement import read_agreement
from interlock.operations.rebuild import rebuild
from interlock.store.models import AgreementVersion, Event
from tests.operations.company import OSLO, agreement_text

pytestmark = pytest.mark.django_db


ANOTHER_TEXT = "version 1 was another text before"


def warnings(adopted: Adopted) -> list[str]:
    assert {problem.severity for problem in adopted.problems} <= {Severity.WARNING}
    return [problem.message for problem in adopted.problems]


def in_force() -> str:
    return rebuild(by=COMMAND_LINE, as_of=0).agreement


def test_the_last_one_adopted_is_in_force_even_within_a_second() -> None:
    first, second = agreement_text(name="First"), agreement_text(name="Second", version="2")
    versions = [adopt(text, by=COMMAND_LINE).version for text in (first, second)]
    assert in_force() == "Second"
    assert versions[0] != versions[1]
    adopt(first, by=COMMAND_LINE)
    assert in_force() == "First"


def test_an_adoption_changes_nothing_that_is_written_of_an_earlier_one() -> None:
    texts = (agreement_text(), agreement_text(version="2"))
    asked = ((texts[0], "ann", 100), (texts[1], "bo", 200), (texts[0], "cy", 300))
    for text, who, when in (*asked, (texts[0], "di", 400)):
        with time_machine.travel(when, tick=False):
            adopt(text, by=Actor(who, "operations", "operations"))
    written = AgreementVersion.objects.order_by("pk").values_list("text", "by", "added_at")
    assert list(written) == list(asked)
    events = Event.objects.filter(verb="adopt").values_list("by", "at")
    assert list(events) == [("ann", 100), ("bo", 200), ("cy", 300), ("di", 400)]


def test_another_text_under_a_version_that_is_known_is_said() -> None:
    assert warnings(adopt(agreement_text(), by=COMMAND_LINE)) == []
    assert warnings(adopt(agreement_text(), by=COMMAND_LINE)) == []
    assert warnings(adopt(agreement_text(name="Other"), by=COMMAND_LINE)) == [ANOTHER_TEXT]
    assert [p.message for p in read_agreement().problems] == [ANOTHER_TEXT]
    assert warnings(adopt(agreement_text(name="Other", version="2"), by=COMMAND_LINE)) == []


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (
            "2030-12-31 23:59",
            ["it is to count from 2031-01-01 on, and, as the first one, counts before it too"],
        ),
        ("2031-01-01 00:00", []),
    ],
)
def test_a_first_text_that_is_to_count_later_is_said_to_count_before(
    clock: str, said: list[str]
) -> None:
    text = agreement_text(in_force_from="2031-01-01", review_by="2031-12-31")
    with time_machine.travel(datetime.fromisoformat(clock).replace(tzinfo=OSLO), tick=False):
        adopted = adopt(text, by=COMMAND_LINE)
    assert adopted.version is not None
    assert warnings(adopted) == said
    assert all(text[p.column - 1 :].startswith('"2031-01-01"') for p in adopted.problems)


def test_who_and_why_are_in_the_trail() -> None:
    adopt(agreement_text(), by=COMMAND_LINE, why="both signed")
    event = Event.objects.get(verb="adopt")
    assert (event.by, event.about, event.why) == ("command line", "agreement 1", "both signed")


def test_a_text_with_errors_changes_nothing_and_says_what_is_wrong() -> None:
    adopted = adopt(agreement_text(calendars={}), by=COMMAND_LINE)
    assert adopted.version is None
    assert "there is no calendar `office`" in [problem.message for problem in adopted.problems]
    assert not has_agreement()
    assert not Event.objects.exists()


def test_only_a_keeper_may() -> None:
    with pytest.raises(NotAllowedError):
        adopt(agreement_text(), by=Actor("sam", "sales", "member"))
    assert not has_agreement()
