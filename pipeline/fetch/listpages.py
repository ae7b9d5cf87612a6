"""List pages to links: a section of a site, or what its search found.

With a selector the links are where it says. Without one they are guessed: those that look like article addresses and
have a headline for text. The next page is guessed from what people click on: 下一页.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.extract.dates import find_dates
from pipeline.fetch.links import Link
from pipeline.fetch.selectors import select
from pipeline.text import count_han
from pipeline.urls import host_of, join_url, site_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ListParams:
    """What is taken for the link of an article when no selector says so."""

    max_links: int = 1000  # of one page; section fronts have 50 to 300
    min_title_han: int = 6  # headlines; names of sections have 2 to 4 characters
    max_title_chars: int = 300  # what is longer is a teaser, or made to keep us busy
    max_box_chars: int = 300  # of the element around a link in which its date is looked for
    max_box_links: int = 4  # in that element: picture, headline, section, comments; more is the list itself
    max_box_height: int = 3  # steps up to that element


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLinks:
    """What a list page links to, in its order."""

    links: tuple[Link, ...]
    next_url: str | None = None  # None: it is the last page, or we cannot see which is next


def parse_list(
    html: str,
    *,
    url: str,
    selector: str | None = None,
    next_selector: str | None = None,
    now: datetime | None = None,
    params: ListParams | None = None,
) -> ListLinks:
    """Return the links of a list page, each address once. Raises ValueError for a selector that is none.

    With `now` dates without a year count, too: 03-28, 昨天.
    """
    params = params or ListParams()
    tree = LexborHTMLParser(html)
    base = _base(tree, url)
    found: dict[str, Link] = {}
    for anchor in _anchors(tree, selector):
        link = _link(anchor, base, params)
        if link is None or (selector is None and not _looks_like_article(link, base, params)):
            continue
        known = found.get(link.url)
        if known is None and len(found) < params.max_links:
            found[link.url] = replace(link, published=_date_near(anchor, now, params))
        elif known is not None and len(link.title or "") > len(known.title or ""):
            found[link.url] = replace(known, title=link.title)  # the picture and the headline lead to the same page
    return ListLinks(links=tuple(found.values()), next_url=_next_url(tree, html, url, base, next_selector))


def _anchors(tree: LexborHTMLParser, selector: str | None) -> list[LexborNode]:
    """Return the links that the selector means: itself, or those in its boxes."""
    anchors = tree.css("a[href]")
    if selector is None:
        return anchors
    wanted = {node.mem_id: True for node in select(tree, selector)}
    return [anchor for anchor in anchors if _is_within(anchor, wanted)]


def _is_within(node: LexborNode, known: dict[int, bool]) -> bool:
    """Return whether the node or one above it is known to be wanted; what is found out is written into `known`."""
    passed: list[int] = []
    above: LexborNode | None = node
    while above is not None and above.mem_id not in known:
        passed.append(above.mem_id)
        above = above.parent
    within = above is not None and known[above.mem_id]
    known.update(dict.fromkeys(passed, within))
    return within


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    href = _attribute(node, "href") if node is not None else ""
    return _joined(href, url) or url


def _link(anchor: LexborNode, base: str, params: ListParams) -> Link | None:
    href = _attribute(anchor, "href")
    url = None if href.startswith("#") else _joined(href, base)
    if url is None or not url.startswith(("http://", "https://")):
        return None
    text = " ".join(anchor.text(separator=" ").split())
    title = max((_attribute(anchor, "title"), text), key=count_han) or text
    return Link(url=url, title=title[: params.max_title_chars] or None)


_WHOLE_LISTS = frozenset({"body", "html", "ul", "ol", "dl", "table", "tbody"})


def _date_near(anchor: LexborNode, now: datetime | None, params: ListParams) -> str | None:
    """Return the one date that stands in the link's row, as written."""
    node: LexborNode | None = anchor
    for _ in range(params.max_box_height):
        node = node.parent if node is not None else None
        text = _row_text(node, params) if node is not None and node.tag not in _WHOLE_LISTS else None
        if text is None:
            return None
        dates = list(find_dates(text, now=now))
        if dates:
            return text[dates[0].start : dates[0].end] if len(dates) == 1 else None
    return None


