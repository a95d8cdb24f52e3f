"""Where somebody comes from, as the trail and the bounds on failed sign-ins go by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def network_address(asked: Mapping[str, Any]) -> str:
    """The address that a request (its WSGI environment) comes from.

    Behind a proxy it is what the proxy saw, never what a client wrote.
    """
    forwarded = str(asked.get("HTTP_X_FORWARDED_FOR", "")) if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(asked.get("REMOTE_ADDR", ""))
