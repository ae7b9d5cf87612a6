"""Counts over everything that a report is about, taken while the rows pass by on their way to a sample."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class _Shadow:
    example: str
    article: str
    articles: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection by quality, and whose articles it is for."""

    gathering: Gathering
    sources: frozenset[str] = frozenset()  # none: all


@dataclass(slots=True)
class Survey:
    """Sums that grow. Each `watch_…` hands its rows on as they are, so that one pass over a file is enough."""

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
            self._count(article)
            self._measure(article)
            yield article

    def watch_copies(self, copies: Iterable[tuple[Article, Decision]]) -> Iterator[tuple[Article, Decision]]:
        """Count how many copies each kept article has."""
        for article, decision in copies:
            self.copies[decision.kept or ""] += 1
            yield article, decision

    def watch_rejected(self, rejected: Iterable[Rejected]) -> Iterator[Rejected]:
        """Count the rules that rejected."""
        for row in rejected:
            self.refused[row.rule] += 1
            self.refused_sources[row.source] += 1
            self.barred_sources[row.source] += row.rule in _BARRED_RULES
            self._measure(row)
            yield row

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
        self.flags.update({flag.name for flag in article.flags})
        self.keywords.update(article.keywords)
        if article.published_at:
            day = article.published_at.date().isoformat()
            self.days[day] += 1
            self.source_days[article.source, day] += 1
        if article.relevance:
            self.verdicts[article.relevance.verdict] += 1
            self.scores[int(article.relevance.score)] += 1
        for edit in article.edits:
            self._count_edit(edit, article.id)
        for rule in {edit.rule for edit in article.edits}:
            self.uses[rule].articles += 1
        self._count_shadows([flag for flag in article.flags if flag.name == _SHADOW_FLAG], article.id)

    def _measure(self, outcome: Article | Rejected) -> None:
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
