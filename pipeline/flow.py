"""THE order of the stages. This list is the pipeline; the four ways to run all call it.

    Page ──extract──▶ Article ┐
    Document ─────────────────┴─▶ normalise ─▶ clean ─▶ relevance ─▶ keywords ─▶ Article | Rejected

What needs other articles (near-duplicates, host templates) is not here: the drivers in `run/` join it.
"""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar, assert_never

from pipeline import __version__
from pipeline.clean.boilerplate import BoilerplateParams, strip_boilerplate, strip_ending
from pipeline.clean.headline import strip_site
from pipeline.clean.knowledge import EMPTY, Knowledge, KnowledgeParams, apply_knowledge
from pipeline.clean.rejoin import RejoinParams, rejoin_paragraphs
from pipeline.clean.repeats import RepeatParams, strip_repeats
from pipeline.clean.rulebook import Rulebook, RuleFile, load_rulebook
from pipeline.clean.spam import SpamParams, strip_spam
from pipeline.clean.spun import SpunParams, flag_spun
from pipeline.edits import laid_out
from pipeline.fold import FOLD_VERSION
from pipeline.model import Article, Document, Outcome, Page, Rejected
from pipeline.normalise.normalise import NormaliseParams, normalise_article
from pipeline.quality.params import QualityParams
from pipeline.topics.keywords import KeywordParams, add_keywords
from pipeline.topics.score import score_article
from pipeline.topics.topic import Topic

if TYPE_CHECKING:
    from pipeline.dedup.decide import DedupParams
    from pipeline.extract.article import ExtractParams, SiteSelectors

T = TypeVar("T")
Step: TypeAlias = Callable[[Article], Article]

