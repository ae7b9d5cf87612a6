"""The headline inside the text: it belongs to `title`, and what stands above it is navigation.

街坊版              navigation
老店寻访            navigation
一家小店的待客之道  the headline, known from the title or from a reprint clause: "…转载：某网 » 一家小店的待客之道"
正文……

And the site's name behind it, as records carry it: 一家小店的待客之道_社会频道_某某网. It goes where the headline itself
stands in the text, or where each part behind a mark is a site's or a section's name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.fold import fold, fold_key
from pipeline.model import Article, Flag
from pipeline.text import ends_sentence

# Marks between a headline and names: _ | ｜ nearly always; dashes stand in headlines too.
_MARKS = re.compile(r"\s*[_|丨]+\s*|\s+[-–—/]+\s+|\s*(?:--+|——|–|—|-)\s*")
_SITE = re.compile(
    fold(
        r"\[?(?:.{1,12}(?:网|网站|在线|日报|晚报|早报|晨报|时报|商报|都市报|周刊|周报|电视台|电台|门户|论坛|客户端|传媒|媒体|通讯社"
        r"|新闻|新闻云|新闻中心|资讯|财经|股吧|博客|社区|订阅|电子报)|[\w.-]{1,24}\.(?:com|cn|net|org|tw|hk|cc).{0,4}"
        r"|(?:新浪|搜狐|网易|腾讯|凤凰|央视|新华|人民|百度|今日头条|知乎|雪球|界面|澎湃|联合|中央社|明报|商业电台|udn|ettoday|yahoo"
        r"|nownews|bbc|rthk|cna|voa|rfi|cnn|taiwan news).{0,16})\]?"
    )
)
_SECTION = re.compile(
    fold(
        r".{1,8}(?:频道|栏目|专栏|专题|专区|版|新闻|要闻|焦点|速报|事件|中心)|首页|正文|要闻|国内|国际|社会|财经|体育|娱乐|科技|教育|军事"
        r"|时政|观点|评论|文化|健康|汽车|房产|旅游|生活|民生|本地|图片|专题|热点|即时|政治|地方|两岸|港澳|港闻|中港台|两岸三地|滚动|头条"
        r"|焦点|饮食|资讯|手机|\d{8}"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineParams:
    """Where a headline may stand, and what it may look like."""

    max_lines_above: int = 8  # lines; breadcrumbs, channel names, date and byline
    min_chars: int = 6  # of a headline
    max_chars: int = 60  # of a headline; beyond it is a lead
    max_title_chars: int = 300  # of a title with the names behind it; a longer one is no title, and stays
    max_part_chars: int = 8  # of a section's or topic's name between bars, before the name of a site
    max_label_chars: int = 16  # characters of a line above the headline that is navigation and not a lead


def strip_site(article: Article, params: HeadlineParams) -> Article:
    """Return the article with its title as the headline alone; what went is remarked as "title_site"."""
    title = article.title or ""
    if not title or len(title) > params.max_title_chars:
        return article
    end = _headline_end(title, article.paragraphs[: params.max_lines_above], params)
    if end == len(title):
        return article
    return replace(article, title=title[:end]).flagged(Flag(name="title_site", detail=title[end:]))


def _headline_end(title: str, lines: Sequence[str], params: HeadlineParams) -> int:
    """Return where the headline ends in a title that goes on with names; its length if it does not."""
    folded = fold(title)
    marks = [mark for mark in _MARKS.finditer(folded) if len(fold_key(title[: mark.start()])) >= params.min_chars]
    if not marks:  # most titles
        return len(title)
    keys = {fold_key(line) for line in lines if len(line) <= 2 * params.max_chars}
    whole = next((mark.start() for mark in marks if fold_key(title[: mark.start()]) in keys), None)
    return _before_names(folded, marks, params) if whole is None else whole


def _before_names(folded: str, marks: Sequence[re.Match[str]], params: HeadlineParams) -> int:
    """Return where the names begin: from the right, a site first, then sections and what stands between bars."""
    end = len(folded)
    for mark in reversed(marks):
        part = folded[mark.end() : end]
        is_site = _SITE.fullmatch(part) is not None
        is_behind = end < len(folded) and (_SECTION.fullmatch(part) or _is_label(mark, part, params))
        if not is_site and not is_behind:
            break
        end = mark.start()
    return end


def _is_label(mark: re.Match[str], part: str, params: HeadlineParams) -> bool:
    return mark.group().strip()[:1] in {"_", "|", "丨"} and len(part) <= params.max_part_chars


def find_headline(lines: Sequence[str], title: str, params: HeadlineParams) -> int | None:
    """Return the line that repeats the title; None if there is none near the top. A title may end in the site's name."""
    wanted = fold_key(title)
    for i, line in enumerate(lines[: params.max_lines_above]):
        key = fold_key(line) if len(line) <= 2 * params.max_chars else ""
        if key and (key == wanted or (len(key) >= params.min_chars and wanted.startswith(key))):
            return i
    return None


def find_headline_below(lines: Sequence[str], crumb: int, params: HeadlineParams) -> int | None:
    """Return the line below a breadcrumb if it looks like a headline and a sentence follows; else None."""
    if crumb + 2 >= len(lines):
        return None
    line, after = lines[crumb + 1], lines[crumb + 2]
    is_headline = params.min_chars <= len(line) <= params.max_chars and not ends_sentence(line)
    return crumb + 1 if is_headline and len(after) > params.max_label_chars and ends_sentence(after) else None


def find_labels_above(lines: Sequence[str], headline: int, params: HeadlineParams) -> tuple[int, ...]:
    """Return the lines above the headline that are too short to be a lead."""
    return tuple(i for i in range(headline) if len(lines[i]) <= params.max_label_chars and not ends_sentence(lines[i]))
