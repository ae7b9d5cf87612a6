import pytest

from pipeline.extract.nextpage import MAX_PAGES, find_next_pages

URL = "https://news.example.com/2026/1120/c12345.html"


def links(*pairs: tuple[str, str]) -> str:
    return "<body>" + "".join(f'<a href="{href}">{text}</a>' for href, text in pairs) + "</body>"


CASES = {
    "next": (links(("c12345_2.html", "下一页")), ["https://news.example.com/2026/1120/c12345_2.html"]),
    "numbers in any order": (
        links(("c12345-3.html", "3"), ("c12345.html", "1"), ("c12345-2.html", "2"), ("c12345-2.html", "下一頁")),
        ["https://news.example.com/2026/1120/c12345-2.html", "https://news.example.com/2026/1120/c12345-3.html"],
    ),
    "query": (links(("?page=2", "2"), ("?page=3", "末页")), [f"{URL}?page=2", f"{URL}?page=3"]),
    "whole text": (
        links(("c12345_2.html", "下一页"), ("c12345_all.html", "x"), ("c12345.html?p=0", "阅读全文")),
        [f"{URL}?p=0"],
    ),
    "script": (
        '<script>createPageHTML(3, 0, "c12345", "shtml");</script>',
        ["https://news.example.com/2026/1120/c12345_1.shtml", "https://news.example.com/2026/1120/c12345_2.shtml"],
    ),
    "script on the second page": (
        '<script>createPageHTML(3,1,"c12345","html")</script>',
        ["https://news.example.com/2026/1120/c12345_2.html"],
    ),
    "script with one page": ('<script>createPageHTML(1, 0, "c12345", "html");</script>', []),
    "rel": ('<link rel="next" href="c12345_2.html">', ["https://news.example.com/2026/1120/c12345_2.html"]),
    "the next article": (links(("c12346.html", "下一篇"), ("c12346.html", "下一页")), []),
    "another host": (links(("https://other.example.com/2026/1120/c12345_2.html", "下一页")), []),
    "script links and fragments": (
        links(("javascript:next()", "下一页"), ("#p2", "下一页"), ("http://[", "下一页")),
        [],
    ),
    "nothing": ("", []),
    "nested without end": ("<div>" * 20_000, []),
}


@pytest.mark.parametrize("case", CASES)
def test_the_other_pages_of_an_article(case):
    html, expected = CASES[case]
    assert list(find_next_pages(html, URL)) == expected


def test_only_what_lies_ahead():
    html = links(("c12345.html", "上一页"), ("c12345_2.html", "2"), ("c12345_3.html", "下一页"))
    assert find_next_pages(html, "https://news.example.com/c12345_2.html") == (
        "https://news.example.com/c12345_3.html",
    )


def test_pages_in_a_folder_of_the_article():
    html = links(("/a/20261120/888/2.html", "2"), ("/a/20261120/999/2.html", "别的"))
    assert find_next_pages(html, "https://n.example.com/a/20261120/888/1.html") == (
        "https://n.example.com/a/20261120/888/2.html",
    )


def test_a_short_name_with_a_number_is_another_page():
    assert find_next_pages(links(("a_2.html", "2")), "https://n.example.com/a.html") == ()


@pytest.mark.parametrize("url", ["", "ftp://a/b", "http://[", "file:///x"])
def test_what_is_no_web_address_has_no_pages(url):
    assert find_next_pages(links(("c_2.html", "下一页")), url) == ()


def test_an_endless_pager_is_cut():
    html = links(*((f"c12345_{n}.html", str(n)) for n in range(2, 99)))
    assert len(find_next_pages(html, URL)) == MAX_PAGES
