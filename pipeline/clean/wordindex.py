r"""Which patterns can match which lines at all: one pass of an automaton instead of hundreds of searches a line.

    demands of all patterns ──▶ automaton over the whole text ──▶ by line: the patterns all of whose words stand in it

Most demands are not met by the text as a whole; what words each of its lines has is then not looked at.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias

from ahocorasick_rs import AhoCorasick

from pipeline.clean.patterns import facts_of
from pipeline.text import encodable

Hit: TypeAlias = tuple[int, int, int]  # number of a word, where it starts, where it ends


class WordIndex:
    """The words of many patterns, and which patterns they speak for."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns: list[int] = []  # by demand: the number of its pattern
        firsts: dict[str, int] = {}  # by word: the demands, as bits, that find it in their first set …
        lasts: dict[str, int] = {}  # … and in their last one; both are one set in a demand that has but one
        wordless: list[int] = []
        for number, pattern in enumerate(patterns):
            demands = facts_of(pattern).demands
            if demands is None:
                wordless.append(number)
            for demand in demands or ():
                for words, bits in ((demand[0], firsts), (demand[-1], lasts)):
                    for word in words:
                        bits[word] = bits.get(word, 0) | 1 << len(self._patterns)
                self._patterns.append(number)
        known = tuple(firsts | lasts)
        self.wordless = tuple(wordless)
        self._bits = tuple((firsts.get(word, 0), lasts.get(word, 0)) for word in known)
        self._automaton = AhoCorasick(known, store_patterns=False) if known else None

    def hits(self, folded: str) -> list[Hit]:
        """Return where words stand in a folded text, in order of their ends."""
        if self._automaton is None:
            return []
        try:
            found: list[Hit] = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        except UnicodeEncodeError:  # a lone surrogate
            found = self._automaton.find_matches_as_indexes(encodable(folded), overlapping=True)
        return found

    def patterns(self, hits: Sequence[Hit], ends: Sequence[int]) -> dict[int, set[int]]:
        """Return the numbers of the patterns whose demands a line meets, by line; `ends` are those of the lines."""
        met = self._met({hit[0] for hit in hits})
        if not met:
            return {}
        by_line: dict[int, list[int]] = {}
        for word, start, _ in hits:
            first, last = self._bits[word]
            if (first | last) & met:
                by_line.setdefault(bisect_right(ends, start), []).append(word)
        found = {line: set(self._numbers(self._met(words))) for line, words in by_line.items()}
        return {line: numbers for line, numbers in found.items() if numbers}

    def is_telling(self, hits: Iterable[Hit]) -> bool:
        """Return whether one of the words is the most telling one of some pattern."""
        return any(self._bits[word][0] for word, _, _ in hits)

    def _met(self, words: Iterable[int]) -> int:
        """Return the demands, as bits, of which each set has one of the words."""
        firsts = lasts = 0
        for word in words:
            first, last = self._bits[word]
            firsts |= first
            lasts |= last
        return firsts & lasts

    def _numbers(self, demands: int) -> Iterator[int]:
        while demands:
            lowest = demands & -demands
            yield self._patterns[lowest.bit_length() - 1]
            demands ^= lowest


def hits_in(hits: Sequence[Hit], start: int, end: int) -> list[Hit]:
    """Return the hits of [start, end) of the text, with their places in that part."""
    first = bisect_right(hits, start, key=_end_of)
    last = bisect_right(hits, end, lo=first, key=_end_of)
    return [(word, at - start, to - start) for word, at, to in hits[first:last] if at >= start]


def _end_of(hit: Hit) -> int:
    return hit[2]


def ends_of(lines: Iterable[str]) -> list[int]:
    """Return where each line ends in the text that they make, its break included."""
    return list(accumulate(len(line) + 1 for line in lines))
