"""Connections to vetted addresses only.

    httpx ── VettedTransport ── connection pool ── VettedBackend ── look up ─▶ vet every address ─▶ connect to that address

The address is checked where the connection is made, so a name that answers differently the second time (DNS rebinding) gains
nothing: what was vetted is what is connected to. One pool for each policy: a connection that one source may have is never
reused for a source that may not.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import httpcore2 as httpcore
import httpx2 as httpx

from pipeline.fetch.addresses import Network, is_allowed, is_public
from pipeline.fetch.answers import ClientLimits, RefusedReason

Resolver: TypeAlias = Callable[[str, int], Awaitable[Iterable[str]]]
_OP_LEGACY_SERVER_CONNECT = 0x4  # OpenSSL's number; the ssl module names it from Python 3.12 on
_MAX_ADDRESSES = 4  # of one name that are tried, one after the other


class UnwantedError(Exception):
    """We do not go there; nothing was sent."""

    def __init__(self, reason: RefusedReason, detail: str) -> None:
        super().__init__(detail)
        self.reason: RefusedReason = reason


class LookupFailedError(Exception):
    """The name has no address."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Where the requests of one kind may go. Equal policies share connections."""

    networks: tuple[Network, ...] = ()  # may be visited though they are not public
    endpoint: tuple[str, int] | None = None  # connect there instead of looking up `hosts`
    hosts: frozenset[str] = frozenset()
    tls: Literal["strict", "legacy"] = "strict"


async def look_up(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a name, best first. Raises LookupFailedError."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as exc:
        raise LookupFailedError(f"{host}: {exc}") from exc
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class VettedBackend(httpcore.AsyncNetworkBackend):
    """Connects to what the policy allows."""

    def __init__(self, policy: Policy, ports: tuple[int, ...], resolve: Resolver) -> None:
        self._policy = policy
        self._ports = ports
        self._resolve = resolve
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is the base class's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the vetted addresses that answers."""
        places = await self._places(host.lower(), port)
        *others, last = places[:_MAX_ADDRESSES]
        for address, number in others:
            try:
                return await self._inner.connect_tcp(address, number, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(*last, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the signature is the base class's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no site lives in a file of this machine."""
        raise UnwantedError("address", f"a socket file: {path}")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _places(self, host: str, port: int) -> list[tuple[str, int]]:
        """Return the addresses that may be connected to. One that may not spoils the name."""
        if self._policy.endpoint is not None and host in self._policy.hosts:
            return [self._policy.endpoint]
        addresses = [host] if _is_literal(host) else list(await self._resolve(host, port))
        if not addresses:
            raise LookupFailedError(f"{host}: no address")
        for address in addresses:
            self._vet(host, address, port)
        return [(address, port) for address in addresses]

    def _vet(self, host: str, address: str, port: int) -> None:
        shown = host if host == address else f"{host} ({address})"
        if not is_allowed(address, self._policy.networks):
            raise UnwantedError("address", f"{shown} is not a public address")
        if is_public(address) and port not in self._ports:
            raise UnwantedError("url", f"port {port} of {shown} is not one of the Web's")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


class VettedTransport(httpx.AsyncBaseTransport):
    """httpx on a connection pool with our backend."""

    def __init__(self, backend: VettedBackend, limits: ClientLimits, context: ssl.SSLContext) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_connections,
            keepalive_expiry=limits.keepalive_s,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; the body of the response is still to be read."""
        response = await self._pool.handle_async_request(_core_request(request))
        assert isinstance(response.stream, AsyncIterable)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response.stream),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


def _core_request(request: httpx.Request) -> httpcore.Request:
    url = httpcore.URL(
        scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
    )
    assert isinstance(request.stream, AsyncIterable)
    return httpcore.Request(
        request.method, url, headers=request.headers.raw, content=request.stream, extensions=request.extensions
    )


class _Body(httpx.AsyncByteStream):
    """The bytes of a response."""

    def __init__(self, stream: AsyncIterable[bytes]) -> None:
        self._stream: Any = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def tls_context(tls: Literal["strict", "legacy"], ca_file: str | None = None) -> ssl.SSLContext:
    """Return what TLS is spoken with. Certificates are verified in both; legacy takes old ciphers and renegotiation."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    if tls == "legacy":
        context.options |= _OP_LEGACY_SERVER_CONNECT
        context.set_ciphers("DEFAULT@SECLEVEL=1")
    return context