# Of what goes through a step together: the tables and the code of one step fit into the cache of a core, those of all do not.
# 0.50 ms an article of 500 characters against 0.64; groups of 64 gain half of that, of 1,000 no more.
_TOGETHER = 256
_TOGETHER_CHARS = 500_000  # so that long texts do not pile up


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All parameters of a run: names, words and numbers, so that it travels to any process."""

    extraction: "ExtractParams | None" = None  # None: as it ships; a run over texts never loads it
    selectors: Mapping[str, "SiteSelectors"] = field(default_factory=dict)  # by the name of the source
    normalise: NormaliseParams = field(default_factory=NormaliseParams)
    rules: tuple[RuleFile, ...] = ()  # the user's; after those that ship
    boilerplate: BoilerplateParams = field(default_factory=BoilerplateParams)
    knowledge: Knowledge = EMPTY  # of hosts, learned from earlier articles
    learned: KnowledgeParams = field(default_factory=KnowledgeParams)  # when that is used
    repeats: RepeatParams = field(default_factory=RepeatParams)
    spam: SpamParams = field(default_factory=SpamParams)
    rejoin: RejoinParams = field(default_factory=RejoinParams)
    spun: SpunParams = field(default_factory=SpunParams)
    quality: QualityParams = field(default_factory=QualityParams)  # nothing unless asked for
    topic: Topic | None = None  # None: relevance is not looked at
    topics: Mapping[str, Topic] = field(default_factory=dict)  # by the name of a source that has its own
    keywords: KeywordParams = field(default_factory=KeywordParams)  # as it ships: none, and jieba is not loaded
    deduplication: "DedupParams | None" = None  # as `extraction`

    @property
    def extract(self) -> "ExtractParams":
        """How pages are extracted."""
        from pipeline.extract.article import ExtractParams  # noqa: PLC0415 - 0.1 s of CPU that texts need not pay

        return self.extraction or ExtractParams()

    @property
    def dedup(self) -> "DedupParams":
        """How near-duplicates are found."""
        from pipeline.dedup.decide import DedupParams  # noqa: PLC0415 - 0.04 s of CPU that one text need not pay

        return self.deduplication or DedupParams()


def steps(plan: Plan) -> tuple[Step, ...]:
    """Return what happens to an article, in order."""
    return (
        lambda a: normalise_article(a, plan.normalise),
        *clean_steps(plan).values(),
        *((lambda a: _masked(a, plan),) if plan.quality.mask else ()),
        *((lambda a: _scored(a, plan),) if plan.topic or plan.topics else ()),
        *((lambda a: add_keywords(a, plan.keywords),) if plan.keywords.count else ()),
    )


def clean_steps(plan: Plan) -> Mapping[str, Step]:
    """Return what happens to an article in the clean stage, by name, in order."""
    rulebook = load_rulebook(plan.rules)
    return {
        "headline": lambda a: strip_site(a, plan.boilerplate.headline),
        "boilerplate": lambda a: strip_boilerplate(a, plan.boilerplate, rulebook),
        "knowledge": lambda a: apply_knowledge(a, plan.knowledge, plan.learned),
        "repeats": lambda a: _without_repeats(a, plan, rulebook),
        "spam": lambda a: _without_spam(a, plan, rulebook),
        "rejoin": lambda a: rejoin_paragraphs(a, plan.rejoin),
        "spun": lambda a: flag_spun(a, plan.spun),
    }


def process(item: Page | Document, plan: Plan) -> Outcome:
    """Return what becomes of an input: a clean article, or the reason why there is none."""
    received = _received(item, plan)
    return process_article(received, plan) if isinstance(received, Article) else received


def process_all(
    items: Iterable[Page | Document | T], plan: Plan, *, together: int = _TOGETHER
) -> Iterator[Outcome | T]:
    """Yield what becomes of each input, in order, `together` later than it was read at most; what is no input passes through.

    The same as `process` for each, in three quarters of its time. With `together=1` each comes as soon as it is known.
    """
    waiting: list[Article | Rejected | T] = []
    chars = 0
    for item in items:
        one = _received(item, plan) if isinstance(item, Page | Document) else item
        waiting.append(one)
        chars += sum(map(len, one.paragraphs)) if isinstance(one, Article) else 0
        if len(waiting) == together or chars >= _TOGETHER_CHARS:
            yield from _processed_together(waiting, plan)
            waiting, chars = [], 0
    yield from _processed_together(waiting, plan)


def process_article(article: Article, plan: Plan) -> Outcome:
    """Return the article after all steps; Rejected when nothing of its text is left."""
    return _settled(article, apply_steps(article, plan), plan)


def apply_steps(article: Article, plan: Plan) -> Article:
    """Return the article after all steps, whatever is left of it."""
    for step in steps(plan):
        article = step(article)
    return article


def _processed_together(waiting: Sequence[Article | Rejected | T], plan: Plan) -> Iterator[Outcome | T]:
    """Yield the outcomes of what waits: step after step, each for all of them."""
    received = [one for one in waiting if isinstance(one, Article)]
    articles = received
    for step in steps(plan):
        articles = list(map(step, articles))
    cleaned = zip(received, articles, strict=True)
    for one in waiting:
        yield _settled(*next(cleaned), plan) if isinstance(one, Article) else one


def _received(item: Page | Document, plan: Plan) -> Article | Rejected:
    """Return the article before the first step."""
    match item:
        case Page():
            return _extracted(item, plan)
        case Document():
            return article_of(item)
        case unexpected:
            assert_never(unexpected)


def _extracted(page: Page, plan: Plan) -> Article | Rejected:
    from pipeline.extract.article import extract_article  # noqa: PLC0415 - see Plan.extract

    own = plan.selectors.get(page.source)
    extracted = extract_article(page, dataclasses.replace(plan.extract, selectors=own) if own else plan.extract)
    if isinstance(extracted, Rejected):
        return extracted
    return _with_signs(extracted, page) if plan.quality.measures else extracted


def _settled(article: Article, cleaned: Article, plan: Plan) -> Outcome:
    """Return what becomes of an article of which this is left."""
    if cleaned.paragraphs:
        return _judged(cleaned, plan) if plan.quality.rejects or plan.quality.measures else cleaned
    detail = f"all of it was removed: {_signers(cleaned)}" if article.paragraphs else "the text is blank"
    return Rejected(id=article.id, url=article.url, source=article.source, rule="flow.nothing_left", detail=detail)


def _masked(article: Article, plan: Plan) -> Article:
    from pipeline.quality.private import mask_private  # noqa: PLC0415 - for those who ask

    return mask_private(article, plan.quality.mask)


def _scored(article: Article, plan: Plan) -> Article:
    topic = plan.topics.get(article.source, plan.topic)
    return score_article(article, topic) if topic else article


def _with_signs(article: Article, page: Page) -> Article:
    from pipeline.quality.optout import flag_page  # noqa: PLC0415 - for those who ask

    return flag_page(article, page.body)


def _judged(article: Article, plan: Plan) -> Outcome:
    from pipeline.quality.judge import judge  # noqa: PLC0415 - for those who ask

    return judge(article, plan.quality)


def article_of(document: Document) -> Article:
    """Return the text as an article, laid out and otherwise as received."""
    paragraphs, edits = laid_out(document.text)
    return Article(
        id=document.id,
        url=document.url,
        source=document.source,
        site=document.site,
        title=document.title,
        authors=document.authors,
        published_at=document.published_at,
        paragraphs=paragraphs,
        edits=edits,
        flags=tuple(dict.fromkeys(document.flags)),
    )


def _without_repeats(article: Article, plan: Plan, rulebook: Rulebook) -> Article:
    """Return the article with each passage once, and without the notice that the last copies hid in the middle."""
    cleaned = strip_repeats(article, plan.repeats)
    has_new_end = cleaned.paragraphs[-1:] != article.paragraphs[-1:]
    return strip_ending(cleaned, plan.boilerplate, rulebook) if has_new_end else cleaned


def _without_spam(article: Article, plan: Plan, rulebook: Rulebook) -> Article:
    """Return the article without injected strings, and without the repeats that showed only when those had gone."""
    cleaned = strip_spam(article, plan.spam)
    return _without_repeats(cleaned, plan, rulebook) if cleaned.edits != article.edits else cleaned


def plan_fingerprint(plan: Plan) -> str:
    """Return 16 hex digits that change when a parameter, a rule, the fold table or the program changes."""
    settings = dataclasses.asdict(dataclasses.replace(plan, knowledge=EMPTY))  # of what is learned the digest will do
    said = json.dumps(
        [
            __version__,
            FOLD_VERSION,
            load_rulebook(plan.rules).digest,
            dataclasses.asdict(plan.extract),
            dataclasses.asdict(plan.dedup),
            plan.knowledge.digest,
            settings,
        ],
        sort_keys=True,
        default=sorted,  # sets have no order of their own
    )
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _signers(article: Article) -> str:
    return ", ".join(sorted({edit.rule for edit in article.edits}))
