"""One page on the table: parsed, outlined, its article found or not, and what is said of that article.

    bytes ─ decode ─ parse ─ outline ─▶ body ─▶ title, authors, outlet, date, section, tags ─▶ Article

What a source's selectors name is taken from there; what they do not find, the generic extractor decides.
"""

from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from pipeline.extract.authors import find_authors, names_in_byline
from pipeline.extract.body import Body, find_body, whole_body
from pipeline.extract.dates import find_dates
from pipeline.extract.dom import MAX_CHARS, Outline, parsed, read_outline, squeezed
from pipeline.extract.encoding import decode_html, looks_binary
from pipeline.extract.headline import find_title, title_keys
from pipeline.extract.labels import find_section, find_tags
from pipeline.extract.metadata import Head, find_outlet, read_head
from pipeline.extract.nopage import ENOUGH_HAN, why_no_article, why_without_text
from pipeline.extract.ownaddress import find_own_address
from pipeline.extract.params import ExtractParams, SiteSelectors
from pipeline.extract.published import find_published
from pipeline.model import Article, Page, Rejected
from pipeline.text import count_han

RULE = "extract.article"  # the name of the stage: rejections keep it, whichever of its files finds the reason


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page on the table: parsed, outlined, its article found or not."""

    page: Page
    tree: LexborHTMLParser
    head: Head
    outline: Outline
    body: Body | None
    encoding: str


def extract_page(page: Page, params: ExtractParams) -> Article | Rejected:
    """Return the article of one page, its following pages left aside."""
    if not page.body.strip():
        return _rejected(page, "empty")
    if looks_binary(page.body):
        return _rejected(page, "binary", repr(page.body[:8]))
    data = _beginning(page.body)
    decoded = decode_html(data, content_type=page.content_type)
    tree = parsed(decoded.text, data if decoded.reason == "valid utf-8" else None)
    if tree is None:
        return _rejected(page, "too_deep")
    selectors = params.selectors or SiteSelectors()
    for node in _selected(tree, selectors.remove):
        node.decompose()
    sheet = _laid_out(page, tree, decoded.encoding, params)
    return _article_of(sheet, selectors, params)


def _beginning(data: bytes) -> bytes:
    """Return as many bytes as `MAX_CHARS` characters may take, cut where a character of UTF-8 begins."""
    end = 4 * MAX_CHARS
    if len(data) <= end:
        return data
    while data[end] & 0xC0 == 0x80 and end > 4 * MAX_CHARS - 4:
        end -= 1
    return data[:end]


def _laid_out(page: Page, tree: LexborHTMLParser, encoding: str, params: ExtractParams) -> _Sheet:
    head = read_head(tree)
    outline = read_outline(tree.body) if tree.body is not None else Outline()
    body = find_body(outline, title_keys(head), params.body)
    return _Sheet(page, tree, head, outline, body, encoding)


def _article_of(sheet: _Sheet, selectors: SiteSelectors, params: ExtractParams) -> Article | Rejected:
    chosen = _chosen_paragraphs(sheet, selectors, params)
    paragraphs = chosen or ([sheet.outline.lines[i].text for i in sheet.body.kept] if sheet.body is not None else [])
    title = _chosen_title(sheet, selectors) or find_title(sheet.head, sheet.outline, sheet.body)
    if not chosen:
        han = _count_han(paragraphs, max(ENOUGH_HAN, params.min_han))
        reason, detail = why_no_article(sheet.outline, sheet.body, title, han, params.min_han)
        if reason in {"no_body", "shell"}:
            reason, detail = why_without_text(sheet.tree) or (reason, detail)
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
        canonical=find_own_address(sheet.head, page.url),
        section=find_section(sheet.head, sheet.outline, sheet.body, title),
        tags=find_tags(sheet.tree, sheet.head, sheet.outline, sheet.body, title),
        encoding=sheet.encoding,
    )
    return _dated(article, sheet, selectors).with_text("\n".join(paragraphs))


def _count_han(paragraphs: list[str], enough: int) -> int:
    """Return the Han characters of a text, `enough` or more when it has so many: the rest is not counted."""
    total = 0
    for paragraph in paragraphs:
        total += count_han(paragraph)
        if total >= enough:
            break
    return total


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
