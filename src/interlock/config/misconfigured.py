"""What an operator has set cannot be used."""

from __future__ import annotations


class MisconfiguredError(Exception):
    """A setting, or a folder that it names, cannot be used: why, and the way out."""

    def __init__(self, reason: str, way_out: str) -> None:
        super().__init__(f"{reason} {way_out}")
        self.reason, self.way_out = reason, way_out
