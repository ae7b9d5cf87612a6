"""The search of a site as a source: a template and words to result pages, in the charset that the site wants.

    https://example.cn/search?q={query}&page={page} ── 投诉热线, gbk, 2 ──▶ https://example.cn/search?q=%CD%B6%CB%DF…&page=2

A result page is a list page; `listpages` reads it.
"""

from urllib.parse import quote

from pipeline.fetch.source import Source, starts_of

_CODECS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs"}


def search_url(template: str, query: str, *, encoding: str = "utf-8", page: int = 1) -> str:
    """Return the address of a result page. Raises ValueError when the charset lacks a character of the query."""
    try:
        words = quote(query.encode(_CODECS.get(encoding.lower(), encoding)), safe="")
    except UnicodeEncodeError:
        raise ValueError(
            f"{query!r} cannot be written in {encoding}; use query_encoding: utf-8, or other words"
        ) from None
    return template.replace("{query}", words).replace("{page}", str(page))


def search_urls(source: Source, topic_words: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the first result page of each query. Words that the site's charset cannot write are left out."""
    found: list[str] = []
    for query in dict.fromkeys(source.queries or topic_words):
        for template in starts_of(source):
            try:
                found.append(search_url(template, query, encoding=source.query_encoding, page=source.first_page))
            except ValueError:
                continue
    return tuple(found)


def has_pages(source: Source) -> bool:
    """Return whether the result pages are counted in the address."""
    return any("{page}" in template for template in starts_of(source))


def page_urls(source: Source, query: str) -> tuple[str, ...]:
    """Return the result pages of one query that may be asked for, `max_pages` at most; one when they are not counted."""
    count = source.max_pages if has_pages(source) else 1
    numbers = range(source.first_page, source.first_page + count)
    return tuple(
        search_url(template, query, encoding=source.query_encoding, page=number)
        for template in starts_of(source)
        for number in numbers
    )
