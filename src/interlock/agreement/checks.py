"""What the clauses of an agreement must be to each other."""

from __future__ import annotations

from collections.abc import Mapping

from interlock.agreement.problems import Problem
from interlock.agreement.schema import Agreement, Place


def check(agreement: Agreement, places: Mapping[str, Place]) -> list[Problem]:
    """Everything that is wrong between clauses; `places` says where each path stands."""
    return []
