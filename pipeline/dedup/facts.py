"""Numbers and dates that must agree: what tells two reports of one form apart.

    "5月15日，气温28.5度，第三次会议" ──▶ 5月15日 · 28.5 · 第三次

A fact is a compound token: numerals with what joins them, so that 5月15日 and 5月16日 share nothing. Its weight is its
length: a whole date says more than a lone digit. Two questions are asked of a pair:

    agreement   how much of the facts of the one that has fewer stands in the other?
    conflict    where both say the same around a fact (its *slot*), do they say the same fact?

Damage makes facts vanish, a form fills the same slots with others: conflict tells the two apart, agreement cannot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.kernels import (
    DATE_UNIT,
    DIGIT,
    FACT,
    HASH_FACTOR,
    JOINER,
    MAX_WEIGHT,
    MIX_1,
    MIX_2,
    NO_LETTER,
    NUMERAL,
    PREFIX,
    SLOT_CHARS,
    UNIT,
    Codes,
    Places,
    fact_loop,
    fact_span_loop,
    slot_loop,
)
from pipeline.dedup.packed import COMPILE_PAIRS, Packed, is_worth_compiling, overlaps, pack
from pipeline.fold import key_table, match_table, text_of
from pipeline.machine import compiled

WEIGHT_MASK = MAX_WEIGHT  # the low bits of a fact's hash are its weight: its length

_DIGITS = "0123456789"
_NUMERALS = "〇零一二三四五六七八九十百千万亿两"  # as folded
_JOINERS = ".,:/-~"  # count only between two numerals
_UNITS = "年月日时分秒点号届次期%"  # belong to the numeral before them
_DATED = "年月日号届次期"  # make a fact of a lone Chinese numeral: 三月, but not 一点 or 十分
_ORDINAL = "第"  # belongs to the numeral behind it


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of many texts. Rows of `values` are sorted hashes; rows of `slots` sorted `slot << 32 | value`."""

    values: Packed
    slots: NDArray[np.uint64]
    slot_starts: Places
    spans: Places  # shape (facts, 2): where they begin and end in the packed texts, in order; bounded by `slot_starts`

    @property
    def weights(self) -> Places:
        """The sum of the weights of each text's facts."""
        sums = np.concatenate(([0], np.cumsum(self.values.flat & np.uint32(WEIGHT_MASK), dtype=np.int64)))
        return np.diff(sums[self.values.starts])


def facts_of(*texts: str) -> list[tuple[str, ...]]:
    """Return the facts of each text as folded, in order, repetitions included.

    >>> facts_of("会议于５月15日举行，第三次。")
    [('5月15日', '第三次')]
    """
    points = pack(texts)
    spans, bounds = _fact_spans(points)
    folded = text_of(match_table()[points.flat])
    return [told_facts(folded, spans[first:last]) for first, last in pairwise(bounds.tolist())]


def told_facts(folded: str, spans: Places) -> tuple[str, ...]:
    """Return the facts at these places of a folded text."""
    return tuple([folded[start:end] for start, end in spans.tolist()])


