"""One look at a text: how many characters of each kind. It decides which of the slower steps have anything to do.

The kinds exclude one another, so one table lookup and one count serve script detection and all of hygiene: clean text,
which is nearly all text, pays for this look and for nothing else.
"""

from collections.abc import Mapping
from enum import IntEnum
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from pipeline.fold import codes_of


class Kind(IntEnum):
    """What a character is to normalisation."""

    OTHER = 0
    HAN = 1  # of both scripts
    HANS = 2  # Simplified only
    HANT = 3  # Traditional only
    WEAK_HANT = 4  # Traditional, but Simplified texts use it in some words
    KANA = 5
    HANGUL = 6
    INVISIBLE = 7
    WIDE = 8  # full-width letters, digits and the signs that go with numbers
    RADICAL = 9  # a radical symbol that looks like a character
    UNSTABLE = 10  # NFC may change it or join it to its neighbour
    ODD_SPACE = 11
    BREAK = 12  # a line break that is not "\n"
    PRIVATE = 13
    REPLACEMENT = 14
    HIGH_LATIN = 15  # what bytes look like when they are read as Latin-1
    AMPERSAND = 16
    BLANK = 17
    MISREAD = 18  # what the commonest UTF-8 bytes look like when they are read as GBK
    LOST = 19  # 锟斤拷: U+FFFD in UTF-8, read as GBK
    OUTSIDE = 20  # of the basic plane, or half of a pair: what these are is asked where it matters
    TONE = 21  # a letter that only pinyin has


WIDE_SIGNS = "％＋－＝＆＠＃"
# The first characters of 的 ， 。 “ 在 中 是 and their neighbours, in UTF-8 read as GBK; all rare in real text.
MISREAD_PRINTS = "鐨锛銆鈥鍦涓鏄鍜"
_KINDS = len(Kind)
_BASIC_PLANE = 0x10000
_ALL_CODES = 0x110000
_TEXTS = 2  # kept: an article's text, and its title
_CHUNK = 1 << 16  # characters at a time: the counting buffer stays in the processor's cache

_INVISIBLE_RANGES = (
    (0x00, 0x09), (0x0E, 0x20), (0x7F, 0x80), (0xAD, 0xAE), (0x034F, 0x0350), (0x061C, 0x061D), (0x115F, 0x1161),
    (0x17B4, 0x17B6), (0x180B, 0x1810), (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070), (0x3164, 0x3165),
    (0xFE00, 0xFE10), (0xFEFF, 0xFF00), (0xFFA0, 0xFFA1), (0xFFF9, 0xFFFC),
)  # fmt: skip
_HAN_RANGES = ((0x3005, 0x3006), (0x3007, 0x3008), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
_SPACE_RANGES = (
    (0xA0, 0xA1), (0x1680, 0x1681), (0x2000, 0x200B), (0x202F, 0x2030), (0x205F, 0x2060), (0x3000, 0x3001),
)  # fmt: skip
_RANGES: Mapping[Kind, tuple[tuple[int, int], ...]] = {
    Kind.HAN: _HAN_RANGES,
    Kind.KANA: ((0x3041, 0x3097), (0x30A1, 0x30FB), (0x31F0, 0x3200), (0xFF66, 0xFF9E)),
    Kind.HANGUL: ((0x1100, 0x1200), (0x3131, 0x318F), (0xAC00, 0xD7A4)),
    Kind.HIGH_LATIN: ((0x80, 0xA0), (0xA1, 0x100)),
    Kind.WIDE: ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B)),
    Kind.PRIVATE: ((0xE000, 0xF900),),
    Kind.OUTSIDE: ((0xD800, 0xE000),),
    Kind.BREAK: ((0x0B, 0x0E), (0x85, 0x86), (0x2028, 0x202A)),
    Kind.ODD_SPACE: _SPACE_RANGES,
    Kind.INVISIBLE: _INVISIBLE_RANGES,
    Kind.REPLACEMENT: ((0xFFFD, 0xFFFE),),
}


@lru_cache(maxsize=_TEXTS)
def census(text: str) -> tuple[int, ...]:
    """Return the number of characters of each `Kind`, in its order. Hygiene, the script and its repair ask for the same."""
    codes = codes_of(text)
    table = kind_table()
    counts = np.bincount(table.take(codes[:_CHUNK]), minlength=_KINDS)
    for start in range(_CHUNK, len(codes), _CHUNK):
        counts += np.bincount(table.take(codes[start : start + _CHUNK]), minlength=_KINDS)
    return tuple(counts.tolist())


def invisible_class() -> str:
    """Return the inside of a regular expression's [] for the invisible characters of all planes."""
    ranges = (*_INVISIBLE_RANGES, (0xE0000, 0xE0080), (0xE0100, 0xE01F0))
    return "".join(f"\\U{start:08x}-\\U{end - 1:08x}" for start, end in ranges)


@cache
def kind_table() -> NDArray[np.uint8]:
    """Return the kind of each code point. Read-only."""
    table = np.full(_ALL_CODES, Kind.OUTSIDE, dtype=np.uint8)
    table[:_BASIC_PLANE] = Kind.OTHER
    for kind in (Kind.HIGH_LATIN, Kind.HAN, Kind.KANA, Kind.HANGUL):
        _fill(table, kind)
    shipped = script_data()
    for name, kind in _SHIPPED_KINDS:
        codes = shipped[name]
        table[codes[codes < _BASIC_PLANE]] = kind
    for kind in _LATER_KINDS:
        _fill(table, kind)
    for char, kind in _SINGLE_KINDS:
        table[ord(char)] = kind
    table.flags.writeable = False
    return table


_SHIPPED_KINDS = (
    ("hans", Kind.HANS),
    ("hant", Kind.HANT),
    ("weak", Kind.WEAK_HANT),
    ("unstable", Kind.UNSTABLE),
    ("radical", Kind.RADICAL),
)
_LATER_KINDS = (
    Kind.WIDE,
    Kind.PRIVATE,
    Kind.OUTSIDE,
    Kind.ODD_SPACE,
    Kind.BREAK,
    Kind.INVISIBLE,
    Kind.REPLACEMENT,
)
_SINGLE_KINDS = (
    *((char, Kind.OTHER) for char in "£¥§©®°±·×"),  # signs that Chinese text uses
    ("&", Kind.AMPERSAND),
    (" ", Kind.BLANK),
    ("锟", Kind.LOST),
    ("囗", Kind.RADICAL),
    *((char, Kind.TONE) for char in "āǎēěīǐōǒūǔǖǘǚǜ"),
    *((char, Kind.WIDE) for char in WIDE_SIGNS),
    *((char, Kind.MISREAD) for char in MISREAD_PRINTS),
)


@cache
def script_data() -> dict[str, NDArray[np.uint32]]:
    """Return the arrays of script_table.npz, see scripts/build_fold_table.py."""
    path = resources.files("pipeline.normalise").joinpath("script_table.npz")
    with path.open("rb") as file, np.load(file) as stored:
        return {name: stored[name] for name in stored.files}


def _fill(table: NDArray[np.uint8], kind: Kind) -> None:
    for start, end in _RANGES[kind]:
        table[start:end] = kind
