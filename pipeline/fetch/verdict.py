"""What came back: a page, or something that must not be stored as one.

    status, headers, body ─▶ blocked:<kind> ─▶ binary ─▶ blocked (by its text) ─▶ soft 404 ─▶ refresh ─▶ page
                                                                            + what the page says about being stored or mined

A wall is named, counted and left alone; nothing here helps to get round one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Literal, TypeAlias

from pipeline.extract.encoding import decode_html, looks_binary
from pipeline.quality.optout import page_signs, robots_words

Kind: TypeAlias = Literal["page", "blocked", "login", "soft_404", "binary", "refresh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictParams:
    """How much of a page is looked at, and how short a page that only speaks of itself is."""

    max_bytes: int = 64 << 10  # of the body; heads of news pages, with their inline scripts, end before
    max_wall_chars: int = 600  # of visible text under a title that names a captcha or ban
    max_phrase_chars: int = 200  # the same when only the text names it: short news may speak of one, too
    max_login_chars: int = 200  # the same for "log in to read"; longer pages have such a line above their comments
    max_missing_chars: int = 400  # the same for "page not found", unless the title says it
    max_refresh_chars: int = 200  # the same for a page that only sends us on


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer is. Only `page` goes on to extraction."""

    kind: Kind
    detail: str = ""  # blocked: by what; binary: of what kind; soft_404: the words that say so
    opt_outs: tuple[str, ...] = ()  # "noindex", "noarchive", "tdm-reservation", "ai-train=no" …; recorded with the page
    refresh_url: str | None = None  # as written, of a page that only sends us on

    @property
    def label(self) -> str:
        """The verdict in one word, for counting: "page", "blocked:captcha"."""
        return f"{self.kind}:{self.detail}" if self.kind == "blocked" else self.kind


def judge(
    *,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    content_type: str | None = None,
    params: VerdictParams | None = None,
) -> Verdict:
    """Return what the answer is. `headers` have lower-case names, `body` is unpacked."""
    params = params or VerdictParams()
    content_type = content_type or headers.get("content-type")
    head = _head(body, params)
    signs = tuple(dict.fromkeys(_header_opt_outs(headers)))
    wall = _challenge(status, head)
    if wall is not None:
        return Verdict(kind="blocked", detail=wall, opt_outs=signs)
    binary = _binary_kind(content_type, head)
    if binary is not None:
        return Verdict(kind="binary", detail=binary, opt_outs=signs)
    html = decode_html(head, content_type=content_type).text
    return _judged_text(html, tuple(dict.fromkeys((*signs, *page_signs(html)))), params)


def blocked_kind(
    status: int, headers: Mapping[str, str], body: bytes, params: VerdictParams | None = None
) -> str | None:
    """Return the kind of wall that the host puts up (challenge, captcha, ban); None: none, as far as one can see.

    A page for members only is no such wall: the rest of the host may be open.
    """
    params = params or VerdictParams()
    head = _head(body, params)
    content_type = headers.get("content-type")
    wall = _challenge(status, head)
    if wall is not None or not head or _binary_kind(content_type, head) is not None:
        return wall
    html = decode_html(head, content_type=content_type).text
    return _wall_words(_title(html), _visible(html), params)


def _head(body: bytes, params: VerdictParams) -> bytes:
    """Return the beginning, not cut within a character: no charset of the web has `>` for a second byte."""
    if len(body) <= params.max_bytes:
        return body
    return body[: body.rfind(b">", 0, params.max_bytes) + 1 or params.max_bytes]


def _challenge(status: int, head: bytes) -> str | None:
    """Return the product whose challenge this is."""
    script = head.lower()
    for kind, statuses, marks in _CHALLENGES:
        if (not statuses or status in statuses) and any(mark in script for mark in marks):
            return kind
    return _CHALLENGE_STATUSES.get(status) if b"<script" in script else None


