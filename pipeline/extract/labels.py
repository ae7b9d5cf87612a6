"""How the page files the article: its section (频道, 栏目) and its tags (标签, 关键词).

    trail of links above the headline ─┐                     label below the body ─┐
    JSON-LD, metas, 频道： ────────────┴─▶ section           metas, JSON-LD ───────┴─▶ tags

A third of the keyword lists are not about the article (41 of 129 on the development pages): a site's own advertising, the
same on each of its pages. A list is believed when enough of its words stand in the article. The share was set by reading
what came out on those pages.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser

from pipeline.extract.body import Body
from pipeline.extract.dom import Outline, squeezed
from pipeline.extract.linekinds import key_of
from pipeline.extract.metadata import SITE_METAS, TAG_METAS, Head
from pipeline.text import count_han

_MIN_SHARE = 0.4  # of a list's words that stand in headline or text
_MAX_TAGS = 30  # of a list; longer ones name everything
_MAX_TAG_CHARS = 24
_MAX_CLAUSE_HAN = 8  # of a word that is a part of the headline; longer ones are the headline cut up
_LINES_ABOVE = 30  # of the headline, where the trail stands
_LINES_BEHIND = 25  # of the body, where the tags stand
_MAX_TRAIL_CHARS = 90
_MAX_SECTION_CHARS = 14
_MAX_SHORT_STEP_CHARS = 6
_MAX_LINKS = 3_000

_SECTION_METAS = ("article:section", "articlesection", "section", "columnname", "category:name", "og:article:section")
_STEP = re.compile(r"\s*(?:[>＞»›→]|&gt;|::)+\s*")
_STEP_SIGNS = frozenset(">＞»›→:")
_WHERE = re.compile(
    r"^.{0,6}(?:位置|[您你](?:现在|現在|目前)?在|当前在|目前在)\s?[:：]\s*|^[您你](?:现在|現在|目前|当前)?(?:的位置|位于)"
)
_ENDS = re.compile(
    r"[首主][页頁]|(?:正文|内文|內文)(?:$|\s)|[网網]\s?[>＞»]"
)  # a trail begins or ends so; a bare > is a button
_ASIDE = re.compile(r"\s*[（(].*$")
_END = re.compile(r"(?:^|\s+)(?:正文|内文|內文).*$")  # what stands behind it belongs to a toolbar
_SURE_NAMES = re.compile(r"crumb|\bmbx|weizhi|dangqian|cur-?pos|nav-?path", re.IGNORECASE)
_TRAIL_NAMES = re.compile(rf"{_SURE_NAMES.pattern}|position|location|\bpath\b", re.IGNORECASE)
_SECTION_LABEL = re.compile(r"(?:^|\s)(?:频道|頻道|栏目|欄目|所属栏目|分类|分類|版块)\s?[:：]\s?(\S{2,12})(?=\s|$)")
_NO_SECTION = re.compile(
    r"首[页頁]$|主[页頁]$|^home$|^(?:新闻|新聞|文章|内容|內容|资讯|資訊)?(?:正文|内文|內文|全文|详情|詳情|详细|阅读|內容|内容|页面)(?:[页頁])?$|^资讯正文$|^news$|搜索|登录|注册|\d{4}|^[\W\d_]*$|[。！？，]",
    re.IGNORECASE,
)
_TAG_LABEL = re.compile(
    r"^[\s\W]{0,3}(?:本文)?(?:(?:相关|文章|新闻)?(?:关键词|關鍵詞|关键字|關鍵字|标签|標籤|标籤)|Tags?|Keywords)\s?(?:[:：]\s*|$)",
    re.IGNORECASE,
)
_TAG_STARTS = frozenset("本相文新关關标標TtKk")
_HASHTAGS = re.compile(r"(?:[#＃][^\s#＃]{1,20}[#＃]?\s*)+")
_COMMAS = re.compile(r"[,，;；、\n\t#＃|｜]+")
_SPACES = re.compile(r"\s+")
_NO_TAG = re.compile(
    r"反馈|公众号|公眾號|分享|保存|打印|列印|收藏|评论|評論|关注|關注|更多|网页|網頁|手机看|字号|责任编辑|編輯|版权|举报|^[\W\d_]+$|^.$|https?:|[=<>{}]|^[lr][sd]quo$|^nbsp$",
    re.IGNORECASE,
)
# Names of media and of their sections: no subjects, unless the headline speaks of them.
_MEDIUM = re.compile(
    r"(?<![联聯特物电電])[网網]$|新[闻聞]$|资讯$|資訊$|频道$|頻道$|[日晚早时時]报$|[日晚早時]報$|电台$|電台$|(?:中央|新华|新華|通讯|通訊|中新)社$|^news$|^首[页頁]$|^(?:www\.)?[\w-]+\.(?:com|cn|net|tw|hk)$",
    re.IGNORECASE,
)


def find_section(head: Head, outline: Outline, body: Body | None, title: str | None) -> str | None:
    """Return the innermost section that the page files the article under; None: it names none."""
    unwanted = {key_of(title or ""), key_of(head.first(SITE_METAS) or "")}
    trails = (
        *_printed_trails(outline, body),
        head.trail,
        *_declared_sections(head),
        *_labelled_sections(outline, body),
    )
    return next(filter(None, (_innermost(trail, unwanted) for trail in trails)), None)


def _innermost(trail: Iterable[str], unwanted: set[str]) -> str | None:
    steps = [_ASIDE.sub("", step).strip(" []【】()（）·|-") for step in trail]
    good = [step for step in steps if _may_be_section(step) and not _is_title(step, unwanted)]
    return good[-1] if any(map(count_han, good)) else None  # 体育 > NBA, but no row of codes


def _may_be_section(step: str) -> bool:
    if not 2 <= len(step) <= _MAX_SECTION_CHARS or step.endswith(("...", "…")) or _NO_SECTION.search(step):
        return False
    return count_han(step) > 0 or step.isupper()


def _is_title(step: str, unwanted: set[str]) -> bool:
    """Return whether a step is the headline or the site; a long headline is printed cut off."""
    key = key_of(step)
    return any(key == other or (len(key) >= 5 and other.startswith(key)) for other in unwanted)


def _printed_trails(outline: Outline, body: Body | None) -> Iterator[list[str]]:
    """Yield what looks like 首页 > 财经 > 正文 above the article: first what is named so, then what reads so."""
    if body is None:
        return
    anchor = body.top
    above = range(body.first - 1, max(-1, anchor - 1 - _LINES_ABOVE), -1)
    named = dict.fromkeys(block for i in above if (block := _trail_block(outline, i)) is not None)
    for block in named:
        there = outline.blocks[block]
        lines = [line.text for line in outline.lines[there.first : there.end]]
        is_trail = _SURE_NAMES.search(there.names) or any(_STEP.search(line) or " / " in line for line in lines)
        if is_trail and sum(map(len, lines)) <= _MAX_TRAIL_CHARS:
            steps = _steps_in(lines)
            yield steps if len(steps) > 1 else []
    for i in above:
        text = outline.lines[i].text
        if len(text) <= _MAX_TRAIL_CHARS and _reads_like_trail(text):
            yield _steps_of(text)


def _reads_like_trail(text: str) -> bool:
    """Return whether a line says that it is a trail, begins or ends as one, or is a row of short names. 更多 > is a button."""
    if ("位" in text or "在" in text) and _WHERE.match(text):
        return True
    if _STEP_SIGNS.isdisjoint(text):
        return False
    steps = [step.strip() for step in _STEP.split(text)]
    if len(steps) < 2:
        return False
    return _ENDS.search(text) is not None or all(2 <= len(step) <= _MAX_SHORT_STEP_CHARS for step in steps)


def _trail_block(outline: Outline, i: int) -> int | None:
    """Return the outermost of the line's next blocks that is named like a trail."""
    blocks, block, found = outline.blocks, outline.lines[i].block, None
    for _ in range(4):
        if block < 0:
            break
        there = blocks[block]
        if there.names and _is_trail_name(there.names):
            found = block
        block = there.parent
    return found


