"""What a report shows: plain values, gathered by `build` or `crawl`, drawn by `page`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pipeline.model import Article, Decision, Rejected

T = TypeVar("T")
Row_co = TypeVar("Row_co", covariant=True)

MOST_SHOWN = 400  # articles, copies, rejections and failures each: about 4 MB of HTML at 1,500 characters an article


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Generic[Row_co]):
    """Some of many, evenly spread and in order: the same input shows the same ones."""

    shown: tuple[Row_co, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source did."""

    name: str
    kind: str
    last_success_at: str | None  # as a person reads it; None: never yet
    failing_since: str | None  # None: all is well
    last_error: str | None
    new_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUse:
    """What a rule did to the articles that stay."""

    rule: str
    kind: str
    articles: int
    places: int
    characters: int  # taken out; what a replacement puts in is taken off
    example: str  # the first text that it took


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts over everything, shown or not."""

    articles: int = 0
    characters: int = 0  # of the articles that stay
    removed: Mapping[str, int] = field(default_factory=dict)  # characters by kind of edit
    rules: tuple[RuleUse, ...] = ()  # the most used first
    sources: Mapping[str, int] = field(default_factory=dict)  # articles
    days: Mapping[str, int] = field(default_factory=dict)  # articles by "2026-11-22"
    scripts: Mapping[str, int] = field(default_factory=dict)
    verdicts: Mapping[str, int] = field(default_factory=dict)  # of the topic
    scores: Mapping[int, int] = field(default_factory=dict)  # articles by whole points of relevance
    flags: Mapping[str, int] = field(default_factory=dict)  # articles that bear it
    clusters: Mapping[int, int] = field(default_factory=dict)  # how many articles have so many copies
    refused: Mapping[str, int] = field(default_factory=dict)  # rejected inputs by rule
    refused_sources: Mapping[str, int] = field(default_factory=dict)  # the same by source


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """All that a report is drawn from."""

    title: str
    tally: Mapping[str, object]  # of `Tally.as_json`; empty: no run has ended
    about: str = ""  # what the tally counts: "run 3, 2026-11-22 04:40 UTC"
    figures: Figures = field(default_factory=Figures)
    articles: Sample[Article] = field(default_factory=Sample)
    copies: Sample[tuple[Article, Decision]] = field(default_factory=Sample)
    kept: Mapping[str, Article] = field(default_factory=dict)  # what the shown copies are copies of, by id
    rejected: Sample[Rejected] = field(default_factory=Sample)
    failed: Sample[str] = field(default_factory=Sample)  # a sentence each
    sources: tuple[SourceHealth, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)  # of the rules that ship: why there is such a rule, by id


def sample(rows: Iterable[T], most: int = MOST_SHOWN) -> Sample[T]:
    """Return at most `most` rows, evenly spread: every n-th, n doubling as rows come, so that memory stays bounded."""
    shown: list[T] = []
    step, total = 1, 0
    for row in rows:
        if total % step == 0:
            shown.append(row)
        if len(shown) > most:
            shown, step = shown[::2], step * 2
        total += 1
    return Sample(shown=tuple(shown), total=total)


def evenly(rows: Iterable[T], sizes: Iterable[int], budget: int) -> tuple[T, ...]:
    """Return every n-th row, n the smallest power of two with which the sizes sum up to the budget or less."""
    kept, weights = tuple(rows), tuple(sizes)
    while len(kept) > 1 and sum(weights) > budget:
        kept, weights = kept[::2], weights[::2]
    return kept
