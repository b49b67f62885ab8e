"""Which addresses a tool may connect to: the public internet, and the networks that its spec names.

The decision is made about the address that the socket is to be connected to, after every spelling of a name or a
number has been resolved, so that no redirect, no DNS answer and no notation leads around it.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from typing_extensions import override

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Python's `is_global` counts these as global; behind them may be any IPv4 address, or any machine at all.
_NOT_PUBLIC: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "64:ff9b::/96",  # NAT64, RFC 6052
            "64:ff9b:1::/48",  # NAT64 for local use, RFC 8215
            "2002::/16",  # 6to4, RFC 3056
            "2001::/32",  # Teredo, RFC 4380
            "::/96",  # IPv4-compatible, RFC 4291
            "fec0::/10",  # site-local, RFC 3879
            "192.88.99.0/24",  # 6to4 relays, RFC 7526
            "192.0.0.0/24",  # protocol assignments, RFC 6890
            "3fff::/20",  # documentation, RFC 9637
            "5f00::/16",  # segment routing inside one network, RFC 9602
        ),
    )
)


class AddressRefusedError(OSError):
    """The address is not public, and the spec does not allow it. The text names no address: a model may read it."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "not a public address")

    @override
    def __str__(self) -> str:
        return "not a public address"


def may_connect(host: str, allowed: Iterable[Network]) -> bool:
    """Say whether an address in the form of a socket's, without or with a zone, may be connected to."""
    try:
        address = unmapped(ip_address(host.partition("%")[0]))
    except ValueError:  # no internet address at all
        return False
    if any(address in network for network in allowed if network.version == address.version):
        return True
    return is_public(address)


def unmapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (RFC 4291 section 2.5.5.2), or the address itself."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_public(address: Address) -> bool:
    """Whether an address belongs to everybody's internet."""
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not any(address in network for network in _NOT_PUBLIC if network.version == address.version)
    )


def guarded_sockets(allowed: tuple[Network, ...]) -> Callable[[Any], socket.socket]:
    """A socket factory for aiohttp's connector, which raises AddressRefusedError instead of making a socket."""

    def make(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        if family not in (socket.AF_INET, socket.AF_INET6) or not may_connect(str(address[0]), allowed):
            raise AddressRefusedError
        return socket.socket(family, kind, protocol)

    return make
