import json

import pytest

from pipeline.extract.dom import parsed
from pipeline.extract.metadata import read_head
from pipeline.extract.ownaddress import find_own_address
from pipeline.model import CanonicalUrl

URL = CanonicalUrl("https://m.news.example.com.cn/a/2026/c12345.html?from=home")


def own(html: str, url: CanonicalUrl | None = URL) -> str | None:
    tree = parsed(html)
    assert tree is not None
    return find_own_address(read_head(tree), url)


def link(href: str) -> str:
    return f'<link rel="canonical" href="{href}">'


CASES = {
    "absolute": (link("https://news.example.com.cn/a/2026/c12345.html"), "https://news.example.com.cn/a/2026/c12345.html"),
    "relative": (link("/a/2026/c12345.html"), "https://m.news.example.com.cn/a/2026/c12345.html"),
    "without a scheme": (link("www.example.com.cn/a/c12345.html"), "https://www.example.com.cn/a/c12345.html"),
    "another part of the site": (link("https://tech.example.com.cn/a/c12345.html"), "https://tech.example.com.cn/a/c12345.html"),
    "tracking goes": (link("/a/c12345.html?utm_source=x#top"), "https://m.news.example.com.cn/a/c12345.html"),
    "another site": (link("https://news.other.com.cn/a/2026/c12345.html"), None),
    "the home page": (link("https://www.example.com.cn/"), None),
    "the home page by name": (link("https://www.example.com.cn/index.html"), None),
    "a list": (link("https://news.example.com.cn/china/list_1.shtml"), None),
    "its own channel": (link("https://m.news.example.com.cn/a/"), None),
    "a query may be the article": (link("https://www.example.com.cn/?id=12345"), "https://www.example.com.cn/?id=12345"),
    "a template": (link("{{ article.url }}"), None),
    "a script's failure": (link("https://news.example.com.cn/a/undefined"), None),
    "no address": (link("javascript:void(0)"), None),
    "too long": (link("https://news.example.com.cn/" + "a" * 3_000), None),
    "nothing": ("<p>x</p>", None),
    "the next best": (
        link("https://www.example.com.cn/") + '<meta property="og:url" content="https://news.example.com.cn/a/c12345.html">',
        "https://news.example.com.cn/a/c12345.html",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_an_address_is_believed_when_it_can_be_the_articles(case):
    html, expected = CASES[case]
    assert own(html) == expected


@pytest.mark.parametrize(
    "thing",
    [
        {"mainEntityOfPage": "https://news.example.com.cn/a/c1.html"},
        {"mainEntityOfPage": {"@type": "WebPage", "@id": "https://news.example.com.cn/a/c1.html"}},
        {"mainEntityOfPage": 5, "url": "https://news.example.com.cn/a/c1.html"},
    ],
)
def test_linked_data_may_say_it(thing):
    html = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **thing})}</script>'
    assert own(html) == "https://news.example.com.cn/a/c1.html"


def test_a_file_without_an_address_believes_an_absolute_one():
    assert own(link("https://news.example.com.cn/a/c1.html"), None) == "https://news.example.com.cn/a/c1.html"
    assert own(link("/a/c1.html"), None) is None
    assert own(link("https://news.example.com.cn/"), None) is None


@pytest.mark.parametrize(
    ("url", "other", "is_same"),
    [
        ("http://192.0.2.7/a/1.html", "http://192.0.2.8/a/1.html", False),
        ("http://192.0.2.7/a/1.html", "http://192.0.2.7/a/2.html", True),
        ("https://news.example/a/1.html", "https://news.example/a/2.html", True),
        ("https://a.gov.hk/a/1.html", "https://b.gov.hk/a/1.html", False),
        ("https://x.a.example/a/1.html", "https://y.a.example/a/1.html", True),
    ],
)
def test_what_a_site_is(url, other, is_same):
    assert own(link(other), CanonicalUrl(url)) == (other if is_same else None)


def test_the_address_of_the_page_itself_is_always_right():
    assert own(link("https://a.example/news/"), CanonicalUrl("https://a.example/news/")) == "https://a.example/news/"
