"""The headline: what h1, og:title, JSON-LD and `<title>` agree on, without the names of section and site.

forms of the title ─ keys ─▶ body.py finds the line that prints it ─▶ find_title takes the best of all
"""

import re

from pipeline.extract.body import Body
from pipeline.extract.dom import Line, Outline
from pipeline.extract.linekinds import META_LINE, count_stops, is_noise_name, key_of
from pipeline.extract.metadata import SITE_METAS, TITLE_METAS, Head
from pipeline.text import count_han

_MIN_PIECE_HAN = 6  # Han characters of a piece of `<title>` that may be the headline alone
_LINES_ABOVE = 10  # how far above the body a headline may stand that no declaration names
_MAX_SHOWN_CHARS = 80

# Between headline, section and site. A bare hyphen or bar counts only with space around it or before a short last piece.
_SEPARATOR = re.compile(
    r"\s*(?:_+|\||｜|│|--+|—{3,}|>>|»|«|•|\s[-–—·/]\s|\s?(?<![-–—－])[-–—－](?![-–—－])\s?(?=[^-–—－_|]{1,16}(?:$|[-–—－_|])))\s*"
)
_SITE_WORD = re.compile(
    r"网$|網$|网站|網站|频道|頻道|新闻|新聞|中心|日报|日報|晚报|晚報|早报|时报|時報|在线|在線|online|news|\.com|\.cn|电视台|電視|广播"
    r"|财经|財經|体育|科技|娱乐|资讯|資訊|门户|论坛|博客|手机版|首页|首頁|台$|报$|報$|社$|網路|媒体|观察|平台|公众号|订阅|专栏",
    re.IGNORECASE,
)
_KEYWORDS = re.compile(
    r"[-_–|][^-_–|,，]{1,24}(?:[,，][^-_–|,，]{1,24}){2,}(?:[-_–|][^-_–|]{0,20}){0,3}$"
)  # 标题-词,词,词-某某网
_ORNAMENT = re.compile(r"^[\s》>»›▎■●◆|｜:：]+|[\s_|｜》»]+$")
_WRAPPED = re.compile(r"^[（(\s]*(?:原标题|原標題)\s?[:：]\s?|(?<=[\u4e00-\u9fff？！])\s*[（(]\d{1,2}:\d{2}[）)]$")


def title_keys(head: Head) -> tuple[str, ...]:
    """Return the keys of all that the page calls its title, whole, without the site's suffix, and piece by piece."""
    keys: dict[str, None] = {}
    for text in _declared(head):
        for form in (text, without_site(text), *_pieces(text)):
            keys.setdefault(key_of(form))
    if len(head.h1) == 1:
        keys.setdefault(key_of(_tidy(head.h1[0])))
    site = _site_key(head)
    return tuple(key for key in keys if len(key) >= 4 and key != site)


def without_site(title: str) -> str:
    """Return a page title without the names of section and site: 标题_新闻频道_某某网 → 标题."""
    cuts = [(found.start(), found.end()) for found in _SEPARATOR.finditer(title)]
    pieces = [
        title[start:end]
        for start, end in zip([0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(title)], strict=True)
    ]
    if len(pieces) < 2:
        return title
    longest = max(range(len(pieces)), key=lambda i: (count_han(pieces[i]), -i))
    if longest > 0 and count_han(pieces[0]) * 2 < count_han(pieces[longest]):
        return pieces[longest]
    end = 0  # of the pieces that belong to the headline: 标题 | 副题 | 网站 keeps two
    while end + 1 < len(pieces) - 1 and _continues(pieces[end + 1]):
        end += 1
    return title[: cuts[end][0]].strip()


def _continues(piece: str) -> bool:
    return count_han(piece) >= 8 and not _SITE_WORD.search(piece)


def _pieces(title: str) -> list[str]:
    found = (piece.strip() for piece in _SEPARATOR.split(title))
    return [piece for piece in found if count_han(piece) >= _MIN_PIECE_HAN and not _SITE_WORD.search(piece)]


def _declared(head: Head) -> list[str]:
    texts = (head.linked("headline"), *(head.metas.get(name) for name in TITLE_METAS), head.title_tag)
    site = _site_key(head)
    return [_KEYWORDS.sub("", text) for text in dict.fromkeys(texts) if text and key_of(text) != site]


def _site_key(head: Head) -> str:
    """Return the key of the site's name; some templates put the headline there."""
    site = key_of(head.first(SITE_METAS) or "")
    return site if site != key_of(head.title_tag) else ""


def find_title(head: Head, outline: Outline, body: Body | None) -> str | None:
    """Return the headline as printed above the article, else as the head of the page has it; None: neither has one."""
    found = _best_title(head, outline, body)
    return _tidy(found) or None if found is not None else None


def _best_title(head: Head, outline: Outline, body: Body | None) -> str | None:
    declared = [without_site(text) for text in _declared(head)]
    if body is None:
        return declared[0] if declared else None
    if body.headline is not None:
        return _fuller(outline.lines[body.headline].text, declared)
    story = "".join(outline.lines[i].text for i in body.kept)
    candidates = [*_agreed_pieces(head), *declared, *_shown_above(outline, body), *head.h1]
    return max(candidates, key=lambda text: _share_in(text, story), default=None)


def _fuller(shown: str, declared: list[str]) -> str:
    """Return the printed headline, unless the declared one goes on where the print is a short form of it."""
    key = key_of(shown)
    longer = [text for text in declared if key in key_of(text)]
    if not longer or any(key_of(text) == key for text in declared):
        return shown
    return longer[0] if len(key) * 2 <= len(key_of(longer[0])) else shown


def _agreed_pieces(head: Head) -> list[str]:
    """Return the pieces that two declarations have in common."""
    declared = _declared(head)
    keyed = [{key_of(piece) for piece in _pieces(text)} for text in declared]
    return [
        piece
        for n, text in enumerate(declared)
        for piece in _pieces(text)
        if any(key_of(piece) in keys for keys in keyed[n + 1 :])
    ]


def _shown_above(outline: Outline, body: Body) -> list[str]:
    """Return lines above the body that look like a headline on a page whose head names the site only."""
    near = range(body.first - 1, max(-1, body.first - 1 - _LINES_ABOVE), -1)
    return [
        outline.lines[i].text
        for i in near
        if _looks_like_headline(outline, outline.lines[i], next_to=body.first - i <= 2)
    ]


def _looks_like_headline(outline: Outline, line: Line, *, next_to: bool) -> bool:
    block = outline.blocks[line.block]
    if (
        line.linked
        or not 6 <= len(line.text) <= _MAX_SHOWN_CHARS
        or count_han(line.text) < 6
        or is_noise_name(block.names)
    ):
        return False
    if META_LINE.search(line.text) or count_stops(line.text) > 2:
        return False
    return (
        next_to
        or block.tag in {"h1", "h2", "h3", "h4"}
        or "tit" in (block.names + line.names).lower()
        or line.bold * 10 >= len(line.text) * 9
    )


def _share_in(title: str, story: str) -> float:
    """Return how much of a title's pairs of characters the story uses: a headline's much, a site's name's none."""
    key = key_of(title)
    pairs = {key[i : i + 2] for i in range(len(key) - 1)}
    if len(pairs) < 3:
        return 0.0
    return sum(pair in story for pair in pairs) / (len(pairs) + 4.0)  # + 4: a long headline before a word of it


def _tidy(title: str) -> str:
    return _WRAPPED.sub("", _ORNAMENT.sub("", title)).strip()
