"""Search addresses, in the charset that the site wants."""

import pytest

from pipeline.fetch.search import has_pages, page_urls, search_url, search_urls
from pipeline.fetch.source import Source

TEMPLATE = "https://a.cn/s?q={query}&p={page}"

ENCODED = {
    "utf-8": "https://a.cn/s?q=%E7%83%AD%E7%BA%BF&p=2",
    "gbk": "https://a.cn/s?q=%C8%C8%CF%DF&p=2",
    "GB2312": "https://a.cn/s?q=%C8%C8%CF%DF&p=2",
}


@pytest.mark.parametrize(("encoding", "wanted"), ENCODED.items())
def test_search_url(encoding, wanted):
    assert search_url(TEMPLATE, "热线", encoding=encoding, page=2) == wanted


def test_traditional_in_big5():
    assert search_url("https://a.tw/?q={query}", "熱線", encoding="big5") == "https://a.tw/?q=%BC%F6%BDu"


def test_signs_cannot_leave_the_query():
    assert search_url(TEMPLATE, "a&b=c/#?{page}") == "https://a.cn/s?q=a%26b%3Dc%2F%23%3F%7Bpage%7D&p=1"


def test_words_that_the_charset_lacks():
    with pytest.raises(ValueError, match="cannot be written in big5; use query_encoding"):
        search_url(TEMPLATE, "热线", encoding="big5")


def source(**fields):
    return Source(**({"name": "s", "kind": "search", "url": TEMPLATE} | fields))


def test_queries_of_the_source_or_of_the_topic():
    assert search_urls(source(queries=("a", "b", "a")), ("x",)) == ("https://a.cn/s?q=a&p=1", "https://a.cn/s?q=b&p=1")
    assert search_urls(source(first_page=0), ("x",)) == ("https://a.cn/s?q=x&p=0",)
    assert search_urls(source()) == ()


def test_words_that_cannot_be_written_are_left_out():
    assert search_urls(source(query_encoding="big5", queries=("热线", "a"))) == ("https://a.cn/s?q=a&p=1",)


def test_pages():
    assert has_pages(source())
    assert page_urls(source(max_pages=2), "a") == ("https://a.cn/s?q=a&p=1", "https://a.cn/s?q=a&p=2")
    plain = source(url="https://a.cn/s?q={query}")
    assert not has_pages(plain)
    assert page_urls(plain, "a") == ("https://a.cn/s?q=a",)
