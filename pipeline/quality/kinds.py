"""What each character is to the signals: one table, one lookup, one count.

Function characters (的了是在…) have a number of their own each, so that the same count tells how many different ones occur.
"""

import unicodedata
from enum import IntEnum
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.fold import Codes, fold, key_table, match_table
from pipeline.normalise.census import MISREAD_PRINTS
from pipeline.text import TERMINATORS

Kinds: TypeAlias = NDArray[np.uint8]

KIND_SHIFT = 24  # bits; a code point needs 21
FOLDED = (1 << KIND_SHIFT) - 1  # the bits of the folded character


class Kind(IntEnum):
    """What a character is. The loops read these as plain numbers."""

    BREAK = 0
    BLANK = 1  # and what cannot be seen
    OTHER = 2  # symbols: arrows, stars, emoji, mathematics
    MARK = 3  # punctuation that is none of the following
    STOP = 4  # 。！？ and their like
    DOT = 5  # the Latin full stop, which is also a decimal point
    CLOSER = 6  # quotation marks and brackets, which may follow the end of a sentence
    DOTS = 7  # …
    BULLET = 8  # a line that begins so is an item of a list
    BRACE = 9  # { and }: code
    DAMAGED = 10  # what a wrong decoding leaves: U+FFFD, private use, half a pair, controls, 锟, 鐨
    LETTER = 32  # and above: letters and digits; this one: of a script not named here
    LATIN = 33
    DIGIT = 34
    KANA = 35
    HANGUL = 36
    HAN = 37
    FUNCTION = 64  # and above: Han too, one number for each function character


# The commonest grammatical characters of written Chinese, in either script once folded. No text of some length does
# without them; lists of names, goods and keywords do.
FUNCTION_CHARS = "的了是在和有不这就也而与及以为之于其或但被把从对将等所都要会能可并中上个到说着地得他我们"

_CLOSERS = "”’」』】）〕》〉)]\"'"
_DOTS = "…⋯"
_BULLETS = "-*－•·●○■□◆◇▪▶►★☆※◎▲△▼▽・‣"
_DAMAGED = f"\ufffd锟拷{MISREAD_PRINTS}"
_HAN = ((0x3005, 0x3006), (0x3007, 0x3008), (0x3021, 0x302A), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
_HAN_OUTSIDE = (0x20000, 0x3FFFE)
_LATIN = ((0x41, 0x5B), (0x61, 0x7B), (0xC0, 0x250), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
_DIGIT = ((0x30, 0x3A), (0xFF10, 0xFF1A))
_KANA = ((0x3041, 0x3097), (0x30A1, 0x30FB), (0x30FC, 0x3100), (0x31F0, 0x3200), (0xFF66, 0xFF9E))
_HANGUL = ((0x1100, 0x1200), (0x3131, 0x318F), (0xAC00, 0xD7A4))
_CONTROLS = ((0x00, 0x09), (0x0E, 0x20), (0x7F, 0xA0), (0xD800, 0xE000), (0xE000, 0xF900), (0xF0000, 0x110000))
_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"
_BASIC_PLANE = 0x10000


@cache
def kind_table() -> Kinds:
    """Return the kind of every code point: uint8[0x110000]. Read-only."""
    table: Kinds = np.where(key_table() != 0, np.uint8(Kind.LETTER), np.uint8(Kind.OTHER))
    for code in np.flatnonzero(key_table()[:_BASIC_PLANE] == 0).tolist():
        category = unicodedata.category(chr(code))
        if category[0] == "P":
            table[code] = Kind.MARK
        elif category in {"Zs", "Cf"} or code == ord("\t"):  # what cannot be seen counts as a blank
            table[code] = Kind.BLANK
    ranges = ((Kind.LATIN, _LATIN), (Kind.DIGIT, _DIGIT), (Kind.KANA, _KANA), (Kind.HANGUL, _HANGUL))
    for kind, spans in (*ranges, (Kind.DAMAGED, _CONTROLS), (Kind.HAN, (*_HAN, _HAN_OUTSIDE))):
        for start, end in spans:
            table[start:end] = kind
    signs = ((Kind.STOP, TERMINATORS), (Kind.CLOSER, _CLOSERS), (Kind.DOTS, _DOTS), (Kind.BULLET, _BULLETS))
    for kind, chars in (*signs, (Kind.BRACE, "{}｛｝"), (Kind.DAMAGED, _DAMAGED), (Kind.BREAK, _BREAKS)):
        table[[ord(char) for char in chars]] = kind
    table[ord(".")] = Kind.DOT
    _number_function_chars(table)
    table.flags.writeable = False
    return table


@cache
def look_table() -> Codes:
    """Return the kind and the folded character of every code point in one number: `kind << KIND_SHIFT | folded`. Read-only."""
    table: Codes = kind_table().astype(np.uint32) << np.uint32(KIND_SHIFT) | match_table()
    table.flags.writeable = False
    return table


def _number_function_chars(table: Kinds) -> None:
    """Give each function character a number; its other spellings (這, 与/與) have the same."""
    numbers = np.zeros(0x110000, np.uint8)
    for number, char in enumerate(dict.fromkeys(fold(FUNCTION_CHARS))):
        numbers[ord(char)] = Kind.FUNCTION + number
    found = numbers[match_table()]
    np.copyto(table, found, where=found != 0)
