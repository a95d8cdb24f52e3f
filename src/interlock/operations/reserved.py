"""Sources of facts that are ours."""

from __future__ import annotations

DESK = "desk"
"""What members do here. No program and no import brings facts of it."""
