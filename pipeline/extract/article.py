"""The stage: a page becomes an article, or is rejected with the reason.

Page ─────────────────── sheet ─┐
its following pages ──── sheet ─┴─ join ─▶ Article
"""

from dataclasses import replace

from pipeline.extract.params import BodyParams, ExtractParams, SiteSelectors
from pipeline.model import Article, Page, Rejected

__all__ = ["BodyParams", "ExtractParams", "SiteSelectors", "extract_article"]


def extract_article(page: Page, params: ExtractParams) -> Article | Rejected:
    """Return the article of a page, or why there is none. Never raises; relative dates need `page.fetched_at`.

    The pages in `page.following` are joined to it: their paragraphs in order, without what a page before them has.
    """
    from pipeline.extract.join import MAX_PAGES, join_pages  # noqa: PLC0415 - see params.py
    from pipeline.extract.sheet import extract_page  # noqa: PLC0415 - the same

    first = extract_page(page, params)
    if not page.following or not isinstance(first, Article):
        return first
    short = replace(params, min_han=1)  # what is left for the last page may be a line
    return join_pages(first, [extract_page(other, short) for other in page.following[:MAX_PAGES]])
