"""Which addresses may be visited. Nothing here opens a connection."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.addresses import is_allowed, is_public, parse_endpoint, parse_networks

SPECIAL = """
0.0.0.0 10.20.30.40 100.99.1.1 127.9.9.9 169.254.1.2 172.20.0.9 192.0.0.170 192.0.2.77 192.168.5.5 198.19.0.1
198.51.100.9 203.0.113.9 230.1.1.1 250.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.9 ::ffff:8.8.4.4 ::7f00:1
fd12::1 fe80::abcd fec0::9 ff05::2 64:ff9b::7f00:9 64:ff9b::c0a8:101 64:ff9b:1::9 2001:db8:1::1 2001::1
2002:7f00:9:: 2002:c0a8:101:: 3fff:1::1 5f00::9 100::9 4000::1
"""
PUBLIC = "9.9.9.9 119.29.29.29 180.76.76.76 2402:4e00::1 2620:fe::fe 64:ff9b::909:909 2002:909:909::1"


@pytest.mark.parametrize("address", SPECIAL.split())
def test_special(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public(address):
    assert is_public(address)


def test_names_and_nonsense_are_not_public():
    assert not is_public("localhost")
    assert not is_public("")
    assert not is_public("127.1")


def test_zones_do_not_hide_an_address():
    assert not is_public("fe80::1%eth0")
    assert not is_allowed("fe80::1%eth0", ())


def test_a_network_opens_what_is_in_it_and_no_more():
    networks = parse_networks(("10.1.0.0/16", "fd00::/8"))
    assert is_allowed("10.1.2.3", networks)
    assert is_allowed("fd00::7", networks)
    assert is_allowed("9.9.9.9", networks)
    assert not is_allowed("10.2.0.1", networks)
    assert not is_allowed("127.0.0.1", networks)
    assert not is_allowed("::ffff:10.1.2.3", networks)
    assert not is_allowed("intranet", networks)


@pytest.mark.parametrize("text", ["10.0.0.1/8", "10.0.0.0/40", "intranet", ""])
def test_what_is_no_network(text):
    with pytest.raises(ValueError, match="is no network"):
        parse_networks((text,))


def test_endpoints():
    assert parse_endpoint(None) is None
    assert parse_endpoint("127.0.0.1:8123") == ("127.0.0.1", 8123)
    assert parse_endpoint("[::1]:80") == ("::1", 80)


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "localhost:80", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:x", ":80", ""]
)
def test_what_is_no_endpoint(text):
    with pytest.raises(ValueError, match=r"no address and port|has no port"):
        parse_endpoint(text)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_counts_as_itself(address):
    embedded = int(address)
    assert is_public(str(ipaddress.IPv6Address((0x64FF9B << 96) | embedded))) == is_public(str(address))
    assert is_public(str(ipaddress.IPv6Address((0x2002 << 112) | (embedded << 80)))) == is_public(str(address))


@given(st.ip_addresses())
def test_what_the_standard_library_calls_private_is_not_public(address):
    if address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified:
        assert not is_public(str(address))
