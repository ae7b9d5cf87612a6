"""List pages, by selector and by guess."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.fetch.links import Link
from pipeline.fetch.listpages import ListParams, parse_list
from tests.builders import QUADRATIC_S

URL = "https://www.a.com.cn/service/index_2.html"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
PAGE = """<html><head><title>服务</title></head><body>
<nav><a href="/">首页</a><a href="/list/service/">服务频道栏目列表页</a><a href="/about/contact_20260101.html">联系</a></nav>
<ul class="news">
 <li><a href="/2026/0328/c1-100.html"><img src="x.jpg"></a><a href="/2026/0328/c1-100.html">客服中心开通二十四小时热线</a><span>2026-03-28 10:11</span></li>
 <li><a href="/2026/0327/c1-99.html" title="政务大厅推出适老服务受到居民欢迎">政务大厅推出适老…</a><em>[03月27日]</em></li>
 <li><a href="https://news.a.com.cn/content/9988776.html">售后维修人员上门服务获用户点赞</a></li>
 <li><a href="https://other.com/2026/0326/5.html">别处的一篇报道标题也很长</a></li>
 <li><a href="javascript:void(0)">客服中心开通二十四小时热线</a></li>
</ul>
<div class="pages"><a href="index_1.html">上一页</a><a href="#">2</a><a href="index_3.html">下一页</a></div>
</body></html>"""


def test_guessed_links_have_headlines_and_dates():
    found = parse_list(PAGE, url=URL)
    assert found.links == (
        Link(
            url="https://www.a.com.cn/2026/0328/c1-100.html",
            title="客服中心开通二十四小时热线",
            published="2026-03-28 10:11",
        ),
        Link(url="https://www.a.com.cn/2026/0327/c1-99.html", title="政务大厅推出适老服务受到居民欢迎"),
        Link(url="https://news.a.com.cn/content/9988776.html", title="售后维修人员上门服务获用户点赞"),
    )
    assert found.next_url == "https://www.a.com.cn/service/index_3.html"


def test_with_the_time_dates_without_a_year_count():
    assert parse_list(PAGE, url=URL, now=NOW).links[1].published == "03月27日"


SELECTORS = {
    "links": ("ul.news a", 4),
    "boxes": ("ul.news li", 4),
    "one box": ("ul.news", 4),
    "boxes in boxes": ("body, ul, li", 9),
    "nothing": ("ol", 0),
}


@pytest.mark.parametrize(("selector", "count"), SELECTORS.values(), ids=SELECTORS.keys())
def test_a_selector_means_links_or_boxes_around_them(selector, count):
    assert len(parse_list(PAGE, url=URL, selector=selector).links) == count


def test_a_selector_takes_what_guessing_would_not():
    links = parse_list(PAGE, url=URL, selector="nav a").links
    assert [link.title for link in links] == ["首页", "服务频道栏目列表页", "联系"]


def test_a_broken_selector_is_named():
    with pytest.raises(ValueError, match="'ul >' is no CSS selector"):
        parse_list(PAGE, url=URL, selector="ul >")
    with pytest.raises(ValueError, match=r"'a\.\.b' is no CSS selector"):
        parse_list(PAGE, url=URL, next_selector="a..b")


NEXT = {
    "words": ('<a href="?p=3">下一页</a>', "https://www.a.com.cn/service/index_2.html?p=3"),
    "traditional": ('<a href="?p=3">下一頁 ›</a>', "https://www.a.com.cn/service/index_2.html?p=3"),
    "arrow": ('<a href="/3">»</a>', "https://www.a.com.cn/3"),
    "title": ('<a href="/3" title="下一页"><i></i></a>', "https://www.a.com.cn/3"),
    "rel": ('<link rel="next" href="/3"><a href="/4">下一页</a>', "https://www.a.com.cn/3"),
    "English": ('<a href="/3">Next page</a>', "https://www.a.com.cn/3"),
    "script": ('<script>createPageHTML(9, 1, "index", "html");</script>', "https://www.a.com.cn/service/index_2.html"),
    "script of a later page": (
        '<script>createPageHTML(9,2,"index","shtml")</script>',
        "https://www.a.com.cn/service/index_3.shtml",
    ),
    "script of the last page": ('<script>createPageHTML(3, 2, "index", "html");</script>', None),
    "itself": ('<a href="index_2.html#top">下一页</a>', None),
    "script address": ('<a href="javascript:next()">下一页</a>', None),
    "anchor": ('<a href="#">下一页</a>', None),
    "headline": ('<a href="/9">下一页书写新的服务篇章</a>', None),
    "next article": ('<a href="/9">下一篇</a>', None),
    "none": ("<p>共一页</p>", None),
}


@pytest.mark.parametrize(("html", "wanted"), NEXT.values(), ids=NEXT.keys())
def test_next_page(html, wanted):
    url = "https://www.a.com.cn/service/index_1.html" if "9, 1" in html else URL
    assert parse_list(html, url=url).next_url == wanted


def test_next_page_by_selector():
    html = '<a class="more" href="/p3">更多</a><a href="/p9">下一页</a>'
    assert parse_list(html, url=URL, next_selector="a.more").next_url == "https://www.a.com.cn/p3"
    assert parse_list(html, url=URL, next_selector="a.none").next_url is None


def test_base_counts():
    html = '<base href="https://b.cn/x/"><a class="n" href="1.html">题</a>'
    assert parse_list(html, url=URL, selector="a.n").links[0].url == "https://b.cn/x/1.html"
    assert (
        parse_list('<base href="http://["><a href="1">题</a>', url=URL, selector="a")
        .links[0]
        .url.startswith("https://www.a.com.cn/service/")
    )


def test_two_dates_in_a_row_are_none():
    html = '<div><a href="/2026/0328/1.html">客服中心开通二十四小时热线</a> 2026-03-28 至 2026-04-02</div>'
    assert parse_list(html, url=URL).links[0].published is None


def test_limits():
    html = "".join(f'<a href="/2026/0328/{n}.html">客服中心开通二十四小时热线</a>' for n in range(50))
    assert len(parse_list(html, url=URL, params=ListParams(max_links=7)).links) == 7
    assert parse_list(f'<a href="/1">{"字" * 5000}</a>', url=URL, selector="a").links[0].title == "字" * 300


def test_sites_with_addresses_for_names():
    html = '<a href="/2026/0328/1.html">客服中心开通二十四小时热线</a>'
    assert len(parse_list(html, url="http://10.0.0.1:8080/list").links) == 1


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_list(html):
    parse_list(html, url=URL)


@pytest.mark.parametrize(
    "html",
    [
        "".join(f"<div><a href=/2026/0328/{n}.html>客服中心开通热线</a>" for n in range(4000)),
        "".join(f"<a href=/2026/0328/{n}.html>客服中心开通热线</a>" for n in range(4000)),
        "<a href=/2026/0328/1.html>" * 4000,
        "<" * 500_000,
    ],
    ids=["nested boxes", "one box", "open links", "brackets"],
)
def test_hostile_pages_take_linear_time(html):
    started = time.process_time()
    parse_list(html, url=URL, selector="div, a")
    parse_list(html, url=URL)
    assert time.process_time() - started < QUADRATIC_S
