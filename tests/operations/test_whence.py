"""Bounds go by networks: whoever has one IPv6 address has all of its network."""

from __future__ import annotations

import pytest

from interlock.operations.sign_in import MOST_FOR_ONE, may_sign_in, note_failed_sign_in
from interlock.operations.whence import network_of
from interlock.store.models import Event

NOW = 1_800_000_000


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_address_counts_as_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.django_db
def test_failures_from_many_addresses_of_one_network_count_together() -> None:
    for at in range(MOST_FOR_ONE):
        note_failed_sign_in("sam@example.com", f"2001:db8::{at + 1}", NOW)
    assert not may_sign_in("sam@example.com", "2001:db8::dead:beef", NOW)
    assert may_sign_in("sam@example.com", "2001:db8:0:1::1", NOW)
    assert Event.objects.order_by("pk").values_list("by", "place")[0] == (
        "2001:db8::/64",
        "2001:db8::1",
    )
