"""Clauses as fields to fill in: nothing changes that nobody touched, and what is typed is kept."""

from __future__ import annotations

import pytest

from interlock.agreement.canonical import plain, seal_of
from interlock.agreement.diff import changed_paths
from interlock.agreement.editing import changed_text, with_clause
from interlock.agreement.fields import Field, Kind, changes_of, clause_text, fields_of
from interlock.agreement.loading import load
from interlock.agreement.parts import is_order, parts
from tests.agreement.small import SMALL
from tests.agreement.test_editing import DEMO, text_of

PARTS = parts(plain(DEMO))
PATHS = [path for path in PARTS if not is_order(path)]
ONE_A_SECTION = list({path.rpartition(".")[0]: path for path in PATHS if "." in path}.values())


def of(path: str, text: str = DEMO) -> tuple[Field, ...]:
    held = PARTS if text is DEMO else parts(plain(text))
    return fields_of(path, held.get(path))


def typed(path: str, text: str = DEMO, **values: str) -> str:
    """The text after somebody typed these values; `__` stands for a dot."""
    said = {key.replace("__", "."): value for key, value in values.items()}
    return text_of(changed_text(text, changes_of(path, of(path, text), said)))


@pytest.mark.parametrize("path", PATHS)
def test_every_part_has_fields_and_stays_as_it_is_untouched(path: str) -> None:
    fields = of(path)
    assert fields
    said = {each.key: each.value for each in fields}
    assert changes_of(path, fields, said) == ()


@pytest.mark.parametrize("path", ONE_A_SECTION)
def test_what_is_typed_anew_says_the_same(path: str) -> None:
    """Every field is typed once more as it stands, into a clause of which nothing is left."""
    fields = of(path)
    if len(fields) == 1 and not fields[0].key:
        return
    said = {each.key: each.value for each in fields}
    made = clause_text(path.rpartition(".")[2], fields, said)
    assert seal_of(text_of(with_clause(DEMO, path, made))) == seal_of(DEMO)


def test_what_holds_unless_told_otherwise_is_chosen() -> None:
    """A box that is left empty could not tell no from nothing said."""
    before = SMALL + "attribution: {model: markov}\n"
    (flag,) = [each for each in of("attribution", before) if each.key == "self_transitions"]
    assert (flag.kind, flag.choices, flag.value) == (Kind.CHOICE, ("true", "false"), "")
    for value, holds in (("false", False), ("true", True), ("", True)):
        loaded = load(typed("attribution", before, self_transitions=value))
        assert loaded.agreement is not None
        assert loaded.agreement.attribution.self_transitions is holds


def test_a_number_a_time_and_a_condition() -> None:
    text = typed("promises.first-touch", within="2 working hours", warn_at="")
    text = typed("promises.accepted-leads", text, target="90")
    text = typed("stages.mql", text, enter="fit >= 60.0", name="MQL: ours", may_skip="yes")
    loaded = load(text)
    assert loaded.errors == ()
    assert loaded.agreement is not None
    mql = loaded.agreement.stage("mql")
    assert mql is not None
    assert (mql.name, mql.may_skip, mql.enter and mql.enter.text) == (
        "MQL: ours",
        True,
        "fit >= 60.0",
    )
    assert changed_paths(DEMO, text) == (
        "stages.mql",
        "promises.first-touch",
        "promises.accepted-leads",
    )


def test_what_stands_below_a_key_goes_together() -> None:
    text = typed("stages.mql", buyer__does="Looks, and waits: a while.", buyer__benchmark="")
    assert parts(plain(text))["stages.mql"]["buyer"] == {"does": "Looks, and waits: a while."}
    gone = typed("stages.mql", buyer__does="", buyer__benchmark="")
    assert "buyer" not in parts(plain(gone))["stages.mql"]


def test_lists_are_lines() -> None:
    text = typed("raci.lead-scoring", consulted="SDR\n\n head of sales \n")
    assert parts(plain(text))["raci.lead-scoring"]["consulted"] == ("SDR", "head of sales")


def test_what_has_clauses_below_it_is_yaml() -> None:
    [variants] = [each for each in of("promises.first-touch") if each.key == "variants"]
    assert variants.kind is Kind.YAML
    text = typed("promises.first-touch", variants="vip: {when: fit >= 90.0, within: 30 minutes}")
    assert parts(plain(text))["promises.first-touch"]["variants"].names == ("vip",)


def test_a_key_of_the_head_is_one_field() -> None:
    [field] = of("review_by")
    assert (field.kind, field.value) == (Kind.DATE, "2026-12-15")
    assert "review_by: 2027-01-31" in typed("review_by", **{"": "2027-01-31"})


def test_the_kind_of_a_promise_follows_from_what_it_says() -> None:
    assert "each" in {each.key for each in of("promises.volume", SMALL)}
    assert "within" in {each.key for each in of("promises.first-touch", SMALL)}


def test_there_are_no_fields_where_the_file_has_no_place() -> None:
    assert of("stagess.mql") == ()
    assert of("stages.mql.enter.deep") == ()


@pytest.mark.parametrize("value", ["2026-13-45", "1 }", "&a 1", "!!int x", "[", "007"])
def test_a_new_clause_holds_what_was_typed_whatever_it_is(value: str) -> None:
    text = clause_text("true", of("fit.points.new"), {"points": value, "when": value})
    found = text_of(with_clause(SMALL, "fit.points.true", text))
    assert parts(plain(found))["fit.points.true"] == {"points": value, "when": value}
