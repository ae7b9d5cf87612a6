"""Counts over everything that a report is about, taken while the rows pass by on their way to a sample."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final, TypeVar

from pipeline.edits import LAYOUT_KIND, Edit
from pipeline.model import Article, ArticleId, Decision, Flag, Rejected
from pipeline.quality.distribution import Gathering, measured_of
from pipeline.report.data import Figures, RuleUse, Selected, ShadowUse
from pipeline.report.markup import clipped

_EXAMPLE_CHARS = 60
_SHADOW_FLAG = "shadow"  # its detail is "rule: line"
_BARRED_RULES = frozenset({"fetch.robots", "fetch.opt_out", "fetch.blocked", "fetch.login"})


@dataclass(slots=True)
class _Use:
    kind: str
    example: str
    reason: str
    article: str
    articles: int = 0
    places: int = 0
    characters: int = 0

    def merge(self, later: "_Use") -> None:
        self.articles += later.articles
        self.places += later.places
        self.characters += later.characters


@dataclass(slots=True)
class _Shadow:
    example: str
    article: str
    articles: int = 0
    lines: int = 0

    def merge(self, later: "_Shadow") -> None:
        self.articles += later.articles
        self.lines += later.lines


_Sum = TypeVar("_Sum", _Use, _Shadow)


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection by quality, and whose articles it is for."""

    gathering: Gathering
    sources: frozenset[str] = frozenset()  # none: all


