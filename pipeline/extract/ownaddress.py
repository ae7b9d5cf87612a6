"""The address that a page gives as its own: link rel=canonical, og:url, JSON-LD. Believed only when it can be true.

Templates put the home page there, copies the address of another site, and scripts what they failed to fill in.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pipeline.extract.metadata import Head
from pipeline.model import CanonicalUrl
from pipeline.urls import canonical_url, host_of, site_of

_LIST_NAME = re.compile(r"(?:index|default|home|main|list|channel|node)(?:[_-]?\d{1,3})?(?:\.\w{2,6})?", re.IGNORECASE)
_UNFILLED = re.compile(r"[{}<>$\s]|undefined|null$", re.IGNORECASE)  # {{url}}, ${link}
_MAX_CHARS = 2_000


def find_own_address(head: Head, url: CanonicalUrl | None) -> CanonicalUrl | None:
    """Return the page's own address in our spelling; None: it gives none that can be an article's on this site."""
    found = (_absolute(text, url) for text in _declared(head))
    return next((address for address in found if address is not None and _is_usable(address, url)), None)


def _declared(head: Head) -> Iterator[str]:
    yield from (text for text in (head.canonical, head.metas.get("og:url")) if text)
    for thing in head.linked_data:
        page = thing.get("mainEntityOfPage")
        named = page.get("@id") if isinstance(page, dict) else page
        yield from (text for text in (named, thing.get("url")) if isinstance(text, str) and text)


def _absolute(text: str, url: CanonicalUrl | None) -> CanonicalUrl | None:
    text = text.strip()
    if len(text) > _MAX_CHARS or _UNFILLED.search(text):
        return None
    host = text.partition("/")[0]
    if url is not None and "." in host and site_of(host) == site_of(host_of(url)):
        text = f"//{text}"  # www.site.example/a/1: an address without its scheme, no path
    try:
        return canonical_url(text, base=url)
    except ValueError:
        return None


def _is_usable(address: CanonicalUrl, url: CanonicalUrl | None) -> bool:
    if url is None:
        return not _is_list(address)
    if address == url:
        return True
    return site_of(host_of(address)) == site_of(host_of(url)) and not _is_list(address) and not _is_above(address, url)


def _is_list(address: str) -> bool:
    """Return whether it is a home page, or named like a list."""
    parts = urlsplit(address)
    name = parts.path.rpartition("/")[2]
    return not parts.query and (not parts.path.strip("/") or _LIST_NAME.fullmatch(name) is not None)


def _is_above(address: str, url: str) -> bool:
    """Return whether it is a folder that the page stands in: its channel."""
    parts, own = urlsplit(address), urlsplit(url).path
    return parts.path.endswith("/") and not parts.query and own != parts.path and own.startswith(parts.path)
