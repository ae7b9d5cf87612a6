from datetime import datetime

import pytest

from pipeline.extract.body import find_body
from pipeline.extract.dates import CHINA
from pipeline.extract.dom import parsed, read_outline
from pipeline.extract.headline import title_keys
from pipeline.extract.metadata import find_outlet, read_head
from pipeline.extract.params import BodyParams
from pipeline.extract.published import find_published

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=CHINA)
HEADLINE = "热线增设夜间坐席"
TEXT = "<div class='text'><p>城西区的政务服务热线增设了二十个夜间坐席，市民晚间来电不再久等。</p><p>2019年起，热线每年接到四十万个电话，其中三成在夜里。</p></div>"
LD = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"%s"}</script>'
META = '<meta property="article:published_time" content="%s">'
CASES = {
    "printed": ("", "<p>2026-11-20 08:15</p>", "", "2026-11-20 08:15"),
    "printed above the headline": ("", "", "<p>2026年11月20日 08:15 星期五</p>", "2026-11-20 08:15"),
    "relative": ("", "<p>3小时前</p>", "", "2026-11-22 07:00"),
    "the print wins over a UTC template": (
        META % "2026-11-20T08:15:00Z",
        "<p>2026-11-20 08:15</p>",
        "",
        "2026-11-20 08:15",
    ),
    "the head adds the time": (META % "2026-11-20T08:15:00+08:00", "<p>2026-11-20</p>", "", "2026-11-20 08:15"),
    "a template's day is not believed": (META % "2020-12-09T01:00:00+08:00", "<p>2026-11-20</p>", "", "2026-11-20"),
    "json-ld in UTC": (LD % "2026-11-19T17:30:00Z", "", "", "2026-11-20 01:30"),
    "meta without a zone": (META % "2026-11-20 08:15:00", "", "", "2026-11-20 08:15"),
    "time element": ("", "<time datetime='2026-11-20T08:15+08:00'></time>", "", "2026-11-20 08:15"),
    "script": ("<script>var ct = '1763600000';</script>", "", "", "2025-11-20 08:53:20"),
    "script with a name": ('<script>var a={"pubtime":"2026-11-20 08:15:00"}</script>', "", "", "2026-11-20 08:15"),
    "a script's value that is no date": (
        '<script>var ct = "99999999"; var ptime="2026-11-20 08:15:00"</script>',
        "",
        "",
        "2026-11-20 08:15",
    ),
    "a time element without a date": (
        "<script>ptime='2026-11-20 08:15:00'</script>",
        "<time datetime='soon'></time>",
        "",
        "2026-11-20 08:15",
    ),
    "a label without a date": (
        "",
        "",
        "<aside><p>发布时间：不详</p><p>发布时间：2026-11-20 08:15</p></aside>",
        "2026-11-20 08:15",
    ),
    "labelled in a sidebar": ("", "", "<aside><p>发布时间：2026-11-20 08:15</p></aside>", "2026-11-20 08:15"),
}


def found(head: str, below: str = "", above: str = "", url: str | None = None, behind: str = "") -> datetime | None:
    html = f"<html><head><title>{HEADLINE}</title>{head}</head><body>{above}<h1>{HEADLINE}</h1>{below}{TEXT}{behind}</body></html>"
    tree = parsed(html)
    assert tree is not None
    assert tree.body is not None
    page = read_head(tree)
    outline = read_outline(tree.body)
    return find_published(tree, page, outline, find_body(outline, title_keys(page), BodyParams()), NOW, url)


@pytest.mark.parametrize("case", CASES)
def test_the_moment_of_publication(case):
    head, below, above, expected = CASES[case]
    assert found(head, below, above) == datetime.fromisoformat(expected).replace(tzinfo=CHINA)


def test_footers_and_stories_are_not_asked():
    footer = "<p>一</p>" * 20 + "<div class='footer'><p>版权所有 2008-01-01 某某网</p></div>"
    assert found("", behind=footer) is None


def test_a_labelled_date_is_believed_anywhere_on_the_page():
    far = "<p>一</p>" * 20 + "<p>上传时间：不详</p><p>本页发布日期：2026-11-20 08:15</p>"
    assert found("", behind=far) == datetime(2026, 11, 20, 8, 15, tzinfo=CHINA)
    assert found("", behind=far.replace("发布日期：", "")) is None


def test_a_page_without_a_body_has_a_declared_date_only():
    tree = parsed(META % "2026-11-20 08:15" + "<p>2026-11-18 09:00</p>")
    assert tree is not None
    assert tree.body is not None
    outline = read_outline(tree.body)
    assert find_published(tree, read_head(tree), outline, None, NOW, None) == datetime(
        2026, 11, 20, 8, 15, tzinfo=CHINA
    )


def test_of_several_dates_the_first_with_a_time_is_taken():
    assert found("", "<p>2026-11-19</p><p>2026-11-20 08:15</p><p>2026-11-21 09:00</p>") == datetime(
        2026, 11, 20, 8, 15, tzinfo=CHINA
    )
    assert found("", "<p>2026-11-19</p><p>2026-11-20</p>") == datetime(2026, 11, 19, tzinfo=CHINA)


def test_the_address_says_the_day_when_nobody_else_does():
    assert found("", url="https://a.example/2026/11/20/c1.html") == datetime(2026, 11, 20, tzinfo=CHINA)
    assert found("", url="https://a.example/c/20261120123456.html") is None
    assert found("", url="https://a.example/c/1.html") is None


OUTLETS = {
    "<p>2026-11-20 来源：某某晚报 作者：顾晓岚</p>": "某某晚报",
    "<p>稿源：《某某周刊》</p>": "某某周刊",
    "<p>2026-11-20</p>": None,
    '<p><span class="meta meta_nickname">巷口闲谈</span> <em></em></p>': "巷口闲谈",
    '<div id="account-name">巷口闲谈</div>': "巷口闲谈",
    '<div id="account-name">巷口闲谈</div><p>来源：某某晚报 2026-11-20</p>': "某某晚报",
    '<p><span>顾晓岚</span> <span class="meta_nickname">巷口闲谈</span></p>': None,
    '<p class="username">巷口闲谈</p>': None,
}


@pytest.mark.parametrize("line", OUTLETS)
def test_the_outlet(line):
    tree = parsed(f"<title>{HEADLINE}</title><h1>{HEADLINE}</h1>{line}{TEXT}")
    assert tree is not None
    assert tree.body is not None
    page = read_head(tree)
    outline = read_outline(tree.body)
    assert find_outlet(page, outline, find_body(outline, title_keys(page), BodyParams())) == OUTLETS[line]


def test_a_declared_source_is_the_outlet_when_none_is_printed():
    tree = parsed('<meta name="source" content="某某晚报"><p>x</p>')
    assert tree is not None
    assert tree.body is not None
    assert find_outlet(read_head(tree), read_outline(tree.body), None) == "某某晚报"


def test_broken_json_ld_is_no_json_ld():
    good = '[1, {"@type": ["Thing", "BlogPosting"], "headline": " a "}]'
    scripts = [f'<script type="application/ld+json">{text}</script>' for text in ('{"@type": "NewsArticle", ', good)]
    tree = parsed("".join(scripts))
    assert tree is not None
    head = read_head(tree)
    assert head.linked("headline") == "a"
    assert head.linked("datePublished") is None
