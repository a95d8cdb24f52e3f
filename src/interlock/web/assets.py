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


class HashedAddresses(StaticFilesStorage):
    """Static files where the applications have them; nothing has to be collected."""

    def url(self, name: str | None) -> str:
        """The file's address with its content's hash; one that does not exist has none."""
        address = super().url(name)
        found = finders.find(name) if name else None
        if not found:
            return address
        path = Path(found)
        return f"{address}?v={_hash(path, path.stat().st_mtime)}"
