"""Words that tell the labelled articles apart and are not in the topic yet, each with a sentence to judge it by. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.fold import fold
from pipeline.text import sentence_spans
from pipeline.topics.labelled import Labelled, Telling, telling_words, word_places
from pipeline.topics.matching import terms_of
from pipeline.topics.topic import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestParams:
    """What is suggested."""

    most_words: int = 40
    least_articles: int = 4  # that must have a word
    least_z: float = 2.0  # below, it may well be chance: 1 word in 20 gets there by itself
    example_chars: int = 40  # of the sentence, about the word


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A word for the topic, or against it."""

    telling: Telling
    example: str  # from an article of the side that it speaks for


def suggest_terms(articles: Sequence[Labelled], topic: Topic, params: SuggestParams) -> tuple[Suggestion, ...]:
    """Return the words that tell best, first those that tell most."""
    places = [word_places(a) for a in articles]
    known = frozenset(terms_of(topic))
    telling = telling_words(places, [a.is_relevant for a in articles], least_articles=params.least_articles)
    new = [t for t in telling if t.word not in known and abs(t.z) >= params.least_z]
    return tuple(
        Suggestion(telling=t, example=_example(t, articles, params.example_chars)) for t in new[: params.most_words]
    )


def _example(telling: Telling, articles: Sequence[Labelled], chars: int) -> str:
    """Return a sentence with the word from an article of its side; there is one, else it would be the other side's."""
    of_its_side = (a for a in articles if a.is_relevant == (telling.z > 0))
    texts = (text for article in of_its_side for text in (article.text, article.title))
    text, at = next((text, at) for text in texts if (at := fold(text).find(telling.word)) >= 0)
    return _around(text, at, len(telling.word), chars)


def _around(text: str, at: int, length: int, chars: int) -> str:
    """Return the sentence about a place, cut to so many characters about the word."""
    start, end = next((s, e) for s, e in sentence_spans(text) if s <= at < e)
    first = max(start, at - (chars - length) // 2)
    return " ".join(text[first : min(end, first + chars)].split())
