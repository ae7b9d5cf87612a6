"""Places of a text that hold an injected string: which of them stand apart, what goes along with each, and the cuts.

    ……指出（乐鱼官网），其……   the brackets go along            ……，乐鱼官网，其……   one of the two commas goes along
    乐鱼官网_必威官网           a line of which only marks would be left goes whole

All places are of folded text, which has the length of the text itself.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline.edits import Change
from pipeline.fold import fold
from pipeline.model import Article, Flag

KIND = "spam"

# What people write who write about the trade, and about its crimes; matched on folded text.
_BETTING = re.compile(fold("赌|博彩|诈骗|投注|彩民|赔率|洗钱|跨境犯罪"))
_TOPIC = re.compile(
    fold(
        "赌博|网赌|赌场|涉赌|赌资|赌客|参赌|聚赌|赌徒|赌球|博彩|诈骗|涉诈|反诈|警方|公安|民警|涉案|嫌疑人|刑拘|开设赌|"
        "投注|彩民|赔率|赞助商|胸前广告|洗钱|取缔|法院|被告人"
    )
)
_PAIRS = frozenset(("()", "[]", "<>", '""', "''", "{}"))  # as folded
_TWINS = ",;、:"  # a string set between two of them brought one along
_EDGE_MARKS = " \t|_-–—·•:,、/>»~"  # between a string and the rest of a title


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text to cut or to flag."""

    start: int
    end: int
    is_sure: bool
    reason: str


def apart(places: Iterable[Place]) -> list[Place]:
    """Return the places that do not overlap, the earlier and longer ones first; a sure one before an unsure one."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda place: (place.start, -place.end)):
        if not kept or kept[-1].end <= place.start:
            kept.append(place)
        elif place.is_sure and not kept[-1].is_sure:
            kept[-1] = place
    return kept


def is_about_betting(folded: str, places: Iterable[Place], topic_words: int) -> bool:
    """Return whether the text beside the places has so many different words about betting, fraud or police."""
    ends = [(0, 0), *((place.start, place.end) for place in places), (len(folded), len(folded))]
    own = " ".join(folded[left[1] : right[0]] for left, right in pairwise(ends))
    return _BETTING.search(own) is not None and len(set(_TOPIC.findall(own))) >= topic_words


def in_title(title: str, place: Place) -> Place:
    """Return the place of a title as sure when it stands at an edge, set off by a mark: injectors put it there."""
    is_first = place.start == 0 and title[place.end : place.end + 1] in _EDGE_MARKS
    is_last = place.end == len(title) and title[place.start - 1] in _EDGE_MARKS
    return replace(place, is_sure=True) if is_first or is_last else place


def with_clean_title(article: Article, places: Sequence[Place]) -> Article:
    """Return the article with these places out of its title; a title that is nothing else stays and is flagged."""
    title = article.title
    if title is None or not places:
        return article
    kept = title
    for place in reversed(places):
        kept = kept[: place.start] + kept[place.end :]
    kept = kept.strip(_EDGE_MARKS)
    if not any(map(str.isalnum, kept)):
        return article.flagged(Flag(name="spam_suspect", detail=title))
    removed = " ".join(title[place.start : place.end] for place in places)
    return replace(article, title=kept).flagged(Flag(name="spam_title", detail=removed))


def suspect(text: str, place: Place) -> Flag:
    """Return the remark about a place that is not sure enough to cut."""
    return Flag(name="spam_suspect", detail=text[place.start : place.end])


def cuts(folded: str, places: Sequence[Place], rule: str) -> Iterator[Change]:
    """Yield the cuts; a line of which only marks would be left goes whole."""
    at = 0
    for line_start, row in groupby(places, key=lambda place: folded.rfind("\n", 0, place.start) + 1):
        line_end = folded.find("\n", line_start)
        line_end = len(folded) if line_end < 0 else line_end
        tokens = list(row)
        left = [*(token.end for token in tokens)], [*(token.start for token in tokens), line_end]
        rest = (folded[a:b] for a, b in zip((line_start, *left[0]), left[1], strict=True))
        if not any(any(map(str.isalnum, piece)) for piece in rest):
            end = min(line_end + 1, len(folded))
            yield Change(start=line_start, end=end, new="", rule=rule, kind=KIND, reason=tokens[0].reason)
            continue
        for token in tokens:
            start, end = _with_marks(folded, token)
            yield Change(start=max(start, at), end=end, new="", rule=rule, kind=KIND, reason=token.reason)
            at = end


def _with_marks(folded: str, place: Place) -> tuple[int, int]:
    """Return the place with the brackets around it, or with one of the two equal marks that it stands between."""
    start, end = place.start, place.end
    around = folded[start - 1 : start] + folded[end : end + 1]
    if around in _PAIRS:
        return start - 1, end + 1
    if len(around) == 2 and around[0] == around[1] and around[0] in _TWINS:
        return start, end + 1
    return start, end
