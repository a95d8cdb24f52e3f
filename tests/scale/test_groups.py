"""Who belongs together: the same groups as a plain search finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from interlock.scale.groups import moved

hashes = st.integers(-(2**63), 2**63 - 1)
few = st.lists(hashes, min_size=1, max_size=12, unique=True)


@given(few.flatmap(lambda known: st.lists(st.tuples(*[st.sampled_from(known)] * 2), max_size=20)))
def test_groups_are_those_of_a_plain_search(pairs: list[tuple[int, int]]) -> None:
    groups = {number: {number} for pair in pairs for number in pair}
    for one, other in pairs:
        joined = groups[one] | groups[other]
        groups |= dict.fromkeys(joined, joined)
    columns = np.array(pairs, np.int64).reshape(-1, 2)
    numbers, names = moved(columns[:, 0], columns[:, 1])
    assert dict(zip(numbers.tolist(), names.tolist(), strict=True)) == {
        number: min(group) for number, group in groups.items() if number != min(group)
    }
