"""The stage: a page becomes an article, or is rejected with the reason.

    Page ─ decode ─ parse ─ outline ─▶ body ─▶ title, authors, outlet, date ─▶ Article

What a source's selectors name is taken from there; what they do not find, the generic extractor decides.
"""

from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from pipeline.extract.authors import find_authors, names_in_byline
from pipeline.extract.body import Body, find_body, whole_body
from pipeline.extract.dates import find_dates
from pipeline.extract.dom import Outline, parsed, read_outline, squeezed
from pipeline.extract.encoding import decode_html, looks_binary
from pipeline.extract.headline import find_title, title_keys
from pipeline.extract.metadata import Head, find_outlet, read_head
from pipeline.extract.nopage import why_no_article
from pipeline.extract.published import find_published
from pipeline.extract.sight import BodyParams
from pipeline.model import Article, Page, Rejected
from pipeline.text import count_han

RULE = __name__.removeprefix("pipeline.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSelectors:
    """CSS selectors of one site; None: the generic extractor decides."""

    title: str | None = None
    body: str | None = None
    author: str | None = None
    date: str | None = None
    remove: str | None = None  # what goes before anything is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractParams:
    """How pages become articles."""

    selectors: SiteSelectors | None = None
    body: BodyParams = field(default_factory=BodyParams)
    min_han: int = 30  # Han characters of an article; below it a page shows a teaser, a caption or nothing


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page on the table: parsed, outlined, its article found or not."""

    page: Page
    tree: LexborHTMLParser
    head: Head
    outline: Outline
    body: Body | None
    encoding: str


def extract_article(page: Page, params: ExtractParams) -> Article | Rejected:
    """Return the article of a page, or why there is none. Never raises; relative dates need `page.fetched_at`."""
    if not page.body.strip():
        return _rejected(page, "empty")
    if looks_binary(page.body):
        return _rejected(page, "binary", repr(page.body[:8]))
    decoded = decode_html(page.body, content_type=page.content_type)
    tree = parsed(decoded.text)
    if tree is None:
        return _rejected(page, "too_deep")
    selectors = params.selectors or SiteSelectors()
    for node in _selected(tree, selectors.remove):
        node.decompose()
    sheet = _laid_out(page, tree, decoded.encoding, params)
    return _article_of(sheet, selectors, params)


def _laid_out(page: Page, tree: LexborHTMLParser, encoding: str, params: ExtractParams) -> _Sheet:
    head = read_head(tree)
    outline = read_outline(tree.body) if tree.body is not None else Outline()
    body = find_body(outline, title_keys(head), params.body)
    return _Sheet(page, tree, head, outline, body, encoding)


def _article_of(sheet: _Sheet, selectors: SiteSelectors, params: ExtractParams) -> Article | Rejected:
    chosen = _chosen_paragraphs(sheet, selectors, params)
    paragraphs = chosen or ([sheet.outline.lines[i].text for i in sheet.body.kept] if sheet.body is not None else [])
    title = _chosen_title(sheet, selectors) or find_title(sheet.head, sheet.outline, sheet.body)
    han = sum(map(count_han, paragraphs))
    if not chosen:
        reason, detail = why_no_article(sheet.outline, sheet.body, title, han, params.min_han)
        if reason is not None:
            return _rejected(sheet.page, reason, detail)
    page = sheet.page
    article = Article(
        id=page.id,
        url=page.url,
        source=page.source,
        title=title,
        authors=_chosen_authors(sheet, selectors) or find_authors(sheet.head, sheet.outline, sheet.body),
        outlet=find_outlet(sheet.head, sheet.outline, sheet.body),
        encoding=sheet.encoding,
    )
    return _dated(article, sheet, selectors).with_text("\n".join(paragraphs))


def _dated(article: Article, sheet: _Sheet, selectors: SiteSelectors) -> Article:
    now = sheet.page.fetched_at
    for node in _selected(sheet.tree, selectors.date):
        text = node.attributes.get("datetime") or node.attributes.get("content") or squeezed(node.text())
        for found in find_dates(text, now=now):
            return replace(article, published_at=found.value)
    published = find_published(sheet.tree, sheet.head, sheet.outline, sheet.body, now, sheet.page.url)
    return replace(article, published_at=published)


def _chosen_paragraphs(sheet: _Sheet, selectors: SiteSelectors, params: ExtractParams) -> list[str]:
    paragraphs: list[str] = []
    for node in _selected(sheet.tree, selectors.body):
        outline = read_outline(node, with_hidden=True)
        body = whole_body(outline, title_keys(sheet.head), params.body)
        paragraphs += [outline.lines[i].text for i in body.kept] if body is not None else []
    return paragraphs


def _chosen_title(sheet: _Sheet, selectors: SiteSelectors) -> str | None:
    texts = (squeezed(node.attributes.get("content") or node.text()) for node in _selected(sheet.tree, selectors.title))
    return next(filter(None, texts), None)


def _chosen_authors(sheet: _Sheet, selectors: SiteSelectors) -> tuple[str, ...]:
    names = [
        name for node in _selected(sheet.tree, selectors.author) for name in names_in_byline(squeezed(node.text()))
    ]
    return tuple(dict.fromkeys(names))


def _selected(tree: LexborHTMLParser, selector: str | None) -> list[LexborNode]:
    """Return what a selector finds; one that is no CSS finds nothing (the configuration checks them)."""
    if selector is None:
        return []
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError):
        return []


def _rejected(page: Page, reason: str, detail: str = "") -> Rejected:
    return Rejected(id=page.id, url=page.url, source=page.source, rule=f"{RULE}.{reason}", detail=detail)
