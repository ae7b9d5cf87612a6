"""Strings that somebody injects into the unrelated articles of one host: names that no list has, mined from many of them.

    ……业内人士指出|蓝岸官网入口|，其售后……    ┐  one host, other words before and behind each time,
    ……今天上午十点|蓝岸官网入口|，大坝……      ├─ nothing leads to the name and nothing goes on from it:
    ……孩子们最想听|蓝岸官网入口|的是哪一……    ┘  蓝岸官网入口 is injected, and begins with 蓝

One copy does not show where the name of an unknown brand begins. Several do: to the left of its first character stands
something else each time. What articles are learned from is a sample of them with the windows around the words of a site;
what is injected is decided when it is asked.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from pipeline.clean.loose import stands_loose
from pipeline.clean.places import Place, apart, cuts, in_title, is_about_betting, suspect, with_clean_title
from pipeline.clean.samples import HostTable, hash_of, merged, sampled
from pipeline.fold import fold
from pipeline.model import Article

RULE = __name__.removeprefix("pipeline.")

Window: TypeAlias = tuple[str, str, str]  # before, the words of a site, behind; folded, of one line
Sample: TypeAlias = Mapping[int, frozenset[Window]]  # hash of an article → its windows

_LEFT_CHARS = 16  # of a window: the name and something before it
_RIGHT_CHARS = 8
_MIN_CONTEXT = 4  # characters beside the words; a line of its own is a template, not an injected string
_WINDOWS = 16  # of one article

_STRONG = (
    "官方网站|官方网址|官方入口|官方下载|官方版|官方app|官网|网页版|登录网址|登录|登陆|登入|注册|入口|下载|网址|客户端"
    "|app|开户"
)
_OTHER = (
    "综合体育|体育|电竞|娱乐城|娱乐|棋牌|彩票|真人|百家乐|买球|投注|老虎机|捕鱼|开奖结果|最新|在线|全站|中国|国际|平台"
    "|手机版|手机|电脑版|网站|网页|链接|安装|版|集团|有限公司"
)
_WORDS = re.compile(fold(rf"(?:(?:{_STRONG}|{_OTHER})[ ·•・\-_|:/]{{0,2}}){{0,8}}(?:{_STRONG})(?:{_OTHER})*"))
# Of these one will do behind a Han name. 沿海登陆, 工商注册, 高速入口 are words of the language.
_ENOUGH = re.compile(fold("官方|官网|网页版|登录网址|app|开户"))
_ONE_WORD = re.compile(fold(f"(?:{_STRONG})"))
_LATIN = re.compile("[a-z]")
_NAME = re.compile(r"[^\W_](?:[^\W_]|[·•\-. ])*[^\W_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class MinedParams:
    """When a string that a host's articles share is called injected. Until then it is only counted."""

    min_articles: int = 3  # unrelated ones, in which it stands in other words; the name's edge shows from three on
    max_same_ratio: float = 0.5  # of them with the same character before the name: above, the name begins further left
    min_loose_ratio: float = 0.5  # of them in which no word leads to it or goes on from it; honest names have neither
    same_behind_ratio: float = 0.8  # of them with the same letter behind: it belongs to the string
    name_chars: tuple[int, int] = (2, 12)  # of a name, before the words of a site
    topic_words: int = 2  # different words about betting, fraud or police beside them: the article is about it


class MinedTable(HostTable[frozenset[Window]]):
    """What is known of each host's strings. Made by `learn_mined` and `merge_mined`."""

    __slots__ = ()


EMPTY = MinedTable(MappingProxyType({}))


def learn_mined(articles: Iterable[Article]) -> MinedTable:
    """Return what these articles show about their hosts; articles without a host show nothing."""
    return MinedTable(sampled(_shown(articles)))


def merge_mined(a: MinedTable, b: MinedTable) -> MinedTable:
    """Return what both show together; order and grouping of merges do not matter."""
    return MinedTable(merged(a.hosts, b.hosts))


def strip_mined(article: Article, table: MinedTable, params: MinedParams) -> Article:
    """Return the article without the strings that are injected into its host's articles."""
    known = mined_strings(table, article.host, params) if article.host in table.hosts else {}
    if not known:
        return article
    text, title = article.text, article.title or ""
    folded, folded_title = fold(text), fold(title)
    places = apart(_places(folded, known, article.host))
    titles = [in_title(folded_title, place) for place in apart(_places(folded_title, known, article.host))]
    if is_about_betting(folded, places, params.topic_words):
        return article.flagged(*(suspect(text, replace(place, is_sure=False)) for place in places))
    return with_clean_title(article.changed(cuts(folded, places, RULE)), titles)


