"""Labelled articles to a table of words: what the topic's own words do not say yet. Pure.

    labelled ─▶ words ─▶ those that tell best ─▶ logistic regression beside the topic's score
                                                                    │
                          weights in points of the score ◀──────────┘

The score that the topic gives already is a feature of its own, so a word gets weight only for what it adds; divided by
the weight of a point of the score, it is a number of points, and the thresholds keep their meaning.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from pipeline.topics.labelled import Labelled, Telling, WordPlaces, telling_words, word_places
from pipeline.topics.matching import terms_of
from pipeline.topics.measure import Bools, Floats, average_precision, best_point
from pipeline.topics.score import score_text
from pipeline.topics.topic import LearnedWord, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnParams:
    """How a table is learned."""

    most_words: int = 300  # of the table
    least_articles: int = 4  # that must have a word: rarer ones are names and chance
    penalty: float = 10.0  # of squared weights; of .3 to 30, the best on the labelled half, where 3 to 30 hardly differ
    folds: int = 5  # of the cross-validation
    least_labels: int = 200  # below, a table fits the labels and nothing else
    least_of_each: int = 20  # relevant articles, and others
    least_weight: float = 0.05  # points; less is not written down


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A learned table, and whether it is worth having: figures of articles that its words were not learned from."""

    words: tuple[LearnedWord, ...]
    before: tuple[float, float]  # average precision and best F of the topic as it is
    after: tuple[float, float]  # the same with a table, each fold scored by the table of the others


def learn_words(articles: Sequence[Labelled], topic: Topic, params: LearnParams) -> Lesson:
    """Return the table for these articles. Words that hold a term of the topic are not learned: they would hide it.

    Raises ValueError when there are too few labels.
    """
    _check(articles, params)
    bare = replace(topic, learned=None, learned_words=())
    seen = [_seen(article, bare) for article in articles]
    folds = [zlib.crc32(a.id.encode("utf-8", "replace")) % params.folds for a in articles]
    taught = [
        replace(bare, learned_words=_table([s for s, at in zip(seen, folds, strict=True) if at != fold], bare, params))
        for fold in range(params.folds)
    ]
    corrected = [_score(article, taught[fold]) for article, fold in zip(articles, folds, strict=True)]
    truth = [a.is_relevant for a in articles]
    return Lesson(
        words=_table(seen, bare, params),
        before=_figures([s.score for s in seen], truth),
        after=_figures(corrected, truth),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A labelled article with what is learned from: the score that the topic gives already, and the words."""

    article: Labelled
    score: float
    places: WordPlaces


def _seen(article: Labelled, topic: Topic) -> _Seen:
    return _Seen(article, _score(article, topic), word_places(article))


def _score(article: Labelled, topic: Topic) -> float:
    return score_text(article.text, title=article.title, topic=topic).score


def _figures(scores: Sequence[float], truth: Sequence[bool]) -> tuple[float, float]:
    return average_precision(scores, truth), best_point(scores, truth).f


def _check(articles: Sequence[Labelled], params: LearnParams) -> None:
    relevant = sum(a.is_relevant for a in articles)
    others = len(articles) - relevant
    if len(articles) < params.least_labels:
        raise ValueError(f"{len(articles)} labels are too few to learn words from: {params.least_labels} are needed")
    if min(relevant, others) < params.least_of_each:
        raise ValueError(f"{relevant} relevant articles and {others} others: {params.least_of_each} of each are needed")


def _table(seen: Sequence[_Seen], topic: Topic, params: LearnParams) -> tuple[LearnedWord, ...]:
    """Return the table learned from these articles."""
    truth = [s.article.is_relevant for s in seen]
    terms = terms_of(topic)
    telling = telling_words([s.places for s in seen], truth, least_articles=params.least_articles)
    words = list(islice((t for t in telling if not any(term in t.word for term in terms)), params.most_words))
    weights = fit_logistic(
        _features(seen, words, topic), np.array(truth), np.array([params.penalty] * len(words) + [_NO_PENALTY] * 2)
    )
    points = weights[:-2] / max(weights[-2], _LEAST_SLOPE) * _SCALE
    return tuple(_learned(t, float(p)) for t, p in zip(words, points, strict=True) if abs(p) >= params.least_weight)


def _features(seen: Sequence[_Seen], words: Sequence[Telling], topic: Topic) -> Floats:
    """Return a row for each article: what each word would add to its score, the score itself, and 1."""
    numbers = {t.word: n for n, t in enumerate(words)}
    features = np.ones((len(seen), len(words) + 2))
    features[:, :-2] = 0.0
    for row, one in enumerate(seen):
        features[row, -2] = one.score / _SCALE
        for word in one.places.keys() & numbers.keys():
            features[row, numbers[word]] = _strength(one.places[word], len(one.article.text), topic)
    return features


_SCALE = 10.0  # points of the score that count as one, so that all features are of one size
_NO_PENALTY = 1e-3  # of the score and the constant
_LEAST_SLOPE = 0.1  # of the score's own weight: below, the topic's words say nothing and the points would be boundless


def _strength(places: Sequence[int], chars: int, topic: Topic) -> float:
    """Return what a word of weight 1 adds to the score of an article."""
    in_text = [topic.lead_boost if at < topic.lead_chars else 1.0 for at in places if at >= 0]
    in_title = topic.title_boost if any(at < 0 for at in places) else 0.0
    raw = float(np.sqrt(min(sum(in_text), topic.repeat_cap))) + in_title
    return raw / float((1 + chars / topic.length_pivot) ** topic.length_power)


def _learned(telling: Telling, points: float) -> LearnedWord:
    return LearnedWord(word=telling.word, weight=round(points, 2), relevant=telling.relevant, others=telling.others)


def fit_logistic(features: NDArray[np.float64], truth: Bools, penalties: Floats, rounds: int = 50) -> Floats:
    """Return the weights of a logistic regression with a quadratic penalty for each, by Newton's method."""
    weights = np.zeros(features.shape[1])
    for _ in range(rounds):
        said = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        gradient = features.T @ (said - truth) + penalties * weights
        curvature = (features.T * (said * (1 - said))) @ features + np.diag(penalties)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    return weights
