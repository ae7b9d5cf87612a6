"""Text in which a machine replaced words by near-synonyms (洗稿, 伪原创): a flag, never a cut.

Spinners leave words that nobody writes: 经由过程 for 通过, 究竟结果 for 毕竟, 托付量 for 交付量. The list with weights is
data: rules/spun.tsv. The score is the sum of weights a thousand characters.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ahocorasick_rs import AhoCorasick, MatchKind

from pipeline.fold import fold
from pipeline.model import Article, Flag
from pipeline.text import encodable


@dataclass(frozen=True, slots=True, kw_only=True)
class SpunParams:
    """From when on a text is called spun."""

    min_score: float = 8.0  # weights a thousand characters; ordinary news stays below 4, two spun pages had 15 and 105
    min_words: int = 4  # different words of the list; one odd word is a style or a typo
    min_chars: int = 120  # characters; below, one word would decide


def flag_spun(article: Article, params: SpunParams) -> Article:
    """Return the article, with the flag "spun" if its words are a spinner's."""
    text = article.text
    if len(text) < params.min_chars:
        return article
    found = spun_words(text)
    if not found:  # most articles
        return article
    score = score_spun(text, found)
    if score < params.min_score or len(found) < params.min_words:
        return article
    shown = " ".join(word for word, _ in found.most_common(6))
    return article.flagged(Flag(name="spun", detail=f"{score:.0f} a thousand characters: {shown}"))


def score_spun(text: str, found: Counter[str]) -> float:
    """Return the weights of the words found, a thousand characters of the text."""
    weights = _weights()
    return 1000 * sum(weights[word] * count for word, count in found.items()) / max(1, len(text))


def spun_words(text: str) -> Counter[str]:
    """Return how often each word of the list stands in the text (folded spelling)."""
    words, automaton = _words()
    hits = automaton.find_matches_as_indexes(encodable(fold(text)))
    return Counter([words[number] for number, _, _ in hits]) if hits else Counter()


@cache
def _weights() -> dict[str, int]:
    text = (resources.files("pipeline.clean") / "rules" / "spun.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {fold(word): int(weight) for word, _, weight in rows}


@cache
def _words() -> tuple[tuple[str, ...], AhoCorasick]:
    words = tuple(_weights())
    return words, AhoCorasick(list(words), matchkind=MatchKind.LeftmostLongest)
