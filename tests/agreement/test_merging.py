"""A draft brought up to what came into force meanwhile."""

from __future__ import annotations

from hypothesis import given, settings

from interlock.agreement.canonical import plain, seal_of
from interlock.agreement.diff import changed_paths
from interlock.agreement.merging import HEAD, merge
from interlock.agreement.parts import is_order, parts
from tests.agreement.small import SMALL, changed
from tests.agreement.test_diff import texts


def test_what_only_the_other_changed_is_taken() -> None:
    draft = changed("target: 100", "target: 120")
    other = changed("4 working hours", "2 working hours", changed("version: 1", "version: 2"))
    merged = merge(SMALL, draft, other, own=HEAD)
    assert merged.taken == ("promises.first-touch",)
    assert merged.conflicts == ()
    assert "2 working hours" in merged.text
    assert "target: 120" in merged.text
    assert "version: 1" in merged.text
    assert set(merge(SMALL, draft, other).taken) == {"promises.first-touch", "version"}


def test_what_both_changed_is_a_conflict_and_the_drafts_stands() -> None:
    draft, other = changed("target: 100", "target: 120"), changed("target: 100", "target: 90")
    merged = merge(SMALL, draft, other)
    assert merged.conflicts == ("promises.volume",)
    assert "target: 120" in merged.text


def test_the_same_change_on_both_sides_is_none() -> None:
    both = changed("target: 100", "target: 120")
    assert merge(SMALL, both, both).conflicts == ()


def test_a_comment_is_taken_from_whoever_wrote_it() -> None:
    words = "  # What they bring\n"
    other = changed("  volume:\n", f"{words}  volume:\n")
    draft = changed("4 working hours", "2 working hours")
    merged = merge(SMALL, draft, other)
    assert merged.text == changed("4 working hours", "2 working hours", other)
    mine = changed("  volume:\n", "  # Ours\n  volume:\n", draft)
    assert merge(SMALL, mine, other).text == mine


@settings(max_examples=15)
@given(texts(), texts(), texts())
def test_every_part_comes_from_where_it_was_changed(base: str, draft: str, other: str) -> None:
    _every_part_comes_from_where_it_was_changed(base, draft, other, ())
    _every_part_comes_from_where_it_was_changed(base, draft, other, HEAD)


def _every_part_comes_from_where_it_was_changed(
    base: str, draft: str, other: str, own: tuple[str, ...]
) -> None:
    merged = merge(base, draft, other, own=own)
    was, mine, yours = (parts(plain(text)) for text in (base, draft, other))
    now = parts(plain(merged.text))
    for path in {*was, *mine, *yours}:
        if is_order(path):
            continue
        changed_there = was.get(path) != yours.get(path) and path not in own
        wanted = yours if changed_there and mine.get(path) == was.get(path) else mine
        assert now.get(path) == wanted.get(path), path


@settings(max_examples=15)
@given(texts(), texts())
def test_an_untouched_draft_becomes_the_other(base: str, other: str) -> None:
    kept = merge(base, base, other, own=HEAD)
    assert set(changed_paths(kept.text, other)) <= set(HEAD)
    assert seal_of(merge(base, base, other).text) == seal_of(other)
    assert seal_of(merge(base, other, base).text) == seal_of(other)
