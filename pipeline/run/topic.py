"""What `zhnews topic` does with files: articles as the flow makes them, scored, queued for labelling, scored again.

files ─▶ flow without a topic ─▶ title and cleaned text ─▶ score ─▶ table | queue ─▶ labels.jsonl ─▶ thresholds, words
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.flow import Plan, process
from pipeline.model import Article, Relevance
from pipeline.store.inputs import Item, Unreadable
from pipeline.topics.calibrate import CalibrateParams, Calibration, calibrate
from pipeline.topics.labelled import Labelled
from pipeline.topics.score import score_text, score_topics
from pipeline.topics.topic import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A cleaned article and what each topic says of it."""

    article: Article
    found: tuple[Relevance, ...]


Outcome: TypeAlias = Scored | Unreadable


def score_items(items: Iterable[Item], plan: Plan, topics: Sequence[Topic]) -> Iterator[Outcome]:
    """Yield what becomes of each input, in order: scored, or why it could not be.

    Title and cleaned text are scored, as in every other run: a raw page says 客户服务 in its footer.
    """
    for item in items:
        made = item if isinstance(item, Unreadable) else process(item, plan)
        if isinstance(made, Article):
            found = score_topics(made.text, title=made.title or "", topics=topics)
            yield Scored(article=made, found=found)
        elif isinstance(made, Unreadable):
            yield made
        else:
            yield Unreadable(id=made.id, place=made.id, what=f"no article in it ({made.rule})", remedy=made.detail)


def labelling_order(scored: Sequence[Scored], done: Iterable[str] = ()) -> tuple[Scored, ...]:
    """Return what is to be labelled, each article once, spread over the scores: three of four from the upper half.

    A plain sample of a stream has hardly any relevant articles; the top of the ranking has hardly any others. Any first
    part of this order is spread as the whole is, so whoever stops early has labels of all scores. By the first topic.
    """
    known = set(done)
    new = {s.article.id: s for s in scored if s.article.id not in known}
    ranked = sorted(new.values(), key=lambda s: (-s.found[0].score, s.article.id))
    half = (len(ranked) + 1) // 2
    upper, lower = (_spread(part) for part in (ranked[:half], ranked[half:]))
    return tuple(_three_to_one(upper, lower))


def calibrate_topic(labelled: Sequence[Labelled], topic: Topic, params: CalibrateParams) -> Calibration:
    """Return the thresholds that fit the labels, scored by the topic as it is now. Raises ValueError."""
    scores = [score_text(a.text, title=a.title, topic=topic).score for a in labelled]
    return calibrate(scores, [a.is_relevant for a in labelled], params)


def _spread(ranked: Sequence[Scored]) -> list[Scored]:
    """Return the ranking so that each first part is spread evenly over it (van der Corput's order)."""
    bits = max(1, (len(ranked) - 1).bit_length())
    order = sorted(range(len(ranked)), key=lambda n: int(f"{n:0{bits}b}"[::-1], 2))
    return [ranked[n] for n in order]


def _three_to_one(upper: Sequence[Scored], lower: Sequence[Scored]) -> Iterator[Scored]:
    for turn in range(max(len(lower), -(-len(upper) // 3))):
        yield from upper[3 * turn : 3 * turn + 3]
        yield from lower[turn : turn + 1]
