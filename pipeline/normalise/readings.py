"""Which Traditional reading a Simplified character has in its place: OpenCC's dictionaries, checked against word borders.

OpenCC takes the longest entry from the left, whatever words the text has: 政府干预 holds 府干 for it, 总发行量 总发. Where a
character has several readings, the words around it are asked: jieba's dictionary gives the likeliest cut of the clause.

    是只有  OpenCC 是隻有   words 是 | 只有   只有 by itself is read 只有   ─▶ 只
    石头发笑 OpenCC 石頭髮笑  words 石头 | 发笑                              ─▶ 發
    船只是  OpenCC 船隻是   words 船只 | 是                                ─▶ 隻

A long entry of OpenCC (three characters and more) is an idiom or a name that the cut does not know: it is believed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.fold import codes_of
from pipeline.normalise.census import script_data
from pipeline.normalise.opencc import convert
from pipeline.normalise.senses import read_by_sense
from pipeline.normalise.words import cut_words

_NUMERALS = frozenset("一二三四五六七八九十百千万亿两几数0123456789")  # before 里 the mile
_REACH = 5  # characters on each side that are cut into words; the cut of more does not change the word in the middle
_ALL_CODES = 0x110000
_NEAR = 2  # characters on each side that windows of three take in
_LONG_ENTRY = 3  # characters
_CACHE = 1 << 15  # words and clauses remembered: the same ones come back


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a character is read, and whether a word says so or only its frequency."""

    char: str
    is_by_word: bool


def read_traditional(simple: str) -> str:
    """Return Simplified text in Traditional characters; of the same length."""
    converted = convert(simple, "s2t")
    places = ambiguous_places(simple)
    if not places:
        return converted
    chars = list(converted)
    for place in _doubtful(simple, converted, places):
        chars[place] = read_at(simple, converted, place).char
    return "".join(chars)


def read_at(simple: str, converted: str, place: int) -> Reading:
    """Return the reading of the character at a place; `converted` is what OpenCC made of the text."""
    return _read_in(*_clause(simple, converted, place))


def ambiguous_places(simple: str) -> list[int]:
    """Return the places of the characters that have several readings, regional forms counted as one."""
    places: list[int] = np.flatnonzero(_is_ambiguous().take(codes_of(simple))).tolist()
    return places


def usual_reading(char: str) -> str:
    """Return how the character is read when no word says otherwise."""
    return _converted(char)


@cache
def plain_forms() -> dict[int, int]:
    """Return the map from regional forms to one of them: 裡 → 裏, 為 → 爲."""
    shipped = script_data()
    return dict(zip(shipped["variant"].tolist(), shipped["plain"].tolist(), strict=True))


def window_readings(simple: str, place: int, sizes: tuple[int, ...] = (2, 3, 4)) -> set[str]:
    """Return what windows of these sizes around the place read there, in plain forms."""
    return {_converted(window)[at].translate(plain_forms()) for window, at in _windows(simple, place, sizes)}


def has_entry(simple: str, char: str, place: int) -> bool:
    """Return whether a word of the dictionaries gives this reading (a plain form), and the cut left it whole."""
    clause, _, at = _clause(simple, simple, place)
    return _has_entry(clause, char, at)


@lru_cache(_CACHE)
def _has_entry(clause: str, char: str, at: int) -> bool:
    if char not in window_readings(clause, at):
        return False
    in_twos = char in window_readings(clause, at, (2,))
    return not in_twos or not _is_across(clause, char, at)


def _clause(simple: str, converted: str, place: int) -> tuple[str, str, int]:
    start = max(0, place - _REACH)
    end = place + _REACH + 1
    return simple[start:end], converted[start:end], place - start


@lru_cache(_CACHE)
def _read_in(clause: str, converted: str, place: int) -> Reading:
    sense = read_by_sense(clause, place)
    if sense is not None:
        return Reading(char=sense, is_by_word=True)
    if clause[place] == "里" and place and clause[place - 1] in _NUMERALS:
        return Reading(char="里", is_by_word=True)
    read, usual = converted[place], _converted(clause[place])
    word, at = _word_in(clause, place)
    if _is_long_entry(clause, read, place, is_usual=read == usual):
        return Reading(char=read, is_by_word=True)
    if len(word) > 1:
        return Reading(char=_converted(word)[at], is_by_word=True)
    if read != usual and not _is_across(clause, read.translate(plain_forms()), place):
        return Reading(char=read, is_by_word=True)
    return Reading(char=usual, is_by_word=False)


def _doubtful(simple: str, converted: str, places: list[int]) -> list[int]:
    """Return the places whose reading the words around may change: not each short window has it. Few places are so.

    Equal surroundings are looked at once: a megabyte of one character has three.
    """
    near = [(simple[max(place - _NEAR, 0) : place + _NEAR + 1], min(place, _NEAR)) for place in places]
    windows = {around: tuple(_windows(*around, (1, 2, 3))) for around in set(near)}
    words = list({window for found in windows.values() for window, _ in found})
    read = dict(zip(words, convert("\n".join(words), "s2t").split("\n"), strict=True))  # one call: each costs 8 µs
    readings = {around: {read[window][at] for window, at in found} for around, found in windows.items()}
    return [
        place
        for place, around in zip(places, near, strict=True)
        if not readings[around] <= {converted[place]} or read_by_sense(simple, place) is not None
    ]


def _is_long_entry(clause: str, read: str, place: int, *, is_usual: bool) -> bool:
    """Return whether it takes a long entry to get this reading.

    Of an unusual one: no window of two gives it. Of the usual one: a character farther on brings it back, as 语 does in
    星露谷物语, where 谷物 by itself is grain. OpenCC reads from the left, so only an entry that reaches so far can do that.
    """
    if not is_usual:
        return all(_converted(window)[at] != read for window, at in _windows(clause, place, (2,)))
    return any(
        _converted(clause[start:end])[place - start] == read != _converted(clause[start : end - 1])[place - start]
        for start in range(place + 1)
        for end in range(place + _LONG_ENTRY, len(clause) + 1)
    )


def _is_across(clause: str, read: str, place: int) -> bool:
    """Return whether the other half of each entry of two that gives this reading is part of another word: 隻影|響."""
    entries = [(w, at) for w, at in _windows(clause, place, (2,)) if _converted(w)[at].translate(plain_forms()) == read]
    return all(len(_word_in(clause, place + 1 - 2 * at)[0]) > 1 for _, at in entries)


def _windows(text: str, place: int, sizes: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    for size in sizes:
        for start in range(max(0, place - size + 1), min(place, len(text) - size) + 1):
            window = text[start : start + size]
            if window.isalnum():
                yield window, place - start


@lru_cache(_CACHE)
def _converted(word: str) -> str:
    return convert(word, "s2t")


def _word_in(clause: str, place: int) -> tuple[str, int]:
    at = 0
    for word in cut_words(clause):
        if place < at + len(word):
            return word, place - at
        at += len(word)
    raise AssertionError(f"the words do not cover the clause: {clause!r}")


@cache
def _is_ambiguous() -> NDArray[np.bool_]:
    table = np.zeros(_ALL_CODES, np.bool_)
    table[script_data()["ambiguous"]] = True
    return table
