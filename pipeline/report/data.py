"""What a report shows: plain values, gathered by `build` or `crawl`, drawn by `page`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model import Article, Decision, Rejected
from pipeline.quality.distribution import Distribution
from pipeline.report.sampling import Sample

FATES = ("seen", "kept", "rejected", "unchanged", "failed")  # of the inputs of a run, as a tally names them


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source did."""

    name: str
    kind: str
    last_success_at: str | None  # as a person reads it; None: never yet
    failing_since: str | None  # None: all is well
    last_error: str | None
    new_articles: int
    waiting: int = 0  # pages that are known and not read yet
    failed: int = 0  # pages whose last visit failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """What keeps a crawl from reading: a host that rests, a list that leads nowhere."""

    what: str  # "rest" or "stopped"
    where: str  # a host or an address
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run: when, how long, and where its inputs went."""

    id: int
    command: str
    started_at: str
    seconds: float | None  # None: it runs, or its process died
    exit_code: int | None
    counts: Mapping[str, int]  # seen, kept, rejected, unchanged, failed; empty: it did not come so far


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNotes:
    """What is known of rules beside what they did."""

    reasons: Mapping[str, str] = field(default_factory=dict)  # why there is such a rule or step, by id
    cutting: frozenset[str] = frozenset()  # ids of the rules that may cut
    shadow: frozenset[str] = frozenset()  # of those on trial: they only remark what they would cut
    own: frozenset[str] = frozenset()  # of those that the user wrote or changed


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUse:
    """What a rule did to the articles that stay."""

    rule: str
    kind: str
    articles: int
    places: int
    characters: int  # taken out; what a replacement puts in is taken off
    example: str  # the first text that it took
    reason: str = ""  # what was said about that place
    article: str = ""  # the id of the article it stood in


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowUse:
    """What a rule on trial would have cut."""

    rule: str
    articles: int
    lines: int
    example: str  # how the first line begins
    article: str  # the id of the article it stands in


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What a selection by quality cut."""

    distributions: tuple[Distribution, ...]  # of the signals that it looks at
    sources: tuple[str, ...] = ()  # whose articles it is for; none: all


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts over everything, shown or not."""

    articles: int = 0
    characters: int = 0  # of the articles that stay
    removed: Mapping[str, int] = field(default_factory=dict)  # characters by kind of edit
    rules: tuple[RuleUse, ...] = ()  # the most used first
    shadows: tuple[ShadowUse, ...] = ()  # likewise
    sources: Mapping[str, int] = field(default_factory=dict)  # articles
    source_days: Mapping[tuple[str, str], int] = field(default_factory=dict)  # articles by source and day
    days: Mapping[str, int] = field(default_factory=dict)  # articles by "2026-11-22"
    scripts: Mapping[str, int] = field(default_factory=dict)
    verdicts: Mapping[str, int] = field(default_factory=dict)  # of the topic
    scores: Mapping[int, int] = field(default_factory=dict)  # articles by whole points of relevance
    flags: Mapping[str, int] = field(default_factory=dict)  # articles that bear it
    keywords: Mapping[str, int] = field(default_factory=dict)  # articles that have it; empty where none were asked for
    clusters: Mapping[int, int] = field(default_factory=dict)  # how many articles have so many copies
    copies_of: Mapping[str, int] = field(default_factory=dict)  # copies by the id of the article that stays
    refused: Mapping[str, int] = field(default_factory=dict)  # rejected inputs by rule
    refused_sources: Mapping[str, int] = field(default_factory=dict)  # the same by source
    barred_sources: Mapping[str, int] = field(default_factory=dict)  # of these, those that the site does not want read
    selections: tuple[Selected, ...] = ()  # by quality


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
    hindrances: tuple[Hindrance, ...] = ()
    runs: tuple[RunRow, ...] = ()  # the newest first
    rules: RuleNotes = field(default_factory=RuleNotes)
    seconds: Mapping[str, float] = field(
        default_factory=dict
    )  # by stage, of what the tally counts; empty: not measured
