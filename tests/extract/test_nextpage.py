import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.join import MAX_PAGES
from pipeline.extract.nextpage import find_next_pages
from pipeline.model import ArticleId, CanonicalUrl, Page

FOLDER = "https://news.example.com/2026/1120/"
URL = f"{FOLDER}c12345.html"


def found(html: str | bytes, url: str | None = URL) -> list[str]:
    body = html.encode() if isinstance(html, str) else html
    address = CanonicalUrl(url) if url is not None else None
    return list(find_next_pages(Page(id=ArticleId("x"), url=address, source="s", body=body)))


def links(*pairs: tuple[str, str]) -> str:
    return "<body>" + "".join(f'<a href="{href}">{text}</a>' for href, text in pairs) + "</body>"


CASES = {
    "next": (links(("c12345_2.html", "下一页")), ["c12345_2.html"]),
    "numbers in any order": (
        links(("c12345-3.html", "3"), ("c12345.html", "1"), ("c12345-2.html", "2"), ("c12345-2.html", "下一頁")),
        ["c12345-2.html", "c12345-3.html"],
    ),
    "query": (links(("?page=2", "2"), ("?page=3", "末页")), ["c12345.html?page=2", "c12345.html?page=3"]),
    "up to a gap": (links(("c12345_2.html", "2"), ("c12345_9.html", "尾页")), ["c12345_2.html"]),
    "counted from nothing": (
        links(("c12345.html", "1"), ("c12345_1.html", "2"), ("c12345_2.html", "[3]")),
        ["c12345_1.html", "c12345_2.html"],
    ),
    "counted from one": (links(("c12345_1.html", "1"), ("c12345_2.html", "第2页")), ["c12345_2.html"]),
    "headings for labels": (links(("c12345_2.html", "第2页：窗口前的队伍")), ["c12345_2.html"]),
    "whole text": (
        links(("c12345_2.html", "下一页"), ("c12345_all.html", "x"), ("c12345.html?p=0", "阅读全文")),
        ["c12345.html?p=0"],
    ),
    "whole text, named": (links(("c12345_2.html", "下一页"), ("c12345_all.html", "显示全文")), ["c12345_all.html"]),
    "script": (
        '<script>createPageHTML(3, 0, "c12345", "shtml");</script>',
        ["c12345_1.shtml", "c12345_2.shtml"],
    ),
    "script of a list": ('<script>createPageHTML(3, 0, "index", "shtml");</script>', []),
    "script with one page": (
        '<script>createPageHTML(1, 0, "c12345", "html");</script>' + links(("c1_2.html", "2")),
        [],
    ),
    "script that counts": (
        '<script>var currentPage = 0, countPage = 3; a("c12345" + "_" + 1)</script>',
        ["c12345_1.html", "c12345_2.html"],
    ),
    "script that counts another's": ('<script>var currentPage = 0, countPage = 3; x("index")</script>', []),
    "rel": ('<link rel="next" href="c12345_2.html">', ["c12345_2.html"]),
    "the next article": (links(("c12346.html", "下一篇"), ("c12346.html", "下一页")), []),
    "a headline, no pager": (links(("c12345_2.html", "窗口前的队伍不见了")), []),
    "pages of comments": ('<div class="comment-list">' + links(("?page=2", "下一页")) + "</div>", []),
    "far below a name": (
        '<div class="comment">' + "<i>" * 20 + links(("?page=2", "下一页")) + "</div>",
        ["c12345.html?page=2"],
    ),
    "another host": (links(("https://other.example.com/2026/1120/c12345_2.html", "下一页")), []),
    "script links and fragments": (
        links(("javascript:next()", "下一页"), ("#p2", "下一页"), ("http://[", "下一页"), ("", "下一页")),
        [],
    ),
    "nothing": ("", []),
    "nested without end": ("<div>" * 20_000 + "下一页", []),
}


