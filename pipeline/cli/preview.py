"""What would be extracted from a page, as a table: the generic answer, and beside it that of a source's selectors."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.article import ExtractParams, extract_article
from pipeline.extract.encoding import decode_html
from pipeline.extract.nextpage import find_next_pages
from pipeline.model import Article, Outcome, Page

_SHOWN_CHARS = 160  # of a paragraph; enough to see that it begins and ends right
_NOTHING = "–"


def answers_for(page: Page, params: ExtractParams) -> tuple[Outcome, Outcome | None]:
    """Return the generic answer, and that with the source's selectors; None: it has none."""
    generic = extract_article(page, replace(params, selectors=None))
    return generic, extract_article(page, params) if params.selectors is not None else None


def preview_rows(page: Page, outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """Return the rows: a name, and what each of the answers says."""
    columns = [_facts(outcome) for outcome in outcomes]
    names = dict.fromkeys(name for column in columns for name in column)
    rows = [(name, *(column.get(name, "") for column in columns)) for name in names]
    return [*rows, *_of_the_page(page, outcomes)]


def next_pages(page: Page, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return the addresses of the article's other pages. A file is taken to stand where it says that it stands."""
    if page.url is None:
        own = next((outcome.canonical for outcome in outcomes if isinstance(outcome, Article)), None)
        page = replace(page, url=own)
    return find_next_pages(page)


def _of_the_page(page: Page, outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    decoded = decode_html(page.body, content_type=page.content_type)
    blank = [""] * (len(outcomes) - 1)
    links = "\n".join(next_pages(page, outcomes)) or _NOTHING
    return [("next pages", links, *blank), ("encoding", f"{decoded.encoding} ({decoded.reason})", *blank)]


def _facts(outcome: Outcome) -> dict[str, str]:
    if not isinstance(outcome, Article):
        return {"rejected": outcome.rule, "because": outcome.detail or _NOTHING}
    article = outcome
    return {
        "title": article.title or _NOTHING,
        "date": article.published_at.isoformat(sep=" ", timespec="minutes") if article.published_at else _NOTHING,
        "authors": "、".join(article.authors) or _NOTHING,
        "outlet": article.outlet or _NOTHING,
        "section": article.section or _NOTHING,
        "tags": "、".join(article.tags) or _NOTHING,
        "canonical": article.canonical or _NOTHING,
        "paragraphs": f"{len(article.paragraphs)} of {len(article.text):,} characters",
        "first": _short(article.paragraphs[0]),
        "last": _short(article.paragraphs[-1]) if len(article.paragraphs) > 1 else _NOTHING,
    }


def _short(paragraph: str) -> str:
    return paragraph if len(paragraph) <= _SHOWN_CHARS else f"{paragraph[: _SHOWN_CHARS - 1]}…"
