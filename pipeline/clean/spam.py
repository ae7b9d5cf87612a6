"""Strings that somebody injected into sentences and titles: betting brands and what their sites hang on them.

    ……业内人士指出leyu乐鱼官方网站，其售后……  ──▶  ……业内人士指出，其售后……

A token is cut only where its left edge is sure: at a listed brand, or at latin letters that belong to it. A name that has
an honest meaning needs more: several words of a site on it, or that it stands loose in its sentence. What is only
suspect is flagged. An article that is itself about betting or fraud names such sites: there nothing is cut.
What the copies of a passage have shown to be injected (see clean.repeats) goes in the rest of the article too.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.clean.injected import find_tokens, find_unlisted
from pipeline.clean.loose import stands_loose
from pipeline.edits import Change
from pipeline.fold import fold
from pipeline.model import Article, Flag

RULE = __name__.removeprefix("pipeline.")
KIND = "spam"
VOTE_RULE = "clean.repeats.copy_vote"  # who signs what the copies have shown

# What people write who write about the trade, and about its crimes; matched on folded text.
_BETTING = re.compile("赌|博彩|诈骗|投注|彩民|赔率|洗钱|跨境犯罪")
_TOPIC = re.compile(
    "赌博|网赌|赌场|涉赌|赌资|赌客|参赌|聚赌|赌徒|赌球|博彩|诈骗|涉诈|反诈|警方|公安|民警|涉案|嫌疑人|刑拘|开设赌|"
    "投注|彩民|赔率|赞助商|胸前广告|洗钱|取缔|法院|被告人"
)
_EDGE_MARKS = " \t|_-–—·•:,、/>»~"  # between a token and the rest of a title
_PAIRS = frozenset(("()", "[]", "<>", '""', "''", "{}"))  # as folded
_TWINS = ",;、:"  # a string set between two of them brought one along


@dataclass(frozen=True, slots=True, kw_only=True)
class SpamParams:
    """When a string goes and when it is only flagged."""

    cut_score: int = 3  # of Token.score: two traits beside the name of a betting site, three beside an honest word
    flag_score: int = 2  # a name with one trait, "米兰官网", is worth a look
    unlisted_site_words: int = 3  # in a row behind a trade: then latin letters that no list has are a name to cut too
    topic_words: int = 2  # different words about betting, fraud or police outside the tokens: the article is about it
    echo_chars: int = 6  # a string that the copies have shown goes elsewhere too; shorter ones are words


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a text to cut or to flag."""

    start: int
    end: int
    is_sure: bool
    reason: str


def strip_spam(article: Article, params: SpamParams) -> Article:
    """Return the article without injected strings in text and title."""
    text, title = article.text, article.title or ""
    folded, folded_title = fold(text), fold(title)
    places = _apart([*_token_places(folded, params), *_echo_places(article, folded, params)])
    title_places = [_at_edge(folded_title, place) for place in _apart(_token_places(folded_title, params))]
    if not places and not title_places:
        return article
    if _is_about_betting(f"{folded_title}\n{folded}", params):
        places = [replace(place, is_sure=False) for place in places]
        title_places = [replace(place, is_sure=False) for place in title_places]
    flags = [_suspect(text, place) for place in places if not place.is_sure]
    flags += [_suspect(title, place) for place in title_places if not place.is_sure]
    cut = article.changed(_changes(folded, [place for place in places if place.is_sure]))
    return _with_clean_title(cut, [place for place in title_places if place.is_sure]).flagged(*flags)


def _token_places(folded: str, params: SpamParams) -> Iterator[_Place]:
    for token in find_tokens(folded):
        is_named = token.after_verb and not (token.has_latin or (token.is_strong and token.site_words > 1))
        is_loose = token.site_words > 0 and not token.after_verb and stands_loose(folded, token.start, token.end)
        is_sure = is_loose or (token.score >= params.cut_score and token.is_site and not is_named)
        if is_sure or token.score >= params.flag_score:
            yield _Place(token.start, token.end, is_sure, f"{token.name}: score {token.score}")
    for token in find_unlisted(folded):
        is_known = token.has_latin and token.score >= params.cut_score
        is_sure = is_known or token.site_words >= params.unlisted_site_words
        yield _Place(token.start, token.end, is_sure and not token.after_verb, f"{token.name}: score {token.score}")


def _echo_places(article: Article, folded: str, params: SpamParams) -> Iterator[_Place]:
    """Yield where a string stands that the copies of a passage have shown to be injected."""
    shown = {fold(edit.old).strip() for edit in article.edits if edit.rule == VOTE_RULE}
    for string in sorted(shown):
        if len(string) >= params.echo_chars and "\n" not in string:
            for match in re.finditer(re.escape(string), folded):
                yield _Place(match.start(), match.end(), is_sure=True, reason="shown by the copies of a passage")


def _apart(places: Iterable[_Place]) -> list[_Place]:
    """Return the places that do not overlap, the earlier and longer ones first."""
    kept: list[_Place] = []
    for place in sorted(places, key=lambda place: (place.start, -place.end)):
        if not kept or kept[-1].end <= place.start:
            kept.append(place)
        elif place.is_sure and not kept[-1].is_sure:
            kept[-1] = place
    return kept


def _at_edge(title: str, place: _Place) -> _Place:
    """Return the place of a title as sure when it stands at an edge, set off by a mark: injectors put it there."""
    is_first = place.start == 0 and title[place.end : place.end + 1] in _EDGE_MARKS
    is_last = place.end == len(title) and title[place.start - 1] in _EDGE_MARKS
    return replace(place, is_sure=True) if is_first or is_last else place


def _is_about_betting(folded: str, params: SpamParams) -> bool:
    return _BETTING.search(folded) is not None and len(set(_TOPIC.findall(folded))) >= params.topic_words


def _changes(folded: str, places: Sequence[_Place]) -> Iterator[Change]:
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
            yield Change(start=line_start, end=end, new="", rule=RULE, kind=KIND, reason=tokens[0].reason)
            continue
        for token in tokens:
            start, end = _with_marks(folded, token)
            yield Change(start=max(start, at), end=end, new="", rule=RULE, kind=KIND, reason=token.reason)
            at = end


def _with_marks(folded: str, place: _Place) -> tuple[int, int]:
    """Return the place with the brackets around it, or with one of the two equal marks that it stands between."""
    start, end = place.start, place.end
    around = folded[start - 1 : start] + folded[end : end + 1]
    if around in _PAIRS:
        return start - 1, end + 1
    if len(around) == 2 and around[0] == around[1] and around[0] in _TWINS:
        return start, end + 1
    return start, end


def _with_clean_title(article: Article, places: Sequence[_Place]) -> Article:
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


def _suspect(text: str, place: _Place) -> Flag:
    return Flag(name="spam_suspect", detail=text[place.start : place.end])
