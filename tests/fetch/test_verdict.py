"""Pages and what must not be stored as one. All pages written for this test."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.fetch.verdict import Verdict, blocked_kind, judge
from tests.builders import QUADRATIC_S

NEWS = "政务大厅的工作人员耐心解答办事群众的问题，并主动上门为行动不便的老人办理手续。" * 12


def html(title, body, head=""):
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"
    )


def verdict(page, *, status=200, headers=None, content_type="text/html"):
    body = page if isinstance(page, bytes) else page.encode()
    return judge(status=status, headers=headers or {}, body=body, content_type=content_type)


LABELS = {
    "article": (html("大厅服务暖人心", f"<p>{NEWS}</p>"), "page"),
    "short news": (html("热线开通", "<p>本市客服热线今日开通，市民可随时拨打咨询。</p>"), "page"),
    "GBK": (html("大厅服务暖人心", f"<p>{NEWS}</p>").encode("gbk"), "page"),
    "captcha": (html("安全验证", "<p>请完成下方的验证以继续</p><div id=c></div>"), "blocked:captcha"),
    "captcha in GBK": (
        html("安全验证", "<p>请完成下方的验证以继续</p>").replace("utf-8", "gbk").encode("gbk"),
        "blocked:captcha",
    ),
    "captcha, traditional": (html("網站", "<p>請完成以下驗證後繼續瀏覽</p>"), "blocked:captcha"),
    "slider": (html("提示", "<p>拖动下方滑块完成拼图</p>"), "blocked:captcha"),
    "news about captchas": (html("银行升级安全验证方式", f"<p>{NEWS}客户请完成短信验证后办理。</p>"), "page"),
    "short news about identity": (
        html("医院推行线上服务", "<p>患者登录小程序完成身份认证后即可预约挂号。</p>"),
        "page",
    ),
    "too often": (html("提示", "<p>您的访问过于频繁，请稍后再试</p>"), "blocked:denied"),
    "denied": (html("403 Forbidden", "<h1>Access denied</h1>"), "blocked:denied"),
    "firewall": (html("网站防火墙", "<p>您的请求被拦截</p>"), "blocked:denied"),
    "cookie script": ("<script>document.cookie='__jsl_clearance=1'</script>", "blocked:jsl"),
    "login": (html("会员", "<p>请先登录后查看全文</p>"), "login"),
    "login line over comments": (html("大厅服务", f"<p>{NEWS}</p><p>请登录后发表评论</p>"), "page"),
    "gone": (html("404 页面不存在", "<p>您要找的页面已删除，稍后返回首页</p>"), "soft_404"),
    "gone, by its text": (html("某某网", "<p>抱歉，该文章不存在或已被删除</p>"), "soft_404"),
    "gone, traditional": (html("某某網", "<p>找不到您要的網頁</p>"), "soft_404"),
    "gone, English": (html("404 Not Found", "<center>nginx</center>"), "soft_404"),
    "error title": (html("系统提示", "<p>参数错误</p>"), "soft_404"),
    "news about a page": (html("小店关门后网页不存在引关注", f"<p>{NEWS}</p>"), "page"),
    "number in the title": (html("404路公交线路调整服务时间", "<p>本周起首班车提前十分钟。</p>"), "page"),
    "refresh": (html("", "", '<meta http-equiv="refresh" content="0;url=/n/1.html">'), "refresh"),
    "refresh of a page with text": (
        html("直播", f"<p>{NEWS}</p>", "<meta http-equiv=refresh content='5;url=/x'>"),
        "page",
    ),
    "renewal": (html("直播", "<p>即将开始</p>", '<meta http-equiv="refresh" content="300;url=/live">'), "page"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "binary"),
    "pdf": (b"%PDF-1.7\n" + bytes(range(256)), "binary"),
    "archive": (b"PK\x03\x04" + bytes(200), "binary"),
    "nothing": ("", "page"),
}


@pytest.mark.parametrize(("page", "label"), LABELS.values(), ids=LABELS.keys())
def test_judge(page, label):
    assert verdict(page).label == label


def test_content_type_counts():
    assert verdict("text", content_type="application/pdf") == Verdict(kind="binary", detail="application/pdf")
    assert verdict("text", content_type="image/svg+xml").kind == "binary"
    for text in (
        "text/plain; charset=gbk",
        "application/xhtml+xml",
        "application/rss+xml",
        "application/json",
        "",
        None,
        "html",
    ):
        assert verdict("<p>x", content_type=text).kind == "page"
    assert judge(status=200, headers={"content-type": "video/mp4"}, body=b"x").kind == "binary"


def test_where_a_refresh_leads():
    page = html("", "", "<meta content='1; URL=/n?a=1&amp;b=2' http-equiv='Refresh'>")
    assert verdict(page).refresh_url == "/n?a=1&b=2"


SCRIPT = b"<html><script src='/x/y.js'></script></html>"
WALLS = {
    "412": (412, SCRIPT, "js_challenge"),
    "521": (521, SCRIPT, "js_challenge"),
    "405": (405, SCRIPT, "waf"),
    "405 of a plain server": (405, b"<h1>Method Not Allowed</h1>", None),
    "cloud challenge": (503, b"<title>Just a moment...</title>", "cloudflare"),
    "503 of a plain server": (503, b"<h1>Service Unavailable</h1>", None),
    "403 with nothing": (403, b"", None),
    "403 with a picture": (403, b"\x89PNG\r\n\x1a\n" + bytes(300), None),
    "403 with words": (403, html("拦截提示", "<p>无</p>").encode(), "denied"),
}


@pytest.mark.parametrize(("status", "body", "wanted"), WALLS.values(), ids=WALLS.keys())
def test_blocked_kind(status, body, wanted):
    assert blocked_kind(status, {}, body) == wanted


OPT_OUTS = {
    "header": ({"x-robots-tag": "noindex, NOARCHIVE, max-snippet:-1"}, "", ("noindex", "noarchive")),
    "header for another": ({"x-robots-tag": "otherbot: noindex"}, "", ()),
    "header for all": ({"x-robots-tag": "*: noindex"}, "", ("noindex",)),
    "mining reserved": ({"tdm-reservation": "1"}, "", ("tdm-reservation",)),
    "mining allowed": ({"tdm-reservation": "0"}, "", ()),
    "signal": ({"content-signal": "search=yes, ai-train=no"}, "", ("ai-train=no",)),
    "meta": ({}, '<meta name="robots" content="noindex,follow">', ("noindex",)),
    "meta, other order": ({}, "<meta content='noarchive' name=robots>", ("noarchive",)),
    "meta without quotes": ({}, "<meta name=robots content=noindex>", ("noindex",)),
    "meta of mining": ({}, '<meta name="tdm-reservation" content="1">', ("tdm-reservation",)),
    "mining allowed in meta": ({}, '<meta name="tdm-reservation" content="0">', ()),
    "meta of others": ({}, '<meta name="description" content="noindex">', ()),
    "meta without content": ({}, '<meta name="robots">', ()),
    "both": ({"x-robots-tag": "noindex"}, '<meta name="robots" content="noindex, noai">', ("noindex", "noai")),
    "none": ({}, '<meta name="robots" content="index, follow">', ()),
}


@pytest.mark.parametrize(("headers", "head", "wanted"), OPT_OUTS.values(), ids=OPT_OUTS.keys())
def test_opt_outs(headers, head, wanted):
    assert verdict(html("题", f"<p>{NEWS}</p>", head), headers=headers).opt_outs == wanted


def test_opt_outs_stand_beside_every_verdict():
    signs = {"x-robots-tag": "noindex"}
    for page in (SCRIPT + b"__jsl_clearance", b"%PDF-1.4", html("404", "<p>页面不存在</p>")):
        assert verdict(page, headers=signs).opt_outs == ("noindex",)


def test_a_page_cut_for_looking_at_is_not_cut_within_a_character():
    long = html("大厅服务暖人心", "".join(f"<p>{NEWS}</p>" for _ in range(400)))
    assert verdict(long).kind == "page"
    assert verdict("字" * 100_000).kind == "page"


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(100, 599))
def test_any_bytes_have_a_verdict(body, status):
    assert judge(status=status, headers={}, body=body).label


@pytest.mark.parametrize(
    "piece", ["<", "a", "<meta ", "<!--", "<script", "<title>", "请完成", "页面", "content='", "您的访问", "字"]
)
def test_hostile_pages_take_linear_time(piece):
    started = time.process_time()
    verdict(piece * (1_000_000 // len(piece)))
    verdict(piece * 30)
    assert time.process_time() - started < QUADRATIC_S
