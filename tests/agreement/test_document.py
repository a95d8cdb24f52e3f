from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.criterion import Place
from interlock.agreement.document import (
    MAX_DEPTH,
    MAX_LINE,
    MAX_SIZE,
    MAX_VALUES,
    Listing,
    Mapping,
    Node,
    Scalar,
    place_within,
    read_document,
)
from interlock.agreement.problems import Problem


def read(text: str | bytes) -> Node:
    node, problems = read_document(text)
    assert node is not None, problems
    assert problems == []
    return node


def refused(text: str | bytes) -> Problem:
    node, problems = read_document(text)
    assert node is None
    (problem,) = problems
    return problem


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {entry.key: plain(entry.node) for entry in node.entries}


def test_everything_is_text_until_a_type_says_otherwise() -> None:
    node = read("a: NO\nb: 010\nc: [yes, 1.50, 2026-01-01]\nd: {e: ~}")
    assert plain(node) == {
        "a": "NO",
        "b": "010",
        "c": ["yes", "1.50", "2026-01-01"],
        "d": {"e": "~"},
    }


_words = st.text("abc xyz:#-'\"\n&*!%äß", max_size=12)
_trees = st.recursive(
    _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_words, _trees, min_size=1, max_size=3))
def test_json_is_read_as_it_is_meant(tree: dict[str, object]) -> None:
    assert plain(read(json.dumps(tree, ensure_ascii=False, indent=1))) == tree


def test_keys_and_values_know_their_places() -> None:
    node = read("a: 1\nbb:\n  - x\n  - {c: y}\n")
    assert isinstance(node, Mapping)
    listing = node.entries[1].node
    assert isinstance(listing, Listing)
    assert node.entries[1].place == Place(2, 1)
    assert [item.place for item in listing.items] == [Place(3, 5), Place(4, 5)]


TURNS = "a character here turns the direction of reading, so that a text shows another one"


@pytest.mark.parametrize(
    ("yaml", "word", "place"),
    [
        ("a: one two", "two", (1, 8)),
        ("a: 'one two'", "two", (1, 9)),
        ("a: 'it''s two'", "two", (1, 11)),
        ('a: "one \\"x\\" two"', "two", (1, 15)),
        ("a: >-\n  one\n  two", "two", (3, 3)),
        ("a: |\n    one\n    two three\n", "three", (3, 9)),
        ("a:\n  one\n  two", "two", (3, 3)),
        ("a: >\n\n  one two\n", "one", (3, 3)),
    ],
)
def test_a_place_within_a_text_is_found(yaml: str, word: str, place: tuple[int, int]) -> None:
    node = read(yaml)
    assert isinstance(node, Mapping)
    scalar = node.entries[0].node
    assert isinstance(scalar, Scalar)
    assert place_within(scalar, scalar.text.index(word)) == Place(*place)


def test_the_place_after_a_text_is_its_end() -> None:
    node = read("a: one")
    assert isinstance(node, Mapping)
    scalar = node.entries[0].node
    assert isinstance(scalar, Scalar)
    assert place_within(scalar, 3) == Place(1, 7)


def test_a_key_that_stands_twice_is_a_problem_and_the_rest_is_read() -> None:
    node, problems = read_document("a: 1\nb: 2\na: 3\n")
    assert node is not None
    assert plain(node) == {"a": "1", "b": "2"}
    assert [str(problem) for problem in problems] == [
        "error at 3:1: `a` stands here twice (first on line 1) (keep one of them)"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1 the file is empty"),
        ("# only a comment\n", "1:1 the file is empty"),
        ("~", "1:1 the file is empty"),
        ("a: 1\n---\nb: 2\n", "2:1 a second document begins here"),
        ("a: !!python/object:os.system x", "1:4 `!` tags are not read"),
        ("a: !x {}", "1:4 `!` tags are not read"),
        ("a: &x 1", "1:4 `&` anchors and `*` aliases are not read"),
        ("a: [*x]", "1:5 `&` anchors and `*` aliases are not read"),
        ("? [a]\n: b", "1:3 a key has to be a plain word"),
        (
            "a: 'x\n",
            "2:1 this is not YAML: while scanning a quoted scalar found unexpected end of stream",
        ),
        ("a: b: c", "1:5 this is not YAML: mapping values are not allowed here"),
        ("a: \x00", "1:4 a character here is not allowed in YAML"),
        ('a: 1\nb: "x\\0"', "2:4 a character here is not allowed in YAML"),
        ('a: 1\n"\\ud800": 1', "2:1 a character here is not allowed in YAML"),
        ('a: 1\nb: "\\e[31m"', "2:4 a character here is not allowed in YAML"),
        ("a: 4 \u202e05\u202c hours", f"1:6 {TURNS}"),
        ('a: 1\nb: "4 \\u206605"', f"2:4 {TURNS}"),
        ('a: 1\nb: "\\Uffffffff"', "2:5 this is not YAML: there is no such character"),
        ('a: 1\nb: "\\U00110000"', "2:5 this is not YAML: there is no such character"),
        ("# x\n%YAML 1.99\n---\na: 1", "2:1 this is not YAML: there is no such version of it"),
        (b"a: 1\nb: \xff\xfe", "2:1 the file is not UTF-8 text"),
        ("a: 1".encode("utf-16"), "1:1 the file is not UTF-8 text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_reason(
    text: str | bytes, expected: str
) -> None:
    problem = refused(text)
    assert f"{problem.line}:{problem.column} {problem.message}" == expected


@pytest.mark.parametrize("raw", ["\ufeffa: ä", "\ufeffa: ä".encode(), "a: ä".encode()])
def test_a_byte_order_mark_does_no_harm(raw: str | bytes) -> None:
    assert plain(read(raw)) == {"a": "ä"}


# --- hostile input: refused by a bound, before what it would build is built ---------------------


def test_a_file_of_ten_megabytes_is_refused_unread() -> None:
    problem = refused(b"\xff" * 10_000_000)  # not even text: it was not looked at
    assert problem.message == f"the file is larger than {MAX_SIZE // 1024} KB, and no more is read"


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    problem = refused(bomb)
    assert (problem.line, problem.column) == (1, 4)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_at_the_bound(opening: str) -> None:
    problem = refused(opening * 1_000)  # never closed: the end was not looked for
    assert problem.message == f"this is nested more than {MAX_DEPTH} levels deep"
    assert problem.column == len(opening) * MAX_DEPTH + 1


def test_a_line_that_nobody_reads_is_refused_before_it_is_parsed() -> None:
    problem = refused("a: 1\nb: " + "[" * MAX_LINE)
    assert (problem.line, problem.message) == (
        2,
        f"this line has {MAX_LINE + 3:,} characters, and at most {MAX_LINE:,} are read",
    )


def test_too_many_values_are_refused_at_the_bound() -> None:
    problem = refused("- x\n" * (MAX_VALUES + 100) + "'")  # the open quote was not reached
    assert problem.message == f"the file has more than {MAX_VALUES:,} values"
    assert problem.line == MAX_VALUES
