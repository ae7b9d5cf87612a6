"""From exact matches to copies with faults: chains of blocks, what differs between them, and where the facts differ.

    matches ── first_places ──▶ for each character, where it stands first ── find_chains ──▶ Chain …
    a copy      ……▒▒▒▒▒▒▒▒▒?▒▒▒▒▒▒▒▒+++▒▒▒▒▒▒▒▒……      ▒ block, ? other character, + injected string
    the first   ……▒▒▒▒▒▒▒▒▒!▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒……

A third copy is traced through the second to the first, so that all copies of a passage speak of the same places.
All places are of the key (see fold.py).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pipeline.clean.repeat_kernels import Loops, Places, link_segments

MAX_GAP = 90  # characters between two blocks of one chain, on either side; measured on repeats made from news texts
MIN_CHAIN = 24  # characters in exact blocks: a long name or a date line repeats without being a copy
_MIN_SEGMENT = 4  # shorter stretches say nothing about the order of a copy; the alignment finds them again
_MIN_BLOCK = 2  # of an aligned gap: single characters meet by chance (的, 了)
_MIN_ALIKE = 0.6  # matched share of a stretch beyond the ends of a chain that still belongs to it
_END_WINDOW = 60  # characters looked at beyond the end of a chain at a time

_SLIP_CHARS = 150  # a copy of this length that agrees in all else has lost a figure; a shorter one is another text

_NUMERALS = frozenset("0123456789〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾")
_START = np.zeros(1, np.int64)
_FACT_CHARS = _NUMERALS | frozenset("abcdefghijklmnopqrstuvwxyz")


class Block(NamedTuple):
    """`key[copy:copy + length] == key[first:first + length]`."""

    copy: int
    first: int
    length: int


class Gap(NamedTuple):
    """What stands between two blocks: `key[copy:copy_end]` against `key[first:first_end]`; one may be empty."""

    copy: int
    copy_end: int
    first: int
    first_end: int


@dataclass(slots=True)
class Chain:
    """One copy of a stretch: blocks in order on both sides. Built here, read everywhere else."""

    blocks: list[Block]
    gaps: list[Gap] = field(default_factory=list)
    conflicts: list[int] = field(default_factory=list)  # places in the copy where numbers or letters differ
    exact_chars: int = (
        0  # in the blocks; counted once: a copy of a whole book is one chain, asked about by each sentence
    )

    @property
    def copy_start(self) -> int:
        return self.blocks[0].copy

    @property
    def copy_end(self) -> int:
        return self.blocks[-1].copy + self.blocks[-1].length

    @property
    def first_start(self) -> int:
        return self.blocks[0].first

    @property
    def first_end(self) -> int:
        return self.blocks[-1].first + self.blocks[-1].length

    def pieces(self, start: int, end: int) -> Iterator[Block]:
        """Yield the parts of the blocks whose first side lies in [start, end)."""
        at = bisect_right(self.blocks, start, key=lambda block: block.first + block.length)
        for number in range(at, len(self.blocks)):
            copy, first, length = self.blocks[number]
            if first >= end:
                return
            skip = max(0, start - first)
            yield Block(copy + skip, first + skip, min(first + length, end) - first - skip)

    def gaps_in(self, start: int, end: int) -> Iterator[Gap]:
        """Yield the gaps whose copy side lies in [start, end)."""
        for number in range(bisect_left(self.gaps, start, key=lambda gap: gap.copy), len(self.gaps)):
            if self.gaps[number].copy_end > end:
                return
            yield self.gaps[number]


def first_places(size: int, matches: Places) -> Places:
    """Return for each character of the key the place where it stands first: its own, or of what it is a copy of."""
    first = np.arange(size)
    for place, source, length in matches.tolist():
        first[place : place + length] = first[source : source + length]
    return first


def may_chain(matches: Places) -> bool:
    """Return whether enough is matched in one place for a chain: a cheap look, for most texts repeat some grams by chance."""
    chars = end = 0
    for place, _, length in matches.tolist():
        chars = length + (chars if place - end <= MAX_GAP else 0)
        if chars >= MIN_CHAIN:
            return True
        end = place + length
    return False


def find_chains(key: str, first: Places, loops: Loops) -> list[Chain]:
    """Return the copies in the order of their places, gaps aligned and ends drawn out over single faults."""
    chains = _linked(_segments(first), loops)
    for at, chain in enumerate(chains):  # first all beginnings: a copy must not grow into the head of the next one
        _draw_back(key, chain, chains[at - 1].copy_end if at else 0)
    for at, chain in enumerate(chains):
        _draw_on(key, chain, chains[at + 1].copy_start if at + 1 < len(chains) else len(key))
        _align_gaps(key, chain)
    return chains


def _segments(first: Places) -> Places:
    """Return the stretches whose characters follow each other at the first place too: (place, first place, length)."""
    copied = (first != np.arange(first.size)).nonzero()[0]
    if not copied.size:
        return np.empty((0, 3), np.int64)
    sources = first[copied]
    steps = (copied[1:] - copied[:-1] != 1) | (sources[1:] - sources[:-1] != 1)
    bounds = np.concatenate((_START, steps.nonzero()[0] + 1, [copied.size]))
    lengths = bounds[1:] - bounds[:-1]
    long = (lengths >= _MIN_SEGMENT).nonzero()[0]
    starts = bounds[long]
    segments = np.empty((long.size, 3), np.int64)
    segments[:, 0], segments[:, 1], segments[:, 2] = copied[starts], sources[starts], lengths[long]
    return segments


def _linked(segments: Places, loops: Loops) -> list[Chain]:
    """Return the chains of segments that go on, on both sides, within a gap: the best first, no segment in two."""
    before, scores = link_segments(segments, MAX_GAP, _MIN_SEGMENT - 1, loops)
    rows = segments.tolist()
    free = [True] * len(rows)
    chains: list[Chain] = []
    for end in np.argsort(-scores, kind="stable").tolist():
        numbers: list[int] = []
        at = end
        while at >= 0 and free[at]:
            free[at] = False
            numbers.append(at)
            at = before[at]
        if sum(rows[number][2] for number in numbers) >= MIN_CHAIN:
            chains.append(_chain(rows[number] for number in reversed(numbers)))
    return sorted(chains, key=lambda chain: chain.copy_start)


def _chain(rows: Iterable[Sequence[int]]) -> Chain:
    """Return the segments as blocks; where a doubled character makes two of them overlap, the later one is trimmed."""
    blocks: list[Block] = []
    for copy, first, length in rows:
        overlap = max(0, blocks[-1].first + blocks[-1].length - first) if blocks else 0
        blocks.append(Block(copy + overlap, first + overlap, length - overlap))
    return Chain(blocks)


def _draw_back(key: str, chain: Chain, floor: int) -> None:
    """Add blocks before the beginning: where a copy begins with a faulty sentence, no gram of it matched."""
    while True:
        end, source = chain.copy_start, chain.first_start
        copy_text = key[max(floor, source, end - _END_WINDOW) : end][::-1]
        first_text = key[max(0, source - _END_WINDOW) : source][::-1]
        added = _alike_blocks(copy_text, first_text)
        if not added:
            return
        chain.blocks[:0] = [Block(end - b.copy - b.length, source - b.first - b.length, b.length) for b in added[::-1]]


def _draw_on(key: str, chain: Chain, ceiling: int) -> None:
    """Add blocks behind the end, in the same way."""
    while True:
        end, source = chain.copy_end, chain.first_end
        copy_text = key[end : min(ceiling, end + _END_WINDOW)]
        first_text = key[source : min(chain.copy_start, source + _END_WINDOW)]
        added = _alike_blocks(copy_text, first_text)
        if not added:
            return
        chain.blocks += [Block(end + block.copy, source + block.first, block.length) for block in added]


def _alike_blocks(copy_text: str, first_text: str) -> list[Block]:
    """Return the common blocks from the left, as far as most of what they span is common."""
    blocks: list[Block] = []
    good = matched = 0
    for block in _common_blocks(copy_text, first_text):
        blocks.append(block)
        matched += block.length
        spanned = max(block.copy, block.first) + block.length
        if matched >= _MIN_ALIKE * spanned:
            good = len(blocks)
    return blocks[:good]


def _common_blocks(copy_text: str, first_text: str) -> list[Block]:
    """Return the longest common subsequence as blocks of at least two characters."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - most texts have no gap to align

    found = Indel.opcodes(copy_text, first_text)
    return [
        Block(step.src_start, step.dest_start, step.src_end - step.src_start)
        for step in found
        if step.tag == "equal" and step.src_end - step.src_start >= _MIN_BLOCK
    ]


