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

from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

FOLD_VERSION = 1  # goes up with every change of fold_table.npz
TERMS_VERSION = 2  # goes up with every change of term_table.npz; it matters to keys that went through fold_terms

Codes: TypeAlias = NDArray[np.uint32]

_ALL_CODES = 0x110000
_TERM_ROUNDS = 4  # a text that needs more was made to
_TEXTS = 2  # whose code points are kept: an article's text, and what it is compared with
_FOLDED = 4  # texts kept as folded: an article's, its title, and lines between two questions about them
_NO_CODES: Codes = np.zeros(0, np.uint32)


@lru_cache(maxsize=_FOLDED)
def fold(text: str) -> str:
    """Return the text for matching; of the same length. ABC → abc, 裏 → 里, ， → `,`, “ → `"`, every blank → space.

    The last ones are kept: rules, strings, words and topics ask for that of one article one after the other.
    """
    return text_of(match_table().take(codes_of(text)))


def fold_key(text: str) -> str:
    """Return what of the folded text is letters and digits of any script: no punctuation, blanks, invisible characters."""
    keys = key_table().take(codes_of(text))
    return text_of(keys[keys != 0])


def fold_places(text: str) -> tuple[str, NDArray[np.int32]]:
    """Return the key and, for each of its characters, its place in the text."""
    codes, places = key_codes(text)
    return text_of(codes), places


def key_codes(text: str) -> tuple[Codes, NDArray[np.int32]]:
    """Return what `fold_places` returns, the key as code points."""
    keys = key_table().take(codes_of(text))
    places = keys.nonzero()[0]
    return keys.take(places), places.astype(np.int32)


def fold_terms(key: str) -> str:
    """Return a key with each regional term as the one that stands for its class; a key without one as it is.

    It keeps key(x) equal to key(y) where y is x in the words of Taiwan or Hong Kong (OpenCC's s2twp, s2hkp). A term may
    only show when another has been folded, so it is done until nothing changes.
    """
    for _ in range(_TERM_ROUNDS):
        before, key = key, _with_terms(key)
        if key == before:
            break
    return key


@lru_cache(maxsize=_TEXTS)
def codes_of(text: str) -> Codes:
    """Return the code points of the text, lone surrogates too. They are shared: nobody writes to them.

    numpy keeps strings as code points, so this is a copy of memory; an encoder costs more than all of a fold. Of an article
    it is asked for by the census, the fold and the key, one after the other.
    """
    return np.ndarray(len(text), np.uint32, np.array(text)) if text else _NO_CODES


def text_of(codes: Codes) -> str:
    """Return the text of these code points."""
    if len(codes) == 0 or codes[-1] == 0:  # numpy takes a NUL at the end for filling
        return codes.tobytes().decode("utf-32-le", "surrogatepass")
    text: str = codes.view(f"U{len(codes)}").item()
    return text


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
def _terms() -> tuple["AhoCorasick", tuple[str, ...]]:
    """Return the finder of terms, the longest from the left, and what each is folded to."""
    from ahocorasick_rs import AhoCorasick, MatchKind  # noqa: PLC0415 -- most users of the fold never ask for terms

    shipped = _shipped("term_table.npz")
    terms, meant = (tuple(text_of(shipped[name]).split("\0")[:-1]) for name in ("term", "meant"))
    return AhoCorasick(terms, matchkind=MatchKind.LeftmostLongest), meant


def _with_terms(key: str) -> str:
    finder, meant = _terms()
    parts: list[str] = []
    at = 0
    for term, start, end in _found(finder, key):
        parts += (key[at:start], meant[term])
        at = end
    return "".join((*parts, key[at:])) if parts else key


def _found(finder: "AhoCorasick", key: str) -> list[tuple[int, int, int]]:
    try:
        return finder.find_matches_as_indexes(key)
    except UnicodeEncodeError:  # a lone surrogate; keys of this module have none
        return []


def _shipped(name: str = "fold_table.npz") -> dict[str, Codes]:
    with resources.files("pipeline").joinpath(name).open("rb") as file, np.load(file) as stored:
        return {name: stored[name] for name in stored.files}
