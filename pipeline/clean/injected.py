"""What an injected string looks like: betting brands and the words that their sites hang on them.

    🏆 kaiyun 开云 体育 app 官网 登录入口 (注册送88元)      latin, stem, trade, then the words of a site; trimmings around

Names come from rules/brands.tsv, places from folded text. An honest word may be spelled like a brand (米兰, 开云集团),
so each token says what it is made of, and whoever cuts decides.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TypeAlias

from pipeline.fold import fold

Finder: TypeAlias = Callable[[str], list[tuple[int, int, int]]]  # folded text → (number of the word, start, end)

# What a betting site is about; by itself it is said of honest sites too …
_TRADES = ("综合体育", "体育", "电竞", "娱乐城", "娱乐", "运动", "sports")
# … but these are not.
_BETS = (
    "棋牌",
    "彩票",
    "真人",
    "百家乐",
    "买球",
    "投注",
    "老虎机",
    "捕鱼",
    "彩金",
    "博彩",
    "开奖结果",
    "开奖记录",
    "六合彩",
)
# What a link says, never a sentence about something else when it hangs on a name.
_SITE_LIST = (
    "官方网站|官方网址|官方入口|官方下载|官方版|官方app|官方|官网|网页版|网页|手机版|手机网|手机|电脑版|最新版|"
    "登录网址|登录|登陆|登入|注册|入口|下载|网址|网站|客户端|app|链接|安装|开户|平台"
)
# Between such words only.
_FILLER_LIST = (
    "最新|在线|全站|中国区|中国|国际|亚洲|集团|有限公司|正版|正规|首页|版本|版|游戏|足球|线路|备用|电子|地址|新"
)
# Where the scraping of latin names would meet honest ones.
_HONEST_LATIN = frozenset({"cctv", "nba", "cba", "qq", "pp", "espn", "fifa", "uefa", "bbc", "sky", "nfl", "f1"})

# Folded like the text: 链 is 炼 there.
_SITE_WORDS, _FILLERS, _TRADE_WORDS = map(fold, (_SITE_LIST, _FILLER_LIST, "|".join((*_TRADES, *_BETS))))
_SITE = re.compile(_SITE_WORDS)
_TRADE = re.compile(_TRADE_WORDS)
_BET = re.compile(fold("|".join(_BETS)))
_STOPS = re.compile(r"[,。、;?!:]\s*[^/\s]")  # an enumeration or a clause, not a name; https:// is one
_WORD_BEFORE = re.compile(r"[a-z0-9]+\Z")
_LATIN_NAME = re.compile(r"[a-z]{2,}|[a-z]\d")
_JOINTS = r"[ ·•・\-_|:/–—]{0,3}"
_BETWEEN = re.compile(_JOINTS)
_LATIN = r"[a-z]{1,10}\d{0,4}"
# 体育馆, 体育场 … are places and offices.
_NOT_AFTER = r"(?![馆场局报课生界迷部总学协会频周]|中心|用品|产业|事业|赛事|新闻|公园)"
_TAIL_WORD = rf"(?:(?:{_FILLERS})*(?:{_SITE_WORDS}|(?:{_TRADE_WORDS}){_NOT_AFTER}))"
_BRACKETS = rf"\((?:{_LATIN}|{_FILLERS})\)"
# Figures on a name (not on the words behind it), unless the sentence goes on with them: yabo|2017年.
_FIGURES = rf"(?:vip)?\d{{2,4}}(?=\Z|[^\w%.:]|{_TAIL_WORD})"
_ICONS = "[\u2600-\u27bf\U0001f300-\U0001faff\ufe0f]"
_GIFT = r"\((?:注册)?送\d{1,5}元?(?:彩金|体验金)?\)"
_END_TRIM = rf"(?:{_GIFT}|\[官方\]|{_ICONS}|最新(?![\u4e00-\u9fff]))*"
_START_TRIM = re.compile(rf"(?:{_GIFT}|{_ICONS}){{1,4}}\Z")
# Figures before the letters belong to the sentence: 降至29bob体育. But 365wm is a name.
_LEFT_LATIN = re.compile(r"(?:(?<!\d)365)?(?<![a-z])[a-z](?:-?[a-z0-9]){0,11}[·•・\-_:]?\Z")
# lanan蓝岸体育: a name and its spelling; the letters show where it begins.
_LEFT_SPELLED = re.compile(r"(?<![a-z0-9])[a-z]{3,12}[·•・\-_]?[\u4e00-\u9fff]{2,4}\Z")
_VERB = re.compile(
    r"(?:登录|登陆|访问|打开|进入|通过|查看|关注|下载|使用|搜索|浏览|据|在|从|到|上|于|和|与|及|由)[“\"《(\s]*\Z"
)
_UNLISTED_TAIL = re.compile(rf"{_JOINTS}(?:{_TRADE_WORDS})(?:{_JOINTS}(?:{_FILLERS})?(?:{_SITE_WORDS}))+{_END_TRIM}")
_LEFT_CHARS = 20  # looked at before a token
# The word of a trade at the end of a string may be the sentence's own: 工合|爱游戏ayx网页版|运动.
_OWN_TRADE = re.compile(rf"(?:{_SITE_WORDS})({fold('体育|运动|娱乐')})\Z")


@dataclass(frozen=True, slots=True)
class Brand:
    """One row of brands.tsv."""

    stem: str
    is_strong: bool
    latin: tuple[str, ...]
    legit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """A place in folded text that a name and the words around it fill."""

    start: int
    end: int
    name: str  # the brand's stem, or the latin letters that stand for one
    is_strong: bool  # the name is nearly always a betting site's
    site_words: int  # 官网, 登录, app …
    trades: int  # 0 none, 1 体育 …, 2 棋牌, 买球 …: nothing but betting
    has_latin: bool  # the brand's own latin spelling beside it: 开云kaiyun
    has_number: bool  # figures on the name: 亚博vip888
    repeats: int  # how often the name stands in it
    after_verb: bool  # 登录…, 据…: somebody speaks about the site

    @property
    def score(self) -> int:
        """Return how sure it is that this was injected; 3 is enough to cut."""
        words = min(self.site_words, 2) + (self.site_words > 1 and not self.after_verb)
        traits = 2 * self.is_strong + 3 * self.has_latin + (2 if self.trades else 0) + words
        return traits + self.has_number + (self.repeats > 1)

    @property
    def is_site(self) -> bool:
        """Return whether it says what only a link says, not just a name in a sentence."""
        return self.site_words > 0 or self.has_latin or self.repeats > 1 or self.trades > 1


@cache
def brands() -> Mapping[str, Brand]:
    """Return the shipped brands by stem."""
    table = resources.files("pipeline.clean").joinpath("rules/brands.tsv").read_text("utf-8")
    rows = (map(fold, line.split("\t")) for line in table.splitlines() if line and not line.startswith("#"))
    return MappingProxyType({stem: _brand(stem, kind, latin, legit) for stem, kind, latin, legit, _ in rows})


def may_be_injected(folded: str) -> bool:
    """Return whether a brand or the word of a trade stands in folded text: without one neither search finds anything."""
    return bool(_either_finder()(folded))


def find_tokens(folded: str) -> Iterator[Token]:
    """Yield the places where brands stand in folded text, grown over the words that belong to them; none overlap."""
    last: Token | None = None
    for token in _single_tokens(folded):
        if last is not None and _BETWEEN.fullmatch(folded, last.end, token.start) is not None:
            last = _joined(last, token)
            continue
        if last is not None:
            yield last
        last = token
    if last is not None:
        yield last


def _single_tokens(folded: str) -> Iterator[Token]:
    stems = tuple(brands())
    end = 0
    for number, start, stem_end in _stem_finder()(folded):
        brand = brands()[stems[number]]
        if start < end or _is_inside_latin(folded, start, brand) or _is_legit(folded, start, stem_end, brand):
            continue
        token = _grown(folded, start, end, brand)
        end = token.end
        yield token


def find_unlisted(folded: str) -> Iterator[Token]:
    """Yield what is built like a token around a name that no list has: kt体育app官网入口, lanan蓝岸体育官网."""
    end = 0
    for _, start, _ in _trade_finder()(folded):
        reach = max(end, start - _LEFT_CHARS)
        name = _LEFT_LATIN.search(folded, reach, start) or _LEFT_SPELLED.search(folded, reach, start)
        match = None if name is None else _UNLISTED_TAIL.match(folded, start)
        if name is None or match is None:
            continue
        letters = re.sub("[^a-z]", "", name.group())
        if letters in _HONEST_LATIN or not letters:
            continue
        end = match.end()
        yield _unlisted(folded, name.start(), end, name.group(), match.group())


def looks_injected(folded: str, *, is_sure: bool) -> bool:
    """Return whether this piece, which only one of several copies has, is of the kind that is injected.

    With one witness it must be beyond doubt (`is_sure`): a brand, or a trade or latin name with the words of a site.
    With more of them one trait is enough.
    """
    if _STOPS.search(folded) is not None:
        return False
    if _stem_finder()(folded):
        return True
    sites = len(_SITE.findall(folded))
    has_name = _TRADE.search(folded) is not None or _LATIN_NAME.search(folded) is not None
    return (sites > 0 and has_name) or sites > 1 or (not is_sure and (sites > 0 or has_name))


def _brand(stem: str, kind: str, latin: str, legit: str) -> Brand:
    return Brand(stem=stem, is_strong=kind == "strong", latin=_listed(latin), legit=_listed(legit))


def _listed(cell: str) -> tuple[str, ...]:
    return () if cell == "-" else tuple(cell.split(","))


@cache
def _stem_finder() -> Finder:
    return _finder(tuple(brands()))


@cache
def _trade_finder() -> Finder:
    return _finder(tuple(_TRADE_WORDS.split("|")))


@cache
def _either_finder() -> Finder:
    return _finder((*brands(), *_TRADE_WORDS.split("|")))


@cache
def _all_latin() -> frozenset[str]:
    return frozenset(latin for brand in brands().values() for latin in brand.latin)


def _finder(words: tuple[str, ...]) -> Finder:
    """Return a search for all words at once, the longest first; a pattern of `re` would be thirty times as slow.

    As a DFA, of some 100 kB, it takes half the time of what is chosen by itself for more than a hundred words.
    """
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind  # noqa: PLC0415 - not needed to import the stages

    automaton = AhoCorasick(words, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA)

    def find(folded: str) -> list[tuple[int, int, int]]:
        try:
            found: list[tuple[int, int, int]] = automaton.find_matches_as_indexes(folded)
        except UnicodeEncodeError:  # lone surrogates: one mark each, so that places stay
            found = automaton.find_matches_as_indexes(folded.encode("utf-8", "replace").decode("utf-8"))
        return found

    return find


@cache
def _tail(stem: str) -> re.Pattern[str]:
    """Return what may follow the start of a token: the stem again, its latin form, trades, words of a site."""
    latin = "|".join(map(re.escape, sorted(brands()[stem].latin, key=len, reverse=True))) or r"(?!)"
    honest = "|".join(re.escape(wording[len(stem) :]) for wording in brands()[stem].legit if wording.startswith(stem))
    again = re.escape(stem) + (f"(?!{honest})" if honest else "")
    named = rf"{_JOINTS}(?:{again}|\(?(?:{latin})\)?(?![a-z]))"
    words = rf"{_JOINTS}(?:{_BRACKETS}{_JOINTS})?(?:{_LATIN}[·・\-_]?)?{_TAIL_WORD}"
    return re.compile(rf"{re.escape(stem)}(?:{_FIGURES})?(?:{named}(?:{_FIGURES})?|{words})*{_END_TRIM}")


def _is_inside_latin(folded: str, start: int, brand: Brand) -> bool:
    """Return whether a latin stem is only the end of another word; its own spelling before it is none: pgpg电子."""
    if not folded[start].isascii():
        return False
    before = _WORD_BEFORE.search(folded, max(0, start - _LEFT_CHARS), start)
    is_number = before is not None and before.group().isdigit() and not folded[start].isdigit()
    return before is not None and not is_number and before.group() not in brand.latin


def _is_legit(folded: str, start: int, end: int, brand: Brand) -> bool:
    reach = 8  # longer than what any wording adds to its stem
    around = folded[max(0, start - reach) : end + reach]
    return any(wording in around for wording in brand.legit)


def _grown(folded: str, start: int, floor: int, brand: Brand) -> Token:
    """Return the token around the stem at `start`; it does not reach back over `floor`."""
    match = _tail(brand.stem).match(folded, start)
    assert match is not None  # the pattern begins with the stem
    own = _OWN_TRADE.search(match.group())
    end = start + own.start(1) if own else match.end()
    inside = folded[start + len(brand.stem) : end]
    left = _latin_before(folded, start, floor, brand)
    rest = inside.replace(brand.stem, "")
    beside = (left, re.sub(r"\([^)]*\)", "", rest))  # 必威(Betway) explains a name
    token_start = _trimmed(folded, start - len(left), floor)
    return Token(
        start=token_start,
        end=end,
        name=brand.stem,
        is_strong=brand.is_strong,
        site_words=len(_SITE.findall(rest)) + len(re.findall(_GIFT, folded[token_start:start])),
        trades=_trades(brand.stem + rest) if _TRADE.search(rest) else int(_TRADE.search(brand.stem) is not None),
        has_latin=any(latin in text for latin in brand.latin for text in beside),
        has_number=re.search(r"\d{2}", left + rest) is not None,
        repeats=1 + inside.count(brand.stem),
        after_verb=_is_after_verb(folded, token_start, floor),
    )


def _joined(left: Token, right: Token) -> Token:
    """Return two tokens side by side as one: kaiyun and 开云体育官网."""
    return Token(
        start=left.start,
        end=right.end,
        name=right.name if left.name.isascii() else left.name,
        is_strong=left.is_strong or right.is_strong,
        site_words=left.site_words + right.site_words,
        trades=max(left.trades, right.trades),
        has_latin=left.has_latin or right.has_latin or left.name.isascii() != right.name.isascii(),
        has_number=left.has_number or right.has_number,
        repeats=left.repeats + right.repeats,
        after_verb=left.after_verb,
    )


def _unlisted(folded: str, start: int, end: int, name: str, tail: str) -> Token:
    letters = re.sub("[^a-z]", "", name)
    return Token(
        start=start,
        end=end,
        name=name,
        is_strong=False,
        site_words=len(_SITE.findall(tail)),
        trades=_trades(tail),
        has_latin=letters in _all_latin(),
        has_number=False,
        repeats=1,
        after_verb=_is_after_verb(folded, start, 0),
    )


def _trades(text: str) -> int:
    if _BET.search(text) is not None:
        return 2
    return int(_TRADE.search(text) is not None)


def _trimmed(folded: str, start: int, floor: int) -> int:
    match = _START_TRIM.search(folded, max(floor, start - _LEFT_CHARS), start)
    return start if match is None else match.start()


def _is_after_verb(folded: str, start: int, floor: int) -> bool:
    return _VERB.search(folded, max(floor, start - _LEFT_CHARS), start) is not None


def _latin_before(folded: str, start: int, floor: int, brand: Brand) -> str:
    """Return the latin letters that hang on the stem: its own spelling, of a strong brand any (365wm完美体育)."""
    match = _LEFT_LATIN.search(folded, max(floor, start - _LEFT_CHARS), start)
    if match is None:
        return ""
    found = match.group()
    letters = re.sub("[^a-z]", "", found)
    is_any = brand.is_strong and not found.endswith(":")
    return found if is_any or any(letters.startswith(latin) for latin in brand.latin) else ""
