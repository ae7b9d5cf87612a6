"""What sources.yaml may say: the sites and files to read.

    sources.yaml ── config ──▶ Sources ── find_faults ──▶ () or what to mend

`config` reads these dataclasses from their type hints; the comment of a field is its documentation.
What a type cannot say (a pattern that does not compile, a live site without a contact) is found here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from pipeline.errors import Fault
from pipeline.fetch.addresses import parse_endpoint, parse_networks
from pipeline.fetch.selectors import check_selector
from pipeline.model import OutputScript
from pipeline.urls import canonical_url, host_of

Kind: TypeAlias = Literal["feed", "sitemap", "list", "search", "files", "warc"]
FILE_KINDS: frozenset[Kind] = frozenset({"files", "warc"})  # what is read from disk
Tls: TypeAlias = Literal["strict", "legacy"]

PRODUCT = "zhnews"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors that say where things are on the article pages of a source, where guessing goes wrong."""

    title: str | None = None
    body: str | None = None
    author: str | None = None
    date: str | None = None
    remove: tuple[str, ...] = ()  # what goes before anything is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One site, section or set of files."""

    name: str  # unique; stands in every record that comes from here
    kind: Kind  # feed: RSS, Atom, RDF, JSON Feed; sitemap; list: pages of links; search: the site's own; files; warc: web archives
    url: str | None = None  # where to begin; for search a template with {query} and, if it has pages, {page}
    urls: tuple[str, ...] = ()  # more places to begin
    path: str | None = None  # files, warc: a file, folder or glob pattern, relative to sources.yaml
    enabled: bool = True  # false: known, but not asked

    include: tuple[str, ...] = ()  # regular expressions; an article's URL must match one (searched); none: all
    exclude: tuple[str, ...] = ()  # regular expressions; an URL that matches one is left out; wins over include
    keep_params: tuple[str, ...] = ()  # query parameters that count here although they look like tracking
    drop_params: tuple[str, ...] = ()  # query parameters that do not change the page here
    since: str | None = None  # YYYY-MM-DD; links that say they are older are left out
    limit: int = 5000  # new article URLs per run
    max_pages: int = 10  # list and search pages, or sitemaps of an index, per run

    selector: str | None = None  # list, search: CSS of the links, or of boxes around them; None: guessed
    next_selector: str | None = None  # list, search: CSS of the link to the next page; None: 下一页 and rel=next
    queries: tuple[str, ...] = ()  # search: what to ask for; none: the topic's own words
    query_encoding: str = "utf-8"  # search: how the site wants Chinese in its URL; older ones want gbk
    first_page: int = 1  # search: the number of the first result page

    hosts: tuple[str, ...] = ()  # warc: only pages of these hosts and of those below them; none: all
    min_han_ratio: float = 0.0  # warc: share of Han characters that a page needs, 0 to 1

    selectors: Selectors = field(default_factory=Selectors)  # of its article pages
    encoding: str | None = None  # of its pages, when what they declare is wrong
    topic: str | None = None  # another topic than the one of the file
    require_topic: bool | None = None  # true: only what its topic keeps is exported; None: as the file says
    respect_opt_out: bool | None = None  # leave out what asks not to be stored or mined; None: as the file says
    select: tuple[str, ...] | None = None  # what its articles have to meet to be exported; None: as the file says
    mask: tuple[str, ...] | None = None  # what private data an export of it masks; None: as the file says

    delay_s: float | None = None  # seconds between two requests to one host; None: as the file says
    headers: tuple[str, ...] = ()  # "Name: value", sent with each request
    tls: Tls = "strict"  # legacy: old ciphers and renegotiation; the certificate is verified all the same
    allow_downgrade: bool = False  # follow a redirect from https to http
    allow_private: tuple[str, ...] = ()  # networks (CIDR) that may be visited though they are not public
    connect_to: str | None = None  # "127.0.0.1:8123": connect there instead of looking up this source's hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The whole of sources.yaml."""

    sources: tuple[Source, ...]
    contact: str | None = None  # a web page or mail address that site owners can turn to; required for live sites
    user_agent: str | None = None  # None: "zhnews/<version> (+<contact>)"
    topic: str | None = None  # name of a shipped topic, or a topic file; None: everything is wanted
    require_topic: bool = False  # true: only what the topic keeps is exported; all is stored, whatever its verdict
    keywords: int = 0  # words that each article has more often than Chinese text has them; so many are noted
    user_dictionary: str | None = None  # words that jieba lacks, for keywords: a file, relative to this one
    script: OutputScript = "keep"  # of the text that comes out: keep, hans, hant, tw, hk
    respect_opt_out: bool = True  # leave out what asks not to be stored or mined
    select: tuple[
        str, ...
    ] = ()  # presets, or expressions over signals: only what meets all of them is exported; all is stored
    mask: tuple[str, ...] = ()  # private data that an export masks: pii for all kinds, or mobile, mail, identity …
    block: tuple[str, ...] = ()  # lists of words and hosts, relative to this file: what has one of them is not exported
    allow: tuple[str, ...] = ()  # lists of words and hosts that excuse from `block`
    delay_s: float = 1.0  # seconds between two requests to one host; robots.txt may ask for more
    hosts_at_once: int = 16  # hosts asked at the same time, each over one connection