def _row_text(box: LexborNode, params: ListParams) -> str | None:
    """Return the text of an element; None when it is too much, or has too many links, to be one row of a list.

    It stops at once when it is: the body around ten thousand links is looked at ten thousand times.
    """
    pieces: list[str] = []
    links = chars = 0
    for node in box.traverse(include_text=True):
        links += node.tag == "a"
        if node.tag == "-text":
            pieces.append(node.text_content or "")
            chars += len(pieces[-1].strip())
        if links > params.max_box_links or chars > params.max_box_chars or len(pieces) > params.max_box_chars:
            return None
    return " ".join(pieces)


# A date or a number of a document in the path, or the number in the query: how news systems name articles.
_ARTICLE_PATH = re.compile(
    r"(?:19|20)\d{2}[-/_]?(?:0?[1-9]|1[0-2])(?:[-/_]|\d{2})|t20\d{6}_\d+|/(?:content|article|detail|news|show|view|a|doc|p)[-_/]?\w*\d{3,}"
    r"|\d{5,}\.s?html?|/\d{5,}/?$|(?:[?&](?:id|aid|nid|newsid|articleid|docid|contentid|tid|infoid|mid)=\w*\d)",
    re.IGNORECASE,
)
_LIST_PATH = re.compile(
    r"/(?:index|list|default|node_\d+)(?:_\d+)?\.\w+$|/(?:list|tag|topic|special|zt|user|author|search|login|about)/",
    re.IGNORECASE,
)


def _looks_like_article(link: Link, base: str, params: ListParams) -> bool:
    if _site(link.url) != _site(base):
        return False
    if count_han(link.title or "") < params.min_title_han:
        return False
    tail = "/" + link.url.partition("://")[2].partition("/")[2]
    return bool(_ARTICLE_PATH.search(tail)) and not _LIST_PATH.search(tail)


def _site(url: str) -> str:
    """Return the site that an address is of; what is no address is of none."""
    try:
        return site_of(host_of(url))
    except ValueError:
        return ""


_NEXT_TEXT = re.compile(
    r"^\W*(?:下一?[页頁张]|后一?页|後一?頁|向后|下\s*[页頁]|next(?: page)?|older(?: posts)?|更早)\W*$|^(?:>|›|»|&gt;)$",
    re.IGNORECASE,
)
_TRS_PAGES = re.compile(
    r"createPageHTML\s*\(\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*[\"']([\w.-]{1,80})[\"']\s*,\s*[\"'](\w{1,8})[\"']"
)


def _next_url(tree: LexborHTMLParser, html: str, url: str, base: str, next_selector: str | None) -> str | None:
    """Return where the next page is: by the selector, by rel=next, by the words, or by the page script of TRS."""
    if next_selector is not None:
        return _first_href(select(tree, next_selector), url, base)
    marked = _first_href(tree.css("a[rel~=next], link[rel~=next]"), url, base)
    named = [a for a in tree.css("a[href]") if _NEXT_TEXT.match(a.text().strip() or _attribute(a, "title"))]
    return marked or _first_href(named, url, base) or _script_page(html, base, url)


def _first_href(nodes: list[LexborNode], url: str, base: str) -> str | None:
    """Return the first address that leads to another page."""
    for node in nodes:
        href = _attribute(node, "href")
        target = _joined(href, base) if href and not href.startswith("#") else None
        if target and target.startswith(("http://", "https://")) and target.partition("#")[0] != url.partition("#")[0]:
            return target
    return None


def _script_page(html: str, base: str, url: str) -> str | None:
    """Return index_2.html for `createPageHTML(9, 1, "index", "html")`: pages, this page from 0, name, ending."""
    match = _TRS_PAGES.search(html)
    if match is None or int(match.group(2)) + 1 >= int(match.group(1)):
        return None
    target = _joined(f"{match.group(3)}_{int(match.group(2)) + 1}.{match.group(4)}", base)
    return target if target != url else None


def _attribute(node: LexborNode, name: str) -> str:
    return (node.attributes.get(name) or "").strip()


def _joined(href: str, base: str) -> str | None:
    try:
        return join_url(href, base) if href else None
    except ValueError:
        return None