def differing_facts(facts: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Return the facts that only one side has, each once: those of the first, then those of the second."""
    mine, theirs = dict.fromkeys(facts), dict.fromkeys(others)
    return (*(fact for fact in mine if fact not in theirs), *(fact for fact in theirs if fact not in mine))


def find_facts(points: Packed) -> Facts:
    """Return the facts of packed texts."""
    spans, bounds = _fact_spans(points)
    values, around = _fact_hashes(points, spans, bounds)
    owners = np.repeat(np.arange(len(points), dtype=np.uint64), np.diff(bounds))
    slots = around.astype(np.uint64) << np.uint64(32) | values
    order = np.lexsort((slots, owners))
    each_once = np.unique(owners << np.uint64(32) | values)
    starts = np.searchsorted(each_once, np.arange(len(points) + 1, dtype=np.uint64) << np.uint64(32))
    return Facts(Packed(each_once.astype(np.uint32), starts), slots[order], bounds, spans)


def fact_agreement(facts: Facts, left: Places, right: Places) -> tuple[NDArray[np.float64], Places]:
    """Return for each pair the share of facts that agree (1 when there are none), and the weight that it is a share of."""
    weights = facts.weights
    smaller = np.minimum(weights[left], weights[right])
    shared = overlaps(facts.values, left, right, WEIGHT_MASK)
    return np.where(smaller > 0, shared / np.maximum(smaller, 1), 1.0), smaller


def fact_conflict(facts: Facts, left: Places, right: Places) -> NDArray[np.float64]:
    """Return for each pair the share of common slots, by weight, that are filled with different facts (0: no slots)."""
    same, different = np.empty(left.size, np.int64), np.empty(left.size, np.int64)
    arrays = (facts.slots, facts.slot_starts, left, right, same, different)
    if is_worth_compiling(left.size, COMPILE_PAIRS):
        compiled(slot_loop)(*arrays)
    else:
        slot_loop(*arrays)
    share: NDArray[np.float64] = different / np.maximum(same + different, 1)
    return share


def _fact_spans(points: Packed) -> tuple[Places, Places]:
    """Return where the facts begin and end in the packed texts, and how many come before each text.

    None reaches over the end of a text. A digit is enough for a fact. A Chinese numeral is half: 一 is mostly a word,
    二十 or 三月 or 第一 is a number.
    """
    if points.is_large:
        spans, bounds = np.empty((points.flat.size, 2), np.int64), np.empty(points.starts.size, np.int64)
        found = compiled(fact_span_loop)(points.flat, points.starts, _kind_table(), spans, bounds)
        return spans[:found].copy(), bounds
    spans = np.stack(_spans_by_numpy(points), axis=1)
    return spans, np.searchsorted(spans[:, 0], points.starts)


def _fact_hashes(points: Packed, spans: Places, bounds: Places) -> tuple[Codes, Codes]:
    """Return for each fact its hash, whose low bits are its weight, and a hash of the letters around it."""
    if points.is_large:
        hashes = np.empty((len(spans), 2), np.uint32)
        compiled(fact_loop)(points.flat, points.starts, match_table(), key_table(), spans, hashes)
        return hashes[:, 0], hashes[:, 1]
    return _fact_hashes_by_numpy(points, spans, bounds)


def _fact_hashes_by_numpy(points: Packed, spans: Places, bounds: Places) -> tuple[Codes, Codes]:
    starts, ends = spans[:, 0], spans[:, 1]
    owners = np.repeat(np.arange(len(points)), np.diff(bounds))
    return _hashed(points.flat, starts, ends), _slots(points, starts, ends, owners)


def _spans_by_numpy(points: Packed) -> tuple[Places, Places]:
    """Return the same as `fact_span_loop`, from numpy alone."""
    kinds = np.concatenate((_kind_table()[points.flat], [0])).astype(np.uint8)  # the last: what is behind the end
    numerals = np.flatnonzero(kinds & (DIGIT | NUMERAL))
    if not numerals.size:
        return numerals, numerals
    text = np.searchsorted(points.starts, numerals, side="right")  # one more than the row
    followed = (kinds[numerals + 1] & UNIT != 0) & (numerals + 1 < points.starts[text])
    preceded = (kinds[numerals - 1] & PREFIX != 0) & (numerals > points.starts[text - 1])
    gaps = np.diff(numerals)
    linked = (gaps == 1) | (gaps == 2) & (kinds[numerals[:-1] + 1] & (JOINER | UNIT) != 0)
    first = np.flatnonzero(np.concatenate(([True], ~(linked & (text[1:] == text[:-1])))))
    last = np.append(first[1:], numerals.size) - 1
    speaks = np.where(kinds[numerals] & DIGIT, 2, 1) + preceded + (followed & (kinds[numerals + 1] & DATE_UNIT != 0))
    is_fact = np.add.reduceat(speaks, first) >= 2
    first, last = first[is_fact], last[is_fact]
    return numerals[first] - preceded[first], numerals[last] + 1 + followed[last]


def _hashed(points: Codes, starts: Places, ends: Places) -> Codes:
    """Return for each span a hash of its folded characters whose low bits are its weight."""
    lengths = ends - starts
    first = np.cumsum(lengths) - lengths
    places = _inside(starts, lengths)
    offsets = (places - np.repeat(starts, lengths)).astype(np.uint32)
    terms = (match_table()[points[places]] * HASH_FACTOR ^ offsets * MIX_2) * MIX_1
    terms ^= terms >> np.uint32(15)
    hashes = np.add.reduceat(terms, first, dtype=np.uint32) if first.size else terms
    weighted: Codes = hashes << np.uint32(4) | np.minimum(lengths, WEIGHT_MASK).astype(np.uint32)
    return weighted


def _slots(points: Packed, starts: Places, ends: Places, owners: Places) -> Codes:
    """Return for each fact a hash of the letters around it; every other fact counts as the letter 0."""
    frame = points.flat.copy()
    frame[_inside(starts, ends - starts)] = ord(" ")
    frame[starts] = FACT
    mapped = key_table()[frame]
    kept = np.flatnonzero(mapped)
    keys, key_starts, places = mapped[kept], np.searchsorted(kept, points.starts), np.searchsorted(kept, starts)
    slots = np.zeros(starts.size, np.uint32)
    for offset in (*range(-SLOT_CHARS, 0), *range(1, SLOT_CHARS + 1)):
        at = places + offset
        inside = (at >= key_starts[owners]) & (at < key_starts[owners + 1])
        letters = np.full(starts.size, NO_LETTER)
        letters[inside] = keys[at[inside]]
        slots = (slots ^ letters * HASH_FACTOR) * MIX_1 + np.uint32(offset + SLOT_CHARS)
        slots ^= slots >> np.uint32(15)
    return slots


def _inside(starts: Places, lengths: Places) -> Places:
    """Return all places in the spans."""
    first = np.cumsum(lengths) - lengths
    places: Places = np.arange(int(lengths.sum())) + np.repeat(starts - first, lengths)
    return places


@cache
def _kind_table() -> NDArray[np.uint8]:
    """Return what part each code point, before folding, can play in a fact."""
    kinds = np.zeros(0x110000, np.uint8)
    for characters, kind in (
        (_DIGITS, DIGIT), (_NUMERALS, NUMERAL), (_JOINERS, JOINER), (_UNITS, UNIT), (_ORDINAL, PREFIX),
    ):  # fmt: skip
        kinds[[ord(c) for c in characters]] = kind
    kinds[[ord(c) for c in _DATED]] |= DATE_UNIT
    table: NDArray[np.uint8] = kinds[match_table()]
    table.flags.writeable = False
    return table
