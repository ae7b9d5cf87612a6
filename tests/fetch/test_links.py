"""Which links of a list the source asks for."""

from datetime import UTC, datetime

import pytest

from pipeline.fetch.links import Link, WantedLink, plain, wanted_links
from pipeline.fetch.source import Source

NOW = datetime(2026, 4, 1, 4, tzinfo=UTC)


def wanted(*links, **fields):
    source = Source(**({"name": "s", "kind": "list", "url": "https://a.cn/"} | fields))
    return [
        link.url for link in wanted_links(source, [Link(url=u) if isinstance(u, str) else u for u in links], now=NOW)
    ]


def test_each_page_once_in_its_one_spelling():
    assert wanted("https://A.cn/1?utm_source=x", "http://a.cn/1", "https://a.cn/2#top") == [
        "https://a.cn/1",
        "https://a.cn/2",
    ]


def test_what_is_no_web_page_is_left_out():
    assert wanted("mailto:a@b.cn", "javascript:x", "", "https://a.cn/1") == ["https://a.cn/1"]


def test_patterns_see_the_canonical_address():
    assert wanted("https://a.cn/N/1", "https://a.cn/n/2", include=(r"^https://a\.cn/n/",)) == ["https://a.cn/n/2"]
    assert wanted("https://a.cn/v/1", "https://a.cn/n/2", exclude=("/v/",)) == ["https://a.cn/n/2"]


def test_own_parameters():
    assert wanted("https://a.cn/?spm=1&v=2", keep_params=("spm",), drop_params=("v",)) == ["https://a.cn/?spm=1"]


def test_limit():
    assert len(wanted(*(f"https://a.cn/{n}" for n in range(9)), limit=4)) == 4


SINCE = {
    "older": ("2026-03-01", False),
    "of that day": ("2026-03-28", True),
    "the evening before, in another zone": ("2026-03-27T20:00:00Z", True),
    "newer": ("2026年3月30日", True),
    "today": ("3小时前", True),
    "not said": (None, True),
    "not readable": ("recently", True),
}


@pytest.mark.parametrize(("published", "stays"), SINCE.values(), ids=SINCE.keys())
def test_since(published, stays):
    link = Link(url="https://a.cn/1", published=published)
    assert wanted(link, since="2026-03-28") == (["https://a.cn/1"] if stays else [])


def test_titles_and_dates_travel():
    source = Source(name="s", kind="feed", url="https://a.cn/")
    link = Link(url="https://a.cn/1", title="热线", published="2026-03-28")
    (found,) = wanted_links(source, [link], now=NOW)
    assert found == WantedLink(url=found.url, title="热线", published="2026-03-28")


PLAIN = {
    "<b>甲</b> 乙": "甲 乙",
    "&lt;b&gt;甲&lt;/b&gt;": "甲",
    "3 < 5 > 2": "3 < 5 > 2",
    "甲&nbsp;\n乙": "甲 乙",
    "a<!-- x -->b": "ab",
}


@pytest.mark.parametrize(("markup", "text"), PLAIN.items())
def test_plain(markup, text):
    assert plain(markup) == text
