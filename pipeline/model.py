"""The values that flow. All frozen; what two stages share is a field with a type, never a key in a dict.

    bytes ─ Page ─▶ extract ─▶ Article | Rejected ─▶ normalise ─▶ clean ─▶ relevance ─▶ Outcome
    text  ─ Document ─────────▶ Article ───────────────┘                                  │
                                                             near-duplicates ◀── Record ──┘ ─▶ Decision

An article carries its own history: paragraphs plus edits give the text as received.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Literal, NewType, Self, TypeAlias

from pipeline.edits import Change, Edit, compose, laid_out, undo

ArticleId = NewType("ArticleId", str)  # made by urls.article_id only
CanonicalUrl = NewType("CanonicalUrl", str)  # made by urls.canonical_url only

Script: TypeAlias = Literal["hans", "hant", "mixed", "ja", "ko", "none"]
Language: TypeAlias = str  # zh ja ko latin other none; on request a code of ISO 639-1: quality/language.py has all
OutputScript: TypeAlias = Literal["keep", "hans", "hant", "tw", "hk"]
Relation: TypeAlias = Literal["exact", "near", "contains", "contained", "quote", "template"]
Verdict: TypeAlias = Literal["keep", "review", "drop"]

IF_ASKED: Mapping[str, bool] = MappingProxyType({"if_asked": True})  # of a field: in records where it was asked for


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


_GOPHER = "Gopher (Rae et al. 2021, arXiv:2112.11446, A1.1)"
_C4 = "C4 (Raffel et al. 2020, arXiv:1910.10683, 2.2)"
_REDPAJAMA = "RedPajama-V2 (Weber et al. 2024, arXiv:2411.12372)"
_FINEWEB = "FineWeb (Penedo et al. 2024, arXiv:2406.17557, 3.6)"


@dataclass(frozen=True, slots=True)
class About:
    """What a signal says of itself."""

    meaning: str
    unit: str
    extent: str  # the values that it can have
    source: str = "this project"  # the paper that measures so, words in the place of characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the text of an article is like, as it stands after cleaning. Shares are of its characters without blanks."""

    chars: Annotated[int, About("Length without blanks and line breaks", "characters", "0 …", _GOPHER)]
    lines: Annotated[int, About("Lines (paragraphs)", "lines", "0 …", _GOPHER)]
    sentences: Annotated[
        int, About("Sentences that hold a letter or digit; a line break ends one", "sentences", "0 …", _C4)
    ]
    han_share: Annotated[float, About("Han characters", "share", "0 … 1")]
    latin_share: Annotated[float, About("Latin letters", "share", "0 … 1")]
    digit_share: Annotated[float, About("Digits", "share", "0 … 1", _REDPAJAMA)]
    punctuation_share: Annotated[float, About("Punctuation of any width", "share", "0 … 1", _REDPAJAMA)]
    symbol_share: Annotated[float, About("Signs that are neither letters nor punctuation", "share", "0 … 1", _GOPHER)]
    damaged_share: Annotated[
        float,
        About(
            "What a wrong decoding leaves: U+FFFD, private use, controls, half a pair, 锟, and the characters that UTF-8 "
            "read as GBK is full of (鐨 銆 锛)",
            "share",
            "0 … 1",
        ),
    ]
    brace_share: Annotated[float, About("Curly brackets: code", "share", "0 … 1", _C4)]
    script: Annotated[Script, About("Script of the text as it stands", "name", "hans hant mixed ja ko none")]
    language: Annotated[
        Language,
        About(
            "Language, by the scripts of its letters; with `--identify-language` named where they leave it open",
            "name",
            "zh ja ko latin other none, or ISO 639-1: en vi …",
            _C4,
        ),
    ]
    mean_sentence: Annotated[float, About("Letters and digits in a sentence, on average", "characters", "0 …", _GOPHER)]
    longest_sentence: Annotated[
        int, About("Letters and digits between two ends of a sentence, at most", "characters", "0 …")
    ]
    ended_lines: Annotated[float, About("Lines that end as a sentence does", "share of lines", "0 … 1", _C4)]
    ended_chars: Annotated[float, About("Characters in lines that end as a sentence does", "share", "0 … 1", _C4)]
    short_lines: Annotated[float, About("Lines of fewer than 12 characters", "share of lines", "0 … 1", _FINEWEB)]
    bullet_lines: Annotated[float, About("Lines that begin with a bullet", "share of lines", "0 … 1", _GOPHER)]
    dots_lines: Annotated[float, About("Lines that end with an ellipsis", "share of lines", "0 … 1", _GOPHER)]
    duplicate_lines: Annotated[float, About("Lines that stand earlier too", "share of lines", "0 … 1", _GOPHER)]
    duplicate_line_chars: Annotated[
        float, About("Characters in lines that stand earlier too", "share", "0 … 1", _GOPHER)
    ]
    top_3: Annotated[
        float, About("Characters in the commonest 3-gram of characters", "share of letters", "0 … 1", _GOPHER)
    ]
    top_5: Annotated[float, About("Characters in the commonest 5-gram", "share of letters", "0 … 1", _GOPHER)]
    top_7: Annotated[float, About("Characters in the commonest 7-gram", "share of letters", "0 … 1", _GOPHER)]
    repeated_8: Annotated[
        float, About("Characters in 8-grams that stand earlier too", "share of letters", "0 … 1", _GOPHER)
    ]
    repeated_10: Annotated[float, About("The same, 10-grams", "share of letters", "0 … 1", _GOPHER)]
    repeated_11: Annotated[float, About("The same, 11-grams", "share of letters", "0 … 1", _GOPHER)]
    repeated_13: Annotated[float, About("The same, 13-grams", "share of letters", "0 … 1", _GOPHER)]
    repeated_14: Annotated[float, About("The same, 14-grams", "share of letters", "0 … 1", _GOPHER)]
    repeated_16: Annotated[float, About("The same, 16-grams", "share of letters", "0 … 1", _GOPHER)]
    entropy: Annotated[float, About("Information of a letter by the text's own counts", "bits", "0 … 21", _REDPAJAMA)]
    function_share: Annotated[
        float, About("Function characters (的了是在…) among the Han", "share of Han", "0 … 1", _GOPHER)
    ]
    function_kinds: Annotated[int, About("Different function characters", "characters", "0 … 44", _GOPHER)]
    removed_share: Annotated[float, About("What cleaning removed, of the text as received", "share", "0 … 1")]
    removed: Annotated[
        Mapping[str, float],
        About(
            "The same by kind of edit: `removed.nav`, `removed.repeat` …; a kind that removed nothing is 0",
            "share",
            "0 … 1",
        ),
    ]
    spun: Annotated[bool, About("Flagged as the work of a spinner (洗稿)", "yes or no", "")]
    spun_score: Annotated[
        float,
        About("Weights of a spinner's words in a thousand characters; 0 where `spun` is not set", "weight", "0 …"),
    ]
    spam: Annotated[int, About("Injected strings that were cut or are suspect", "places", "0 …")]
    betting_share: Annotated[
        float, About("Words of betting and adult sites; 0 with fewer than five different ones", "share", "0 … 1", _C4)
    ]
    listed: Annotated[
        Mapping[str, int],
        About(
            "Words of your own lists that stand in the text: `listed.NAME`; of no list of that name 0", "places", "0 …"
        ),
    ]
    opt_out: Annotated[bool, About("The page or the text says: not for training or data mining", "yes or no", "")]


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
    signals: Signals | None = field(default=None, metadata=IF_ASKED)  # of quality, of the text as it stands

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
        return self._with(flags=self.flags + new) if new else self

    def in_script(self, script: Script) -> Self:
        """Return the article with the script that its text is written in."""
        return self._with(script=script)

    def _laid_out(self, text: str, edits: tuple[Edit, ...]) -> Self:
        paragraphs, edits = laid_out(text, edits)
        return self._with(paragraphs=paragraphs, edits=edits)

    def _with(self, **changes: object) -> Self:
        """Return what `dataclasses.replace` does, in 3 µs instead of 8: each article is changed several times."""
        made = object.__new__(type(self))
        for write, value in zip(_SLOTS_OF_ARTICLE.values(), _FIELDS_OF_ARTICLE(self), strict=True):
            write(made, value)
        for name, value in changes.items():
            _SLOTS_OF_ARTICLE[name](made, value)
        return made


_FIELDS_OF_ARTICLE = attrgetter(*(one.name for one in fields(Article)))
_SLOTS_OF_ARTICLE = {one.name: getattr(Article, one.name).__set__ for one in fields(Article)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """An input that does not become an article, and why."""

    id: ArticleId
    url: CanonicalUrl | None
    source: str
    rule: str  # "extract.article.no_body", "clean.nothing_left"
    detail: str = ""
    begins: str = field(default="", metadata=IF_ASKED)  # its title, or how its text begins; of what its signals decided
    signals: Signals | None = field(default=None, metadata=IF_ASKED)  # that decided


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
