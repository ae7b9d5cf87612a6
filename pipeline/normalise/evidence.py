"""Evidence of damage that costs next to nothing: for text that is kept as it is, which is nearly all text.

    signs   how many characters have several readings, and how many are written with a reading that is rare  one look
    quick   where OpenCC alone, there and back, would write another character                                only on signs

A rare reading is one that fewer than a tenth of a character's occurrences have (曆 for 历, 隻 for 只, 髮 for 发, or 后 left as
it was); healthy pages have some, damaged ones many. No words are cut: what only they can tell, conflicts.py finds.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.fold import codes_of, text_of
from pipeline.normalise.census import Kind, kind_table, script_data
from pipeline.normalise.opencc import convert
from pipeline.normalise.readings import plain_forms
from pipeline.normalise.rewrite import differing_places
from pipeline.normalise.surnames import keep_surnames

_ALL_CODES = 0x110000
_PAIRS = 1 << 12  # pairs of characters remembered: a language has some hundred that are doubtful
_AMBIGUOUS, _RARE = 1, 2

# What good writers of Traditional disagree about with OpenCC: no difference is evidence of anything here.
_TASTE = frozenset(
    [
        "盡儘",
        "儘盡",
        "搜蒐",
        "拐枴",
        "拐柺",
        "台枱",
        "枱台",
        "檯枱",
        "墻牆",
        "閑閒",
        "庄莊",
        "舖鋪",
        "晒曬",
        "熏燻",
        "凶兇",
        "噁惡",
        "嘩譁",
        "滙匯",
        "滙彙",
        "匯彙",
        "匯滙",
        "肴餚",
        "鉅巨",
        "敎教",
        "教敎",
        "玩翫",
        "娘孃",
        "覆複",
        "復覆",
        "蒙矇",
    ]
)
_SENTENCE_ENDS = np.array([ord(char) for char in "。！？\n"], np.uint32)
# How a surname looks when it was taken for a common word. Of 於 遊 黨 every page is full: they are not looked for here.
_MISNAMED = "餘範嶽鬱薑穀塗醜"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What one look at a Traditional text tells."""

    ambiguous: int  # characters with several readings
    rare: int  # of them: written with a rare one


def count_signs(text: str) -> Signs:
    """Return the signs in the text."""
    signs = _sign_table().take(codes_of(text)).tobytes()
    rare = signs.count(_RARE)
    return Signs(ambiguous=signs.count(_AMBIGUOUS) + rare, rare=rare)


def without_simplified(text: str) -> str:
    """Return the text without its sentences in Simplified characters: nothing is misread in 然后发现, nor in 头发.

    For a text in both scripts, whose Simplified sentences would be taken for damage. A sentence in both stays.
    """
    if not text:
        return text
    codes = codes_of(text)
    kinds = kind_table().take(codes)
    ends = np.flatnonzero(np.isin(codes, _SENTENCE_ENDS)) + 1
    starts = np.append(0, ends[ends < codes.size])
    hans, hant = (np.add.reduceat(kinds == kind, starts) for kind in (Kind.HANS, Kind.HANT))
    stays = (hans == 0) | (hant > 0)
    return text if stays.all() else text_of(codes[np.repeat(stays, np.diff(starts, append=codes.size))])


def count_differences(text: str) -> int:
    """Return how many characters OpenCC alone reads otherwise; differences of region and of taste are none."""
    converted = convert(convert(text, "t2s"), "s2t")
    places = differing_places(text, converted)  # of a page in both scripts a third: each pair is judged once
    pairs = Counter(zip(map(text.__getitem__, places), map(converted.__getitem__, places), strict=True))
    return sum(count for (written, read), count in pairs.items() if is_odd(written, read))


def is_odd(written: str, read: str) -> bool:
    """Return whether the two are different characters, and not a matter of region or of taste."""
    return not is_same(written, read) and written + read not in _TASTE


@lru_cache(_PAIRS)
def is_same(one: str, other: str) -> bool:
    """Return whether the two are one character but for the form that a region prefers."""
    return one.translate(plain_forms()) == other.translate(plain_forms())


def lines_with_names(text: str) -> list[str]:
    """Return the lines that may hold a surname taken for a common word."""
    chars = [char for char in _MISNAMED if char in text]  # a class in an expression takes five times as long
    return [line for line in text.split("\n") if any(char in line for char in chars)] if chars else []


def has_misnamed(text: str) -> bool:
    """Return whether a surname was taken for a common word: 餘承東."""
    simple = convert(text, "t2s") if text else ""
    return any(not is_same(text[place], simple[place]) for place in name_places(simple))


def name_places(simple: str) -> frozenset[int]:
    """Return where in a Simplified text the names begin that a conversion mistakes for words."""
    names = keep_surnames(simple)
    return frozenset() if names is None else frozenset(m.start() for m in names.finditer(simple))


@cache
def _sign_table() -> NDArray[np.uint8]:
    """Return for each code point whether its Simplified form has several readings, and this is a rare one. Read-only."""
    shipped = script_data()
    simple = np.arange(_ALL_CODES, dtype=np.uint32)
    simple[shipped["traditional"]] = shipped["simplified"]
    table = np.where(np.isin(simple, shipped["ambiguous"]), _AMBIGUOUS, 0).astype(np.uint8)
    table[shipped["rare"]] *= _RARE  # what is not ambiguous stays 0
    table.flags.writeable = False
    return table
