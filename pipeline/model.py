"""The values that flow. All frozen; what two stages share is a field with a type, never a key in a dict.

    bytes ─ Page ─▶ extract ─▶ Article | Rejected ─▶ normalise ─▶ clean ─▶ relevance ─▶ Outcome
    text  ─ Document ─────────▶ Article ───────────────┘                                  │
                                                             near-duplicates ◀── Record ──┘ ─▶ Decision

An article carries its own history: paragraphs plus edits give the text as received.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NewType, Self, TypeAlias

from pipeline.edits import Change, Edit, compose, layout_changes, undo

ArticleId = NewType("ArticleId", str)  # made by urls.article_id only
CanonicalUrl = NewType("CanonicalUrl", str)  # made by urls.canonical_url only

Script: TypeAlias = Literal["hans", "hant", "mixed", "ja", "ko", "none"]
OutputScript: TypeAlias = Literal["keep", "hans", "hant", "tw", "hk"]
Relation: TypeAlias = Literal["exact", "near", "contains", "contained", "quote", "template"]
Verdict: TypeAlias = Literal["keep", "review", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Bytes as fetched or read, before extraction."""

    id: ArticleId
    url: CanonicalUrl | None  # None: a file without an address
    source: str  # the name in sources.yaml, or of the input
    body: bytes
    content_type: str | None = None  # the header as received; None: not sent
    fetched_at: datetime | None = None  # aware; what "3小时前" on the page counts from
    following: tuple["Page", ...] = ()  # the other pages of the same article, in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A remark that changes nothing: "spun", "soft_cta", "over_removal". Places are of the text as it stands."""

    name: str
    detail: str = ""
    start: int | None = None  # None: the remark is about the whole article
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text that needs no extraction, with what its file or record said about it."""

    id: ArticleId
    source: str
    text: str  # as received
    url: CanonicalUrl | None = None
    site: str | None = None  # host whose rules apply where there is no url
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    flags: tuple[Flag, ...] = ()  # what the reader remarked: "broken_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place that speaks for (or against) a topic."""

    term: str
    weight: float
    where: Literal["title", "text"]
    start: int  # in the title or in the text as it stands
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """How far an article is about a topic, and which places made it so."""

    topic: str
    score: float  # 0 and more; the topic's thresholds say what is much
    verdict: Verdict
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A news article between extraction and export. Undoing `edits` on `text` gives `original`, the text as received."""

    id: ArticleId
    url: CanonicalUrl | None
    source: str
    site: str | None = None  # host whose rules apply where there is no url; None: not said
    title: str | None = None  # None: the input has none; never invented
    authors: tuple[str, ...] = ()
    outlet: str | None = None  # 来源 as the page names it; None: it does not
    published_at: datetime | None = None  # aware; None: the page did not say
    canonical: CanonicalUrl | None = None  # what the page gives as its own address; None: nothing, or nothing usable
    section: str | None = None  # 频道, 栏目 as the page names it
    tags: tuple[str, ...] = ()  # 关键词, 标签 as the page lists them
    keywords: tuple[str, ...] = ()  # what the text is about by our own count; () unless asked for
    paragraphs: tuple[str, ...] = ()  # no blank ones, no line breaks or outer white space in one
    edits: tuple[Edit, ...] = ()
    flags: tuple[Flag, ...] = ()
    script: Script | None = None  # of the text as received; None: not looked at yet
    encoding: str | None = None  # what the bytes were decoded as; None: it was text already
    relevance: Relevance | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)

    @property
    def original(self) -> str:
        """The text as received (from a page: the body as extracted)."""
        return undo(self.text, self.edits)

    @property
    def host(self) -> str | None:
        """The host of the url, without a port, else the site as the caller named it; None: not known."""
        if self.url is None or "//" not in self.url:
            return self.site
        authority = self.url.split("/", 3)[2]
        return authority.rpartition("@")[2].partition(":")[0].lower() or None

    def with_text(self, original: str) -> Self:
        """Return the article with this text as received, laid out as paragraphs; earlier edits are forgotten."""
        return self._laid_out(original, ())

    def changed(self, changes: Iterable[Change]) -> Self:
        """Return the article with the changes made and signed; places are of `text`. A line left blank goes too."""
        wanted = tuple(changes)
        if not wanted:
            return self
        return self._laid_out(*compose(self.text, self.edits, wanted))

    def flagged(self, *flags: Flag) -> Self:
        """Return the article with the flags that it does not have yet."""
        new = tuple(f for f in dict.fromkeys(flags) if f not in self.flags)
        return replace(self, flags=self.flags + new) if new else self

    def _laid_out(self, text: str, edits: tuple[Edit, ...]) -> Self:
        text, edits = compose(text, edits, layout_changes(text, edits))
        return replace(self, paragraphs=tuple(text.split("\n")) if text else (), edits=edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """An input that does not become an article, and why."""

    id: ArticleId
    url: CanonicalUrl | None
    source: str
    rule: str  # "extract.article.no_body", "clean.nothing_left"
    detail: str = ""


Outcome: TypeAlias = Article | Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What near-duplicate search knows of an article."""

    id: str
    text: str
    title: str | None = None
    published_at: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether an article stays, and if not, which kept one it is a copy of."""

    id: str
    kept: str | None  # None: it stays; else the id of the *kept* article that justifies dropping it
    relation: Relation | None = None  # of the article to `kept`; None when it stays
    scores: Mapping[str, float] = field(default_factory=dict)  # containment, similarity, facts: each 0..1
    facts: tuple[str, ...] = ()  # numbers and dates that differ
    supersedes: bool = False  # it is fuller than `kept`, which came first: export gives it in place of `kept`
    snippet: str = ""  # of its text, where it first differs from `kept`; "" where it does not, and when it stays

    @property
    def is_kept(self) -> bool:
        return self.kept is None