@lru_cache(maxsize=4_096)
def _is_trail_name(names: str) -> bool:
    return _TRAIL_NAMES.search(names) is not None


def _steps_in(lines: list[str]) -> list[str]:
    """Return the steps of an element that is named like a trail: a line each, or in one line with hardly a mark between."""
    marked = [line for line in lines if _STEP.search(line)]
    if marked:
        return [step for line in marked for step in _steps_of(line)]
    return lines if len(lines) > 1 else [step for step in re.split(r"[\s/]+", _WHERE.sub("", lines[0])) if step]


def _steps_of(text: str) -> list[str]:
    steps = (_END.sub("", step) for step in _STEP.split(_WHERE.sub("", text)))
    return [word for step in steps for word in (_SPACES.split(step) if len(step) <= _MAX_SECTION_CHARS else [step])]


def _declared_sections(head: Head) -> Iterator[list[str]]:
    for thing in head.linked_data:
        value = thing.get("articleSection")
        if isinstance(value, str):
            yield [value]
        elif isinstance(value, list):
            yield [text for text in value[:1] if isinstance(text, str)]
    yield from ([head.metas[name]] for name in _SECTION_METAS if name in head.metas)


def _labelled_sections(outline: Outline, body: Body | None) -> Iterator[list[str]]:
    if body is not None:
        for line in outline.lines[max(0, body.top - 3) : body.first]:
            found = _SECTION_LABEL.search(line.text[:_MAX_TRAIL_CHARS])
            if found is not None:
                yield [found[1]]


