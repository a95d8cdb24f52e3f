"""The periods over which numbers are promised and wanted."""

from __future__ import annotations

PERIODS = ("day", "week", "month", "quarter", "year")
"""From the shortest to the longest."""
