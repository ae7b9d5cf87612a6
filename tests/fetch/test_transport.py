"""Where connections go. Only 127.0.0.1 is ever connected to."""

import asyncio
import ssl

import httpcore2 as httpcore
import pytest

from pipeline.fetch.addresses import parse_networks
from pipeline.fetch.transport import LookupFailedError, Policy, UnwantedError, VettedBackend, look_up, tls_context
from tests.fetch.loopback import Site, serving

LOOPBACK = Policy(parse_networks(("127.0.0.0/8", "::1/128")))


async def never(host, port):
    raise AssertionError("nothing is looked up")


def test_socket_files_are_refused():
    backend = VettedBackend(Policy(), (80,), never)
    with pytest.raises(UnwantedError, match="a socket file"):
        asyncio.run(backend.connect_unix_socket("/run/x.sock"))


def test_literals_are_not_looked_up():
    for address in ("127.0.0.1", "::1", "10.0.0.1"):
        with pytest.raises(UnwantedError, match="is not a public address"):
            asyncio.run(VettedBackend(Policy(), (80,), never).connect_tcp(address, 80))


def test_connect_to_is_for_its_hosts_only():
    async def go(host):
        async with serving(Site({})) as site:
            policy = Policy(endpoint=("127.0.0.1", site.port), hosts=frozenset({"a.test"}))
            stream = await VettedBackend(policy, (80,), look_up_nothing).connect_tcp(host, 80)
            await stream.aclose()

    async def look_up_nothing(host, port):
        return []

    asyncio.run(go("A.test"))
    with pytest.raises(LookupFailedError):
        asyncio.run(go("b.test"))


def test_the_next_address_is_tried():
    async def go():
        async with serving(Site({})) as site:

            async def two(host, port):
                return ["::1", "127.0.0.1"]  # nobody listens on the first

            stream = await VettedBackend(LOOPBACK, (), two).connect_tcp("a.test", site.port, timeout=2)
            peer = stream.get_extra_info("server_addr")
            await stream.aclose()
            return peer

    assert asyncio.run(go())[0] == "127.0.0.1"


def test_when_no_address_answers_the_last_error_counts():
    async def go():
        async with serving(Site({})) as site:
            port = site.port

        async def two(host, port):
            return ["::1", "127.0.0.1"]

        await VettedBackend(LOOPBACK, (), two).connect_tcp("a.test", port, timeout=2)

    with pytest.raises(httpcore.ConnectError):
        asyncio.run(go())


def test_sleep():
    asyncio.run(VettedBackend(Policy(), (), never).sleep(0))


def test_look_up():
    assert "127.0.0.1" in asyncio.run(look_up("127.0.0.1", 80))
    with pytest.raises(LookupFailedError):
        asyncio.run(look_up("a" * 70 + ".test", 80))  # longer than a label may be: no server is asked


@pytest.mark.parametrize("tls", ["strict", "legacy"])
def test_certificates_are_always_verified(tls):
    context = tls_context(tls)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_legacy_takes_old_servers():
    assert tls_context("legacy").options & 0x4
    assert not tls_context("strict").options & 0x4


def test_another_authority(tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(ssl.SSLError):
        tls_context("strict", str(tmp_path / "ca.pem"))
