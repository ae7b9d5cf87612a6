"""What an article is about by our own count: the words that it has more often than Chinese text has them (TF-IDF).

    keyword = word of two characters or more;  value = count in title and text · inverse document frequency (jieba's table)

Metadata for people: no stage asks for it.
"""

from collections import Counter
from dataclasses import dataclass, replace

from pipeline.model import Article
from pipeline.topics.words import inverse_frequencies, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordParams:
    """How many keywords, and which words the dictionary lacks."""

    count: int = 0  # words for each article; 0: none, and jieba is not even loaded
    dictionary: tuple[str, ...] = ()  # the user's own words, in jieba's form: "接诉即办", "云桥 10 n"


def add_keywords(article: Article, params: KeywordParams) -> Article:
    """Return the article with its keywords, as they are written in it; the weightiest first."""
    if not params.count:
        return article
    return replace(article, keywords=find_keywords(f"{article.title or ''}\n{article.text}", params))


def find_keywords(text: str, params: KeywordParams) -> tuple[str, ...]:
    """Return the weightiest words of a text; of two that weigh the same, the one that comes first."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for word, start in words_of(text, params.dictionary):
        if len(word) > 1:
            counts[word] += 1
            first.setdefault(word, text[start : start + len(word)])
    known, unknown = inverse_frequencies()
    ranked = sorted(counts, key=lambda word: -counts[word] * known.get(word, unknown))
    return tuple(first[word] for word in ranked[: params.count])
