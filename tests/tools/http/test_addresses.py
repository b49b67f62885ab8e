"""Which addresses are everybody's."""

from __future__ import annotations

import socket
from ipaddress import ip_network

import pytest

from runtime.tools.http.addresses import AddressRefusedError, guarded_sockets, may_connect

PUBLIC = ["8.8.8.8", "1.1.1.1", "223.255.255.254", "2606:4700:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8"]

NOT_PUBLIC = """
127.0.0.1 127.1.2.3 0.0.0.0 0.1.2.3 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
100.127.255.255 192.0.0.1 192.0.0.9 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1 239.255.255.250
240.0.0.1 255.255.255.255
:: ::1 ::7f00:1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:a9fe:a9fe ::ffff:0:127.0.0.1 ::ffff:224.0.0.1
64:ff9b::7f00:1 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:db8::1 2002:7f00:1:: 2002:808:808::
3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fe80::1%25lo fec0::1 feff::1 ff02::1 ff0e::1 4000::1
""".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_connected_to(address: str) -> None:
    assert may_connect(address, ())


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_other_addresses_may_not(address: str) -> None:
    assert not may_connect(address, ())


@pytest.mark.parametrize("address", ["", "localhost", "127.1", "2130706433", "/run/socket", "%eth0", "1.2.3.4.5"])
def test_what_is_no_address_may_not(address: str) -> None:
    assert not may_connect(address, (ip_network("0.0.0.0/0"), ip_network("::/0")))


@pytest.mark.parametrize(
    ("address", "network", "allowed"),
    [
        ("127.0.0.1", "127.0.0.1/32", True),
        ("127.0.0.2", "127.0.0.1/32", False),
        ("::ffff:127.0.0.1", "127.0.0.0/8", True),
        ("::1", "127.0.0.0/8", False),
        ("127.0.0.1", "::/0", False),
        ("fe80::1%eth0", "fe80::/10", True),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("8.8.8.8", "10.0.0.0/8", True),
        ("64:ff9b::7f00:1", "127.0.0.0/8", False),
    ],
)
def test_networks_of_the_spec_are_added(address: str, network: str, *, allowed: bool) -> None:
    assert may_connect(address, (ip_network(network),)) is allowed


def test_a_socket_is_made_for_what_may_be_connected_to() -> None:
    make = guarded_sockets((ip_network("127.0.0.0/8"),))
    with make((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80))) as made:
        assert made.family == socket.AF_INET
    for family, address in ((socket.AF_INET, ("10.0.0.1", 80)), (socket.AF_INET6, ("::1", 80, 0, 0)), (1, "/run/x")):
        with pytest.raises(AddressRefusedError, match=r"^not a public address$"):
            make((family, socket.SOCK_STREAM, 0, "", address))
