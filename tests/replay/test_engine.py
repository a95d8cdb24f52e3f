from __future__ import annotations

import re
from dataclasses import is_dataclass
from inspect import getmembers
from typing import get_args, get_type_hints

from interlock.agreement import schema
from interlock.agreement.loading import load
from interlock.replay.engine import columns_needed
from tests.agreement.small import SMALL

EVERYWHERE = {
    "  not_now: {name: Not now, for: reject, goes_to: nurture, cites: stages.mql}": (
        "  not_now: {name: Not now, for: reject, goes_to: nurture, returns: {when: person.c1 > 0}}"
    ),
    "enter: touches.any >= 1": "enter: person.c2 > 0",
    "starts: {enters: mql}": "starts: {when: person.c3 > 0}",
    "kept_by: activity.human": (
        "kept_by: person.c4 > 0\n"
        "    pauses_while: person.c5 > 0\n"
        "    void_when: person.c6 > 0\n"
        "    variants: {big: {when: person.c7 > 0, within: 1 hour}}"
    ),
    "    owed_by: marketing\n": "    owed_by: marketing\n    when: person.c8 > 0\n",
    "stages:\n": (
        "attributes: {person: {" + ", ".join(f"c{n}: integer" for n in range(1, 11)) + "}}\n"
        "fit: {points: {size: {when: person.c9 > 0, points: 1}}}\n"
        "tiers: {a: {name: A, meaning: Large., when: person.c10 > 0}}\n"
        "stages:\n"
    ),
}
"""The small agreement with a criterion in every place that may have one, each on its own column."""


def places_of_criteria() -> list[str]:
    return [
        f"{name}.{field}"
        for name, type_ in getmembers(schema, is_dataclass)
        for field, hint in get_type_hints(type_).items()
        if hint is schema.Criterion or schema.Criterion in get_args(hint)
    ]


def test_a_replay_reads_the_columns_of_every_criterion() -> None:
    text = SMALL
    for before, after in EVERYWHERE.items():
        assert before in text
        text = text.replace(before, after, 1)
    loaded = load(text)
    assert loaded.agreement is not None, loaded.problems

    read = {c for c in columns_needed(loaded.agreement)["person"] if re.fullmatch(r"c\d+", c)}

    assert read == {f"c{n}" for n in range(1, 11)}
    assert len(read) == len(places_of_criteria())
