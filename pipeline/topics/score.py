"""Article and topic to a score, a verdict, and the places that made it.

    score = (Σ weight · √min(count, cap)  +  title_boost · Σ weight of the terms in the title) / (1 + chars / pivot)^power

The longest word wins where several begin (leftmost-longest matching), so an exclusion is a longer word of weight 0 and
needs no second pass. Matching is on folded text, which is as long as the text: places are places in the text.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Literal

from ahocorasick_rs import AhoCorasick, MatchKind

from pipeline.fold import fold
from pipeline.model import Article, Hit, Relevance, Verdict
from pipeline.topics.topic import Topic


def score_article(article: Article, topic: Topic) -> Article:
    """Return the article with its relevance to the topic. Score after cleaning: every footer says 客户服务."""
    return replace(article, relevance=score_text(article.text, title=article.title or "", topic=topic))


def score_text(text: str, *, title: str = "", topic: Topic) -> Relevance:
    """Return score, verdict and hits; hits in the title come first, then in order of place."""
    in_title = tuple(_hits(title, "title", topic))
    in_text = tuple(_hits(text, "text", topic))
    raw = _text_sum(in_text, topic) + topic.title_boost * _title_sum(in_title)
    score = round(max(0.0, raw) / (1 + len(text) / topic.length_pivot) ** topic.length_power, 3)
    return Relevance(topic=topic.id, score=score, verdict=_verdict(score, topic), hits=in_title + in_text)


def _hits(text: str, where: Literal["title", "text"], topic: Topic) -> Iterator[Hit]:
    automaton, weights = _automaton(topic)
    if automaton is None:
        return
    for index, start, end in automaton.find_matches_as_indexes(_searchable(fold(text))):
        if weights[index]:
            yield Hit(term=text[start:end], weight=weights[index], where=where, start=start, end=end)


def _text_sum(hits: tuple[Hit, ...], topic: Topic) -> float:
    counts: dict[tuple[str, float], float] = {}
    for hit in hits:
        key = (fold(hit.term), hit.weight)
        counts[key] = counts.get(key, 0.0) + (topic.lead_boost if hit.start < topic.lead_chars else 1.0)
    return sum(weight * math.sqrt(min(n, topic.repeat_cap)) for (_, weight), n in counts.items())


def _title_sum(hits: tuple[Hit, ...]) -> float:
    return sum({fold(hit.term): hit.weight for hit in hits}.values())


def _verdict(score: float, topic: Topic) -> Verdict:
    if score >= topic.keep_score:
        return "keep"
    return "review" if score >= topic.review_score else "drop"


@cache
def _automaton(topic: Topic) -> tuple[AhoCorasick | None, tuple[float, ...]]:
    weights = {fold(word): 0.0 for word in topic.exclusions}
    for group in topic.groups:
        weights |= {fold(word): group.weight for word in group.words}
    if not weights:
        return None, ()
    return AhoCorasick(list(weights), matchkind=MatchKind.LeftmostLongest), tuple(weights.values())


def _searchable(text: str) -> str:
    # The automaton takes UTF-8: a lone surrogate becomes another character of no meaning, in the same place.
    return text if text.isascii() or not _has_surrogate(text) else text.encode("utf-8", "replace").decode()


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
