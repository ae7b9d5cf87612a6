"""What comes from outside is made harmless in one place."""

import pytest

from pipeline.report.markup import clipped, esc, isolated, language, link, sampled, section, title_of
from tests.report.reports import article

ESCAPED = {
    "tags": ("<b>", "&lt;b&gt;"),
    "both quotes": ("\"'", "&quot;&#x27;"),
    "an entity stays what it reads": ("&lt;", "&amp;lt;"),
    "nul and other controls": ("a\x00b\x1b\x85", "a\ufffdb\ufffd\ufffd"),
    "half a surrogate pair": ("\ud800", "\ufffd"),
    "a noncharacter": ("\uffff", "\ufffd"),
    "breaks and tabs stay": ("a\n\tb", "a\n\tb"),
    "no string": (7, "7"),
}


@pytest.mark.parametrize(("text", "html"), ESCAPED.values(), ids=ESCAPED)
def test_escaped(text, html):
    assert esc(text) == html


LINKED = {
    "http": ("http://news.example/a?b=1&c=2", True),
    "https in capitals": ("HTTPS://news.example/", True),
    "javascript": ("javascript:alert(1)", False),
    "javascript behind a blank": (" https://x.example/", False),
    "data": ("data:text/html,x", False),
    "http inside javascript": ("javascript://x%0aalert(1)//http://x", False),
    "with a break": ("https://x.example/\njavascript:1", False),
    "with a quote": ('https://x.example/" onclick="x', False),
    "ends with a break": ("https://x.example/\n", False),
    "far too long": ("https://x.example/" + "a" * 600, False),
}


@pytest.mark.parametrize(("address", "is_link"), LINKED.values(), ids=LINKED)
def test_only_addresses_of_the_web_are_links(address, is_link):
    html = link(address)
    assert html.startswith("<a href=") == is_link
    assert ("noreferrer" in html) == is_link
    assert len(html) < 1200


def test_a_title_cannot_turn_its_neighbours():
    assert isolated("\u202e倒") == "<bdi>\u202e倒</bdi>"


def test_the_title_or_the_start_or_the_id():
    assert title_of(article(title="题")) == "题"
    assert title_of(article(title=None, text="字" * 50)) == "字" * 40 + "…"
    assert title_of(article(7, title=None, text="")) == "a7"
    assert len(title_of(article(title="题" * 5000))) < 300


@pytest.mark.parametrize(("script", "attribute"), [("hant", ' lang="zh-Hant"'), ("mixed", ""), (None, "")])
def test_the_script_chooses_the_glyphs(script, attribute):
    assert language(article(script=script)) == attribute


def test_a_section_with_nothing_to_show_is_none():
    assert section("x", "题", "") == ""
    assert 'id="x"' in section("x", "题", "<p></p>")


def test_a_sample_says_so():
    assert sampled(3, 3) == ""
    assert "1,000" in sampled(3, 1000)


def test_clipped():
    assert (clipped("一二三", 3), clipped("一二三四", 3)) == ("一二三", "一二三…")
