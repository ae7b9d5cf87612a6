"""One fetch on its way through redirects: ask, read within the limits, name what came."""

import contextlib
import inspect
import time
from collections.abc import Mapping
from typing import Any

import httpcore2 as httpcore
import httpx2 as httpx

from pipeline.fetch.answers import (
    ClientLimits,
    Failed,
    FailedReason,
    Fetched,
    FetchResult,
    Gone,
    NotModified,
    Refused,
    RefusedReason,
    Request,
    Validators,
)
from pipeline.fetch.inflate import InflateError, Inflater, TooLargeError, parse_coding
from pipeline.fetch.pace import parse_retry_after
from pipeline.fetch.transport import UnwantedError
from pipeline.fetch.verdict import blocked_kind
from pipeline.urls import canonical_url, host_of, join_url

_CUT_SHORT = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, httpx.TransportError)
_PAGES = frozenset({200, 203})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEPT_HEADERS = frozenset(
    {
        "age",
        "cache-control",
        "content-language",
        "content-signal",
        "content-type",
        "content-usage",
        "date",
        "etag",
        "expires",
        "last-modified",
        "link",
        "retry-after",
        "server",
        "tdm-policy",
        "tdm-reservation",
        "x-robots-tag",
    }
)


class RedirectError(Exception):
    """The redirects lead nowhere."""


