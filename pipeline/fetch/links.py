"""What feeds, sitemaps and list pages have in common: they are lists of links.

parse_feed, parse_sitemap, parse_list ──▶ Link … ── wanted_links ──▶ the articles that the source asks for
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from html import unescape

from pipeline.extract.dates import parse_date
from pipeline.fetch.source import Source, wants
from pipeline.model import CanonicalUrl
from pipeline.urls import canonical_url, page_key

_CHINA = timezone(timedelta(hours=8))
_SLACK = timedelta(days=1)  # a date without a zone may be off by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page that something links to."""

    url: str  # absolute
    title: str | None = None  # plain text; None: the link says nothing
    published: str | None = None  # as written; None: not said


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLink:
    """A link that the source asks for."""

    url: CanonicalUrl
    title: str | None = None
    published: str | None = None


def wanted_links(source: Source, links: Iterable[Link], *, now: datetime) -> tuple[WantedLink, ...]:
    """Return the links that `include`, `exclude`, `since` and `limit` leave, each page once, in order."""
    found: dict[str, WantedLink] = {}
    since = date.fromisoformat(source.since) if source.since else None
    for link in links:
        try:
            url = canonical_url(link.url, keep_params=source.keep_params, drop_params=source.drop_params)
        except ValueError:
            continue  # a mail address, a script, a broken link
        if page_key(url) in found or not wants(source, url) or _is_older(link.published, since, now):
            continue
        found[page_key(url)] = WantedLink(url=url, title=link.title, published=link.published)
        if len(found) >= source.limit:
            break
    return tuple(found.values())


def _is_older(published: str | None, since: date | None, now: datetime) -> bool:
    """Return whether a link says that it is older; one that says nothing is not."""
    if since is None or not published:
        return False
    moment = parse_date(published, now=now)
    if moment is None:
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment + _SLACK < datetime(since.year, since.month, since.day, tzinfo=_CHINA)


_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")


def plain(markup: str) -> str:
    """Return the text of a title that may hold tags and entities, on one line."""
    text = unescape(_TAG.sub("", unescape(markup) if "&lt;" in markup else markup))
    return " ".join(_TAG.sub("", text).split())


def text_lines(text: str) -> Iterator[str]:
    """Yield the lines that hold something."""
    return (line for line in map(str.strip, text.splitlines()) if line)
