"""What can be asked of the network and what can come back; the values on both sides of `client`.

Request ──▶ client ──▶ Fetched | NotModified | Gone | Refused | Failed
                          │          │          │       │         └ the network or a limit of ours: try again, or not
                          │          │          │       └ they or we do not want it
                          │          │          └ it is not there any more
                          │          └ we have it already
                          └ the bytes
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

RefusedReason: TypeAlias = Literal[
    "blocked",  # a challenge, captcha or wall; `detail` names it
    "status",  # 4xx that is not listed elsewhere; `status` says which
    "too_many",  # 429: ask later
    "robots",  # `may_redirect_to` said no to a redirect
    "address",  # not a public address
    "url",  # scheme, port, user name or length that we do not visit
]
FailedReason: TypeAlias = Literal[
    "deadline",  # the whole exchange took too long
    "timeout",  # connecting or one read took too long
    "dns",
    "connect",
    "tls",
    "protocol",  # what came is no HTTP, or stopped in the middle
    "too_large",  # more bytes than we take, as sent or unpacked
    "encoding",  # a content coding that we did not ask for, or a broken or cut one
    "redirects",  # too many, in a circle, or to nowhere
    "empty",  # a success without a body
    "status",  # 5xx, or a success that is no page (206 unasked, 304 unasked)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLimits:
    """How much of our time, memory and patience an answer may take."""

    deadline_s: float = 30.0  # one fetch from first look-up to last byte, redirects included
    connect_s: float = 10.0  # look-up and handshake of one connection
    read_s: float = 15.0  # silence between two pieces
    max_raw_bytes: int = 8 << 20  # as sent; a news page is some hundred kB, the room is for feeds and sitemaps
    max_body_bytes: int = 16 << 20  # after unpacking
    max_header_bytes: int = 100 << 10  # of one answer, all lines together
    max_refused_bytes: int = 64 << 10  # of a refusal's body: enough to see what kind it is
    max_redirects: int = 8
    max_url_chars: int = 2048  # longer ones are traps or carry state
    ports: tuple[int, ...] = (80, 443, 8080, 8443)  # with `connect_to` the port of the URL is only a name
    max_connections: int = 32  # over all hosts
    keepalive_s: float = 15.0  # an idle connection is kept so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave us to ask "has it changed?" with."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One wish. Everything after `url` is optional."""

    url: str
    validators: Validators | None = None  # of the copy that we have: the answer may be NotModified
    headers: Mapping[str, str] = field(default_factory=dict)
    allow_private: tuple[str, ...] = ()  # networks (CIDR) that may be visited though they are not public
    connect_to: str | None = None  # "127.0.0.1:8123" instead of looking up `connect_hosts`
    connect_hosts: frozenset[str] = frozenset()  # none: the host of `url`
    tls: Literal["strict", "legacy"] = "strict"
    allow_downgrade: bool = False  # a redirect from https to http may be followed
    may_redirect_to: Callable[[str], bool | Awaitable[bool]] | None = None  # asked before each redirect: robots.txt …
    cut_at_bytes: int | None = None  # take so much of the body and be content with it: robots.txt


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page, feed or sitemap with its bytes."""

    url: str  # as asked
    final_url: str  # after redirects
    status: int
    content_type: str | None  # the header as received; None: not sent
    body: bytes  # content coding undone; in the charset of the site; never empty
    headers: Mapping[str, str]  # lower-case names; those worth keeping
    validators: Validators
    elapsed_s: float
    redirects: tuple[str, ...] = ()  # the URLs on the way, the first and the last left out


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304 to a conditional request: what we have is still right."""

    url: str
    final_url: str
    validators: Validators
    elapsed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """404 or 410."""

    url: str
    final_url: str
    status: int
    elapsed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The server does not want us there, or we do not want to go there. Nothing is worked around."""

    url: str
    final_url: str  # where it ended
    reason: RefusedReason
    detail: str = ""  # kind of block, address, URL …
    status: int | None = None  # None: nothing was asked
    retry_after_s: float | None = None  # as the server wished, from now; not capped
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No answer that can be used."""

    url: str
    final_url: str
    reason: FailedReason
    detail: str = ""
    status: int | None = None  # None: no status line came
    retry_after_s: float | None = None
    elapsed_s: float = 0.0

    @property
    def may_pass(self) -> bool:
        """Whether the same request may well succeed later."""
        return self.reason in _PASSING or (self.reason == "status" and (self.status or 0) >= 500)


FetchResult: TypeAlias = Fetched | NotModified | Gone | Refused | Failed

_PASSING = frozenset({"deadline", "timeout", "dns", "connect", "tls", "protocol", "encoding", "empty"})