class Trip:
    """One fetch on its way through redirects."""

    def __init__(self, request: Request, limits: ClientLimits) -> None:
        self.url = request.url
        self._request = request
        self._limits = limits
        self._started_s = time.monotonic()
        self._passed: list[str] = []
        self._is_fresh = False  # whether the last request made a connection of its own
        self._status: int | None = None

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._started_s

    async def make(self, client: httpx.AsyncClient) -> FetchResult:
        while True:
            answer = await self._ask(client)
            if not isinstance(answer, str):
                return answer
            self._passed.append(self.url)
            self.url = await self._next(answer)

    def failed(self, reason: FailedReason, detail: str = "", retry_after_s: float | None = None) -> Failed:
        return Failed(
            url=self._request.url,
            final_url=self.url,
            reason=reason,
            detail=detail,
            status=self._status,
            retry_after_s=retry_after_s,
            elapsed_s=self.elapsed_s,
        )

    async def _ask(self, client: httpx.AsyncClient) -> FetchResult | str:
        """Return the result, or where we are sent.

        A server may close a kept connection just as we use it; then, and only then, we ask a second time.
        """
        try:
            return await self._ask_once(client)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            if self._is_fresh or self._status is not None:
                raise
        return await self._ask_once(client)

    async def _ask_once(self, client: httpx.AsyncClient) -> FetchResult | str:
        self._status, self._is_fresh = None, False
        extensions: dict[str, Any] = {"trace": self._trace, "target": _target(self.url)}
        async with client.stream("GET", self.url, headers=self._headers(), extensions=extensions) as response:
            self._status = response.status_code
            size = sum(len(name) + len(value) + 4 for name, value in response.headers.raw)
            if size > self._limits.max_header_bytes:
                raise TooLargeError(f"{size} bytes of headers")
            return await self._read(response)

    async def _trace(self, event: str, _details: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.started":
            self._is_fresh = True

    def _headers(self) -> dict[str, str]:
        """Return the source's own headers (for its own host only) and the conditions."""
        headers = dict(self._request.headers) if host_of(self.url) == host_of(self._request.url) else {}
        had = self._request.validators
        if had is not None and had.etag:
            headers["If-None-Match"] = had.etag
        if had is not None and had.last_modified:
            headers["If-Modified-Since"] = had.last_modified
        return headers

    async def _read(self, response: httpx.Response) -> FetchResult | str:
        status = response.status_code
        if status in _PAGES:
            return await self._page(response)
        if status in _REDIRECTS:
            return _location(response)
        if status >= 400:
            return await self._refusal(response)
        if status == 304 and _asks(self._request.validators):
            return self._not_modified(response)
        return self.failed("empty" if status in {204, 205} else "status", f"status {status} was not asked for")

    async def _page(self, response: httpx.Response) -> FetchResult:
        body = await self._body(response)
        if not body.strip(b" \t\r\n\x00"):
            return self.failed("empty", "no body")
        headers = _kept_headers(response)
        return Fetched(
            url=self._request.url,
            final_url=self.url,
            status=response.status_code,
            content_type=headers.get("content-type"),
            body=body,
            headers=headers,
            validators=_validators(headers),
            elapsed_s=self.elapsed_s,
            redirects=tuple(self._passed[1:]),
        )

    def _not_modified(self, response: httpx.Response) -> NotModified:
        new, had = _validators(_kept_headers(response)), self._request.validators
        assert had is not None
        validators = Validators(etag=new.etag or had.etag, last_modified=new.last_modified or had.last_modified)
        return NotModified(url=self._request.url, final_url=self.url, validators=validators, elapsed_s=self.elapsed_s)

    async def _refusal(self, response: httpx.Response) -> FetchResult:
        """Return what kind of no it is. Its body is read as far as that needs, and only if it comes whole."""
        status, headers = response.status_code, _kept_headers(response)
        if status in {404, 410}:
            return Gone(url=self._request.url, final_url=self.url, status=status, elapsed_s=self.elapsed_s)
        body = b""
        with contextlib.suppress(InflateError, TooLargeError, *_CUT_SHORT):
            body = await self._body(response, cut_at=self._limits.max_refused_bytes)
        retry_after_s = parse_retry_after(headers.get("retry-after"), time.time())
        kind = blocked_kind(status, headers, body)
        if kind is None and status >= 500:
            return self.failed("status", f"status {status}", retry_after_s)
        reason: RefusedReason = "blocked" if kind is not None else "too_many" if status == 429 else "status"
        return Refused(
            url=self._request.url,
            final_url=self.url,
            reason=reason,
            detail=kind or f"status {status}",
            status=status,
            retry_after_s=retry_after_s,
            elapsed_s=self.elapsed_s,
        )

    async def _body(self, response: httpx.Response, cut_at: int | None = None) -> bytes:
        """Return the unpacked body, or its first `cut_at` bytes."""
        limits = self._limits
        cut_at = self._request.cut_at_bytes if cut_at is None else cut_at
        declared = response.headers.get("content-length", "")
        if cut_at is None and declared.isdigit() and int(declared) > limits.max_raw_bytes:
            raise TooLargeError(f"{declared} bytes announced")
        inflater = Inflater(parse_coding(response.headers.get("content-encoding")), limits.max_body_bytes)
        raw_bytes = 0
        async for piece in response.aiter_raw():
            raw_bytes += len(piece)
            if raw_bytes > limits.max_raw_bytes:
                raise TooLargeError(f"more than {limits.max_raw_bytes} bytes sent")
            inflater.feed(piece)
            if cut_at is not None and len(inflater) >= cut_at:
                return inflater.finish(may_be_cut=True)[:cut_at]
        return inflater.finish()

    async def _next(self, location: str) -> str:
        """Return the URL that a redirect leads to, when we may go there."""
        try:
            url = join_url(location, self.url)
        except ValueError as exc:
            raise RedirectError(str(exc)) from None
        self.check_url(url)
        self._check_hop(url)
        ask = self._request.may_redirect_to
        if ask is not None:
            allowed = ask(url)
            if not (await allowed if inspect.isawaitable(allowed) else allowed):
                raise UnwantedError("robots", f"redirect to {url}")
        return url

    def check_url(self, url: str) -> None:
        try:
            canonical_url(url)
        except ValueError as exc:
            raise UnwantedError("url", str(exc)) from None
        if len(url) > self._limits.max_url_chars:
            raise UnwantedError("url", f"{len(url)} characters")

    def _check_hop(self, url: str) -> None:
        if url in self._passed:
            raise RedirectError("redirects in a circle")
        if len(self._passed) > self._limits.max_redirects:
            raise RedirectError(f"more than {self._limits.max_redirects} redirects")
        if self.url.startswith("https:") and url.startswith("http:") and not self._request.allow_downgrade:
            raise UnwantedError("url", f"redirect from https to {url}")


def _target(url: str) -> bytes:
    """Return path and query as we spell them: nobody between us and the server quotes them again."""
    rest = url.partition("#")[0].partition("://")[2]
    slash, mark = rest.find("/"), rest.find("?")
    if slash < 0 or 0 <= mark < slash:
        return b"/" + (rest[mark:].encode("ascii") if mark >= 0 else b"")
    return rest[slash:].encode("ascii")


def _location(response: httpx.Response) -> str:
    """Return the Location header; raw bytes in it, in whatever charset, are percent-encoded as they are."""
    raw = next((value for name, value in response.headers.raw if name.lower() == b"location"), b"")
    if not raw.strip():
        raise RedirectError("a redirect without a location")
    return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw.strip())


def _asks(validators: Validators | None) -> bool:
    return validators is not None and bool(validators.etag or validators.last_modified)


def _kept_headers(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name in _KEPT_HEADERS}


def _validators(headers: Mapping[str, str]) -> Validators:
    return Validators(etag=headers.get("etag"), last_modified=headers.get("last-modified"))
