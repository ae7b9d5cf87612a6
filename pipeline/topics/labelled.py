"""Articles with what people said of them, and the words that tell the relevant from the others. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from pipeline.topics.words import words_of

LABELS = (0, 1, 2)

WordPlaces: TypeAlias = dict[str, list[int]]  # where each word of an article stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An article with what a person said of it."""

    id: str
    title: str
    text: str
    label: int  # 0 not about the topic, 1 in a substantial part, 2 mainly

    @property
    def is_relevant(self) -> bool:
        return self.label > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A word and how well it tells."""

    word: str
    z: float  # log-odds over its deviation: beyond ±2 hardly chance; below 0 it speaks against
    relevant: int  # articles that have it
    others: int


_PRIOR_ARTICLES = 5.0  # what a word is thought to do before it is seen: as in all articles, so many times


def word_places(labelled: Labelled) -> WordPlaces:
    """Return the words of two characters or more, title and text as one, each with its places; the title's are below 0."""
    places: WordPlaces = {}
    for text, shift in ((labelled.title, -len(labelled.title)), (labelled.text, 0)):
        for word, start in words_of(text):
            if len(word) > 1:
                places.setdefault(word, []).append(start + shift)
    return places


def telling_words(
    articles: Sequence[Iterable[str]], relevant: Sequence[bool], *, least_articles: int
) -> tuple[Telling, ...]:
    """Return the words that at least so many articles have, those that tell best first.

    Log-odds with a prior: Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16 (2008), §3.3, over articles.
    """
    sides: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for words, is_relevant in zip(articles, relevant, strict=True):
        sides[is_relevant].update(set(words))
    totals = (sum(1 for r in relevant if not r), sum(1 for r in relevant if r))
    frequent = [w for w, n in (sides[0] + sides[1]).items() if n >= least_articles]
    made = (_telling(word, (sides[0][word], sides[1][word]), totals) for word in frequent)
    return tuple(sorted(made, key=lambda t: (-abs(t.z), t.word)))


def _telling(word: str, counts: tuple[int, int], totals: tuple[int, int]) -> Telling:
    share = sum(counts) / sum(totals)
    log_odds = []
    variance = 0.0
    for n, total in zip(counts, totals, strict=True):
        have, lack = n + _PRIOR_ARTICLES * share, total - n + _PRIOR_ARTICLES * (1 - share)
        log_odds.append(np.log(have / max(lack, 1e-9)))
        variance += 1 / have + 1 / max(lack, 1e-9)
    z = float((log_odds[1] - log_odds[0]) / np.sqrt(variance))
    return Telling(word=word, z=z, relevant=counts[1], others=counts[0])
