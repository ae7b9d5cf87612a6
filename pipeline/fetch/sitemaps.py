"""Sitemaps to links: index, pages, news, gzip, plain text; a feed can be a sitemap, too.

Elements are known by their local names: a third of real sitemaps have no namespace or a wrong one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.fetch.feeds import parse_feed
from pipeline.fetch.inflate import Inflater
from pipeline.fetch.links import Link, plain, text_lines
from pipeline.fetch.markup import Element, local_name, read_elements, read_text, text_of
from pipeline.urls import join_url


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapParams:
    """How much of a sitemap is read."""

    max_bytes: int = 50 << 20  # unpacked; the protocol's own limit
    max_links: int = 50_000  # the protocol's own limit


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapLinks:
    """What a sitemap lists. `published` is lastmod, or the publication date that news sitemaps give."""

    pages: tuple[Link, ...] = ()
    sitemaps: tuple[Link, ...] = ()


def parse_sitemap(
    data: bytes, *, url: str, content_type: str | None = None, params: SitemapParams | None = None
) -> SitemapLinks:
    """Return what the sitemap lists. Raises ValueError for what is none, or packed and broken, or too large."""
    params = params or SitemapParams()
    data = _unpacked(data, params)
    text = read_text(data, content_type)
    if not text.startswith("<"):
        return SitemapLinks(pages=tuple(_plain_links(text, url))[: params.max_links])
    pages: list[Link] = []
    sitemaps: list[Link] = []
    root = ""
    for element in read_elements(text):
        root = root or local_name(element.getroottree().getroot())
        kept = {"url": pages, "sitemap": sitemaps}.get(local_name(element))
        if kept is not None and element.getparent() is not None:
            kept.extend(_links(element, url))
            element.clear()
        if len(pages) + len(sitemaps) >= params.max_links:
            break
    if root in {"rss", "rdf", "feed"}:
        return SitemapLinks(pages=parse_feed(data, url=url, content_type=content_type).entries)
    if root not in {"urlset", "sitemapindex"} and not pages and not sitemaps:
        raise ValueError(f"{url}: no sitemap, the document is <{root}>")
    return SitemapLinks(pages=tuple(pages), sitemaps=tuple(sitemaps))


def _unpacked(data: bytes, params: SitemapParams) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    inflater = Inflater("gzip", params.max_bytes)
    inflater.feed(data)
    return inflater.finish()


def _links(element: Element, url: str) -> Iterator[Link]:
    """Yield the link of a <url> or <sitemap>, if it is one."""
    found: dict[str, str] = {}
    for child in element.iterdescendants():
        if isinstance(child.tag, str) and (parent := child.getparent()) is not None:
            name = local_name(child)
            if name in {"loc", "lastmod"} and parent is not element:
                continue  # of an image or a video
            if name in {"title", "publication_date"} and local_name(parent) != "news":
                continue
            found.setdefault(name, text_of(child))
    address = _joined(found.get("loc") or _bare_address(element), url)
    if address is not None:
        title = plain(found.get("title", ""))
        published = found.get("publication_date") or found.get("lastmod")
        yield Link(url=address, title=title or None, published=published or None)


def _bare_address(element: Element) -> str:
    """Return an address that stands in <sitemap> without a <loc>, as some systems write it."""
    text = (element.text or "").strip()
    return text if text.startswith(("http://", "https://")) else ""


def _plain_links(text: str, url: str) -> Iterator[Link]:
    """Yield the links of a text file: one on each line. Raises ValueError when none of the lines is one."""
    lines = list(text_lines(text))
    links = [Link(url=line) for line in lines if line.startswith(("http://", "https://")) and " " not in line]
    if lines and not links:
        raise ValueError(f"{url}: neither XML nor a list of addresses")
    yield from links


def _joined(address: str, url: str) -> str | None:
    try:
        return join_url(address, url) if address else None
    except ValueError:
        return None