@pytest.mark.parametrize("case", CASES)
def test_links_of_the_same_article(case):
    html, expected = CASES[case]
    assert found(html) == [f"{FOLDER}{name}" for name in expected]


@pytest.mark.parametrize(
    ("here", "href", "there"),
    [
        ("https://a.example/news/c123456/", "2.html", "https://a.example/news/c123456/2.html"),
        ("https://a.example/news/c123456/2.html", "3.html", "https://a.example/news/c123456/3.html"),
        ("https://a.example/news/20250328/2.html", "3.html", None),  # the day's third article
        ("https://a.example/index.html", "index_2.html", None),
        ("https://a.example/list-1.html", "list-2.html", None),
        ("https://a.example/news/", "?page=2", None),
        ("https://a.example/show?id=1234", "?id=1234&p=2", "https://a.example/show?id=1234&p=2"),
        ("https://a.example/c12345_2.html", "c12345_3.html", "https://a.example/c12345_3.html"),
        ("https://a.example/c12345_2.html", "c12345.html", None),
        ("https://a.example/c12345(2).html", "c12345(3).html", "https://a.example/c12345(3).html"),
        (
            "https://a.example/the-queue-is-gone",
            "the-queue-is-gone?page=2",
            "https://a.example/the-queue-is-gone?page=2",
        ),
    ],
)
def test_what_a_page_number_is_depends_on_the_address(here, href, there):
    assert found(links((href, "下一页")), here) == ([there] if there else [])


@pytest.mark.parametrize(
    ("url", "now", "expected"),
    [(f"{FOLDER}c12345_1.html", 1, ["c12345_2.html"]), (f"{FOLDER}c12345_2.html", 2, [])],
)
def test_scripts_on_a_later_page_go_on_from_there(url, now, expected):
    call = f'<script>createPageHTML(3,{now},"c12345","html")</script>'
    assert found(call, url) == [f"{FOLDER}{name}" for name in expected]
    counted = f'<script>var currentPage={now};var countPage=3;a="c12345"</script>'
    assert found(counted, url) == [f"{FOLDER}{name}" for name in expected]


def test_a_name_that_ends_in_a_number_is_no_page_number_of_the_script():
    call = '<script>createPageHTML(2, 0, "c12345_1", "html");</script>'
    assert found(call, f"{FOLDER}c12345_1.html") == [f"{FOLDER}c12345_1_1.html"]


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5hkscs"])
def test_the_words_are_known_in_all_encodings(codec):
    assert found(links(("c12345p.html?page=02", "x"), ("?pn=3", "y")).encode(codec)) == []
    assert found(links(("?pn=1", "下一頁")).encode(codec)) == [f"{URL}?pn=1"]


def test_a_pager_without_end_is_cut():
    html = links(*((f"c12345.html?page={n}", str(n)) for n in range(2, 100)))
    assert len(found(html)) == MAX_PAGES
    assert len(found('<script>createPageHTML(999, 0, "c12345", "html");</script>')) == MAX_PAGES - 1


@pytest.mark.parametrize("url", [None, "https://[/c12345.html", "https://a.example/c12345.html?" + "a&" * 200])
def test_without_a_usable_address_there_is_nothing_to_join(url):
    assert found(links(("c12345_2.html", "下一页")), url) == []


def test_a_page_that_is_too_large_is_not_looked_at():
    assert found(links(("c12345_2.html", "下一页")) + " " * 5_000_000) == []


def test_a_page_without_a_pager_costs_next_to_nothing():
    html = "<p>市民服务中心今天起把排队取号改成了电话预约。</p>" * 20_000  # 1.4 MB
    start = time.process_time()
    assert found(html) == []
    assert time.process_time() - start < 0.2  # parsing alone takes longer


@settings(deadline=None)
@given(st.binary(max_size=500), st.text(max_size=100))
def test_never_raises_and_never_names_the_page_itself(body, url):
    assert URL not in found(body + links((url, "下一页")).encode("utf-8", "replace"))
    found(body, url)
