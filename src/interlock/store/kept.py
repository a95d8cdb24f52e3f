"""Secrets that are made once and kept in a file that only its owner reads."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path


@cache
def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in `path`; what `make` makes where there is none yet.

    Of several processes that make one at the same time, all get the first one's.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(make())
        try:
            # the first of several processes wins; a link, unlike a rename, never overwrites
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
