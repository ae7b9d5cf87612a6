"""The likeliest cut of a few characters into words: the product of the words' frequencies is greatest.

The frequencies are those of jieba's dictionary, and the cut is that of jieba without its guesses at unknown words. Its
code is not imported: it would set up logging, and leave a file that whoever comes next loads unchecked in the folder
for temporary files that all users share.
"""

from functools import cache, lru_cache
from importlib.util import find_spec
from io import BytesIO
from math import log
from typing import Protocol, cast

_MAX_WORD = 8  # characters; longer ones are sayings, which OpenCC's own entries read
_CACHE = 1 << 15  # clauses remembered: the same ones come back


class _Loader(Protocol):
    """A loader of packages, as the import system describes it: it can open the files beside the code."""

    def get_data(self, path: str) -> bytes: ...


@lru_cache(_CACHE)
def cut_words(clause: str) -> tuple[str, ...]:
    """Return the words of the clause, in order; joined they are the clause. A character that is in no word is one."""
    weights = _word_weights()
    best = [(0.0, len(clause))] * (
        len(clause) + 1
    )  # of the rest from each place: its weight, where its first word ends
    for start in range(len(clause) - 1, -1, -1):
        ends = range(start + 1, min(len(clause), start + _MAX_WORD) + 1)
        best[start] = max(
            (weight + best[end][0], end)
            for end in ends
            if (weight := weights.get(clause[start:end], _UNKNOWN if end == start + 1 else None)) is not None
        )
    words: list[str] = []
    at = 0
    while at < len(clause):
        words.append(clause[at : best[at][1]])
        at = best[at][1]
    return tuple(words)


_TOTAL = 60_101_967  # the sum of all counts in jieba 0.42.1's dictionary
_UNKNOWN = log(1 / _TOTAL)


@cache
def _word_weights() -> dict[str, float]:
    """Return word → logarithm of its frequency. It takes a third of a second: only doubtful characters ask for it."""
    spec = find_spec("jieba")
    assert spec is not None, "jieba is a dependency"
    assert spec.submodule_search_locations is not None
    raw = cast("_Loader", spec.loader).get_data(f"{spec.submodule_search_locations[0]}/dict.txt")
    by_count: dict[str, float] = {}  # equal counts share one number
    weights: dict[str, float] = {}
    for line in BytesIO(raw):  # not all lines at once: they would take as much memory as the result
        word, count, _ = line.decode().split(" ")
        if len(word) <= _MAX_WORD:
            weights[word] = by_count.setdefault(count, log(int(count) / _TOTAL))
    return weights
