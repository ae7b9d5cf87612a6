"""Sitemaps of every kind."""

import gzip

import pytest

from pipeline.fetch.inflate import InflateError, TooLargeError
from pipeline.fetch.links import Link
from pipeline.fetch.sitemaps import SitemapParams, parse_sitemap

URL = "https://a.cn/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = f"""<?xml version="1.0" encoding="UTF-8"?><urlset {NS}>
<url><loc> https://a.cn/1.html?a=1&amp;b=2 </loc><lastmod>2026-03-28</lastmod></url>
<url><loc>/2.html</loc><changefreq>daily</changefreq></url>
<url><changefreq>daily</changefreq></url>
</urlset>""".encode()
WANTED = (
    Link(url="https://a.cn/1.html?a=1&b=2", published="2026-03-28"),
    Link(url="https://a.cn/2.html"),
)


@pytest.mark.parametrize(
    "data",
    [
        PAGES,
        gzip.compress(PAGES),
        PAGES.replace(NS.encode(), b""),
        PAGES.replace(b"sitemaps.org", b"example.org"),
        b"\n\n" + PAGES,
    ],
    ids=["plain", "gzip", "no namespace", "other namespace", "blank lines"],
)
def test_pages(data):
    links = parse_sitemap(data, url=URL)
    assert links.pages == WANTED
    assert links.sitemaps == ()


def test_index():
    data = f"""<sitemapindex {NS}><sitemap><loc>https://a.cn/s1.xml.gz</loc><lastmod>2026-03-01</lastmod></sitemap>
    <sitemap>https://a.cn/s2.xml</sitemap></sitemapindex>"""
    links = parse_sitemap(data.encode(), url=URL)
    assert links.pages == ()
    assert links.sitemaps == (
        Link(url="https://a.cn/s1.xml.gz", published="2026-03-01"),
        Link(url="https://a.cn/s2.xml"),
    )


def test_news_and_pictures():
    data = f"""<urlset {NS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
      xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
    <url><image:image><image:loc>https://a.cn/p.jpg</image:loc><image:title>图</image:title></image:image>
      <loc>https://a.cn/9.html</loc><lastmod>2026-03-30</lastmod>
      <video:video><video:title>片</video:title><video:publication_date>2020-01-01</video:publication_date></video:video>
      <news:news><news:publication_date>2026-03-28T08:00:00+08:00</news:publication_date><news:title>热线开通</news:title></news:news>
    </url></urlset>"""
    (link,) = parse_sitemap(data.encode(), url=URL).pages
    assert link == Link(url="https://a.cn/9.html", title="热线开通", published="2026-03-28T08:00:00+08:00")


def test_text():
    data = b"\xef\xbb\xbfhttps://a.cn/1.html\r\n\r\n  https://a.cn/2.html\nnot an address\n"
    assert parse_sitemap(data, url=URL).pages == (Link(url="https://a.cn/1.html"), Link(url="https://a.cn/2.html"))
    assert parse_sitemap(gzip.compress(data), url=URL).pages[1].url == "https://a.cn/2.html"


def test_a_feed_will_do():
    data = b"<rss><channel><item><link>https://a.cn/5</link><title>t</title></item></channel></rss>"
    assert parse_sitemap(data, url=URL).pages == (Link(url="https://a.cn/5", title="t"),)
    assert parse_sitemap(gzip.compress(data), url=URL).pages == (Link(url="https://a.cn/5", title="t"),)


def test_an_empty_sitemap_is_one():
    assert parse_sitemap(f"<urlset {NS}/>".encode(), url=URL).pages == ()
    assert parse_sitemap(b"", url=URL).pages == ()


def test_a_cut_sitemap_gives_what_it_has():
    assert parse_sitemap(PAGES[: PAGES.index(b"/2.html")], url=URL).pages == WANTED[:1]


def test_limits():
    assert len(parse_sitemap(PAGES, url=URL, params=SitemapParams(max_links=1)).pages) == 1
    assert len(parse_sitemap(b"https://a.cn/1\nhttps://a.cn/2", url=URL, params=SitemapParams(max_links=1)).pages) == 1
    with pytest.raises(TooLargeError):
        parse_sitemap(gzip.compress(PAGES * 100), url=URL, params=SitemapParams(max_bytes=1000))


@pytest.mark.parametrize(
    "data",
    [b"<html><body><p>404</p></body></html>", b"<note/>", "抱歉，没有地图".encode()],
    ids=["page", "xml", "text"],
)
def test_what_is_no_sitemap(data):
    with pytest.raises(ValueError, match=r"^https://a.cn/sitemap.xml: "):
        parse_sitemap(data, url=URL)


def test_a_cut_archive_is_an_error():
    with pytest.raises(InflateError):
        parse_sitemap(gzip.compress(PAGES)[:-20], url=URL)


def test_broken_addresses_are_left_out():
    data = f"<urlset {NS}><url><loc>http://[</loc></url><url><loc>https://a.cn/1</loc></url></urlset>"
    assert parse_sitemap(data.encode(), url=URL).pages == (Link(url="https://a.cn/1"),)
