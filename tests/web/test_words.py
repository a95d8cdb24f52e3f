"""How pages write values."""

from __future__ import annotations

import pytest

from interlock.web.templatetags.interlock import valued


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (49.96, "49.96"),
        (49.999999, "49.999999"),
        (50.0, "50"),
        (0.1 + 0.2, "0.3"),
        (1234.5, "1,234.5"),
        (100, "100"),
        (1_000_000.0, "1,000,000"),
        (-0.5, "-0.5"),
        (None, "unknown"),
        (True, "yes"),
        ("NO", "“NO”"),
    ],
)
def test_a_value_is_shown_as_precisely_as_it_was_compared(
    value: str | float | bool | None,  # noqa: FBT001 - a value of a criterion
    words: str,
) -> None:
    assert valued(value) == words
