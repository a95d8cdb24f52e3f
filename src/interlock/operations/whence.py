"""Where somebody comes from, as the trail and the bounds on failed sign-ins go by it."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings


def network_address(asked: Mapping[str, Any]) -> str:
    """The address that a request (its WSGI environment) comes from.

    Behind a proxy it is what the proxy saw, never what a client wrote.
    """
    forwarded = str(asked.get("HTTP_X_FORWARDED_FOR", "")) if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(asked.get("REMOTE_ADDR", ""))


ONE_HOME = 64
"""Bits of an IPv6 address that whoever has it cannot choose: the rest are theirs to change."""


def network_of(address: str) -> str:
    """What bounds go by: an IPv4 address as it is, of an IPv6 address the network of one home.

    An IPv4 address written as an IPv6 one is that IPv4 address. What is neither stays as it is.
    """
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((known, ONE_HOME), strict=False))
