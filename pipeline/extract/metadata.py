"""What a page's head, its JSON-LD and its source line say of the article."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipeline.extract.body import Body
from pipeline.extract.dom import Outline, squeezed

TITLE_METAS = ("og:title", "twitter:title", "articletitle", "title", "headline", "dc.title", "parsely-title")
DATE_METAS = (
    "article:published_time", "datepublished", "og:published_time", "og:release_date", "pubdate", "publishdate", "publish_date", "publishtime",
    "date", "dc.date", "dc.date.issued", "dcterms.created", "weibo: article:create_at", "weibo:article:create_at", "release_date",
    "article:create_at", "parsely-pub-date", "ptime", "firstpublishedtime", "bytedance:published_time", "contentpubtime",
)  # fmt: skip
_OUTLET_METAS = ("contentsource", "source", "article:source", "mediaid", "og:article:author:source")
SITE_METAS = ("og:site_name", "application-name", "sitename", "apple-mobile-web-app-title")
AUTHOR_METAS = ("author", "article:author", "og:article:author", "dc.creator", "parsely-author", "byl")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in the page's head and its JSON-LD; names are in lower case."""

    metas: dict[str, str]
    title_tag: str
    h1: tuple[str, ...]
    linked_data: tuple[dict[str, Any], ...]  # the articles among the JSON-LD objects

    def first(self, names: tuple[str, ...]) -> str | None:
        return next((self.metas[name] for name in names if self.metas.get(name)), None)

    def linked(self, name: str) -> str | None:
        for thing in self.linked_data:
            value = thing.get(name)
            if isinstance(value, str) and value.strip():
                return squeezed(value)
        return None


def read_head(tree: LexborHTMLParser) -> Head:
    """Return what the page declares of itself."""
    metas: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes.get("content")
        if name and content and content.strip():
            metas.setdefault(name.lower(), squeezed(content[:2_000]))
    title = tree.css_first("head > title") or tree.css_first("title")
    h1 = tuple(filter(None, (squeezed(node.text()[:500]) for node in tree.css("h1")[:10])))
    return Head(metas, squeezed(title.text()[:1_000]) if title is not None else "", h1, tuple(_articles_in(tree)))


def _articles_in(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    for node in tree.css('script[type="application/ld+json"]')[:20]:
        try:
            value = json.loads(node.text()[:200_000], strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _things(value):
            kind = thing.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(isinstance(k, str) and ("Article" in k or "Posting" in k) for k in kinds):
                yield thing


def _things(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        yield value
        graph = value.get("@graph")
        value = graph if isinstance(graph, list) else []
    if isinstance(value, list):
        yield from (thing for thing in value if isinstance(thing, dict))


_MAX_OUTLET_CHARS = 20
_ACCOUNT_NAMES = re.compile(r"nick_?-?name|account_?-?name|js_name|profile_?-?name", re.IGNORECASE)  # ids and classes
_OUTLET = re.compile(
    r"(?:文章|信息|新闻|新聞|稿件|消息)?(?:来源|來源|稿源|出处|出處|来自)\s?[:：]\s?(\S{2,20}?)(?=[\s|｜（(【\[]|作者|责任|編輯|编辑|发布|发表|记者|\d{4}|$)"
)


def find_outlet(head: Head, outline: Outline, body: Body | None) -> str | None:
    """Return who the page names as its source (来源), else the account that publishes it on a platform.

    An account's name (市井观察员) is a brand: it may hide one person, ten, or a company, so it is no author.
    """
    if body is not None:
        top = max(0, (body.headline if body.headline is not None else body.first) - 3)
        around = [*range(top, min(body.first + 2, body.end)), *range(body.end, min(body.end + 3, len(outline.lines)))]
        for i in around:
            found = _OUTLET.search(outline.lines[i].text[:200])
            if found:
                return found[1].strip('《》“”"')
        account = next(filter(None, (_account_in(outline, i) for i in range(top, body.first))), None)
        if account is not None:
            return account
    outlet = head.first(_OUTLET_METAS)
    return outlet if outlet and len(outlet) <= _MAX_OUTLET_CHARS else None


def _account_in(outline: Outline, i: int) -> str | None:
    """Return the line when it is one word and stands in an element that names an account; of two words one is a person."""
    line = outline.lines[i]
    if len(line.text) > _MAX_OUTLET_CHARS or " " in line.text:
        return None
    return line.text if _ACCOUNT_NAMES.search(f"{line.names} {outline.blocks[line.block].names}") else None
