"""robots.txt: bytes to rules, and whether a URL may be asked for (RFC 9309).

    FetchResult ── robots_body ──▶ bytes ── parse_robots ──▶ Robots ── may_fetch, crawl_delay_s
                        └ None: the site cannot be reached, so it is closed ── body_in_force ──▶ the last good copy

Where the RFC leaves room (misspelt keys, a missing colon, `/index.html`, lines of megabytes) the answer is that of Google's
open parser, which site owners test against.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from pipeline.fetch.answers import Failed, Fetched, FetchResult, Gone, NotModified, Refused

Key: TypeAlias = Literal["agent", "allow", "disallow", "delay", "sitemap"]

CLOSED = b"User-agent: *\nDisallow: /\n"  # what counts while a site cannot be reached
OPEN = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsParams:
    """How long an answer counts."""

    max_bytes: int = (
        512 << 10
    )  # read from the start; RFC 9309 2.5 asks for 500 KiB at least; 3 of 4,231 files are longer
    fresh_s: float = 24 * 3600.0  # RFC 9309 2.4
    keep_s: float = 30 * 24 * 3600.0  # a site that is unreachable for longer counts as having none (RFC 9309 2.3.1.4)
    max_delay_s: float = 60.0  # 13 % of files set a delay, median 10 s, but up to a day: nothing would ever be read


@dataclass(frozen=True, slots=True)
class Rule:
    """One Allow or Disallow line."""

    allow: bool
    pattern: str  # percent-encoded; `*` is any text, `$` at the end is the end

    def strength(self, path: str) -> int:
        """Return how many characters of pattern speak about the path; -1: the rule does not."""
        if matches(self.pattern, path):
            return len(self.pattern)
        folder = _folder_of_index(self.pattern) if self.allow else None
        return len(folder) if folder is not None and matches(folder, path) else -1


@dataclass(frozen=True, slots=True)
class Group:
    """Rules and the agents they are for."""

    agents: frozenset[str]  # product tokens in lower case; "*" is everybody
    rules: tuple[Rule, ...]
    delay_s: float | None = None


@dataclass(frozen=True, slots=True)
class Robots:
    """What one robots.txt says. Without groups everything is allowed."""

    groups: tuple[Group, ...] = ()
    sitemaps: tuple[str, ...] = ()


def parse_robots(data: bytes, params: RobotsParams | None = None) -> Robots:
    """Return what the file says. Never fails: what cannot be understood says nothing."""
    params = params or RobotsParams()
    groups: list[_OpenGroup] = []
    sitemaps: list[str] = []
    for key, value in _lines(_without_bom(data[: params.max_bytes])):
        if key == "sitemap":
            sitemaps.append(value)
        elif key == "agent":
            if not groups or groups[-1].rules:
                groups.append(_OpenGroup())
            groups[-1].agents.add(_agent(value))
        elif groups:
            groups[-1].take(key, value)
    return Robots(tuple(group.closed() for group in groups), tuple(dict.fromkeys(sitemaps)))


def may_fetch(robots: Robots, agent: str, url: str) -> bool:
    """Return whether the agent (product token, or a whole User-Agent) may ask for the URL, percent-encoded already.

    robots.txt itself is always allowed (RFC 9309 2.2.2): nobody should ask here whether they may read it.
    """
    return _allows(_groups_for(robots, agent), _path(url))


def crawl_delay_s(robots: Robots, agent: str, params: RobotsParams | None = None) -> float | None:
    """Return the seconds between two requests that the site asks for, capped; None: it does not ask."""
    delays = [group.delay_s for group in _groups_for(robots, agent) if group.delay_s is not None]
    return min(max(delays), (params or RobotsParams()).max_delay_s) if delays else None


def product_token(user_agent: str) -> str:
    """Return the name under which a User-Agent header obeys: "zhnews/0.1 (+…)" is zhnews."""
    return user_agent.partition("/")[0].strip()


def robots_body(result: FetchResult) -> bytes | None:
    """Return the robots.txt to keep; `OPEN` when there is none; None when the site cannot be reached."""
    match result:
        case Fetched():
            return result.body
        case Gone():
            return OPEN
        case Refused():
            return OPEN if result.status is not None and 400 <= result.status < 500 else None
        case Failed():
            return OPEN if result.reason in {"empty", "redirects"} and result.status is not None else None
        case NotModified():
            raise AssertionError("the caller keeps the copy that it has")
        case _:
            assert_never(result)


def body_in_force(
    fresh: bytes | None, kept: bytes | None, unreachable_s: float, params: RobotsParams | None = None
) -> bytes:
    """Return the robots.txt that counts now.

    `fresh` is what `robots_body` gave, `kept` the last good copy (None: there never was one), `unreachable_s` how long
    the site has not answered. An unreachable site is closed, or stays as it was; after `keep_s` it counts as open.
    """
    if fresh is not None:
        return fresh
    if unreachable_s > (params or RobotsParams()).keep_s:
        return OPEN
    return CLOSED if kept is None else kept


def is_stale(age_s: float, params: RobotsParams | None = None) -> bool:
    """Return whether a copy of this age must be asked for again; so must one from the future (the clock was put back)."""
    return not 0 <= age_s <= (params or RobotsParams()).fresh_s


def matches(pattern: str, path: str) -> bool:
    """Return whether a path begins as the pattern says. Without backtracking: pieces are found from left to right."""
    ends = pattern.endswith("$")
    first, *pieces = pattern.removesuffix("$").split("*") if ends else pattern.split("*")
    if not path.startswith(first):
        return False
    if not pieces:
        return not ends or path == first
    last = pieces.pop() if ends else ""
    at = len(first)
    for piece in pieces:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not ends or (path.endswith(last) and len(path) - len(last) >= at)


class _OpenGroup:
    """A group while its lines are read."""

    def __init__(self) -> None:
        self.agents: set[str] = set()
        self.rules: list[Rule] = []
        self.delay_s: float | None = None

    def take(self, key: Literal["allow", "disallow", "delay"], value: str) -> None:
        if key == "delay":
            self.delay_s = _seconds(value, self.delay_s)
        else:
            self.rules.append(Rule(key == "allow", _escaped(value)))

    def closed(self) -> Group:
        return Group(frozenset(self.agents), tuple(self.rules), self.delay_s)


def _allows(groups: Iterable[Group], path: str) -> bool:
    """Return whether the strongest Allow is at least as strong as the strongest Disallow."""
    strongest = {True: 0, False: 0}  # an empty pattern says nothing
    for group in groups:
        for rule in group.rules:
            if len(rule.pattern) > strongest[rule.allow]:
                strongest[rule.allow] = max(strongest[rule.allow], rule.strength(path))
    return strongest[True] >= strongest[False]


def _groups_for(robots: Robots, agent: str) -> list[Group]:
    """Return the groups that name the agent, all of them; else those for everybody."""
    token = product_token(agent).lower()
    named = [group for group in robots.groups if token and token in group.agents]
    return named or [group for group in robots.groups if "*" in group.agents]


# Prefixes, as people write them; the order does not matter, none begins another.
_KEYS: tuple[tuple[str, Key], ...] = (
    ("user-agent", "agent"),
    ("useragent", "agent"),
    ("user agent", "agent"),
    ("allow", "allow"),
    *((typo, "disallow") for typo in ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw")),
    ("sitemap", "sitemap"),
    ("site-map", "sitemap"),
    ("crawl-delay", "delay"),
    ("crawldelay", "delay"),
)
_MAX_LINE = 2083 * 8 - 1  # of one line; the rest of it is ignored, as Google does
_BREAK = re.compile(r"\r\n|\r|\n")
_SPACE = " \t\n\x0b\x0c\r"


def _without_bom(data: bytes) -> str:
    """Return the text, one character a byte. Real files begin with a whole byte order mark, or with a part of one."""
    for length in (3, 2, 1):
        if data.startswith(b"\xef\xbb\xbf"[:length]):
            return data[length:].decode("latin-1")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode("utf-8", "replace").decode("latin-1")
    return data.decode("latin-1")


def _lines(text: str) -> Iterator[tuple[Key, str]]:
    for raw in _BREAK.split(text):
        line = raw[:_MAX_LINE].partition("#")[0].strip(_SPACE)
        name, colon, value = line.partition(":")
        if not colon:
            name, value = _without_colon(line)
        name = name.strip(_SPACE).lower()
        key = next((key for prefix, key in _KEYS if name.startswith(prefix)), None)
        if key is not None:
            yield key, value.strip(_SPACE)


def _without_colon(line: str) -> tuple[str, str]:
    """Return key and value of `Disallow /x`: two words and no more."""
    words = re.split(r"[ \t]+", line)
    return (words[0], words[1]) if len(words) == 2 else ("", "")


def _agent(value: str) -> str:
    if value[:1] == "*" and (len(value) == 1 or value[1] in _SPACE):
        return "*"
    match = re.match(r"[a-zA-Z_-]*", value)
    return match.group().lower() if match else ""


def _seconds(value: str, default: float | None) -> float | None:
    match = re.match(r"\d{1,9}(?:\.\d{1,9})?", value, re.ASCII)
    return float(match.group()) if match else default


_TO_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}|[\x80-\xff]")


def _escaped(pattern: str) -> str:
    """Return the pattern with raw bytes percent-encoded and hex digits in upper case."""
    return _TO_ESCAPE.sub(lambda m: m.group().upper() if m.group()[0] == "%" else f"%{ord(m.group()):02X}", pattern)


def _folder_of_index(pattern: str) -> str | None:
    """Return `/a/$` of `/a/index.html`: who may have the page may have the folder that shows it."""
    slash = pattern.rfind("/")
    return f"{pattern[: slash + 1]}$" if slash >= 0 and pattern.startswith("/index.htm", slash) else None


def _path(url: str) -> str:
    """Return path and query, as they are matched. A URL without a path is `/`."""
    start = 2 if url.startswith("//") else 0
    early = _first_of(url, start)
    scheme = url.find("://", start)
    begin = start if scheme < 0 or early < scheme else scheme + 3
    at = _first_of(url, begin)
    end = url.find("#", start)
    if at == len(url) or 0 <= end < at:
        return "/"
    path = url[at : end if end >= 0 else len(url)]
    return path if path.startswith("/") else f"/{path}"


def _first_of(url: str, start: int) -> int:
    return min((at for at in (url.find(char, start) for char in "/?;") if at >= 0), default=len(url))
