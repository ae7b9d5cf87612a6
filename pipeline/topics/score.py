"""Article and topic to a score, a verdict, and the places that made it.

    score = (Σ weight · √min(count, cap)  +  title_boost · Σ weight of the terms in the title) / (1 + chars / pivot)^power

The longest word wins where several begin (leftmost-longest matching), so an exclusion is a longer word of weight 0 and
needs no second pass. Matching is on folded text, which is as long as the text: places are places in the text.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Literal

from pipeline.fold import fold
from pipeline.model import Article, Hit, Relevance, Verdict
from pipeline.topics.matching import Finder, Match, finder_of
from pipeline.topics.topic import Topic


def score_article(article: Article, topic: Topic) -> Article:
    """Return the article with its relevance to the topic. Score after cleaning: every footer says 客户服务."""
    return replace(article, relevance=score_text(article.text, title=article.title or "", topic=topic))


def score_text(text: str, *, title: str = "", topic: Topic, folded: str | None = None) -> Relevance:
    """Return score, verdict and hits; hits in the title come first, then in order of place.

    `folded` is `fold(text)` where the caller has it already.
    """
    (found,) = score_topics(text, title=title, topics=(topic,), folded=folded)
    return found


def score_topics(
    text: str, *, title: str = "", topics: Sequence[Topic], folded: str | None = None
) -> tuple[Relevance, ...]:
    """Return the relevance to each topic, in order: the same as one by one, and the text is gone through once."""
    asked = tuple(topics)
    finder, silent = _prepared(asked)
    in_text = finder.find(fold(text) if folded is None else folded)
    in_title = finder.find(fold(title)) if title else {}
    found = list(silent)
    for n in in_text.keys() | in_title.keys():
        found[n] = _relevance((title, in_title.get(n, ())), (text, in_text.get(n, ())), asked[n], finder.weights[n])
    return tuple(found)


def title_rank(title: str, topic: Topic) -> float:
    """Return how much a title alone speaks for the topic: 0 for one that says nothing, below 0 against.

    It is for the order in which pages are asked for. It is no verdict: a quarter of the relevant titles say nothing for it.
    """
    finder = finder_of((topic,))
    return _title_sum(finder.find(fold(title)).get(0, ()), finder.weights[0])


def _relevance(
    title: tuple[str, Sequence[Match]], text: tuple[str, Sequence[Match]], topic: Topic, weights: Sequence[float]
) -> Relevance:
    raw = _text_sum(text[1], weights, topic) + topic.title_boost * _title_sum(title[1], weights)
    score = round(max(0.0, raw) / (1 + len(text[0]) / topic.length_pivot) ** topic.length_power, 3)
    hits = (*_hits(*title, "title", weights), *_hits(*text, "text", weights))
    return Relevance(topic=topic.id, score=score, verdict=_verdict(score, topic), hits=hits)


@cache
def _prepared(topics: tuple[Topic, ...]) -> tuple[Finder, tuple[Relevance, ...]]:
    """Return what finds the terms, and the relevance of a text that has none of them: most texts, for most topics."""
    silent = (Relevance(topic=topic.id, score=0.0, verdict=_verdict(0.0, topic)) for topic in topics)
    return finder_of(topics), tuple(silent)


def _hits(text: str, found: Iterable[Match], where: Literal["title", "text"], weights: Sequence[float]) -> list[Hit]:
    return [_hit(text[start:end], weights[term], where, (start, end)) for term, start, end in found if weights[term]]


def _hit(term: str, weight: float, where: str, place: tuple[int, int]) -> Hit:
    # Hits are most of what a score costs, and `Hit(...)` takes three times as long as to fill the slots of a new one:
    # a frozen dataclass goes through `object.__setattr__`, field by field. Measured: 1.9 against .6 µs.
    hit = _NEW(Hit)
    _SET_TERM(hit, term)
    _SET_WEIGHT(hit, weight)
    _SET_WHERE(hit, where)
    _SET_START(hit, place[0])
    _SET_END(hit, place[1])
    return hit


_NEW: Callable[[type[Hit]], Hit] = object.__new__
_SET_TERM, _SET_WEIGHT, _SET_WHERE, _SET_START, _SET_END = (
    vars(Hit)[field].__set__ for field in ("term", "weight", "where", "start", "end")
)


def _text_sum(found: Iterable[Match], weights: Sequence[float], topic: Topic) -> float:
    counts: dict[int, float] = {}
    lead, boost, cap = topic.lead_chars, topic.lead_boost, topic.repeat_cap
    for term, start, _ in found:
        counts[term] = counts.get(term, 0.0) + (boost if start < lead else 1.0)
    return sum([weights[term] * math.sqrt(min(cap, n)) for term, n in counts.items()])


def _title_sum(found: Iterable[Match], weights: Sequence[float]) -> float:
    return sum([weights[term] for term in {term for term, _, _ in found}])


def _verdict(score: float, topic: Topic) -> Verdict:
    if score >= topic.keep_score:
        return "keep"
    return "review" if score >= topic.review_score else "drop"