def _align_gaps(key: str, chain: Chain) -> None:
    """Fill the gaps of the chain with what they have in common, and note what is left and where facts differ."""
    blocks = [chain.blocks[0]]
    for block in chain.blocks[1:]:
        gap = _between(blocks[-1], block)
        before = min(gap.first_end, gap.copy)  # nothing is a copy of itself
        if gap.copy < gap.copy_end and gap.first < before:
            common = _common_blocks(key[gap.copy : gap.copy_end], key[gap.first : before])
            blocks += [Block(gap.copy + b.copy, gap.first + b.first, b.length) for b in common]
        blocks.append(block)
    chain.blocks = blocks
    chain.gaps = [_between(*pair) for pair in pairwise(blocks)]
    chain.gaps = [gap for gap in chain.gaps if gap.copy < gap.copy_end or gap.first < gap.first_end]
    chain.exact_chars = sum(block.length for block in blocks)
    slips = [gap for gap in chain.gaps if _is_other_length(key, gap)]
    is_slip = chain.exact_chars >= _SLIP_CHARS * len(slips)
    differing = [gap for gap in chain.gaps if _facts_differ(key, gap)] + ([] if is_slip else slips)
    chain.conflicts = [max(gap.copy_end - 1, gap.copy) for gap in differing]


def _between(left: Block, right: Block) -> Gap:
    return Gap(left.copy + left.length, right.copy, left.first + left.length, right.first)


def _facts_differ(key: str, gap: Gap) -> bool:
    """Return whether both sides name numbers or letters, but others: 第十二号 and 第十三号, A组 and B组."""
    named, first_named = _facts(key[gap.copy : gap.copy_end]), _facts(key[gap.first : gap.first_end])
    return bool(named and first_named and named != first_named)


def _is_other_length(key: str, gap: Gap) -> bool:
    """Return whether a number has more figures on one side: 7% and 17%."""
    added = key[gap.copy : gap.copy_end] + key[gap.first : gap.first_end]
    if not _NUMERALS.issuperset(added) or (gap.copy < gap.copy_end and gap.first < gap.first_end):
        return False
    return key[gap.copy - 1] in _NUMERALS or key[gap.copy_end : gap.copy_end + 1] in _NUMERALS


def _facts(text: str) -> list[str]:
    return [char for char in text if char in _FACT_CHARS]
