"""What a list shows: feed, sitemap or list page bytes become links of the frontier. Values in, values out.

Source ── starts ──▶ the lists where it begins
list bytes ── read_list ──▶ the articles that the source asks for, the lists below, the next page

Where the source has a topic, the titles say in which order its articles are asked for. All are asked for: a quarter of
the relevant titles say nothing for the topic.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from pipeline.extract.encoding import decode_html
from pipeline.fetch.feeds import parse_feed
from pipeline.fetch.links import Link as Shown
from pipeline.fetch.links import wanted_links
from pipeline.fetch.listpages import parse_list
from pipeline.fetch.search import has_pages, search_url, search_urls
from pipeline.fetch.sitemaps import parse_sitemap
from pipeline.fetch.source import FILE_KINDS, Source, starts_of
from pipeline.store.frontier import Link, LinkKind
from pipeline.topics.score import title_rank
from pipeline.topics.topic import Topic
from pipeline.urls import article_id, canonical_url, host_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A source, where it stands in sources.yaml, and what the file as a whole says about it."""

    source: Source
    position: int
    delay_s: float  # between two requests to one host
    respects_opt_out: bool
    words: tuple[str, ...] = ()  # what a search asks for when the source does not say
    topic: Topic | None = None  # titles that speak for it are asked first; None: as the list shows them


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAnswer:
    """A list as it came."""

    asked: str
    url: str  # after redirects
    body: bytes
    content_type: str | None
    depth: int  # steps from the start
    key: int  # of its row in the frontier


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFinds:
    """What a list leads to."""

    articles: tuple[Link, ...]  # those that the source asks for
    lists: tuple[Link, ...]  # the next page, or the sitemaps of an index
    n_shown: int  # links that look like articles, asked for or not


def starts(place: Place) -> tuple[Link, ...]:
    """Return the lists where a source begins. Raises ValueError for an address that is none."""
    source = place.source
    if source.kind in FILE_KINDS:
        return ()
    urls: Iterable[str] = starts_of(source)
    if source.kind == "search":
        urls = search_urls(source, place.words)
    return tuple(link_to(url, place, _kind_of(source), rank=rank) for rank, url in enumerate(urls))


def read_list(answer: ListAnswer, place: Place, now: datetime) -> ListFinds:
    """Return what a list leads to. Raises ValueError when it cannot be read as one."""
    pages, lists = _shown(answer, place, now)
    wanted = wanted_links(place.source, pages, now=now)
    ranks = _ranks([w.title or "" for w in wanted], place.topic)
    articles = tuple(
        link_to(w.url, place, "article", rank=rank, parent=answer.key) for w, rank in zip(wanted, ranks, strict=True)
    )
    return ListFinds(articles=articles, lists=tuple(_lists_below(answer, place, lists)), n_shown=len(pages))


def link_to(
    url: str, place: Place, kind: LinkKind, *, rank: int = 0, depth: int = 0, parent: int | None = None
) -> Link:
    """Return the link that the frontier keeps. Raises ValueError for what is no http(s) URL."""
    source = place.source
    if kind == "article":
        url = canonical_url(url, keep_params=source.keep_params, drop_params=source.drop_params)
    return Link(
        url=url,
        item_id=article_id(url),
        kind=kind,
        host=host_of(url),
        source=source.name,
        position=place.position,
        rank=rank,
        depth=depth,
        parent=parent,
    )


def _ranks(titles: Sequence[str], topic: Topic | None) -> Sequence[int]:
    """Return for each title which one it is to be asked as: the more it speaks for the topic the earlier, else as shown."""
    if topic is None:
        return range(len(titles))
    said = [title_rank(title, topic) for title in titles]
    order = sorted(range(len(titles)), key=lambda n: -said[n])
    place_of = {n: place for place, n in enumerate(order)}
    return [place_of[n] for n in range(len(titles))]


def spec_of(source: Source) -> str:
    """Return a fingerprint of the source's settings: a list read with others is read again, changed or not."""
    return hashlib.sha256(repr(source).encode()).hexdigest()[:16]


def _kind_of(source: Source) -> LinkKind:
    match source.kind:
        case "feed":
            return "feed"
        case "sitemap":
            return "sitemap"
        case "list" | "search":
            return "list"
        case "files" | "warc":
            return "file"
        case unexpected:
            assert_never(unexpected)


def _shown(answer: ListAnswer, place: Place, now: datetime) -> tuple[Sequence[Shown], Sequence[str]]:
    """Return the pages and the lists that a list shows."""
    source = place.source
    match source.kind:
        case "feed":
            feed = parse_feed(answer.body, url=answer.url, content_type=answer.content_type)
            return feed.entries, _one(feed.next_url)
        case "sitemap":
            sitemap = parse_sitemap(answer.body, url=answer.url, content_type=answer.content_type)
            return sitemap.pages, [below.url for below in sitemap.sitemaps]
        case "list" | "search":
            html = decode_html(answer.body, content_type=answer.content_type).text
            page = parse_list(
                html, url=answer.url, selector=source.selector, next_selector=source.next_selector, now=now
            )
            if source.kind == "search" and has_pages(source):
                return page.links, _next_result_page(answer, place) if page.links else ()
            return page.links, _one(page.next_url)
        case "files" | "warc":
            raise AssertionError("files have no lists")
        case unexpected:
            assert_never(unexpected)


def _next_result_page(answer: ListAnswer, place: Place) -> tuple[str, ...]:
    """Return the search's next page: the one whose number follows."""
    source = place.source
    number = source.first_page + answer.depth
    for query in source.queries or place.words:
        for template in starts_of(source):
            try:
                at = search_url(template, query, encoding=source.query_encoding, page=number)
            except ValueError:
                continue  # the site's charset cannot write this word
            if at == answer.asked:
                return (search_url(template, query, encoding=source.query_encoding, page=number + 1),)
    return ()


def _lists_below(answer: ListAnswer, place: Place, urls: Sequence[str]) -> list[Link]:
    """Return the lists to read next: the next page, as long as there may be one more, or the sitemaps of an index."""
    depth = answer.depth + 1
    if place.source.kind == "sitemap":
        urls = urls[: place.source.max_pages] if depth <= _MAX_SITEMAP_DEPTH else ()
    elif depth >= place.source.max_pages:
        urls = ()
    kind = _kind_of(place.source)
    return [link_to(url, place, kind, rank=n, depth=depth, parent=answer.key) for n, url in enumerate(urls)]


_MAX_SITEMAP_DEPTH = 2  # an index of indexes is seen in the wild, deeper ones are circles


def _one(url: str | None) -> tuple[str, ...]:
    return (url,) if url else ()
