from __future__ import annotations

import pytest

from interlock.operations import rebuild as module
from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.adopt import adopt
from interlock.operations.rebuild import rebuild
from interlock.operations.refresh import refresh
from interlock.store.models import Lead, Obligation, Replay, Tally, Visit
from tests.operations import company

pytestmark = pytest.mark.django_db

VERDICTS = (Lead, Visit, Obligation)


def rows() -> list[list[tuple[object, ...]]]:
    """Every verdict in the store, without its number and its replay's."""
    found = []
    for model in VERDICTS:
        names = [f.name for f in model._meta.concrete_fields if f.name not in ("id", "replay")]  # noqa: SLF001 - Django's name for it
        found.append(sorted(model.objects.values_list(*names), key=repr))
    return found


def test_the_states_are_those_counted_by_hand() -> None:
    rebuilt = company.replayed()
    assert rebuilt.trouble == ""
    assert rebuilt.people == Lead.objects.count() == 10
    states = Obligation.objects.filter(promise="first-touch").order_by("person")
    assert dict(states.values_list("person", "state")) == {
        "p1": "kept",
        "p2": "kept",
        "p3": "kept late",
        "p4": "broken",
        "p5": "kept",
        "p6": "broken",
        "p7": "broken",
        "p8": "open",
    }
    assert (rebuilt.visits, rebuilt.obligations) == (
        Visit.objects.count(),
        Obligation.objects.count(),
    )


def test_a_later_version_counts_from_its_first_day_and_leaves_the_past() -> None:
    company.replayed()
    before = rows()
    adopt(
        company.agreement_text(version="2", in_force_from="2026-03-20", fit=None), by=COMMAND_LINE
    )
    rebuilt = rebuild(by=COMMAND_LINE, as_of=company.at(19))
    assert rebuilt.trouble == ""
    assert Replay.objects.get(current=True).agreement.version == "1"
    rebuild(by=COMMAND_LINE, as_of=company.AS_OF)
    assert Replay.objects.get(current=True).agreement.version == "2"
    assert rows()[1:] == before[1:]
    adopt(company.agreement_text(version="3", promises={}), by=COMMAND_LINE)
    rebuild(by=COMMAND_LINE, as_of=company.AS_OF)
    assert Replay.objects.get(current=True).agreement.version == "3"
    assert not Obligation.objects.exists()


def test_replaying_again_changes_nothing_that_is_shown() -> None:
    company.replayed()
    before, first = rows(), Replay.objects.get(current=True)
    rebuild(by=COMMAND_LINE, as_of=company.AS_OF)
    assert rows() == before
    shown = Replay.objects.get(current=True).pk
    assert shown > first.pk
    assert set(Tally.objects.values_list("replay", flat=True)) == {shown}


def test_a_replay_killed_before_it_shows_leaves_the_old_one_and_no_trace_after_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company.replayed()
    before, shown = rows(), Replay.objects.get(current=True).pk

    def killed(_: Replay) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "show", killed)
        with pytest.raises(KeyboardInterrupt):
            rebuild(by=COMMAND_LINE, as_of=company.AS_OF)
    assert Replay.objects.get(current=True).pk == shown
    assert Lead.objects.filter(replay=shown).count() == 10
    assert Lead.objects.count() == 20
    rebuild(by=COMMAND_LINE, as_of=company.AS_OF)
    assert rows() == before


def test_new_facts_are_seen_from_the_instant_that_was_pinned() -> None:
    company.replayed()
    company.put("touch", "t9", company.at(20, "16:30"), person="p9", kind="demo")
    company.put("touch", "t10", company.at(21, "16:30"), person="p10", kind="demo")
    refreshed = refresh(by=COMMAND_LINE)
    assert refreshed.as_of == company.AS_OF
    assert Replay.objects.get(current=True).pinned
    stages = dict(Lead.objects.values_list("person", "stage"))
    assert (stages["p9"], stages["p10"]) == ("mql", "lead")


def test_an_unpinned_replay_looks_from_the_present() -> None:
    company.fill()
    adopt(company.agreement_text(), by=COMMAND_LINE)
    rebuilt = refresh(by=COMMAND_LINE)
    replay = Replay.objects.get(current=True)
    assert not replay.pinned
    assert rebuilt.as_of == replay.as_of == replay.started_at


def test_without_an_agreement_nothing_is_replayed_and_it_says_what_to_do() -> None:
    company.fill()
    rebuilt = rebuild(by=COMMAND_LINE)
    assert "interlock init" in rebuilt.trouble
    assert not Replay.objects.exists()


def test_an_empty_store_has_an_empty_outcome() -> None:
    adopt(company.agreement_text(), by=COMMAND_LINE)
    rebuilt = rebuild(by=COMMAND_LINE, as_of=company.AS_OF)
    assert (rebuilt.trouble, rebuilt.people, rebuilt.facts) == ("", 0, 0)
    assert rows() == [[], [], []]


def test_only_a_keeper_may() -> None:
    with pytest.raises(NotAllowedError):
        rebuild(by=Actor("sam", "sales", "member"))
