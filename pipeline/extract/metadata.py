"""What a page's head, its JSON-LD and its source line say of the article."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

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
TAG_METAS = ("news_keywords", "news_keyword", "article:tag", "tags", "keywords", "keyword", "parsely-tags")
_TAG_META = "article:tag"
_MAX_META_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in the page's head and its JSON-LD; names are in lower case."""

    metas: dict[str, str]
    title_tag: str
    h1: tuple[str, ...]
    linked_data: tuple[dict[str, Any], ...]  # the articles among the JSON-LD objects
    canonical: str | None = None  # of link rel=canonical, as written
    trail: tuple[str, ...] = ()  # the names in the JSON-LD's BreadcrumbList

    def first(self, names: tuple[str, ...]) -> str | None:
        return next((self.metas[name] for name in names if self.metas.get(name)), None)

    def linked(self, name: str) -> str | None:
        for thing in self.linked_data:
            value = thing.get(name)
            if isinstance(value, str) and value.strip():
                return squeezed(value)
        return None


_HEAD_SELECTOR = (
    'meta[content], title, h1, link[rel="canonical"], script[type="application/ld+json"]'  # one walk for all
)
_MAX_NODES = 2_000  # of them; a page has under 200
_MAX_H1 = 10
_MAX_SCRIPTS = 20


def read_head(tree: LexborHTMLParser) -> Head:
    """Return what the page declares of itself."""
    found: dict[str, list[LexborNode]] = {"meta": [], "title": [], "h1": [], "link": [], "script": []}
    for node in tree.css(_HEAD_SELECTOR)[:_MAX_NODES]:
        found.get(node.tag or "", []).append(node)
    things = [thing for node in found["script"][:_MAX_SCRIPTS] for thing in _things_in(node)]
    h1 = (squeezed(node.text()[:500]) for node in found["h1"][:_MAX_H1])
    return Head(
        metas=_metas(found["meta"]),
        title_tag=_title(found["title"]),
        h1=tuple(filter(None, h1)),
        linked_data=tuple(thing for thing in things if _is_of_kind(thing, "Article", "Posting")),
        canonical=next((node.attributes.get("href") for node in found["link"]), None),
        trail=tuple(name for thing in things if _is_of_kind(thing, "BreadcrumbList") for name in _steps_in(thing)),
    )


def _metas(nodes: list[LexborNode]) -> dict[str, str]:
    """Return the metas, the first of each name; of tags, which have a meta each on some sites, all."""
    metas: dict[str, str] = {}
    for node in nodes:
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
        content = attributes.get("content")
        if not name or not content or not content.strip():
            continue
        text = squeezed(content[:_MAX_META_CHARS])
        if name == _TAG_META and name in metas:
            metas[name] = f"{metas[name]},{text}"[:_MAX_META_CHARS]
        else:
            metas.setdefault(name, text)
    return metas


def _title(nodes: list[LexborNode]) -> str:
    """Return the title of the page; a drawing in the body has a title, too."""
    first = next((node for node in nodes if node.parent is not None and node.parent.tag == "head"), None)
    node = first or next(iter(nodes), None)
    return squeezed(node.text()[:1_000]) if node is not None else ""


def _things_in(node: LexborNode) -> Iterator[dict[str, Any]]:
    try:
        value = json.loads(node.text()[:200_000], strict=False)
    except (ValueError, RecursionError):
        return
    yield from _things(value)


def _is_of_kind(thing: dict[str, Any], *words: str) -> bool:
    kind = thing.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(k, str) and any(word in k for word in words) for k in kinds)


def _steps_in(thing: dict[str, Any]) -> Iterator[str]:
    """Yield the names of a BreadcrumbList, which stand in the steps or in what the steps lead to."""
    steps = thing.get("itemListElement")
    for step in steps if isinstance(steps, list) else []:
        item = step.get("item") if isinstance(step, dict) else None
        name = step.get("name") if isinstance(step, dict) else None
        name = name or (item.get("name") if isinstance(item, dict) else None)
        if isinstance(name, str):
            yield squeezed(name[:100])


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
        top = max(0, body.top - 3)
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
