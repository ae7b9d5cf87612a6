"""The fold: one spelling for everything that is compared. Code point → code point, so that places survive.

    text ── fold ──────▶ the same length: width, case, traditional and variant forms, punctuation made one
    text ── fold_key ──▶ shorter: of that only letters, digits, Han, kana …
    text ── fold_places ▶ the key, and where in the text each of its characters stands
    key  ── fold_terms ─▶ the key with one term where regions differ: 軟體 软体 软件

A fold looks at one character at a time, so no earlier conversion can hide a copy: 裏 裡 里 are one class, whatever a
converter made of them. It is for matching only; nobody reads folded text. The classes come from OpenCC's character
tables, see scripts/build_fold_table.py. Keys that were stored are comparable only under the same FOLD_VERSION.

Terms are words, so folding them moves places and may take a word for another (管道 is a pipe as well as 渠道, a channel):
good for asking whether two texts are one, not for finding where.
"""

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

FOLD_VERSION = 1  # goes up with every change of fold_table.npz
TERMS_VERSION = 1  # goes up with every change of term_table.npz; it matters to keys that went through fold_terms

Codes: TypeAlias = NDArray[np.uint32]

_ALL_CODES = 0x110000
_BASIC_PLANE = 0x10000


def fold(text: str) -> str:
    """Return the text for matching; of the same length. ABC → abc, 裏 → 里, ， → `,`, “ → `"`, every blank → space."""
    try:
        raw = text.encode("utf-16-le")
    except UnicodeEncodeError:  # lone surrogates: two of them side by side would become one character
        return _decoded(match_table()[_codes(text)])
    if len(raw) != 2 * len(text):
        return _decoded(match_table()[_codes(text)])
    return _narrow_table()[np.frombuffer(raw, np.uint16)].tobytes().decode("utf-16-le")


def fold_key(text: str) -> str:
    """Return what of the folded text is letters and digits of any script: no punctuation, blanks, invisible characters."""
    keys = key_table()[_codes(text)]
    return _decoded(keys[keys != 0])


def fold_places(text: str) -> tuple[str, NDArray[np.int32]]:
    """Return the key and, for each of its characters, its place in the text."""
    keys = key_table()[_codes(text)]
    places = np.flatnonzero(keys != 0)
    return _decoded(keys[places]), places.astype(np.int32)


def fold_terms(key: str) -> str:
    """Return a key with each regional term as the one that stands for its class; a key without one as it is.

    It keeps key(x) equal to key(y) where y is x in the words of Taiwan or Hong Kong (OpenCC's s2twp, s2hkp).
    """
    finder, meant = _terms()
    parts: list[str] = []
    at = 0
    for term, start, end in _found(finder, key):
        parts += (key[at:start], meant[term])
        at = end
    return "".join((*parts, key[at:])) if parts else key


@cache
def match_table() -> Codes:
    """Return the table behind `fold`: uint32, one entry for each code point. Read-only."""
    shipped = _shipped()
    table = np.arange(_ALL_CODES, dtype=np.uint32)
    table[shipped["source"]] = shipped["target"]
    table.flags.writeable = False
    return table


@cache
def key_table() -> Codes:
    """Return the table behind `fold_key`: as `match_table`, but 0 for what a key drops. Read-only."""
    kept = np.zeros(_ALL_CODES, dtype=np.bool_)
    for start, end in _shipped()["kept"].reshape(-1, 2):
        kept[start:end] = True
    folded = match_table()
    table = np.where(kept[folded], folded, np.uint32(0))
    table.flags.writeable = False
    return table


@cache
def _narrow_table() -> NDArray[np.uint16]:
    """Return the part for the basic plane, which is folded into itself: half the bytes, twice the speed."""
    return match_table()[:_BASIC_PLANE].astype(np.uint16)


@cache
def _terms() -> tuple["AhoCorasick", tuple[str, ...]]:
    """Return the finder of terms, the longest from the left, and what each is folded to."""
    from ahocorasick_rs import AhoCorasick, MatchKind  # noqa: PLC0415 -- most users of the fold never ask for terms

    shipped = _shipped("term_table.npz")
    terms, meant = (tuple(_decoded(shipped[name]).split("\0")[:-1]) for name in ("term", "meant"))
    return AhoCorasick(terms, matchkind=MatchKind.LeftmostLongest), meant


def _found(finder: "AhoCorasick", key: str) -> list[tuple[int, int, int]]:
    try:
        return finder.find_matches_as_indexes(key)
    except UnicodeEncodeError:  # a lone surrogate; keys of this module have none
        return []


def _shipped(name: str = "fold_table.npz") -> dict[str, Codes]:
    with resources.files("pipeline").joinpath(name).open("rb") as file, np.load(file) as stored:
        return {name: stored[name] for name in stored.files}


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _decoded(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
