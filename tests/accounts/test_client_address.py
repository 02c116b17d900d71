"""Whose tries are counted: nobody escapes by saying that they are someone else."""

import pytest

from pacto_participe.web.client import client_address, household

PROXIES = "10.0.0.1, 192.168.0.0/16, unix"


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "client"),
    [
        # Nobody in between: what a stranger says of itself is not believed.
        ("41.0.0.9", "", "", "41.0.0.9"),
        ("41.0.0.9", "1.2.3.4", "", "41.0.0.9"),
        ("41.0.0.9", "1.2.3.4", PROXIES, "41.0.0.9"),
        # Behind our proxy: what it wrote at the end is, and nothing before.
        ("10.0.0.1", "41.0.0.9", PROXIES, "41.0.0.9"),
        ("10.0.0.1", "1.2.3.4, 41.0.0.9", PROXIES, "41.0.0.9"),
        ("10.0.0.1", "10.0.0.1, 41.0.0.9", PROXIES, "41.0.0.9"),
        ("10.0.0.1", "192.168.4.4, 41.0.0.9, 192.168.7.7", PROXIES, "41.0.0.9"),
        ("10.0.0.1", "", PROXIES, "10.0.0.1"),
        ("10.0.0.1", "not an address", PROXIES, "not an address"),
        # Over a Unix socket only the proxy can speak.
        ("", "41.0.0.9", PROXIES, "41.0.0.9"),
        ("", "1.2.3.4, 41.0.0.9", PROXIES, "41.0.0.9"),
        ("", "41.0.0.9", "10.0.0.1", ""),
        ("2001:db8::1", "2001:db8:5::7", "2001:db8::/64", "2001:db8:5::7"),
    ],
)
def test_the_address_that_counts(peer, forwarded, trusted, client):
    assert client_address(peer, forwarded, trusted) == client


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("41.0.0.9", "41.0.0.9"),
        ("2001:db8:5:6:1:2:3:4", "2001:db8:5:6::/64"),
        ("2001:db8:5:6::9", "2001:db8:5:6::/64"),
        ("::ffff:41.0.0.9", "41.0.0.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("<script>", "unknown"),
    ],
)
def test_one_household_is_one_client(address, counted):
    assert household(address) == counted
