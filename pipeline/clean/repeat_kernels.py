"""Which stretches of a text stand earlier in it already: grams by numpy, then loops over what they found.

    key ── gram_places ──▶ places whose n-gram was seen before ── match_loop ──▶ (place, earlier place, length)
                                                                        segments ── link_loop ──▶ which follows which

Clean news ends after the first arrow. A loop is written once: `PLAIN` runs it as it stands, for a handful of texts,
where importing numba would cost more than the work; `compiled()` is the same loop as machine code, for batches.
Both give the same answers; `loops_for` chooses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline import machine

Codes: TypeAlias = NDArray[np.uint32]
Places: TypeAlias = NDArray[np.int64]
Column: TypeAlias = Any  # numbers in a row: list[int] for the plain loops, an array for the compiled ones
Loop: TypeAlias = Callable[..., int]

_FACTOR = 0x9E3779B97F4A7C15  # odd; a gram's hash is its characters as figures of a number to this base
_MASK = (1 << 64) - 1
_SLOTS_PER_GRAM = (
    4  # a slot keeps the first gram that falls on it; at 4 one in eight is lost, and its neighbours stand in
)
LOOK_BACK = 16  # segments that may lie between two that follow each other; bounds the work on hostile texts
PERIODS = 4  # a gram that repeats itself after fewer characters is no seed
GRAM = 8  # characters of a key; 8 finds more edited copies than 10 or 12, measured on repeats made from news texts

_NOWHERE = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Loops:
    """The loops in one of their two forms, and what each reads: lists are what plain Python is fast on."""

    grams: Callable[[Codes], tuple[Places, Places]]
    match: Loop
    link: Loop
    columns: Callable[[NDArray[Any]], Column]


def find_matches(codes: Codes, loops: Loops) -> Places:
    """Return the maximal stretches of a key that stand earlier too: rows (place, earlier place, length), in order of place.

    The stretches do not overlap, and none overlaps the earlier one that it repeats.
    """
    places, earlier = loops.grams(codes) if codes.size > GRAM else (_NOWHERE, _NOWHERE)
    if not places.size:
        return np.empty((0, 3), np.int64)
    found = [loops.columns(column) for column in np.zeros((3, places.size), np.int64)]
    count = loops.match(loops.columns(codes), loops.columns(places), loops.columns(earlier), *found)
    matches = np.empty((count, 3), np.int64)
    for number, column in enumerate(found):
        matches[:, number] = column[:count]
    return matches


def link_segments(segments: Places, max_gap: int, max_overlap: int, loops: Loops) -> tuple[list[int], Places]:
    """Return for each segment the one before it in the best chain, or -1, and the score of that chain."""
    columns = [loops.columns(np.ascontiguousarray(column)) for column in segments.T]
    before, scores, heads = (loops.columns(column) for column in np.zeros((3, len(segments)), np.int64))
    loops.link(*columns, max_gap, max_overlap, before, scores, heads)
    return np.asarray(before).tolist(), np.asarray(scores)


def gram_places(codes: Codes) -> tuple[Places, Places]:
    """Return the places whose gram was (very likely) seen before, and where first; the text is longer than a gram.

    Grams of a short period do not count: 哈哈哈哈 and ------ repeat themselves without being a repeat.
    """
    hashes = codes.astype(np.uint64)
    for width in (1, 2, 4):
        hashes = hashes[:-width] * np.uint64(pow(_FACTOR, width, _MASK + 1)) + hashes[width:]
    bits = _slot_bits(codes)
    slots = (hashes * np.uint64(_FACTOR) >> np.uint64(64 - bits)).astype(np.intp)
    everywhere = np.arange(slots.size)
    first = np.empty(1 << bits, np.int64)
    first[slots[::-1]] = everywhere[::-1]  # of several, the last assignment stays: the earliest place
    earlier = first[slots]
    places = np.flatnonzero(earlier != everywhere)
    places = places[hashes[earlier[places]] == hashes[places]]
    if places.size:
        places = places[~_is_periodic(codes, places)]
    return places, earlier[places]


def gram_loop(  # noqa: C901 - one loop for machine code: a call in it would have to be compiled apart
    codes: Column,
    slots: Column,
    shift: Column,
    places: Column,
    earlier: Column,
) -> int:
    """Write what `gram_places` returns, and return how many; `slots` holds 0. For machine code: plain it is slow."""
    factor = np.uint64(_FACTOR)
    leaving = factor  # to the power of 8
    for _ in range(3):
        leaving *= leaving
    found = 0
    value = np.uint64(0)
    for end in range(len(codes)):
        value = value * factor + np.uint64(codes[end])
        start = end - GRAM + 1
        if start > 0:
            value -= leaving * np.uint64(codes[start - 1])
        if start < 0:
            continue
        slot = np.int64((value * factor) >> shift)
        first = slots[slot] - 1
        if first < 0:
            slots[slot] = start + 1
            continue
        same = 0
        while same < GRAM and codes[first + same] == codes[start + same]:
            same += 1
        if same < GRAM:
            continue
        period = 1
        while period < PERIODS:
            same = period
            while same < GRAM and codes[start + same] == codes[start + same - period]:
                same += 1
            if same == GRAM:
                break
            period += 1
        if period == PERIODS:
            places[found] = start
            earlier[found] = first
            found += 1
    return found


def match_loop(codes: Column, places: Column, earlier: Column, starts: Column, sources: Column, lengths: Column) -> int:
    """Write the maximal matches to the last three columns and return how many.

    Where the last match broke off, its diagonal is tried before the first place of the gram, so that a copy with a wrong
    character stays one copy.
    """
    found = 0
    end = 0  # of the last match
    distance = 0  # between the last match and what it repeats
    for at in range(len(places)):
        place = places[at]
        if place < end:
            continue
        source = earlier[at]
        if distance >= GRAM:
            same = 0
            while same < GRAM and codes[place + same] == codes[place - distance + same]:
                same += 1
            if same == GRAM:
                source = place - distance
        room = place - source
        most = min(room, len(codes) - place)
        length = 0
        while length < most and codes[source + length] == codes[place + length]:
            length += 1
        if length < GRAM:
            continue  # two grams with one hash, or a gram that overlaps itself
        back = 0
        while place - back > end and source - back > 0 and codes[source - back - 1] == codes[place - back - 1]:
            back += 1
        starts[found] = place - back
        sources[found] = source - back
        lengths[found] = min(length + back, room)
        end = place - back + lengths[found]
        distance = room
        found += 1
    return found


def link_loop(  # noqa: PLR0913, PLR0917 - numba takes arrays, no records
    starts: Column,
    sources: Column,
    lengths: Column,
    max_gap: int,
    max_overlap: int,
    before: Column,
    scores: Column,
    heads: Column,
) -> int:
    """Write which segment follows which in the best chain of each, and return how many have one before them.

    `scores`: four times the characters of the chain less those that it jumps. `heads`: where the chain starts, so that
    it never takes its own copy for what it is a copy of.
    """
    found = 0
    for at in range(len(starts)):
        place, source, length = starts[at], sources[at], lengths[at]
        best, score, head = -1, 4 * length, place
        for back in range(at - 1, max(-1, at - 1 - LOOK_BACK), -1):
            gap = place - starts[back] - lengths[back]
            if gap > max_gap:
                break
            ahead = source - sources[back] - lengths[back]
            if ahead > max_gap or ahead < -max_overlap or length + ahead <= 0:
                continue
            reached = scores[back] + 4 * (length + min(ahead, 0)) - abs(gap - ahead)
            if reached > score and source + length <= heads[back] + 2 * GRAM:
                best, score, head = back, reached, heads[back]
        before[at], scores[at], heads[at] = best, score, head
        if best >= 0:
            found += 1
    return found


# Of text in one process. Plain loops cost 0.2 s of CPU more a million characters of clean news, 0.3 s of dirty ones;
# numba with its kept code costs 0.6 to 1 s to load: by then a process has lost as much as that, and goes over.
COMPILE_AFTER_CHARS = 4_000_000


class _Meter:
    """How many characters this process has asked about. It decides how fast an answer comes, never what it is."""

    def __init__(self) -> None:
        self.chars = 0


@cache
def _meter() -> _Meter:
    return _Meter()


def loops_for(chars: int) -> Loops:
    """Return the loops for the next text of this process: plain ones for a few texts, machine code for a batch."""
    meter = _meter()
    is_batch = meter.chars > COMPILE_AFTER_CHARS  # asked before this text is counted: however long, one text never pays
    meter.chars += chars
    return compiled() if is_batch else PLAIN


def _listed(column: NDArray[Any]) -> Column:
    found: list[int] = column.tolist()
    return found


PLAIN = Loops(gram_places, match_loop, link_loop, _listed)


@cache
def compiled() -> Loops:
    """Return the loops as machine code; the first call of a process costs up to seconds, later ones nothing."""
    grams = partial(looped_grams, machine.compiled(gram_loop))
    return Loops(grams, machine.compiled(match_loop), machine.compiled(link_loop), _as_it_is)


def looped_grams(loop: Loop, codes: Codes) -> tuple[Places, Places]:
    """Return what `gram_places` returns, by `gram_loop` in either form."""
    bits = _slot_bits(codes)
    slots = np.zeros(1 << bits, np.int32)
    places, earlier = np.empty((2, codes.size), np.int64)
    count = loop(codes, slots, np.uint64(64 - bits), places, earlier)
    return places[:count], earlier[:count]


def _as_it_is(column: NDArray[Any]) -> Column:
    return column


def _slot_bits(codes: Codes) -> int:
    return int(_SLOTS_PER_GRAM * codes.size).bit_length()


def _is_periodic(codes: Codes, places: Places) -> NDArray[np.bool_]:
    """Return for each place whether its gram repeats itself after 1, 2 or 3 characters."""
    grams = codes[places[:, None] + np.arange(GRAM)]
    periodic = np.zeros(places.size, np.bool_)
    for period in range(1, PERIODS):
        periodic |= (grams[:, period:] == grams[:, :-period]).all(axis=1)
    return periodic