def agent_of(sources: Sources, version: str) -> str:
    """Return the User-Agent header."""
    if sources.user_agent:
        return sources.user_agent
    return f"{PRODUCT}/{version}" + (f" (+{sources.contact})" if sources.contact else "")


def starts_of(source: Source) -> tuple[str, ...]:
    """Return the places where the source begins, each once, as they stand in the file."""
    return tuple(dict.fromkeys(u for u in (source.url, *source.urls) if u))


def hosts_of(source: Source) -> frozenset[str]:
    """Return the hosts where the source begins: those that `connect_to` speaks of."""
    return frozenset(host_of(_filled(url)) for url in starts_of(source))


def wants(source: Source, url: str) -> bool:
    """Return whether an article of this URL is asked for by `include` and `exclude`."""
    if any(re.search(pattern, url) for pattern in source.exclude):
        return False
    return not source.include or any(re.search(pattern, url) for pattern in source.include)


def requires_topic(source: Source, sources: Sources) -> bool:
    """Return whether only what the topic keeps is exported of a source."""
    return sources.require_topic if source.require_topic is None else source.require_topic


def is_live(source: Source) -> bool:
    """Return whether reading the source asks somebody else's server."""
    return source.enabled and source.kind not in FILE_KINDS and source.connect_to is None


def find_faults(sources: Sources) -> tuple[Fault, ...]:
    """Return all that is wrong, in the order of the file. `where` is the path of keys: "sources[2].include"."""
    return tuple(_file_faults(sources)) + tuple(
        fault for n, source in enumerate(sources.sources) for fault in _source_faults(f"sources[{n}]", source)
    )


_CONTACT = re.compile(r"https?://\S+\.\S+|(?:mailto:)?[^\s@]+@[^\s@]+\.[^\s@]+")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e]*")
_OURS = frozenset(
    {"host", "connection", "accept-encoding", "content-length", "transfer-encoding", "cookie", "user-agent"}
)


def _file_faults(sources: Sources) -> Iterator[Fault]:
    seen: set[str] = set()
    for n, source in enumerate(sources.sources):
        if source.name in seen:
            yield Fault(
                f"sources[{n}].name", f"{source.name!r} is the name of an earlier source", "Give each its own name"
            )
        seen.add(source.name)
    if sources.contact is not None and not _CONTACT.search(sources.contact):
        yield Fault(
            "contact", f"{sources.contact!r} is neither a web page nor a mail address", "Example: crawl@example.org"
        )
    if sources.contact is None and _has_no_contact(sources.user_agent) and any(map(is_live, sources.sources)):
        yield Fault(
            "contact",
            "live sites are asked, but their owners could not reach you",
            "Add a line such as: contact: https://example.org/about-our-crawler, or a mail address",
        )
    if sources.delay_s < 0:
        yield Fault("delay_s", "must not be negative")
    if sources.hosts_at_once < 1:
        yield Fault("hosts_at_once", "must be 1 or more")
    if sources.keywords < 0:
        yield Fault("keywords", "must not be negative")
    yield from _topic_faults(sources)


def _topic_faults(sources: Sources) -> Iterator[Fault]:
    """Yield who requires a topic that nobody names: nothing at all would be exported."""
    for n, source in enumerate(sources.sources):
        if requires_topic(source, sources) and not (source.topic or sources.topic):
            where = f"sources[{n}].require_topic" if source.require_topic else "require_topic"
            yield Fault(where, f"source {source.name!r} has no topic that could be required", "Example: topic: service")


def _has_no_contact(user_agent: str | None) -> bool:
    return user_agent is None or not _CONTACT.search(user_agent)


