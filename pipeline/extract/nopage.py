"""Pages that hold no article, and why: error pages, lists, pay walls, shells that a script would fill, films, pictures."""

import re
from typing import Literal

from selectolax.lexbor import LexborHTMLParser

from pipeline.extract.body import Body
from pipeline.extract.dom import Outline
from pipeline.extract.linekinds import key_of
from pipeline.text import count_han

Reason = Literal["soft_404", "list_page", "paywall", "shell", "no_body", "video", "gallery"]

_GONE = re.compile(
    r"(?:\b404\b\W*)?(?:抱歉\W*|对不起\W*|您访问的|您要?查看的|您请求的)*(?:页面|頁面|网页|網頁|文章|内容|內容|新闻|新聞|链接|連結|信息|资源).{0,6}(?:不存在|找不到|未找到|已(?:经)?(?:被)?(?:删除|刪除|移除|下架)|已失效|已过期|已過期|不见了|走丢)"
    r"|(?:找不到|未找到|无法找到|無法找到|没有找到|沒有找到).{0,8}(?:页面|頁面|网页|網頁|文章|内容|內容)|(?:\b404\b\W*)?(?:page )?not found|\b404\b(?:\W*error|\W*错误)?",
    re.IGNORECASE,
)
_PAY_WALL = re.compile(
    r"(?:订阅|訂閱|付费|付費|登录|登錄|登入|成为会员|成為會員|加入会员|加入會員|开通会员|升级会员).{0,8}(?:后|後|即可|以|才能|可)?.{0,4}(?:继续|繼續)?(?:阅读|閱讀|查看|观看|瀏覽)(?:全文|更多|完整|餘下|剩余)?"
    r"|(?:付费|付費|会员|會員|订户|訂戶)(?:专享|專享|专属|專屬|限定)(?:文章|内容|內容|报道|報導)?|(?:剩余|餘下|剩下)\s?\d{0,3}%?.{0,6}(?:未读|未讀|内容|內容)|本文(?:为|為).{0,4}(?:付费|付費|会员|會員)"
)
_GONE_MAX_HAN = 200  # an error page explains itself in fewer characters; a story about an error 404 is longer
_MESSAGE_RATIO = 0.7  # of a title's characters that are the message
_PAY_WALL_MAX_HAN = 260  # a teaser before a pay wall; whole articles carry the same words in their footer
ENOUGH_HAN = 300  # above all of these: a text with more is not counted to its end
_SHELL_MAX_HAN = 80  # visible Han characters of a page that only a script would fill
_LIST_MIN_LINKS = 12  # lines that are links; a list page has dozens
_LIST_LINK_RATIO = 0.5  # links per line of text in the found body: an article's body has next to none
_LINKS_BELOW_HEADLINE_RATIO = (
    2.0  # the same where the page's title is printed above: related links may stand in between
)
_PLAYERS = "video, embed, object[data], iframe[src*=player], iframe[src*=video], [class*=player], [id*=player]"
_GALLERIES = "[class*=gallery], [class*=slide], [class*=swiper], [class*=album], [class*=photo], [id*=gallery], [id*=photo], figure"
_GALLERY_MIN_PICTURES = 4  # a news page without text has a logo and a picture or two


def why_without_text(tree: LexborHTMLParser) -> tuple[Reason, str] | None:
    """Return what a page shows in place of a text; None: neither a film nor a row of pictures. Only asked where there is none."""
    player = tree.css_first(_PLAYERS)
    if player is not None:
        return "video", f"<{player.tag}> and next to no text"
    pictures = len(tree.css("img"))
    if pictures >= _GALLERY_MIN_PICTURES and tree.css_first(_GALLERIES) is not None:
        return "gallery", f"{pictures} pictures and next to no text"
    return None


def why_no_article(
    outline: Outline, body: Body | None, title: str | None, han: int, min_han: int
) -> tuple[Reason | None, str]:
    """Return the reason why the page is no article, with a detail; (None, "") when it is one."""
    gone = _GONE.search(title or "")
    if gone and (han < min_han or (han < _GONE_MAX_HAN and _is_all_of(gone.group(), title or ""))):
        return "soft_404", gone.group()
    if body is None or han < min_han:
        return _why_empty(outline, han)
    if han < _PAY_WALL_MAX_HAN:
        wall = _first_match(_PAY_WALL, outline, range(body.first, min(body.end + 6, len(outline.lines))))
        if wall is not None and body.headline is not None:
            return "paywall", wall
    if _is_list(outline, body):
        return "list_page", f"{len(body.kept)} of {body.end - body.first} lines are text"
    return None, ""


def _is_all_of(message: str, title: str) -> bool:
    """Return whether a title says nothing but that the page is gone: 抱歉，页面不存在; not a story that quotes it."""
    return len(key_of(message)) >= len(key_of(title)) * _MESSAGE_RATIO


def _why_empty(outline: Outline, han: int) -> tuple[Reason, str]:
    gone = _first_match(_GONE, outline, range(len(outline.lines)))
    visible = sum(count_han(line.text) for line in outline.lines)
    if gone is not None and visible < 2 * _GONE_MAX_HAN:
        return "soft_404", gone
    if visible < _SHELL_MAX_HAN:
        return "shell", f"{visible} Han characters in all"
    if sum(_is_link(outline, i) for i in range(len(outline.lines))) >= _LIST_MIN_LINKS:
        return "list_page", "no text outside links"
    return "no_body", f"{han} Han characters of text"


def _is_list(outline: Outline, body: Body) -> bool:
    """Is the body a row of summaries? Their headlines are links between the lines of text, and no headline is above."""
    span = range(body.first, body.end)
    links = sum(_is_link(outline, i) for i in span)
    if links < len(body.kept) * _LIST_LINK_RATIO or len(body.kept) < 3:
        return False
    return body.headline is None or links > len(body.kept) * _LINKS_BELOW_HEADLINE_RATIO


def _is_link(outline: Outline, i: int) -> bool:
    line = outline.lines[i]
    return len(line.text) >= 6 and line.linked * 10 > len(line.text) * 8


def _first_match(pattern: re.Pattern[str], outline: Outline, where: range) -> str | None:
    for i in where:
        text = outline.lines[i].text
        found = pattern.search(text) if len(text) <= 120 else None
        if found is not None:
            return found.group()
    return None