# (kind, statuses or none for any, marks in the lower-cased body). The marks are names of the products' own cookies and scripts.
_CHALLENGES: tuple[tuple[str, frozenset[int], tuple[bytes, ...]], ...] = (
    ("jsl", frozenset(), (b"__jsl_clearance", b"jsluid")),
    (
        "aliyun_waf",
        frozenset({200, 403, 405}),
        (b"acw_sc__v2", b"aliyun_waf", b"errors.aliyun.com", b"_waf_bd8ce2ce37"),
    ),
    (
        "cloudflare",
        frozenset({403, 429, 503}),
        (b"/cdn-cgi/challenge-platform", b"cf-chl-", b"cf_chl_", b"just a moment..."),
    ),
    ("safeline", frozenset({403, 467, 468}), (b"safeline", b"/.safeline/")),
    ("tencent_waf", frozenset({403, 418, 501, 567}), (b"waf.tencent", b"tencent cloud edgeone", b"eo_bot")),
    (
        "yundun",
        frozenset({403, 405, 512}),
        (b"yunsuo_session", b"yundun", b"anquanbao", b"360wzws", b"wangzhan.qianxin"),
    ),
    ("geetest", frozenset(), (b"initgeetest", b"gt.js?", b"static.geetest.com/v4/gt4.js")),
)
_CHALLENGE_STATUSES = {
    412: "js_challenge",  # a script that computes a cookie (瑞数)
    521: "js_challenge",  # the same (加速乐)
    202: "js_challenge",
    405: "waf",
    418: "waf",
    567: "waf",
}
# What walls say to a reader, in the script they are written in.
_WALL_PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "captcha",
        re.compile(
            r"(?:安全|人机|人機|滑动|滑動|滑块|拼图|访问)(?:验证|驗證|校验)|[请請](?:先)?(?:完成|输入|輸入)[^。\n]{0,12}(?:验证|驗證|校验)"
            r"|拖[动動](?:下方)?滑[块塊]|verify (?:that )?you are (?:a )?human|are you a robot",
            re.IGNORECASE,
        ),
    ),
    (
        "denied",
        re.compile(
            r"[您你]的?(?:访问|訪問|请求|請求|操作)[^。\n]{0,8}(?:被(?:拦截|阻断|攔截|阻斷|拒绝|禁止|限制)|过于频繁|過於頻繁|太频繁|存在(?:异常|风险|威胁))"
            r"|(?:访问|訪問|请求|請求)(?:过于|過於|太|过|过度)(?:频繁|頻繁)|\bIP[^。\n]{0,10}(?:被(?:封|禁|限制)|异常)|网站防火墙|web应用防火墙"
            r"|access denied|request blocked|too many requests",
            re.IGNORECASE,
        ),
    ),
)
_WALL_TITLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "captcha",
        re.compile(
            r"^\W*(?:安全|人机|人機|身份|访问|滑动)?(?:验证|驗證)(?:中心|码|中|页面)?\W*$|^captcha$|just a moment",
            re.IGNORECASE,
        ),
    ),
    (
        "denied",
        re.compile(
            r"^\W*(?:40[35]\s*)?(?:forbidden|access denied|访问(?:被拒绝|被拦截|受限|异常|禁止)|禁止访问|拦截提示|网站防火墙)",
            re.IGNORECASE,
        ),
    ),
)
_LOGIN = re.compile(
    r"(?:[请請]|需要|[您你](?:还没有|尚未))先?(?:登录|登陆|登錄|登入)(?:后|後|才能|方可|账号|帐号|查看|继续|$)"
    r"|(?:登录|登陆|登錄|登入)[后後](?:方可|才能|可以?)?(?:查看|阅读|閱讀|浏览|继续)"
)


def _wall_words(title: str, text: str, params: VerdictParams) -> str | None:
    """Return the kind of wall that a page's words are, when it has few others."""
    if len(text) > params.max_wall_chars:
        return None
    named = next((kind for kind, pattern in _WALL_TITLES if pattern.search(title)), None)
    if named is not None or len(text) > params.max_phrase_chars:
        return named
    return next((kind for kind, pattern in _WALL_PHRASES if pattern.search(text)), None)


_TEXT_TYPES = re.compile(
    r"text/|application/(?:[\w.+-]*(?:xml|json)|x?html|javascript|octet-stream|gzip|x-gzip)|unknown|\*/\*|^\s*$"
)


def _binary_kind(content_type: str | None, body: bytes) -> str | None:
    """Return what kind of file it is; None: it may be text."""
    named = (content_type or "").partition(";")[0].strip().lower()
    if named and not _TEXT_TYPES.match(named) and "/" in named:
        return named
    if body.startswith(b"%PDF-"):
        return "application/pdf"
    return "bytes" if looks_binary(body) else None