@lru_cache(maxsize=256)
def mined_strings(table: MinedTable, host: str, params: MinedParams) -> Mapping[str, int]:
    """Return the strings (folded) injected into the host's articles, each with the number of unrelated articles."""
    cores: defaultdict[str, list[tuple[int, Window]]] = defaultdict(list)
    for group, windows in _unrelated(table.hosts[host]):
        for window in sorted(windows):  # a set has another order in each process
            cores[window[1]].append((group, window))
    return dict(found for _, shown in sorted(cores.items()) for found in _strings(shown, params))


def _shown(articles: Iterable[Article]) -> Iterator[tuple[str, int, frozenset[Window]]]:
    for article in articles:
        windows = frozenset(sorted(set(_windows(fold(article.text))))[:_WINDOWS]) if article.host else frozenset()
        if article.host and windows:
            yield article.host, hash_of(repr(sorted(windows))), windows


def _windows(folded: str) -> Iterator[Window]:
    for match in _WORDS.finditer(folded):
        start, end = match.span()
        left = folded[max(0, start - _LEFT_CHARS) : start].rpartition("\n")[2]
        right = folded[end : end + _RIGHT_CHARS].partition("\n")[0]
        if len(left) + len(right) >= _MIN_CONTEXT:
            yield left, match.group(), right


def _unrelated(sample: Sample) -> Iterator[tuple[int, frozenset[Window]]]:
    """Yield the windows of each article, with one number for articles that share a window: those are copies."""
    first: dict[Window, int] = {}
    group = {article: article for article in sample}

    def root(article: int) -> int:
        while group[article] != article:
            group[article] = group[group[article]]
            article = group[article]
        return article

    for article, windows in sorted(sample.items()):
        for window in sorted(windows):
            group[root(article)] = root(first.setdefault(window, article))
    for article, windows in sorted(sample.items()):
        yield root(article), windows


def _strings(shown: Sequence[tuple[int, Window]], params: MinedParams) -> Iterator[tuple[str, int]]:
    """Yield the strings that end in these words, each with the number of articles in which it stands."""
    shortest, longest = params.name_chars
    found: list[str] = []
    for chars in range(shortest, longest + 1):
        names: defaultdict[str, dict[int, Window]] = defaultdict(dict)
        for group, window in shown:
            if len(window[0]) >= chars and _NAME.fullmatch(window[0], len(window[0]) - chars):
                names[window[0][-chars:]].setdefault(group, window)
        for name, windows in sorted(names.items()):
            core = next(iter(windows.values()))[1]
            is_enough = _ENOUGH.search(core) or _LATIN.search(name) or _ONE_WORD.fullmatch(core) is None
            is_longer = any(name.endswith(shorter) for shorter in found)
            behind = _behind(name, list(windows.values()), params) if is_enough and not is_longer else None
            if behind is not None:
                found.append(name)
                yield f"{name}{core}{behind}", len(windows)


def _behind(name: str, windows: Sequence[Window], params: MinedParams) -> str | None:
    """Return what belongs to the string behind the words of a site; None: it is not injected, or does not begin here."""
    if len(windows) < params.min_articles:
        return None
    before = Counter(left[: -len(name)][-1:] for left, _, _ in windows)
    if before.most_common(1)[0][1] > params.max_same_ratio * len(windows):
        return None
    behind = _same_behind(windows, params)
    ends = ((left, f"{core}{behind}", right[len(behind) :]) for left, core, right in windows)
    loose = sum(stands_loose(f"{a}{core}{b}", len(a) - len(name), len(a) + len(core)) for a, core, b in ends)
    is_injected = len(behind) < _RIGHT_CHARS and loose >= params.min_loose_ratio * len(windows)
    return behind if is_injected else None


def _same_behind(windows: Sequence[Window], params: MinedParams) -> str:
    """Return the letters that stand behind nearly all of them; all that a window shows: they are of one text."""
    behind = ""
    for place in range(_RIGHT_CHARS):
        after, count = Counter(right[place : place + 1] for _, _, right in windows).most_common(1)[0]
        if not after.isalnum() or count < params.same_behind_ratio * len(windows):
            break
        behind += after
    return behind


def _places(folded: str, known: Mapping[str, int], host: str | None) -> Iterator[Place]:
    for string, count in known.items():
        for match in re.finditer(re.escape(string), folded):
            yield Place(match.start(), match.end(), is_sure=True, reason=f"in {count} unrelated articles of {host}")
