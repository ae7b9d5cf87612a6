"""The one door to the network: one URL in, one `FetchResult` out, never an exception for what a server does.

    Request ─▶ vet the URL ─▶ connect (transport: vetted addresses) ─▶ status ─▶ body, capped, unpacked ─▶ Fetched
                   ▲                                                     ├─▶ 304, 404, 4xx, challenge … ─▶ the other results
                   └────────────── redirect, at most 8 ──────────────────┘

The deadline is over all of that. Nothing is retried here, and nothing slept: when to ask again is the frontier's matter.
"""

import asyncio
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpcore2 as httpcore
import httpx2 as httpx

from pipeline.fetch.addresses import parse_endpoint, parse_networks
from pipeline.fetch.answers import (
    ClientLimits,
    Failed,
    FailedReason,
    Fetched,
    FetchResult,
    Gone,
    NotModified,
    Refused,
    Request,
    Validators,
)
from pipeline.fetch.inflate import InflateError, TooLargeError
from pipeline.fetch.transport import (
    LookupFailedError,
    Policy,
    Resolver,
    UnwantedError,
    VettedBackend,
    VettedTransport,
    look_up,
    tls_context,
)
from pipeline.fetch.trip import RedirectError, Trip
from pipeline.urls import host_of

__all__ = [
    "Client",
    "ClientLimits",
    "Failed",
    "FetchResult",
    "Fetched",
    "Gone",
    "NotModified",
    "Refused",
    "Request",
    "Validators",
]


class Client:
    """Fetches. Safe to share between tasks; asks nobody on its own account."""

    def __init__(
        self,
        limits: ClientLimits | None,
        user_agent: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        resolve: Resolver = look_up,
        ca_file: str | None = None,
    ) -> None:
        """`transport` and `resolve` are seams for tests; `ca_file` adds a certificate authority."""
        self._limits = limits or ClientLimits()
        self._user_agent = user_agent
        self._transport = transport
        self._resolve = resolve
        self._ca_file = ca_file
        self._clients: dict[Policy, httpx.AsyncClient] = {}
        self._contexts: dict[str, ssl.SSLContext] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        clients = list(self._clients.values())
        self._clients.clear()
        for client in clients:
            await client.aclose()

    async def fetch(self, request: Request) -> FetchResult:
        """Return what came of the request. Raises only for what is wrong with the request itself (ValueError)."""
        trip = Trip(request, self._limits)
        try:
            trip.check_url(request.url)
            client = self._client(_policy(request))
            async with asyncio.timeout(self._limits.deadline_s):
                return await trip.make(client)
        except TimeoutError:
            return trip.failed("deadline", f"not done after {self._limits.deadline_s:g} s")
        except UnwantedError as exc:
            return Refused(
                url=request.url, final_url=trip.url, reason=exc.reason, detail=str(exc), elapsed_s=trip.elapsed_s
            )
        except _FAULTS as exc:
            return trip.failed(*_explained(exc))

    def _client(self, policy: Policy) -> httpx.AsyncClient:
        client = self._clients.get(policy)
        if client is None:
            client = self._clients[policy] = self._new_client(policy)
        return client

    def _new_client(self, policy: Policy) -> httpx.AsyncClient:
        limits = self._limits
        return httpx.AsyncClient(
            transport=self._transport or self._vetted(policy),
            headers={
                "User-Agent": self._user_agent,
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "Accept-Language": "zh-CN,zh;q=0.9,zh-TW;q=0.8,en;q=0.3",
                "Accept-Encoding": "gzip, deflate",
            },
            timeout=httpx.Timeout(limits.read_s, connect=limits.connect_s, pool=limits.deadline_s),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            follow_redirects=False,
            trust_env=False,
        )

    def _vetted(self, policy: Policy) -> VettedTransport:
        context = self._contexts.get(policy.tls)
        if context is None:
            context = self._contexts[policy.tls] = tls_context(policy.tls, self._ca_file)
        return VettedTransport(VettedBackend(policy, self._limits.ports, self._resolve), self._limits, context)


def _policy(request: Request) -> Policy:
    endpoint = parse_endpoint(request.connect_to)
    hosts = request.connect_hosts
    if endpoint is not None and not hosts:
        hosts = frozenset({host_of(request.url)})
    return Policy(parse_networks(request.allow_private), endpoint, hosts if endpoint else frozenset(), request.tls)


_FAULTS = (
    RedirectError,
    LookupFailedError,
    InflateError,
    TooLargeError,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpx.HTTPError,
    httpx.InvalidURL,
    ssl.SSLError,
    OSError,
)
_REASONS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], FailedReason], ...] = (
    (RedirectError, "redirects"),
    (LookupFailedError, "dns"),
    (InflateError, "encoding"),
    (TooLargeError, "too_large"),
    ((httpcore.TimeoutException, httpx.TimeoutException), "timeout"),
    ((httpcore.ConnectError, httpx.ConnectError), "connect"),
)


def _explained(exc: Exception) -> tuple[FailedReason, str]:
    """Return the reason and a line for the log."""
    detail = f"{type(exc).__name__}: {exc}"[:300]
    if any(isinstance(cause, ssl.SSLError) for cause in _causes(exc)):
        return "tls", detail
    return next((reason for kinds, reason in _REASONS if isinstance(exc, kinds)), "protocol"), detail


def _causes(exc: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    cause: BaseException | None = exc
    while cause is not None and len(found) < 10:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found