def _source_faults(where: str, source: Source) -> Iterator[Fault]:
    if not source.name.strip():
        yield Fault(f"{where}.name", "must not be empty")
    yield from _place_faults(where, source)
    yield from _pattern_faults(where, source)
    yield from _number_faults(where, source)
    yield from _network_faults(where, source)


def _place_faults(where: str, source: Source) -> Iterator[Fault]:
    """Yield what is wrong with where the source begins."""
    if source.kind in FILE_KINDS:
        if not source.path:
            example = "data/sample/*.txt" if source.kind == "files" else "data/crawl/*.warc.gz"
            yield Fault(f"{where}.path", f"a source of kind {source.kind} needs a path", f"Example: path: {example}")
        if starts_of(source):
            yield Fault(f"{where}.url", f"a source of kind {source.kind} has a path, not a url")
        return
    if source.path is not None:
        yield Fault(f"{where}.path", f"a source of kind {source.kind} has a url, not a path")
    if not starts_of(source):
        yield Fault(f"{where}.url", f"a source of kind {source.kind} needs a url")
    for url in starts_of(source):
        yield from _url_faults(f"{where}.url", source, url)


def _url_faults(where: str, source: Source, url: str) -> Iterator[Fault]:
    if source.kind == "search" and "{query}" not in url:
        yield Fault(
            where,
            f"a search needs {{query}} in its url: {url}",
            "Example: https://example.org/search?q={query}&p={page}",
        )
    try:
        canonical_url(_filled(url))
    except ValueError as exc:
        yield Fault(where, str(exc))


def _filled(template: str) -> str:
    return template.replace("{query}", "x").replace("{page}", "1")


def _pattern_faults(where: str, source: Source) -> Iterator[Fault]:
    for key, patterns in (("include", source.include), ("exclude", source.exclude)):
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as exc:
                yield Fault(f"{where}.{key}", f"{pattern!r} is no regular expression: {exc}")
    for key, encoding in (("encoding", source.encoding), ("query_encoding", source.query_encoding)):
        if encoding is not None and not _is_encoding(encoding):
            yield Fault(f"{where}.{key}", f"unknown encoding {encoding!r}", "Examples: utf-8, gbk, big5")
    for key, selector in _selectors(source):
        try:
            check_selector(selector)
        except ValueError as exc:
            yield Fault(f"{where}.{key}", str(exc))
    if source.since is not None and not _is_day(source.since):
        yield Fault(f"{where}.since", f"{source.since!r} is no day", "Example: since: '2026-01-31'")


def _selectors(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the key and the text of each CSS selector that is set."""
    own = source.selectors
    pairs = (
        ("selector", source.selector),
        ("next_selector", source.next_selector),
        ("selectors.title", own.title),
        ("selectors.body", own.body),
        ("selectors.author", own.author),
        ("selectors.date", own.date),
        *(("selectors.remove", text) for text in own.remove),
    )
    yield from ((key, text) for key, text in pairs if text is not None)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_encoding(name: str) -> bool:
    try:
        return isinstance("".encode(name), bytes)
    except LookupError:
        return False


def _number_faults(where: str, source: Source) -> Iterator[Fault]:
    for key, number in (("limit", source.limit), ("max_pages", source.max_pages)):
        if number < 1:
            yield Fault(f"{where}.{key}", "must be 1 or more")
    if not 0 <= source.min_han_ratio <= 1:
        yield Fault(f"{where}.min_han_ratio", "must be between 0 and 1")
    if source.delay_s is not None and source.delay_s < 0:
        yield Fault(f"{where}.delay_s", "must not be negative")


def _network_faults(where: str, source: Source) -> Iterator[Fault]:
    try:
        parse_networks(source.allow_private)
    except ValueError as exc:
        yield Fault(f"{where}.allow_private", str(exc), "Example: 10.0.0.0/8")
    try:
        parse_endpoint(source.connect_to)
    except ValueError as exc:
        yield Fault(f"{where}.connect_to", str(exc), "Example: 127.0.0.1:8123")
    for header in source.headers:
        name = header.partition(":")[0].strip().lower()
        if not _HEADER.fullmatch(header):
            yield Fault(f"{where}.headers", f"{header!r} is no header", "Example: 'Accept-Language: zh-CN'")
        elif name in _OURS:
            yield Fault(f"{where}.headers", f"{name} is set by the client and cannot be changed here")
