"""Which network addresses may be visited: the public ones, and those that a source allows by name.

The standard library's `is_global` lets 13 of 42 special addresses through (multicast, translated and tunnelled loopback),
so the networks stand here, after the IANA special-purpose registries (RFC 6890 and its updates).
"""

import ipaddress
from collections.abc import Iterable
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; a cloud's metadata service lives here too
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays, deprecated
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")  # all that is handed out for unicast; the rest is special or unassigned
_SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # the last four bytes are an IPv4 address
_6TO4 = ipaddress.IPv6Network("2002::/16")  # bytes two to five are


def is_public(text: str) -> bool:
    """Return whether this address literal belongs to the public Internet; what is no address does not."""
    try:
        return _is_public(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return False


def is_allowed(text: str, networks: Iterable[Network]) -> bool:
    """Return whether this address may be visited: public, or in one of the networks."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return _is_public(address) or any(address in network for network in networks)


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks. Raises ValueError for what is none."""
    found: list[Network] = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text))
        except ValueError as exc:
            raise ValueError(f"{text!r} is no network: {exc}") from None
    return tuple(found)


def parse_endpoint(text: str | None) -> tuple[str, int] | None:
    """Return address and port of "127.0.0.1:8123" or "[::1]:8123". Raises ValueError for anything else, names too."""
    if text is None:
        return None
    host, colon, port = text.rpartition(":")
    try:
        address = str(ipaddress.ip_address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        raise ValueError(f"{text!r} is no address and port") from None
    if not colon or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"{text!r} has no port")
    return address, int(port)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _SPECIAL_V4)
    if address in _NAT64:
        return _is_public(ipaddress.IPv4Address(address.packed[12:]))
    if address in _6TO4:
        return _is_public(ipaddress.IPv4Address(address.packed[2:6]))
    return address in _GLOBAL_V6 and not any(address in network for network in _SPECIAL_V6)
