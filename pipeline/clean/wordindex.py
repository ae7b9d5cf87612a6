r"""Which patterns can match which lines at all: one pass of an automaton instead of hundreds of searches a line.

    demands of all patterns ──▶ automaton over the whole text ──▶ by line: the patterns all of whose words stand in it,
                                                                  and that match so long a line, and one that begins so

What is asked of a line is a bit for each demand. Of the patterns whose words stand in a line of news nine of ten are for
shorter lines, or for lines that begin otherwise.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter
from sys import maxsize
from typing import TypeAlias

from ahocorasick_rs import AhoCorasick

from pipeline.clean.patterns import facts_of
from pipeline.clean.rule import begins_of
from pipeline.text import encodable

Hit: TypeAlias = tuple[int, int, int]  # number of a word, where it starts, where it ends


class WordIndex:
    """The words of many patterns, and which patterns they speak for."""

    def __init__(self, patterns: Sequence[str], max_chars: Sequence[int] | None = None) -> None:
        """`max_chars`: by pattern, of a line that it may match; None: a line of any length."""
        self._patterns: list[int] = []  # by demand: the number of its pattern
        firsts: dict[str, int] = {}  # by word: the demands, as bits, that find it in their first set …
        lasts: dict[str, int] = {}  # … and in their last one; both are one set in a demand that has but one
        for number, pattern in enumerate(patterns):
            for demand in facts_of(pattern).demands:
                for words, bits in ((demand[0], firsts), (demand[-1], lasts)):
                    for word in words:
                        bits[word] = bits.get(word, 0) | 1 << len(self._patterns)
                self._patterns.append(number)
        known = tuple(firsts | lasts)
        self._firsts = [firsts.get(word, 0) for word in known]
        self._lasts = [lasts.get(word, 0) for word in known]
        self._automaton = AhoCorasick(known, store_patterns=False) if known else None
        limits = [maxsize if max_chars is None else max_chars[number] for number in self._patterns]
        self._limits = sorted(set(limits))
        self._within = [_bits(own >= limit for own in limits) for limit in self._limits] + [0]
        self._anyhow, self._opening = _by_opening([facts_of(patterns[number]).openings for number in self._patterns])

    def hits(self, folded: str) -> list[Hit]:
        """Return where words stand in a folded text, in order of their ends."""
        if self._automaton is None:
            return []
        try:
            found: list[Hit] = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        except UnicodeEncodeError:  # a lone surrogate
            found = self._automaton.find_matches_as_indexes(encodable(folded), overlapping=True)
        return found

    def patterns(self, hits: Iterable[Hit], lines: Sequence[str]) -> dict[int, list[int]]:
        """Return for each folded line that any pattern may match by its words the numbers of these, each once or more.

        `hits` are of the text that the lines make.
        """
        met: dict[int, int] = {}  # by line: demands, as bits
        ends = accumulate(len(line) + 1 for line in lines)
        line, end = -1, 0
        firsts = lasts = 0
        for word, start, _ in hits:
            if start >= end:
                met[line] = firsts & lasts
                firsts = lasts = 0
                while start >= end:
                    line, end = line + 1, next(ends)
            firsts |= self._firsts[word]
            lasts |= self._lasts[word]
        met[line] = firsts & lasts
        found = {line: self._matching(demands, lines[line]) for line, demands in met.items() if demands}
        return {line: numbers for line, numbers in found.items() if numbers}

    def is_telling(self, hits: Iterable[Hit]) -> bool:
        """Return whether one of the words is the most telling one of some pattern."""
        return any(self._firsts[word] for word, _, _ in hits)

    def _matching(self, demands: int, line: str) -> list[int]:
        """Return the patterns of these demands, as bits, that match so long a line, and one that begins so."""
        met = demands & self._within[bisect_left(self._limits, len(line))]
        return list(self._numbers(met & self._begun(line))) if met else []

    def _begun(self, line: str) -> int:
        """Return the demands, as bits, of patterns that a line with this beginning may match."""
        as_it_is, without_marks = begins_of(line)
        return self._anyhow | self._opening.get(as_it_is, 0) | self._opening.get(without_marks, 0)

    def _numbers(self, demands: int) -> Iterator[int]:
        while demands:
            lowest = demands & -demands
            yield self._patterns[lowest.bit_length() - 1]
            demands ^= lowest


def hits_in(hits: Sequence[Hit], start: int, end: int) -> list[Hit]:
    """Return the hits of [start, end) of the text, a line or a part of one, with their places in it."""
    within = hits[bisect_left(hits, start, key=_END) : bisect_right(hits, end, key=_END)]
    return [(word, at - start, to - start) for word, at, to in within if start <= at]


_END = itemgetter(2)


def _by_opening(openings: Iterable[frozenset[str] | None]) -> tuple[int, Mapping[str, int]]:
    """Return the demands, as bits, of patterns that may begin anyhow, and by `opening` those of the others."""
    anyhow = 0
    found: dict[str, int] = {}
    for number, chars in enumerate(openings):
        for char in chars or ():
            found[char] = found.get(char, 0) | 1 << number
        anyhow |= 1 << number if chars is None else 0
    return anyhow, found


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << number for number, flag in enumerate(flags) if flag)
