"""A round of the language test: opened, answered, closed, read."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.agreements import agreements
from interlock.operations.close_round import close_round
from interlock.operations.end_rounds import end_rounds
from interlock.operations.lead_cards import lead_cards
from interlock.operations.open_round import open_round
from interlock.operations.place_lead import place_lead
from interlock.operations.read_round import read_round, read_round_lead
from interlock.operations.read_round_result import read_round_result
from interlock.operations.read_rounds import read_rounds
from interlock.operations.say_meaning import say_meaning
from interlock.store.models import (
    FACTS,
    Event,
    LanguageLead,
    LanguageRound,
    Lead,
    Meaning,
    Notice,
    Placing,
    User,
)
from tests.operations.company import at
from tests.operations.desk import BO, LEA, MO, NOW, opened
from tests.operations.language import (
    DAY,
    answer,
    as_agreed,
    asked,
    member,
    opened_round,
    people,
)
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db
VIEWER = Actor("vi@example.com", "sales", "viewer")


def number() -> int:
    opened()
    found = opened_round()
    assert found.number is not None, found.problems
    return found.number


def closed(round_: int) -> Any:
    assert close_round(round_, by=LEA, now=NOW + 2)
    found = read_round_result(round_, by=MO, now=NOW + 3)
    assert found is not None
    return found


# --- opening ----------------------------------------------------------------------------------


def test_a_round_takes_each_lead_once_as_it_was_known_then() -> None:
    leads = list(LanguageLead.objects.filter(round=number()))
    assert len(leads) == 8
    assert len({each.person for each in leads}) == 8
    assert [each.place for each in leads] == list(range(1, 9))
    for each in leads:
        told = [line[0] for line in each.card["story"]]
        assert all(instant <= each.at for instant in told)
        assert set(each.parts) == {"stages.lead", "stages.mql", "stages.sal", "fit"}


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ("08:59", []),
        ("09:30", ["greeting"]),
        ("10:00", ["greeting", "demo"]),
        ("11:30", ["greeting", "demo", "call"]),
        ("18:00", ["greeting", "demo", "call"]),
    ],
)
def test_a_card_ends_at_its_instant(clock: str, told: list[str]) -> None:
    opened()
    texts = agreements()
    assert texts is not None
    (card,) = lead_cards([("p1", at(2, clock))], texts.agreement_at(NOW), with_names=False)
    assert [what for _, what, _ in card["story"]] == told
    assert bool(card["profile"]) is (clock != "08:59")  # known since nine


def test_a_condition_decides_where_the_lead_had_not_been_before() -> None:
    leads = LanguageLead.objects.filter(round=number())
    fresh = [each for each in leads if each.stage == "mql"]
    assert fresh
    for each in fresh:  # shown when they became MQLs, and leads before that
        assert each.decides == ["stages.mql", "stages.sal"]
    known = [each for each in leads if "stages.lead" in each.decides]
    assert known
    for each in known:  # shown when they became known
        assert each.stage == "lead"
        assert each.at == FACTS["person"].objects.get(key=each.person, live=True).created_at


def test_both_sides_of_an_edge_are_asked_about() -> None:
    leads = LanguageLead.objects.filter(round=number())
    engaged = {holds for each in leads for _, holds in each.parts["stages.mql"][1:]}
    assert engaged == {True, False}


def test_the_card_tells_nothing_of_how_the_lead_was_judged() -> None:
    round_ = number()
    for lead in LanguageLead.objects.filter(round=round_):
        card = read_round_lead(round_, lead.place)
        assert card is not None
        assert card.name == ""
        told = repr(card).lower()
        person = FACTS["person"].objects.get(key=lead.person, live=True)
        assert person.name.lower() not in told
        assert "example.com" not in told
        for word in ("accept", "reject", "won", "mql", "engagement", "score", "bo berg", "cy dahl"):
            assert word not in told, word


def test_names_are_hidden_of_all_where_one_would_tell() -> None:
    def with_names() -> LanguageRound:
        number = opened_round(shows_names=True).number
        assert number is not None
        return LanguageRound.objects.get(pk=number)

    opened()
    Lead.objects.update(stage="mql")
    shown = with_names()
    assert shown.shows_names
    assert all(each.card["name"] for each in shown.leads.all())
    Lead.objects.filter(person=shown.leads.all()[0].person).update(stage="customer")
    hidden = with_names()
    assert not hidden.shows_names
    assert not any(each.card["name"] for each in hidden.leads.all())


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"leads": 2}, "5 to 60 leads"),
        ({"stages": ()}, "one at least"),
        ({"stages": ("mql", "gone")}, "of the agreement in force"),
        ({"closes_at": NOW}, "later than now"),
        ({"closes_at": NOW + 61 * DAY}, "within 60 days"),
        ({"terms": ("x" * 81,)}, "80 letters"),
    ],
)
def test_what_cannot_be_asked_is_said(changes: dict[str, Any], problem: str) -> None:
    opened()
    found = opened_round(**changes)
    assert found.number is None
    assert problem in " ".join(found.problems)
    assert not LanguageRound.objects.exists()


def test_a_company_without_leads_has_nothing_to_ask_about() -> None:
    assert "no leads yet" in opened_round().problems[0]


def test_every_member_of_both_sides_hears_of_a_round() -> None:
    opened()
    for member_, side, role in (
        ("bo", "sales", "member"),
        ("mo", "marketing", "member"),
        ("cy", "sales", "viewer"),
        ("kim", "operations", "admin"),
    ):
        key = member_ if side != "operations" else ""
        User.objects.create_user(f"{member_}@example.com", side=side, role=role, member=key)
    round_ = opened_round().number
    told = Notice.objects.filter(link=f"/agreement/language/{round_}")
    assert set(told.values_list("whom", flat=True)) == {"bo", "mo"}
    assert told[0].text == "Place 8 leads in a language test, by 24 March 2026"


def test_only_who_leads_may_open_and_close() -> None:
    round_ = number()
    with pytest.raises(NotAllowedError):
        open_round(asked(), by=BO, now=NOW)
    with pytest.raises(NotAllowedError):
        close_round(round_, by=MO, now=NOW)


# --- answering --------------------------------------------------------------------------------


def test_a_lead_is_placed_and_placed_again() -> None:
    round_ = number()
    assert place_lead(round_, 1, "mql", fits=True, by=BO, now=NOW).refused == ""
    assert place_lead(round_, 1, "", fits=False, by=BO, now=NOW).refused == ""
    row = Placing.objects.get()
    assert (row.stage, row.fits, row.side) == ("", False, "sales")


def test_a_term_is_said_once_and_defined_after_it() -> None:
    round_ = number()
    before = read_round(round_, by=BO, now=NOW)
    assert before is not None
    assert [each.meaning for each in before.terms] == ["", ""]
    assert say_meaning(round_, 1, "They asked for a demo.", by=BO, now=NOW).refused == ""
    after = read_round(round_, by=BO, now=NOW)
    assert after is not None
    assert after.terms[0].meaning == "Likelier than others to buy."
    assert after.terms[0].clause == "stages.mql"
    assert after.next_term == 2
    assert "already" in say_meaning(round_, 1, "Something else.", by=BO, now=NOW).refused
    assert Meaning.objects.get().words == "They asked for a demo."


@pytest.mark.parametrize(
    ("place", "stage", "refused"),
    [(99, "mql", "no such lead"), (1, "customer", "one of the stages")],
)
def test_an_answer_that_is_none_is_refused(place: int, stage: str, refused: str) -> None:
    round_ = number()
    assert refused in place_lead(round_, place, stage, fits=True, by=BO, now=NOW).refused
    assert "one sentence" in say_meaning(round_, 1, " ", by=BO, now=NOW).refused
    assert "no such term" in say_meaning(round_, 9, "x", by=BO, now=NOW).refused
    assert "no such round" in place_lead(0, 1, "mql", fits=True, by=BO, now=NOW).refused


def test_who_is_of_neither_side_is_not_asked() -> None:
    round_ = number()
    other = member(1, "leadership")
    assert (
        "sales and marketing" in place_lead(round_, 1, "mql", fits=True, by=other, now=NOW).refused
    )


@pytest.mark.parametrize("how", ["closed", "in time"])
def test_nobody_answers_after_the_end(how: str) -> None:
    round_, later = number(), NOW + DAY
    if how == "closed":
        close_round(round_, by=LEA, now=NOW + 1)
        later = NOW + 2
    assert "over" in place_lead(round_, 1, "mql", fits=True, by=BO, now=later).refused
    assert "over" in say_meaning(round_, 1, "x", by=BO, now=later).refused
    assert not close_round(round_, by=LEA, now=later)


@pytest.mark.parametrize("how", ["closed", "in time"])
def test_whom_a_round_asked_is_told_once_that_it_is_over(how: str) -> None:
    round_ = number()
    for who in (BO, MO, VIEWER):
        User.objects.create_user(who.name, side=who.side, role=who.role, member=who.member)
    assert end_rounds(NOW + DAY - 1) == 0
    if how == "closed":
        close_round(round_, by=LEA, now=NOW + 1)
    else:
        assert end_rounds(NOW + DAY) == 1
    User.objects.create_user("newcomer", side="sales", role="member")
    assert end_rounds(NOW + 9 * DAY) == 0
    told = Notice.objects.filter(text__startswith="The language test is over")
    assert set(told.values_list("whom", flat=True)) == {"bo", MO.member or MO.name}
    assert {each.link for each in told} == {f"/agreement/language/{round_}"}
    closed_it = "Lea Moe closed it before its time"
    because = closed_it if how == "closed" else "Its last day has passed"
    assert {each.because for each in told} == {because}
    assert {each.happened_at for each in told} == {NOW + 1 if how == "closed" else NOW + DAY}
    assert Event.objects.filter(verb="close", about=f"language round {round_}").count() == 1
    assert read_round_result(round_, by=MO, now=NOW + 9 * DAY) is not None


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_ends_it(tmp_path: Path) -> None:
    number()
    ends = [partial(end_rounds, NOW + DAY)] * 2
    ended, closings = at_once(tmp_path, ends, lambda: Event.objects.filter(verb="close").count())
    assert (sorted(ended), closings) == ([0, 1], 1)


def test_one_sees_only_ones_own_answers_while_it_runs() -> None:
    round_ = number()
    place_lead(round_, 1, "mql", fits=True, by=BO, now=NOW)
    say_meaning(round_, 1, "A secret of Bo's.", by=BO, now=NOW)
    assert read_round_result(round_, by=LEA, now=NOW) is None
    others = read_round(round_, by=MO, now=NOW)
    assert others is not None
    assert others.next_lead == 1
    assert "secret" not in repr(others)
    assert dict(others.line.people) == {"sales": 1}
    mine = read_round(round_, by=BO, now=NOW)
    assert mine is not None
    assert mine.next_lead == 2
    assert mine.line.mine == 2


def test_the_trail_tells_that_somebody_answered_and_not_what() -> None:
    round_ = number()
    place_lead(round_, 1, "mql", fits=True, by=BO, now=NOW)
    say_meaning(round_, 1, "A secret of Bo's.", by=BO, now=NOW)
    close_round(round_, by=LEA, now=NOW)
    told = list(Event.objects.filter(about__startswith="language round"))
    assert [each.verb for each in told] == ["open", "place", "say meaning", "close"]
    assert not any("mql" in each.why or "secret" in each.why for each in told)


# --- the result -------------------------------------------------------------------------------


def test_two_sides_that_agree() -> None:
    round_ = number()
    answer(round_, people(5, "sales") + people(5, "marketing"), as_agreed)
    found = closed(round_)
    assert found.sentence.startswith(
        "Sales and marketing agree on a stage in 100\N{NO-BREAK SPACE}% of leads; alpha 1.00"
    )
    assert found.stages.sales.alpha == found.stages.marketing.alpha == pytest.approx(1)
    assert found.leads == ()
    assert found.start is None


def test_where_they_part_and_from_where_to_start() -> None:
    round_ = number()
    answer(round_, people(5, "marketing"), as_agreed)

    def strict(lead: LanguageLead) -> tuple[str, bool]:
        """Sales calls nobody an MQL who was not accepted."""
        stage, fits = as_agreed(lead)
        return ("lead" if stage == "mql" else stage), fits

    answer(round_, people(6, "sales"), strict)
    found = closed(round_)
    assert found.stages.between.agree < 1
    assert found.clauses[0].path == "stages.mql"
    worst = found.clauses[0].parts.conditions[0]
    assert worst.holds
    assert "engagement score is 50 or more" in worst.sentence
    assert worst.split.voices.marketing > worst.split.voices.sales
    one = found.leads[0]
    assert [(each.key, share) for each, share in one.marketing] == [("mql", 1)]
    assert [(each.key, share) for each, share in one.sales] == [("lead", 1)]
    assert one.agreed.key == "mql"


def test_below_five_of_a_side_nothing_tells_what_the_side_said() -> None:
    round_ = number()
    answer(round_, people(5, "marketing"), as_agreed)
    answer(round_, people(4, "sales"), lambda _: ("lead", False))
    say_meaning(round_, 1, "What sales says.", by=member(0, "sales"), now=NOW)
    for each in people(5, "marketing"):
        say_meaning(round_, 1, "What marketing says.", by=each, now=NOW)
    found = closed(round_)
    assert found.stages.sales is None
    assert found.stages.marketing is not None
    for clause in found.clauses:
        assert clause.parts.split.voices is None
        assert all(each.split.voices is None for each in clause.parts.conditions)
    for lead in found.leads:
        assert (lead.marketing, lead.sales, lead.differ) == ((), (), None)
        assert len(lead.named) > 1
    assert found.terms[0].many == 6
    assert found.terms[0] == found.terms[0].__class__(
        "MQL", "Likelier than others to buy.", "stages.mql", 6
    )


@pytest.mark.parametrize(("sales", "marketing"), [(2, 2), (1, 6), (0, 5), (0, 0)])
def test_where_too_few_answered_nothing_is_told(sales: int, marketing: int) -> None:
    round_ = number()
    answer(round_, people(sales, "sales") + people(marketing, "marketing"), as_agreed)
    found = closed(round_)
    assert found.sentence.startswith("Too few people answered")
    assert found.stages is None
    assert found.leads == found.clauses == ()


def test_nobody_answers_for_both_sides_and_so_makes_up_the_few() -> None:
    round_ = number()
    four = [*people(2, "marketing"), *people(2, "sales")]
    answer(round_, four, as_agreed)
    turned = replace(four[0], side="sales")
    said = place_lead(round_, 1, "lead", fits=True, by=turned, now=NOW + 1)
    assert said.refused == (
        "You answered for marketing before: a round counts everybody once, for one side."
    )
    assert say_meaning(round_, 1, "A lead.", by=turned, now=NOW + 1).refused == said.refused
    assert closed(round_).stages is None


def test_a_round_is_read_under_the_agreement_that_it_tested() -> None:
    round_ = number()
    answer(round_, people(5, "sales") + people(5, "marketing"), as_agreed)
    FACTS["touch"].objects.all().delete()
    found = closed(round_)
    assert found.line.version == "1"
    assert found.stages.between.leads == 8


def test_rounds_are_listed_the_latest_first() -> None:
    first = number()
    second = opened_round(terms=()).number
    place_lead(first, 1, "mql", fits=True, by=BO, now=NOW)
    page = read_rounds(by=BO, now=NOW)
    assert [each.number for each in page.rounds] == [second, first]
    assert [each.mine for each in page.rounds] == [0, 1]
    assert page.rounds[1].asked == 10
    assert [each.key for each in page.stages] == ["lead", "mql", "sal", "sql", "opportunity"]
    assert "MQL" in page.terms
