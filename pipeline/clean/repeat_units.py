"""The sentences of a text, and which of them are copies of what stands elsewhere in it.

key        ▒▒▒▒▒▒▒▒?▒▒▒▒▒▒+++▒▒▒▒     ▒ stands in a chain, ? does not, + does not but looks injected
sentence   ├──────────────────────┤  → SIMILAR: the characters that are left are few and lie apart
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.injected import looks_injected
from pipeline.clean.repeat_chains import Chain, find_chains, first_places, may_chain
from pipeline.clean.repeat_kernels import Loops, Places, find_matches
from pipeline.fold import Codes, fold, text_of
from pipeline.text import sentence_spans

Mask: TypeAlias = NDArray[np.bool_]

_TYPO_CHARS = 3  # side by side that may be wrong; a name is as long, but a name alone makes no copy
_TYPO_RATIO = 0.2  # of a sentence that may be wrong
_OWN_RATIO = 0.6  # of a sentence that is in no chain: not worth a closer look
_TOKEN_CHARS = 4  # of an injected string; what is shorter is a slip of the pen
_LONG_CHAIN = 100  # characters of a copy in which one trait is enough to take a string for injected


class Verdict(IntEnum):
    """How far a sentence stands elsewhere."""

    EMPTY = -1  # no letter or digit in it: goes with its neighbours
    OWN = 0
    SIMILAR = 1  # but for a few wrong characters
    EQUAL = 2  # but for marks, script, and injected strings


class Unit(NamedTuple):
    """A sentence: its place in the text, in the key, and the number of its line."""

    start: int
    end: int
    key_start: int
    key_end: int
    line: int

    @property
    def chars(self) -> int:
        return self.key_end - self.key_start


@dataclass(frozen=True, slots=True)
class Layout:
    """A text with its repeats."""

    text: str
    key: str
    places: NDArray[np.int32]  # of the key's characters in the text
    chains: Sequence[Chain]
    reached: Sequence[int]  # by chain: the furthest end of its copy and of those before it
    units: Sequence[Unit]
    source: Places  # by key character: where the same stands first; -1: it is no copy
    witnesses: Places  # by key character: how many copies of it there are
    is_copy: Mask  # by key character: whether it stands earlier
    is_repeated: Mask  # by key character: whether it stands later
    own_chars: Sequence[int]  # by unit: how many of its key characters are no copy
    next_copied: Sequence[int]  # by unit: the first copied key character from its start on; behind the key: none
    key_starts: Sequence[int]  # by unit, and in order as
    key_ends: Sequence[int]

    def is_token(self, start: int, end: int, *, is_sure: bool) -> bool:
        """Return whether the key characters [start, end) look injected; a member of an enumeration (、) does not."""
        left = self.text[self.places[start - 1] : self.places[start]] if start else ""
        right = self.text[self.places[end - 1] + 1 : self.places[end]] if end < len(self.key) else ""
        if end - start < _TOKEN_CHARS or "、" in left + right:
            return False
        return looks_injected(fold(self.text[self.places[start] : self.places[end - 1] + 1]), is_sure=is_sure)

    def chains_at(self, start: int, end: int) -> list[Chain]:
        """Return the chains whose copies have a part in the key characters [start, end)."""
        last = bisect_left(self.chains, end, key=lambda chain: chain.copy_start)
        first = bisect_right(self.reached, start, hi=last)
        return [chain for chain in self.chains[first:last] if chain.copy_end > start]

    def units_of(self, start: int, end: int) -> range:
        """Return the numbers of the units that hold a key character of [start, end)."""
        first = bisect_left(self.key_ends, start + 1)
        return range(first, max(first, bisect_left(self.key_starts, end)))

    def source_of(self, number: int, *, reach: int = 0) -> int | None:
        """Return where the first copied character of a unit stands first, looking at `reach` characters at least."""
        unit, place = self.units[number], self.next_copied[number]
        return int(self.source[place]) if place < max(unit.key_end, unit.key_start + reach) else None


def lay_out(text: str, codes: Codes, places: NDArray[np.int32], loops: Loops) -> Layout | None:
    """Return the text, of which key and places are given, with its repeats, or None: nothing in it stands twice."""
    matches = find_matches(codes, loops)
    if not may_chain(matches):  # clean news, nearly all of it
        return None
    key = text_of(codes)
    chains = find_chains(key, first_places(len(key), matches), loops)
    if not chains:
        return None
    source = np.full(len(key), -1)
    witnesses = np.zeros(len(key), np.int64)
    for chain in chains:
        for copy, first, length in chain.blocks:
            source[copy : copy + length] = np.arange(first, first + length)
            witnesses[first : first + length] += 1
    reached = list(accumulate((chain.copy_end for chain in chains), max))
    units = _units(text, places)
    key_ends = [unit.key_end for unit in units]
    is_copy = source >= 0
    return Layout(
        text=text,
        key=key,
        places=places,
        chains=chains,
        reached=reached,
        units=units,
        source=source,
        witnesses=witnesses,
        is_copy=is_copy,
        is_repeated=witnesses > 0,
        own_chars=_own_chars(key_ends, is_copy),
        next_copied=_next_copied(key_ends, is_copy),
        key_starts=[unit.key_start for unit in units],
        key_ends=key_ends,
    )


def judge_all(layout: Layout) -> list[Verdict]:
    """Return the verdict on each unit; only those that stand elsewhere in part need a closer look."""
    verdicts = [Verdict.OWN] * len(layout.units)
    for at, (unit, own) in enumerate(zip(layout.units, layout.own_chars, strict=True)):
        if not unit.chars:
            verdicts[at] = Verdict.EMPTY
        elif not own:
            verdicts[at] = Verdict.EQUAL
        elif own <= _OWN_RATIO * unit.chars:
            verdicts[at] = judge(layout, unit, layout.is_copy)
    return verdicts


def judge(layout: Layout, unit: Unit, stands: Mask) -> Verdict:
    """Return how far the sentence stands elsewhere, `stands` saying so of each key character."""
    if not unit.chars:
        return Verdict.EMPTY
    missing = (~stands[unit.key_start : unit.key_end]).nonzero()[0]
    if not missing.size:
        return Verdict.EQUAL
    if missing.size > _OWN_RATIO * unit.chars:
        return Verdict.OWN
    wrong = 0
    is_long = any(chain.exact_chars >= _LONG_CHAIN for chain in layout.chains_at(unit.key_start, unit.key_end))
    for start, end in stretches(missing + unit.key_start):
        if layout.is_token(start, end, is_sure=not is_long):
            continue
        if end - start > _TYPO_CHARS:
            return Verdict.OWN
        wrong += end - start
    if not wrong:
        return Verdict.EQUAL
    return Verdict.SIMILAR if wrong <= max(1, _TYPO_RATIO * unit.chars) else Verdict.OWN


def _own_chars(key_ends: Sequence[int], is_copy: Mask) -> list[int]:
    copied = np.zeros(is_copy.size + 1, np.int64)
    is_copy.cumsum(out=copied[1:])
    bounds = np.array((0, *key_ends))
    counts = bounds - copied[bounds]
    found: list[int] = (counts[1:] - counts[:-1]).tolist()
    return found


def _next_copied(key_ends: Sequence[int], is_copy: Mask) -> list[int]:
    places = np.concatenate((is_copy.nonzero()[0], [is_copy.size]))
    starts = np.array((0, *key_ends[:-1]))
    found: list[int] = places[places.searchsorted(starts)].tolist()
    return found


def stretches(places: Places) -> list[tuple[int, int]]:
    """Return the runs of places that follow each other, as [start, end)."""
    if not places.size:
        return []
    breaks = (places[1:] - places[:-1] != 1).nonzero()[0]
    starts = places[np.concatenate(([0], breaks + 1))]
    ends = places[np.concatenate((breaks, [places.size - 1]))] + 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _units(text: str, places: NDArray[np.int32]) -> list[Unit]:
    spans = sentence_spans(text)
    key_ends = places.searchsorted([end for _, end in spans]).tolist()
    breaks = [match.start() for match in re.finditer("\n", text)]
    units: list[Unit] = []
    key_start = line = 0
    for (start, end), key_end in zip(spans, key_ends, strict=True):
        while line < len(breaks) and breaks[line] < start:
            line += 1
        units.append(Unit(start, end, key_start, key_end, line))
        key_start = key_end
    return units
