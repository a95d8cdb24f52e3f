from __future__ import annotations

import pytest

from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.adopt import adopt, has_agreement
from interlock.operations.rebuild import rebuild
from interlock.store.models import AgreementVersion, Event
from tests.operations.company import agreement_text

pytestmark = pytest.mark.django_db


def in_force() -> str:
    return rebuild(by=COMMAND_LINE, as_of=0).agreement


def test_the_last_one_adopted_is_in_force_even_within_a_second() -> None:
    first, second = agreement_text(name="First"), agreement_text(name="Second", version="2")
    versions = [adopt(text, by=COMMAND_LINE).version for text in (first, second)]
    assert in_force() == "Second"
    assert adopt(first, by=COMMAND_LINE).version == versions[0]
    assert in_force() == "First"
    assert AgreementVersion.objects.count() == 2


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
        adopt(agreement_text(), by=Actor("sam", "sales", keeper=False))
    assert not has_agreement()