def find_tags(
    tree: LexborHTMLParser, head: Head, outline: Outline, body: Body | None, title: str | None
) -> tuple[str, ...]:
    """Return the article's tags as the page lists them, from the first list that is about the article."""
    if body is None:
        return ()
    heading, site, story = key_of(title or ""), key_of(head.first(SITE_METAS) or ""), ""
    for words in (*_printed_tags(tree, outline, body), *_declared_tags(head, title or "")):
        subjects = _subjects(words, heading, site)
        story = story or key_of("".join((title or "", *(outline.lines[i].text for i in body.kept))))
        found = sum(key in story for key in subjects)
        if found and found >= len(subjects) * _MIN_SHARE:
            return tuple(subjects.values())[:_MAX_TAGS]
    return ()


def _subjects(words: list[str], heading: str, site: str) -> dict[str, str]:
    """Return the words of a list that may be subjects, by their keys."""
    if key_of("".join(words)) == heading:
        return {}
    kept: dict[str, str] = {}
    for word in words:
        key = key_of(word)
        if key and key != site and _is_subject(word, key, heading):
            kept.setdefault(key, word)
    return kept


def _is_subject(word: str, key: str, heading: str) -> bool:
    if len(word) > _MAX_TAG_CHARS or _NO_TAG.search(word):
        return False
    if key in heading:
        return key != heading and count_han(word) <= _MAX_CLAUSE_HAN
    return heading not in key if heading else True


def _printed_tags(tree: LexborHTMLParser, outline: Outline, body: Body) -> Iterator[list[str]]:
    top = max(0, body.top - 3)
    around = (*range(top, body.first), *range(body.first, min(body.end + _LINES_BEHIND, len(outline.lines))))
    for i in around:
        text = outline.lines[i].text
        if text[0].isalnum() and text[0] not in _TAG_STARTS:  # asked first: cheaper than a pattern
            continue
        label = _TAG_LABEL.match(text)
        if label is not None:
            rest = text[label.end() :]
            yield (
                _split_by_links(tree, rest)
                if outline.lines[i].linked and rest
                else _split(rest) or _links_below(outline, i)
            )
        elif outline.lines[i].linked and _HASHTAGS.fullmatch(text):
            yield [*_split(text), *(word for line in _links_below(outline, i) for word in _split(line))]


def _links_below(outline: Outline, i: int) -> list[str]:
    """Return the lines below a label that are links and nothing else."""
    found: list[str] = []
    for line in outline.lines[i + 1 : i + 1 + _MAX_TAGS]:
        if line.linked < len(line.text) or len(line.text) > _MAX_TAG_CHARS:
            break
        found.append(line.text)
    return found


def _split_by_links(tree: LexborHTMLParser, text: str) -> list[str]:
    """Return the texts of the links that a line is made of: many templates print nothing between them."""
    rest = _COMMAS.sub("", _SPACES.sub("", text))
    found: list[str] = []
    for node in tree.css("a")[:_MAX_LINKS]:
        word = squeezed(node.text()[:_MAX_TAG_CHARS])
        key = _COMMAS.sub("", _SPACES.sub("", word))
        if key and rest.startswith(key):
            found.append(word.strip("#＃ "))
            rest = rest[len(key) :]
        elif rest and found and not node.text().strip():
            continue
        elif not rest:
            break
    return found if found and len(rest) * 2 <= len(text) else _split(text)


def _declared_tags(head: Head, title: str) -> Iterator[list[str]]:
    metas = [head.metas[name] for name in TAG_METAS if name in head.metas]
    listed = [thing.get("keywords") for thing in head.linked_data]
    for value in (*metas[:1], *listed, *metas[1:]):
        if isinstance(value, str):
            yield _without_media(_split(value), title)
        elif isinstance(value, list):
            yield _without_media([squeezed(text) for text in value if isinstance(text, str)], title)


def _without_media(words: list[str], title: str) -> list[str]:
    return [word for word in words if not _MEDIUM.search(word) or word in title]


def _split(text: str) -> list[str]:
    """Return the words of a list; where no comma parts them, spaces do."""
    pieces = [piece.strip() for piece in _COMMAS.split(text)]
    pieces = list(filter(None, pieces))
    return pieces if len(pieces) > 1 else _SPACES.split(pieces[0]) if pieces else []
