"""Addresses of static files that carry their content's hash, so that an upgrade is seen at once."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@cache
def _hash(path: Path, changed: float) -> str:  # noqa: ARG001 - `changed` keys the cache
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


_found: dict[str, Path] = {}
"""Where files were found: a page names dozens, and none of them moves."""


class HashedAddresses(StaticFilesStorage):
    """Static files where the applications have them; nothing has to be collected."""

    def url(self, name: str | None) -> str:
        """The file's address with its content's hash; one that does not exist has none."""
        address = super().url(name)
        path = _place_of(name) if name else None
        if path is None:
            return address
        return f"{address}?v={_hash(path, path.stat().st_mtime)}"


def _place_of(name: str) -> Path | None:
    if name not in _found:
        found = finders.find(name)
        if not found:
            return None
        _found[name] = Path(found)
    return _found[name]
