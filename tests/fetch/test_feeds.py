"""Feeds of every kind, in every charset, broken too. All of them written for this test."""

import contextlib
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.fetch.feeds import Entry, parse_entries, parse_feed
from pipeline.fetch.links import Link
from tests.builders import QUADRATIC_S

URL = "https://news.a.cn/feed/all.xml"

RSS = """<?xml version="1.0" encoding="{charset}"?>
<rss version="2.0"><channel><title>服务新闻</title><link>/</link>
<item><title>客服热线开通</title><link>/n/1.html</link><pubDate>2026年3月28日 09:15</pubDate></item>
<item><title>窗口延长服务时间</title><link>https://b.cn/2?a=1&amp;b=2</link></item>
</channel></rss>"""
WANTED = (
    Link(url="https://news.a.cn/n/1.html", title="客服热线开通", published="2026年3月28日 09:15"),
    Link(url="https://b.cn/2?a=1&b=2", title="窗口延长服务时间"),
)


def entries(inner, root="rss"):
    head, tail = {
        "rss": ('<rss version="2.0"><channel>', "</channel></rss>"),
        "atom": ('<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>"),
        "rdf": (
            (
                '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
                ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
            ),
            "</rdf:RDF>",
        ),
    }[root]
    return parse_entries((head + inner + tail).encode(), url=URL)


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030", "utf-16"])
def test_rss_in_the_charsets_of_chinese_sites(charset):
    feed = parse_feed(RSS.format(charset=charset).encode(charset), url=URL)
    assert feed.title == "服务新闻"
    assert feed.entries == WANTED


def test_the_declared_charset_may_be_wrong():
    assert parse_feed(RSS.format(charset="utf-8").encode("gb18030"), url=URL).entries == WANTED
    data = RSS.format(charset="iso-8859-1").encode()
    assert parse_feed(data, url=URL, content_type="text/xml; charset=gbk").entries == WANTED


def test_blanks_and_a_mark_before_the_declaration():
    assert parse_feed(b"\xef\xbb\xbf \r\n\n" + RSS.format(charset="utf-8").encode(), url=URL).entries == WANTED


ITEMS = {
    "bare ampersand in an address": ("rss", "<item><link>http://a.cn/?a=1&b=2</link></item>", "http://a.cn/?a=1&b=2"),
    "address in CDATA": ("rss", "<item><link><![CDATA[http://a.cn/?a=1&b=2]]></link></item>", "http://a.cn/?a=1&b=2"),
    "guid": ("rss", "<item><guid>http://a.cn/7</guid></item>", "http://a.cn/7"),
    "guid that is no address": ("rss", '<item><guid isPermaLink="false">a7</guid></item>', None),
    "link before guid": ("rss", "<item><guid>http://a.cn/7</guid><link>http://a.cn/8</link></item>", "http://a.cn/8"),
    "counted link": (
        "rss",
        (
            '<item><link>http://count.er/1</link><feedburner:origLink xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
            "http://a.cn/9</feedburner:origLink></item>"
        ),
        "http://a.cn/9",
    ),
    "atom link in rss": (
        "rss",
        '<item><atom:link xmlns:atom="http://www.w3.org/2005/Atom" href="http://a.cn/5"/></item>',
        "http://a.cn/5",
    ),
    "alternate": (
        "atom",
        '<entry><link rel="self" href="http://a.cn/self"/><link href="http://a.cn/page"/></entry>',
        "http://a.cn/page",
    ),
    "HTML first": (
        "atom",
        '<entry><link rel="alternate" type="application/pdf" href="/x.pdf"/><link type="text/html" href="/x.html"/></entry>',
        "https://news.a.cn/x.html",
    ),
    "id": ("atom", "<entry><id>http://a.cn/id/1</id></entry>", "http://a.cn/id/1"),
    "urn": ("atom", "<entry><id>urn:uuid:1</id></entry>", None),
    "xml:base": ("atom", '<entry xml:base="http://c.cn/d/"><link href="e.html"/></entry>', "http://c.cn/d/e.html"),
    "broken xml:base": (
        "atom",
        '<entry xml:base="http://["><link href="e.html"/></entry>',
        "https://news.a.cn/feed/e.html",
    ),
    "broken address": ("rss", "<item><link>http://[</link></item>", None),
    "rdf": ("rdf", '<item rdf:about="http://a.cn/r"><link>http://a.cn/l</link></item>', "http://a.cn/l"),
    "rdf about": ("rdf", '<item rdf:about="http://a.cn/r"></item>', "http://a.cn/r"),
}


@pytest.mark.parametrize(("root", "inner", "url"), ITEMS.values(), ids=ITEMS.keys())
def test_where_an_item_leads(root, inner, url):
    (entry,) = entries(inner, root)
    assert entry.url == url


TITLES = {
    "plain": ("<title>窗口服务</title>", "窗口服务"),
    "CDATA": ("<title><![CDATA[窗口 & 服务]]></title>", "窗口 & 服务"),
    "markup": ("<title>&lt;b&gt;窗口&lt;/b&gt;服务</title>", "窗口服务"),
    "entity of HTML": ("<title>窗口&mdash;服务&hellip;</title>", "窗口—服务…"),
    "twice escaped": ("<title>甲&amp;amp;乙</title>", "甲&乙"),
    "bare ampersand": ("<title>甲 & 乙</title>", "甲 & 乙"),
    "less than": ("<title>3 &lt; 5</title>", "3 < 5"),
    "lines": ("<title>\n 窗口\n 服务 </title>", "窗口 服务"),
    "base64": ('<title mode="base64">PGI+YTwvYj4=</title>', "a"),
    "no base64 after all": ('<title mode="base64">窗口</title>', "窗口"),
    "of a picture": ('<media:title xmlns:media="http://search.yahoo.com/mrss/">图</media:title>', None),
    "of a picture, prefix not declared": ("<media:title>图</media:title>", None),
    "own before foreign": (
        '<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">乙</dc:title><title>甲</title>',
        "甲",
    ),
    "control character": ("<title>窗\x0b口</title>", "窗口"),
    "empty": ("<title/>", None),
}


@pytest.mark.parametrize(("inner", "title"), TITLES.values(), ids=TITLES.keys())
def test_titles(inner, title):
    (entry,) = entries(f"<item>{inner}</item>")
    assert entry.title == title


def test_dates_stay_as_written():
    assert entries("<item><pubDate>昨天 12:30</pubDate></item>")[0].published == "昨天 12:30"
    atom = "<entry><updated>2026-03-29</updated><published>2026-03-28</published></entry>"
    assert entries(atom, "atom")[0].published == "2026-03-28"
    assert entries("<item><dc:date>2026-03-27</dc:date></item>", "rdf")[0].published == "2026-03-27"


def test_a_feed_that_is_cut_gives_what_it_has():
    data = RSS.format(charset="utf-8").encode()
    assert (
        parse_feed(data[: data.index(b"<item><title>", data.index(b"</item>")) + 30], url=URL).entries[0] == WANTED[0]
    )


def test_next_part_and_items_without_address():
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><link rel="next" href="?p=2"/>
    <entry><title>x</title></entry></feed>"""
    feed = parse_feed(data, url=URL)
    assert (feed.next_url, feed.entries, feed.unlinked) == ("https://news.a.cn/feed/all.xml?p=2", (), 1)


def test_the_title_of_an_image_is_not_the_feeds():
    data = b"<rss><channel><image><title>logo</title></image><title>news</title></channel></rss>"
    assert parse_feed(data, url=URL).title == "news"


def test_json_feed():
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "服务",
        "next_url": "/feed.json?p=2",
        "items": [
            {"id": "1", "url": "/1.html", "title": "<b>热线</b>", "date_published": "2026-03-28T09:00:00+08:00"},
            {"id": "https://a.cn/2", "date_modified": "2026-03-27"},
            {"id": "3", "external_url": "https://b.cn/3"},
            {"id": 4, "title": 5},
            {"url": "http://["},
            "no item",
        ],
    }
    feed = parse_feed(json.dumps(data).encode(), url=URL)
    assert feed.title == "服务"
    assert feed.next_url == "https://news.a.cn/feed.json?p=2"
    assert feed.entries == (
        Link(url="https://news.a.cn/1.html", title="热线", published="2026-03-28T09:00:00+08:00"),
        Link(url="https://a.cn/2", published="2026-03-27"),
        Link(url="https://b.cn/3"),
    )
    assert feed.unlinked == 2


NO_FEEDS = {
    "page": b"<!doctype html><html><body><p>404</p></body></html>",
    "text": "抱歉".encode(),
    "empty": b"",
    "json": b'{"status": 404}',
    "json list of other things": b'{"items": {"a": 1}}',
    "broken json": b'{"items": [',
    "deep json": b'{"items":' + b"[" * 100_000,
    "other xml": b"<note><to>x</to></note>",
    "brackets": b"<" * 1000,
}


@pytest.mark.parametrize("data", NO_FEEDS.values(), ids=NO_FEEDS.keys())
def test_what_is_no_feed(data):
    with pytest.raises(ValueError, match=r"^https://news.a.cn/feed/all.xml: .*no (?:feed|JSON Feed)"):
        parse_feed(data, url=URL)


def test_entities_of_the_document_are_not_expanded(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    outside = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss><channel><title>&x;</title></channel></rss>'
    assert "TOP-SECRET" not in (parse_feed(outside.encode(), url=URL).title or "")
    laughs = "".join(f'<!ENTITY a{n + 1} "&a{n};&a{n};&a{n};&a{n};">' for n in range(20))
    bomb = f'<!DOCTYPE r [<!ENTITY a0 "ha">{laughs}]><rss><channel><title>&a20;</title></channel></rss>'
    assert len(parse_feed(bomb.encode(), url=URL).title or "") < 100


@settings(deadline=None)  # the first odd charset imports a detector
@given(st.binary(max_size=200))
def test_any_bytes_give_a_feed_or_a_clear_error(data):
    with contextlib.suppress(ValueError):
        parse_entries(data, url=URL)
    for entry in parse_entries(b"<rss><channel><title>t</title><item>" + data, url=URL):
        assert isinstance(entry, Entry)


@pytest.mark.parametrize(
    "data",
    [
        b"<rss><channel>" + b"<item>" * 50_000,
        b"<rss><channel><title>" + b"<b>" * 50_000,
        b"<![CDATA[" * 50_000,
        b"&" * 500_000,
        b"<rss><channel>" + b"<item><link>http://a.cn/1</link></item>" * 3_000,
    ],
    ids=["open items", "open tags", "open CDATA", "ampersands", "many items"],
)
def test_hostile_feeds_take_linear_time(data):
    started = time.process_time()
    with contextlib.suppress(ValueError):
        parse_feed(data, url=URL)
    assert time.process_time() - started < QUADRATIC_S
