from __future__ import annotations

import pytest

from interlock.agreement.excerpt import excerpt

TEXT = """\
name: Company
stages:
  # who we know
  lead:
    name: Lead
    meaning: >
      Somebody
      we know.

  # who is likelier
  mql:
    name: MQL
    comes_from: [lead]  # nobody else
    buyer:
      does: reads
promises:
  first-touch:
    escalation:
      - at: 1.0
        tell: Bo
      - at: 2.0
        tell: Ada
cadence: {weekly: {name: Weekly}, monthly: {name: Monthly}}
engagement:
  points: {form: 5}
"""


def lines(first: int, last: int) -> str:
    """Lines of the text as `sed -n first,lastp` prints them."""
    return "\n".join(TEXT.splitlines()[first - 1 : last])


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("stages.lead", 4, 8),
        ("stages.mql", 11, 15),
        ("promises.first-touch", 17, 22),
        ("cadence.weekly", 23, 23),
        ("cadence.monthly", 23, 23),
        ("engagement", 24, 25),
    ],
)
def test_a_clause_is_cut_out_whole(path: str, first: int, last: int) -> None:
    found = excerpt(TEXT, path)
    assert found is not None
    assert found.line == first
    assert found.text.split() == lines(first, last).split()
    assert not found.text.startswith(" ")


@pytest.mark.parametrize("path", ["stages.sal", "stages.lead.name.first", "nothing", "", "name.x"])
def test_a_path_that_leads_nowhere_has_no_text(path: str) -> None:
    assert excerpt(TEXT, path) is None
