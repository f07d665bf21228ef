"""Which addresses connectors may speak to. What an admin enters must not open the network Waybill stands in.

Public addresses are allowed, and the networks of WAYBILL_REACHABLE ("10.1.0.0/16,::1/128"), read by nobody else.
Everything else is refused: this machine, private networks, and where clouds keep their secrets (169.254.169.254).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from connectors.errors import Refused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")


def addresses(host: str, port: int) -> list[str]:
    """Where `host` is, for connecting. Raises Refused when that is out of bounds, OSError when there is no such host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = [str(each[4][0]) for each in found if _is_allowed(str(each[4][0]))]
    if not allowed:
        raise Refused(
            f"{host} is inside Waybill's own network, where it does not reach out. "
            "Whoever runs Waybill can allow it (WAYBILL_REACHABLE)."
        )
    return allowed


@lru_cache(maxsize=4)
def networks(text: str) -> tuple[Network, ...]:
    """Raises ValueError for what is none."""
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


def _is_allowed(text: str) -> bool:
    address = _meant(ip_address(text.partition("%")[0]))
    return (address.is_global and not address.is_multicast) or _in(
        address, networks(os.environ.get("WAYBILL_REACHABLE", ""))
    )


def _in(address: Address, allowed: Iterable[Network]) -> bool:
    return any(address in network for network in allowed)


def _meant(address: Address) -> Address:
    """IPv4 addresses wear many clothes in IPv6."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
