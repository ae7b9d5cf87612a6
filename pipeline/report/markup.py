"""Text to HTML: the only place where what comes from outside is made harmless.

Escaped for contents and for quoted attributes; what HTML cannot hold (control characters, lone surrogates) is shown as
U+FFFD. An address becomes a link only when it is one of the web.
"""

import re
from collections.abc import Iterable
from html import escape

from pipeline.model import Article

_START_CHARS = 40  # of a text without a title
_MOST_TITLE_CHARS = 200
_MOST_LINK_CHARS = 500  # a longer address is no place that anyone wants to click

# What is no character of an HTML page: C0 but tab, newline and return; DEL and C1; surrogates; noncharacters of the BMP.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_WEB = re.compile(r"https?://[^\s<>\"]+\Z", re.IGNORECASE)
_SEAM = re.compile(r"(?<=\w[._])(?=\w)")
_BREAK = "<wbr>"
_LANGUAGES = {"hans": "zh-Hans", "hant": "zh-Hant", "ja": "ja", "ko": "ko"}


def esc(text: object) -> str:
    """Return the text as HTML, fit for contents and for attributes in double quotes."""
    return escape(_UNFIT.sub("\ufffd", str(text)))


def isolated(text: str) -> str:
    """Return the text as HTML that cannot turn the reading direction of what stands beside it."""
    return f"<bdi>{esc(text)}</bdi>"


def clipped(text: str, most: int) -> str:
    """Return the text, or how it begins."""
    return text if len(text) <= most else f"{text[:most]}…"


def link(address: str) -> str:
    """Return an address as a link when it is http or https, else as plain text: `javascript:` must not be clickable."""
    if _WEB.match(address) and len(address) <= _MOST_LINK_CHARS:
        return f'<a href="{esc(address)}" rel="noreferrer noopener nofollow">{isolated(address)}</a>'
    return isolated(clipped(address, _MOST_LINK_CHARS))


def code(name: str) -> str:
    """Return an id or the name of a rule."""
    return f'<code translate="no">{seamed(name)}</code>'


def seamed(name: str) -> str:
    """Return a name as HTML that is broken behind a dot or an underscore before it is broken anywhere."""
    return _SEAM.sub(_BREAK, esc(name))


def chip(text: str, kind: str = "") -> str:
    """Return a small label; `kind` is a class of ours, never from a text."""
    return f'<span class="chip{" " + kind if kind else ""}">{esc(text)}</span>'


def words(values: Iterable[str]) -> str:
    """Return values as one attribute that a script can take apart: a line each."""
    return esc("\n".join(values))


def language(article: Article) -> str:
    """Return the attribute that makes a browser choose the right forms of Han characters; "" when it is not known."""
    tag = _LANGUAGES.get(article.script or "")
    return f' lang="{tag}"' if tag else ""


def title_of(article: Article) -> str:
    """Return the title, or how the text begins, or the id."""
    start = clipped(article.paragraphs[0], _START_CHARS) if article.paragraphs else ""
    return clipped(article.title or start or article.id, _MOST_TITLE_CHARS)


def section(anchor: str, title: str, body: str, *, note: str = "") -> str:
    """Return a section of the page; "" when it has nothing to show."""
    if not body:
        return ""
    told = f'<p class="quiet">{note}</p>' if note else ""
    return f'<section id="{anchor}"><h2>{title}</h2>{told}{body}</section>'


def sampled(shown: int, total: int, *, also: str = "") -> str:
    """Return what is said where not everything is shown; "" where it is. `also`: what was taken besides."""
    if shown >= total:
        return ""
    how = f"从头到尾均匀抽取{f'，{also}，' if also else ''}"
    return (
        f"共 {total:,} 条，{how}显示 {shown:,} 条；不凭随机，同样的数据总是抽到同样的条目。"
        f"其余的可用编号或网址查看：{code('zhnews explain --data 文件夹 编号')}"
    )