_MISSING_TITLE = re.compile(
    r"^\W*404(?!\w)|\b404\s*(?:not found|error|页|错误|-)|not found|(?:页面|頁面|网页|網頁|内容|文章|信息|您访问的|您要找的)[^。\n]{0,8}(?:不存在|找不到|未找到|已删除|已刪除|已失效|丢失|走丢)"
    r"|(?:找不到|没有找到|沒有找到|未找到)(?:该|您|你|相关)?[^。\n]{0,6}(?:页面|頁面|网页|內容|内容|文章)|^\W*(?:出错了|错误提示|系统提示|提示信息|信息提示)",
    re.IGNORECASE,
)
_MISSING_TEXT = re.compile(
    r"(?:页面|頁面|网页|網頁|文章|新闻|新聞|内容|內容|信息|稿件|帖子|链接|地址)[^。\n，,]{0,8}(?:不存在|找不到|无法找到|已经?被?删除|已被?刪除|已失效|已过期|已下线|已撤[下稿回]|丢失|走丢)"
    r"|(?:找不到|没有找到|沒有找到|未找到|无法找到)[^。\n，,]{0,12}(?:页面|頁面|网页|網頁|文章|內容|内容|新闻)"
    r"|(?:页面|网页)(?:可能)?(?:去火星|飞走|迷路|走失)|page (?:you requested )?(?:was |could )?not (?:be )?found|404 not found",
    re.IGNORECASE,
)
_SYSTEM_TITLE = re.compile(r"提示|出错|错误|error", re.IGNORECASE)


def _judged_text(html: str, opt_outs: tuple[str, ...], params: VerdictParams) -> Verdict:
    text, title = _visible(html), _title(html)
    wall = _wall_words(title, text, params)
    if wall is not None:
        return Verdict(kind="blocked", detail=wall, opt_outs=opt_outs)
    said = _LOGIN.search(text) if len(text) <= params.max_login_chars else None
    if said is not None:
        return Verdict(kind="login", detail=said.group(), opt_outs=opt_outs)
    missing = _missing_words(title, text, params)
    if missing is not None:
        return Verdict(kind="soft_404", detail=missing, opt_outs=opt_outs)
    refresh = _refresh_url(html)
    if refresh is not None and len(text) <= params.max_refresh_chars:
        return Verdict(kind="refresh", opt_outs=opt_outs, refresh_url=refresh)
    return Verdict(kind="page", opt_outs=opt_outs)


def _missing_words(title: str, text: str, params: VerdictParams) -> str | None:
    """Return the words that say that the page is not there. A long page with such a title is news about one."""
    if len(text) > params.max_missing_chars:
        return None
    said = _MISSING_TEXT.search(text)
    if said is not None:
        return said.group()
    named = _MISSING_TITLE.search(title)
    return title if named is not None and (not _SYSTEM_TITLE.search(title) or len(text) < 120) else None


_REFRESH = re.compile(r"<meta\b[^<>]{0,200}http-equiv\s*=\s*[\"']?refresh[^<>]{0,500}", re.IGNORECASE)
_REFRESH_URL = re.compile(
    r"content\s*=\s*([\"']?)\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*url\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE
)
_MAX_REFRESH_S = 10  # longer ones renew a live page


def _refresh_url(html: str) -> str | None:
    tag = _REFRESH.search(html)
    found = _REFRESH_URL.search(tag.group()) if tag else None
    return unescape(found.group(3)) if found and int(found.group(2)) <= _MAX_REFRESH_S else None


_NO_SIGNAL = re.compile(r"(ai-train|ai-input|ai|train-ai|tdm|bots|search)\s*=\s*(?:no|n)\b", re.IGNORECASE)


def _header_opt_outs(headers: Mapping[str, str]) -> Iterator[str]:
    yield from robots_words(headers.get("x-robots-tag", ""))
    if headers.get("tdm-reservation", "").strip() == "1":
        yield "tdm-reservation"
    for name in ("content-signal", "content-usage"):
        for match in _NO_SIGNAL.finditer(headers.get(name, "")):
            yield f"{match.group(1).lower()}=no"


_DROPPED = re.compile(
    r"<(script|style|noscript|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def _title(html: str) -> str:
    match = _TITLE.search(html)
    return " ".join(unescape(match.group(1)).split()) if match else ""


def _visible(html: str) -> str:
    """Return roughly what a reader sees, without the title; good enough to tell a notice from an article."""
    body = html[match.end() :] if (match := _TITLE.search(html)) else html
    return " ".join(unescape(_TAG.sub(" ", _DROPPED.sub(" ", body))).split())
