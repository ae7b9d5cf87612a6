"""Feeds to links: RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed.

    bytes ── decode ──▶ text ─┬─ lxml, in recovery ──▶ items and entries ─┬─▶ Feed
                              └─ json ────────────────────────────────────┘

Dates stay as written: feeds of Chinese sites say 2025年3月28日, leave the zone out, or mean China by CST.
"""

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.fetch.links import Link, plain
from pipeline.fetch.markup import Element, local_name, namespace, read_elements, read_text, text_of
from pipeline.urls import join_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item as the feed has it."""

    url: str | None  # absolute; None: the item links to nothing
    title: str | None
    published: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed links to, in its order."""

    title: str | None
    entries: tuple[Link, ...]
    next_url: str | None = None  # an older part of the same feed (RFC 5005, JSON Feed)
    unlinked: int = 0  # items without an address


def parse_feed(data: bytes, *, url: str, content_type: str | None = None) -> Feed:
    """Return the feed's links. Raises ValueError for what is no feed; a broken feed gives what can be read of it."""
    text = read_text(data, content_type)
    raw = _read_json(text, url) if text.startswith("{") else _read_xml(text, url)
    links = tuple(
        Link(url=entry.url, title=entry.title, published=entry.published) for entry in raw.entries if entry.url
    )
    return Feed(title=raw.title, entries=links, next_url=raw.next_url, unlinked=len(raw.entries) - len(links))


def parse_entries(data: bytes, *, url: str, content_type: str | None = None) -> tuple[Entry, ...]:
    """Return all items, those without an address too. Raises ValueError for what is no feed."""
    text = read_text(data, content_type)
    return tuple((_read_json(text, url) if text.startswith("{") else _read_xml(text, url)).entries)


class _RawFeed:
    """A feed while it is read."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.next_url: str | None = None
        self.entries: list[Entry] = []


_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ITEMS = frozenset({"item", "entry"})
_ATOM = re.compile(r"atom", re.IGNORECASE)
# Namespaces whose elements are the feed's own; the rest (media, itunes, slash …) have titles of other things.
_OWN = re.compile(r"^$|/atom|atom/?ns|purl\.org/rss|netscape\.com/rdf|backend\.userland|blogs\.law\.harvard|dublincore|purl\.org/dc|^(?:dc|atom|rss)$|feedburner", re.IGNORECASE)  # fmt: skip
_DATES = ("pubdate", "published", "issued", "date", "created", "updated", "modified", "lastbuilddate")


def _read_xml(text: str, url: str) -> _RawFeed:
    feed, root = _RawFeed(), None
    for element in read_elements(text):
        root = root if root is not None else element.getroottree().getroot()
        name = local_name(element)
        if name in _ITEMS and not _is_inside_item(element):
            feed.entries.append(_entry(element, url))
            element.clear()
        elif name in {"title", "link"} and _parent(element) in {"channel", "feed"} and _OWN.search(namespace(element)):
            _take_head(feed, element, url)
    if root is None or (local_name(root) not in _ROOTS and not feed.entries):
        raise ValueError(f"{url}: no feed" + (f", the document is <{local_name(root)}>" if root is not None else ""))
    return feed


def _is_inside_item(element: Element) -> bool:
    return any(isinstance(a.tag, str) and local_name(a) in _ITEMS for a in element.iterancestors())


def _parent(element: Element) -> str:
    parent = element.getparent()
    return local_name(parent) if parent is not None and isinstance(parent.tag, str) else ""


def _take_head(feed: _RawFeed, element: Element, url: str) -> None:
    if local_name(element) == "title":
        feed.title = feed.title or plain(_content(element)) or None
    elif element.get("rel") == "next":
        feed.next_url = _absolute(element.get("href"), element, url)


def _entry(item: Element, url: str) -> Entry:
    """Return what an item or entry links to, is called, and when it is from."""
    found: dict[str, str] = {}
    for child in item.iterchildren():
        if not isinstance(child.tag, str) or not _OWN.search(namespace(child)):
            continue
        name, value = local_name(child), text_of(child)
        if name == "title":
            value = plain(_content(child))
        if value and (name not in found or namespace(child) == namespace(item)):
            found[name] = value
    published = next((found[name] for name in _DATES if name in found), None)
    return Entry(url=_address(item, found, url), title=found.get("title") or None, published=published)


def _address(item: Element, found: dict[str, str], url: str) -> str | None:
    """Return where the item leads: its own link, the one before a counter took it, or an id that is an address."""
    for raw in (found.get("origlink"), _atom_link(item), found.get("link"), found.get("uri")):
        if raw:
            return _absolute(raw, item, url)
    ids = (
        found.get("guid"),
        item.get("about"),
        item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"),
        found.get("id"),
    )
    return next((_absolute(text, item, url) for text in ids if text and text.startswith(("http://", "https://"))), None)


def _atom_link(item: Element) -> str | None:
    """Return the address of the best <link href>: the alternate, in HTML if there are several."""
    links = [child for child in item.iterchildren() if isinstance(child.tag, str) and local_name(child) == "link"]
    pages = [link for link in links if link.get("href") and link.get("rel", "alternate") == "alternate"]
    pages.sort(key=lambda link: "html" not in link.get("type", "text/html"))
    return pages[0].get("href") if pages else None


def _absolute(address: str | None, element: Element, url: str) -> str | None:
    """Return the address joined to xml:base and the URL of the feed; None when that gives no URL."""
    if not address:
        return None
    is_whole = address.startswith(("http://", "https://"))
    return _joined(address.strip(), url if is_whole else _base(element, url))


def _base(element: Element, url: str) -> str:
    """Return what addresses in the element are relative to: xml:base, its own or inherited."""
    return _joined(element.base, url) or url


def _content(element: Element) -> str:
    """Return the text of a title; Atom has it in base64, too."""
    text = text_of(element)
    if element.get("mode") == "base64" or element.get("type") == "application/octet-stream":
        try:
            return b64decode(text, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return text
    return text


def _read_json(text: str, url: str) -> _RawFeed:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ValueError(f"{url}: no feed, and broken JSON: {exc}") from None
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise ValueError(f"{url}: JSON, but no JSON Feed: it has no list of items")  # noqa: TRY004 - the text is wrong
    feed = _RawFeed()
    feed.title = _word(data, "title")
    feed.next_url = _joined(_word(data, "next_url"), url)
    feed.entries = list(_json_entries(items, url))
    return feed


def _json_entries(items: list[Any], url: str) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, dict):
            address = _word(item, "url") or _word(item, "external_url") or _web_id(item)
            published = _word(item, "date_published") or _word(item, "date_modified")
            title = _word(item, "title")
            yield Entry(url=_joined(address, url), title=plain(title) if title else None, published=published)


def _web_id(item: dict[str, Any]) -> str | None:
    text = _word(item, "id")
    return text if text and text.startswith(("http://", "https://")) else None


def _word(data: dict[str, Any], key: str) -> str | None:
    value = data.get(key)
    return value.strip() or None if isinstance(value, str) else None


def _joined(address: str | None, url: str) -> str | None:
    try:
        return join_url(address, url) if address else None
    except ValueError:
        return None
