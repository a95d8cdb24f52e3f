import pytest

from interlock.agreement.schema import Side
from interlock.insight.attainment import Counts, Part, rate
from interlock.insight.sentences import percent, side_sentence

NONE = rate(0, 0)


def said(counts: Counts, before: tuple[int, int] = (0, 0), part: Part | None = None) -> str:
    sentence = side_sentence(Side.SALES, counts, rate(*before), "this week", part)
    return sentence.replace("\N{NO-BREAK SPACE}", " ")


def test_a_week_with_its_evidence_its_change_and_its_pattern() -> None:
    counts = Counts(kept=52, kept_late=6, broken=15, open=3)
    friday = Part("half day", "Friday afternoons", 15, 18)
    assert said(counts, (77, 100), friday) == (
        "Sales kept 71 % of its promises this week (52 of 73), down 6 points on the week before; "
        "15 of the 21 missed fell on Friday afternoons."
    )


@pytest.mark.parametrize(
    ("part", "end"),
    [
        (Part("promise", "First touch", 6, 7), "6 of the 9 missed were First touch."),
        (Part("owner", "Bo Berg", 6, 7), "6 of the 9 missed were with Bo Berg."),
        (Part("source", "partner", 6, 7), "6 of the 9 missed were leads from partner."),
        (Part("tier", "Tier A", 6, 7), "6 of the 9 missed were leads of tier Tier A."),
    ],
)
def test_every_kind_of_pattern_reads_as_a_sentence(part: Part, end: str) -> None:
    assert said(Counts(kept=1, broken=9), part=part).endswith(f"(1 of 10); {end}")


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ((0, 0), ""),
        ((1, 2), ", as in the week before"),
        ((51, 100), ", down 1 point on the week before"),
        ((1, 4), ", up 25 points on the week before"),
    ],
)
def test_the_change(before: tuple[int, int], change: str) -> None:
    assert said(Counts(kept=1, broken=1), before) == (
        f"Sales kept 50 % of its promises this week (1 of 2){change}."
    )


def test_where_nothing_is_decided_it_says_what_waits() -> None:
    assert said(Counts(open=1)) == (
        "Nothing that sales owes from this week has been decided yet; 1 is open."
    )
    assert said(Counts(open=1, warned=2)).endswith("yet; 3 are open.")
    assert said(Counts()) == "Sales owed nothing this week."


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 %"),
        (0.001, "under 1 %"),
        (0.125, "13 %"),
        (0.5, "50 %"),
        (0.999, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_all_and_nothing_are_said_only_where_they_are_true(share: float, words: str) -> None:
    assert percent(share).replace("\N{NO-BREAK SPACE}", " ") == words
