"""Characters as they should have been typed: the first step, for everything behind it reads characters.

    census ─▶ mojibake ─▶ breaks ─▶ widths ─▶ entities ─▶ invisible ─▶ radicals ─▶ NFC ─▶ spaces ─▶ pinyin (─▶ punctuation)
       ▲                                                                                              │
       └────────────────── again, until a round changes nothing: &#65313; is first Ａ, then A ◀────────┘

It must run before any conversion: a zero-width character inside 乾隆 hides the word from the converter's dictionary.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from pipeline.edits import Change
from pipeline.model import Article, Flag
from pipeline.normalise.census import Kind, census
from pipeline.normalise.characters import find_entities, find_invisible, find_radicals, find_uncomposed, find_wide
from pipeline.normalise.mojibake import MojibakeParams, find_mojibake, has_misread_line
from pipeline.normalise.punctuation import find_half_width
from pipeline.normalise.rewrite import applied
from pipeline.normalise.spacing import SpacingParams, find_breaks, find_gaps, find_odd_spaces, find_pinyin

_FIRST_NOISE = Kind.INVISIBLE  # the kinds before it are letters, and nothing here looks at them
Finder: TypeAlias = Callable[[str], Iterable[Change]]
Counts: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HygieneParams:
    """What hygiene may touch."""

    punctuation: Literal["keep", "restore"] = "keep"  # restore: half-width marks between Chinese become full-width
    spacing: SpacingParams = field(default_factory=SpacingParams)
    mojibake: MojibakeParams = field(default_factory=MojibakeParams)
    max_rounds: int = 4  # a text that needs more was made to
    # Private-use characters: digits that only the page's own font can show. By judgement: three are a price or the end of
    # a telephone number; in a short text one in 500 characters is enough.
    min_private: int = 3
    min_private_ratio: float = 0.002


def strip_noise(article: Article, params: HygieneParams) -> Article:
    """Return the article with clean characters in title and text, and flags for what is lost for good."""
    counts = census(article.text)
    for _ in range(params.max_rounds if _has_noise(counts, params) else 0):
        before = article
        for finder in _finders(counts, params):
            article = article.changed(finder(article.text))
        if article is before:
            break
        counts = census(article.text)
    if article.title:
        article = _with_title(article, " ".join(strip_text_noise(article.title, params).split()))
    return article.flagged(*_losses(article.text, counts, params)) if any(counts[_FIRST_NOISE:]) else article


def strip_text_noise(text: str, params: HygieneParams) -> str:
    """Return a bare string with clean characters; its lines stay, without white space at their ends."""
    for _ in range(params.max_rounds):
        before = text
        counts = census(text)
        for finder in _finders(counts, params) if _has_noise(counts, params) else ():
            text = applied(text, finder(text))
        text = "\n".join(map(str.strip, text.split("\n")))
        if text == before:
            break
    return text


def _has_noise(counts: Counts, params: HygieneParams) -> bool:
    """Return whether any finder could have anything to do: not in four of five news texts, which have not even a blank."""
    return params.punctuation == "restore" or any(counts[_FIRST_NOISE:])


def _with_title(article: Article, title: str) -> Article:
    return article if title == article.title else replace(article, title=title)


def _losses(text: str, counts: Counts, params: HygieneParams) -> tuple[Flag, ...]:
    """Return flags for characters that cannot be known any more."""
    lost = text.count("锟斤拷") if counts[Kind.LOST] else 0
    flags: list[Flag] = []
    if counts[Kind.REPLACEMENT] or lost:
        flags.append(Flag(name="lost_characters", detail=f"{counts[Kind.REPLACEMENT]} U+FFFD, {lost} 锟斤拷"))
    if counts[Kind.PRIVATE] > min(params.min_private - 1, params.min_private_ratio * len(text)):
        flags.append(Flag(name="private_use", detail=f"{counts[Kind.PRIVATE]} of {len(text)} characters"))
    if counts[Kind.MISREAD] and has_misread_line(text, params.mojibake):
        flags.append(Flag(name="mojibake", detail="UTF-8 read as GBK, bytes are missing"))
    return tuple(flags)


def _finders(counts: Counts, params: HygieneParams) -> list[Finder]:
    """Return what has anything to do in a text of these characters, in order."""
    found: list[Finder] = []
    if counts[Kind.HIGH_LATIN] >= params.mojibake.min_bytes or counts[Kind.MISREAD]:
        found.append(lambda text: find_mojibake(text, params.mojibake))
    found += [finder for kinds, finder in _TRIGGERS if any(map(counts.__getitem__, kinds))]
    if counts[Kind.BLANK]:
        found.append(lambda text: find_gaps(text, params.spacing))
    if counts[Kind.TONE] or counts[Kind.HIGH_LATIN]:
        found.append(lambda text: find_pinyin(text, params.spacing))
    if params.punctuation == "restore":
        found.append(find_half_width)
    return found


_TRIGGERS: tuple[tuple[tuple[Kind, ...], Finder], ...] = (
    ((Kind.BREAK,), find_breaks),
    ((Kind.WIDE,), find_wide),
    ((Kind.AMPERSAND,), find_entities),
    ((Kind.INVISIBLE, Kind.HIGH_LATIN, Kind.OUTSIDE), find_invisible),
    ((Kind.RADICAL,), find_radicals),
    ((Kind.UNSTABLE, Kind.OUTSIDE), find_uncomposed),
    ((Kind.ODD_SPACE,), find_odd_spaces),
)
