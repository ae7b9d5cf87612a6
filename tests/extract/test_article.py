from datetime import datetime

import pytest

from pipeline.extract.article import ExtractParams, SiteSelectors, extract_article
from pipeline.extract.dom import MAX_CHARS
from pipeline.model import Article, ArticleId, CanonicalUrl, Page, Rejected

TEXT = "市民服务中心今天起把排队取号改成了电话预约，老人不用再一早赶来等候。"
HTML = f"""<html><head><title>服务中心改用预约_本地新闻</title></head><body>
<div id="top"><b class="real">预约之后，队伍不见了</b><i class="who">文/顾晓岚 摄影/某人</i><span class="when">2026年3月5日 08:30</span></div>
<div id="one"><p>{TEXT}</p><p class="promo">本周特惠，全场八折，欢迎选购，数量有限，先到先得。</p></div>
<div id="two" style="display:none"><p>{TEXT[::-1]}</p></div></body></html>"""


def page(body: bytes | str, **fields):
    data = body.encode() if isinstance(body, str) else body
    return Page(id=ArticleId("p"), url=fields.pop("url", None), source="s", body=data, **fields)


def article(html: str, **selectors: str) -> Article:
    result = extract_article(page(html), ExtractParams(selectors=SiteSelectors(**selectors)))
    assert isinstance(result, Article)
    return result


def test_selectors_win_over_the_generic_answer():
    result = article(HTML, title=".real", author=".who", date=".when", remove=".promo")
    assert result.title == "预约之后，队伍不见了"
    assert result.authors == ("顾晓岚",)
    assert result.published_at == datetime.fromisoformat("2026-03-05T08:30:00+08:00")
    assert result.paragraphs == (TEXT,)


def test_a_chosen_body_is_read_even_when_hidden():
    assert article(HTML, body="#two").paragraphs == (TEXT[::-1],)


@pytest.mark.parametrize("selector", ["#nowhere", "p:::", "[", "", "div >> >"])
def test_a_selector_that_finds_nothing_leaves_it_to_the_generic_extractor(selector):
    chosen = article(HTML, title=selector, body=selector, author=selector, date=selector, remove=selector)
    assert chosen == extract_article(page(HTML), ExtractParams())


def test_a_date_selector_may_point_at_an_attribute():
    html = HTML.replace("<body>", '<body><time class="t" datetime="2026-01-02T00:30:00Z">很久以前</time>')
    assert article(html, date=".t").published_at == datetime.fromisoformat("2026-01-02T08:30:00+08:00")


def test_a_date_selector_without_a_date_leaves_it_to_the_generic_extractor():
    assert article(HTML, date=".who").published_at == article(HTML).published_at


@pytest.mark.parametrize("shift", range(4))
def test_a_page_too_long_is_cut_between_two_characters(shift):
    html = f"<title>预约</title>{'x' * shift}<p>{TEXT}</p>" + "<!--" + "好" * (4 * MAX_CHARS // 3 + 10)
    result = extract_article(page(html), ExtractParams())
    assert isinstance(result, Article)
    assert (result.encoding, result.paragraphs[-1]) == ("utf-8", TEXT)


REJECTED: dict[str, tuple[bytes | str, str]] = {
    "nothing": (b"", "empty"),
    "white space": (b" \r\n\t ", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "binary"),
    "nested without end": (b"<div>" * 20_000 + TEXT.encode(), "too_deep"),
    "frames only": (b"<frameset><frame src=a></frameset>", "shell"),
    "too short": ("<html><title>短讯</title><h1>短讯</h1><p>今天放晴。</p>", "shell"),
    "only a menu": ("<p>" + "栏目 " * 100 + "</p>", "no_body"),
}


@pytest.mark.parametrize("case", REJECTED)
def test_pages_without_an_article_are_rejected_with_the_reason(case):
    body, reason = REJECTED[case]
    result = extract_article(page(body), ExtractParams())
    assert isinstance(result, Rejected)
    assert result.rule == f"extract.article.{reason}"


def test_the_encoding_and_the_identity_of_the_page_are_kept():
    url = CanonicalUrl("https://a.example/20260304/x.html")
    result = extract_article(page(f"<h1>标题在这里写着</h1><p>{TEXT}</p>".encode("gbk"), url=url), ExtractParams())
    assert isinstance(result, Article)
    assert (result.id, result.url, result.source, result.encoding) == ("p", url, "s", "gb18030")
    assert result.published_at == datetime.fromisoformat("2026-03-04T00:00:00+08:00")  # the address says the day


def test_a_smaller_minimum_lets_short_items_through():
    html = "<h1>今天放晴了</h1><p>今天上午雨停了，太阳出来了。</p>"
    assert isinstance(extract_article(page(html), ExtractParams()), Rejected)
    assert isinstance(extract_article(page(html), ExtractParams(min_han=5)), Article)