@dataclass(slots=True)
class Survey:
    """Sums that grow. Each `watch_…` hands its rows on as they are, so that one pass over a file is enough.

    Surveys of parts, merged in the order of the parts, give what one of all rows gives.
    """

    articles: int = 0
    characters: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    uses: dict[str, _Use] = field(default_factory=dict)
    shadows: dict[str, _Shadow] = field(default_factory=dict)
    sources: Counter[str] = field(default_factory=Counter)
    source_days: Counter[tuple[str, str]] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    scripts: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    scores: Counter[int] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    keywords: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)  # by the id of the article that stays
    refused: Counter[str] = field(default_factory=Counter)
    refused_sources: Counter[str] = field(default_factory=Counter)
    barred_sources: Counter[str] = field(default_factory=Counter)
    selections: Sequence[Selection] = ()  # by quality; none: nothing is measured

    def watch_articles(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Count the articles that stay."""
        for article in articles:
            self.count_article(article)
            yield article

    def watch_copies(self, copies: Iterable[tuple[Article, Decision]]) -> Iterator[tuple[Article, Decision]]:
        """Count how many copies each kept article has."""
        for article, decision in copies:
            self.count_copy(decision.kept)
            yield article, decision

    def watch_rejected(self, rejected: Iterable[Rejected]) -> Iterator[Rejected]:
        """Count the rules that rejected."""
        for row in rejected:
            self.count_rejected(row)
            yield row

    def count_article(self, article: Article) -> None:
        """Count an article that stays."""
        self._count(article)
        self._measure(article)

    def count_copy(self, kept: str | None) -> None:
        """Count a copy, by the article that stays."""
        self.copies[kept or ""] += 1

    def count_rejected(self, row: Rejected) -> None:
        """Count the rule that rejected."""
        self.refused[row.rule] += 1
        self.refused_sources[row.source] += 1
        self.barred_sources[row.source] += row.rule in _BARRED_RULES
        self._measure(row)

    def merge(self, later: "Survey") -> None:
        """Count what another counted of rows that come behind."""
        self.articles += later.articles
        self.characters += later.characters
        for name in _COUNTERS:
            getattr(self, name).update(getattr(later, name))
        _merge_all(self.uses, later.uses)
        _merge_all(self.shadows, later.shadows)
        for one, more in zip(self.selections, later.selections, strict=True):
            one.gathering.merge(more.gathering)

    def figures(self) -> Figures:
        """Return the counts as they stand."""
        return Figures(
            articles=self.articles,
            characters=self.characters,
            removed=self.removed,
            rules=self._rules(),
            shadows=self._shadows(),
            sources=self.sources,
            source_days=self.source_days,
            days=self.days,
            scripts=self.scripts,
            verdicts=self.verdicts,
            scores=self.scores,
            flags=self.flags,
            keywords=self.keywords,
            clusters=Counter(self.copies.values()),
            copies_of=self.copies,
            refused=self.refused,
            refused_sources=self.refused_sources,
            barred_sources=self.barred_sources,
            selections=tuple(
                Selected(distributions=one.gathering.distributions(), sources=tuple(sorted(one.sources)))
                for one in self.selections
            ),
        )

    def _count(self, article: Article) -> None:
        self.articles += 1
        self.characters += len(article.text)
        self.sources[article.source] += 1
        self.scripts[article.script or "unknown"] += 1
        if article.keywords:
            self.keywords.update(article.keywords)
        if article.published_at:
            day = article.published_at.date().isoformat()
            self.days[day] += 1
            self.source_days[article.source, day] += 1
        if article.relevance:
            self.verdicts[article.relevance.verdict] += 1
            self.scores[int(article.relevance.score)] += 1
        if article.flags:
            self.flags.update({flag.name for flag in article.flags})
            self._count_shadows([flag for flag in article.flags if flag.name == _SHADOW_FLAG], article.id)
        for edit in article.edits:
            self._count_edit(edit, article.id)
        for rule in {edit.rule for edit in article.edits}:
            self.uses[rule].articles += 1

    def _measure(self, outcome: Article | Rejected) -> None:
        if not self.selections:
            return
        asking = [one for one in self.selections if not one.sources or outcome.source in one.sources]
        measured = measured_of(outcome) if asking else None
        if measured is not None:
            for one in asking:
                one.gathering.add(measured)

    def _count_edit(self, edit: Edit, article: ArticleId) -> None:
        gone = max(0, len(edit.old) - len(edit.new))
        if gone and edit.kind != LAYOUT_KIND:  # as the tally of a run counts
            self.removed[edit.kind] += gone
        use = self.uses.get(edit.rule)
        if use is None:
            example = clipped(edit.old.strip() or edit.old, _EXAMPLE_CHARS)
            use = self.uses[edit.rule] = _Use(edit.kind, example, edit.reason, article)
        use.places += 1
        use.characters += gone

    def _count_shadows(self, flags: Iterable[Flag], article: ArticleId) -> None:
        met = set()
        for flag in flags:
            rule, _, line = flag.detail.partition(": ")
            shadow = self.shadows.setdefault(rule, _Shadow(clipped(line, _EXAMPLE_CHARS), article))
            shadow.lines += 1
            met.add(rule)
        for rule in met:
            self.shadows[rule].articles += 1

    def _rules(self) -> tuple[RuleUse, ...]:
        ranked = sorted(self.uses.items(), key=lambda pair: (-pair[1].characters, -pair[1].places, pair[0]))
        return tuple(
            RuleUse(
                rule=rule,
                kind=use.kind,
                articles=use.articles,
                places=use.places,
                characters=use.characters,
                example=use.example,
                reason=use.reason,
                article=use.article,
            )
            for rule, use in ranked
        )

    def _shadows(self) -> tuple[ShadowUse, ...]:
        ranked = sorted(self.shadows.items(), key=lambda pair: (-pair[1].lines, pair[0]))
        return tuple(
            ShadowUse(rule=rule, articles=s.articles, lines=s.lines, example=s.example, article=s.article)
            for rule, s in ranked
        )


_COUNTERS: Final = tuple(f.name for f in fields(Survey) if f.default_factory is Counter)


def _merge_all(sums: dict[str, _Sum], later: dict[str, _Sum]) -> None:
    for name, more in later.items():
        if name in sums:
            sums[name].merge(more)
        else:
            sums[name] = replace(more)  # not shared: it will grow
