"""The loops behind the signals: lines, sentences, and repeated n-grams in one pass for each length.

    kinds of the characters ── line_loop, sentence_loop ──▶ a tally
    key of the text ── repeat_loop ─▶ characters inside n-grams seen before        (Gopher's "duplicate n-grams")
                    └─ count_loop ──▶ how often each n-gram stands                 (Gopher's "top n-gram", entropy)

Each loop is written once. `PLAIN` runs it as it stands, which costs a news text some milliseconds; `compiled()` is the same
loop as machine code. Both give the same answers, and `loops_for` chooses. N-grams are found by a hash and then compared
character by character, so that no answer rests on luck; time is linear in the text.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any, TypeAlias

from numpy.typing import NDArray

from pipeline import machine

Column: TypeAlias = Any  # numbers in a row: list[int] for the plain loops, an array for the compiled ones
Loop: TypeAlias = Callable[..., Any]

COMPILE_AFTER_CHARS = 100_000  # of this process: what plain loops read in the time that loading the machine code takes
_FACTOR = 0x9E3779B1  # odd; a gram is a number with its characters as figures to this base
_MASK = (1 << 62) - 1  # so that the sums are the same with numbers of 64 bits and with Python's own
_HIGH = 31  # the low half of a hash knows only the last characters well
_BREAK, _BLANK, _STOP, _DOT, _CLOSER, _DOTS, _BULLET = 0, 1, 4, 5, 6, 7, 8  # of Kind, as numbers that a compiler takes
_LETTER, _DIGIT = 32, 34
_THREE = 3  # full stops in a row are dots


class Tally(IntEnum):
    """What the loops over kinds count."""

    LINES = 0  # that are not blank
    SHORT_LINES = 1
    ENDED_LINES = 2  # that end as a sentence does
    ENDED_CHARS = 3  # characters of these
    BULLET_LINES = 4
    DOTS_LINES = 5
    SENTENCES = 6  # that hold a letter or digit
    LONGEST_SENTENCE = 7  # letters and digits between two ends


_LINES, _SHORT, _ENDED, _ENDED_CHARS, _BULLETS, _DOTS_LINES, _SENTENCES, _LONGEST = range(8)


def line_loop(kinds: Column, short: int, tally: Column) -> int:
    """Count the lines of each sort; return how many there are. Lines have no blanks at their ends."""
    start = 0
    for place in range(len(kinds) + 1):
        if place < len(kinds) and kinds[place] != _BREAK:
            continue
        length = place - start
        if length > 0:
            last = place - 1
            while last > start and kinds[last] == _CLOSER:
                last -= 1
            has_dots = kinds[last] == _DOTS or (
                last - start >= _THREE and kinds[last] == _DOT and kinds[last - 1] == _DOT and kinds[last - 2] == _DOT
            )
            is_stop = kinds[last] == _DOT and last > start and kinds[last - 1] != _DIGIT
            tally[_LINES] += 1
            tally[_SHORT] += length < short
            tally[_BULLETS] += kinds[start] == _BULLET
            tally[_DOTS_LINES] += has_dots
            if has_dots or is_stop or kinds[last] == _STOP:
                tally[_ENDED] += 1
                tally[_ENDED_CHARS] += length
        start = place + 1
    return int(tally[_LINES])


def sentence_loop(kinds: Column, counts: Column, tally: Column) -> int:
    """Count the characters of each kind and the sentences, measure the longest; return how many sentences there are."""
    letters = 0
    for place in range(len(kinds) + 1):
        kind = _BREAK  # which ends a sentence; one is thought behind the last character
        if place < len(kinds):
            kind = int(kinds[place])
            counts[kind] += 1
        if kind >= _LETTER:
            letters += 1
            continue
        is_end = kind in (_BREAK, _STOP)
        if kind == _DOT and place > 0 and kinds[place - 1] != _DIGIT:
            is_end = place + 1 == len(kinds) or kinds[place + 1] <= _BLANK or kinds[place + 1] == _CLOSER
        if is_end and letters > 0:
            tally[_SENTENCES] += 1
            tally[_LONGEST] = max(tally[_LONGEST], letters)
            letters = 0
    return int(tally[_SENTENCES])


def count_loop(codes: Column, lengths: Column, slots: Column, counts: Column, places: Column, most: Column) -> float:  # noqa: C901 -- one loop, which the compiler reads whole; it has no room of its own
    """Fill `most`: how often the commonest n-gram of each length stands; return the sum of c log2 c of the counts of the first.

    `slots` and `counts` are a power of two long, at least twice the characters; `slots` begins as zeros. A slot holds a place and
    which length it is of in one number, so that no length needs them empty. `places` has two rows: where a gram begins that may
    stand twice, and its slot; -1 ends the first when all is done. Lengths rise: a gram can only be repeated where the shorter
    one at its place is, which are few places of news.
    """
    told = 0.0
    alive = len(codes)
    for place in range(alive):
        places[0][place] = place
    for number in range(len(lengths)):
        n = int(lengths[number])
        base = number * len(codes) + 1
        highest = 0
        for index in range(alive):
            start = places[0][index]
            if start + n > len(codes):
                places[1][index] = -1
                continue
            hashed = 0
            for at in range(start, start + n):
                hashed = (hashed * _FACTOR + int(codes[at])) & _MASK
            slot = (hashed ^ hashed >> _HIGH) & (len(slots) - 1)
            count = 1
            while slots[slot] >= base:
                other = slots[slot] - base
                same = 0
                while same < n and codes[other + same] == codes[start + same]:
                    same += 1
                if same == n:
                    count = counts[slot] + 1
                    break
                slot = (slot + 1) & (len(slots) - 1)
            slots[slot] = start + base
            counts[slot] = count
            places[1][index] = slot
            highest = max(highest, count)
        most[number] = highest
        kept = 0
        for index in range(alive):
            slot = places[1][index]
            if slot >= 0 and counts[slot] > 1:
                if number == 0:
                    told += math.log2(counts[slot])
                places[0][kept] = places[0][index]
                kept += 1
        alive = kept
    if alive < len(codes):
        places[0][alive] = -1
    return told


def repeat_loop(codes: Column, lengths: Column, slots: Column, places: Column, repeated: Column) -> int:  # noqa: C901 -- as above
    """Fill `repeated`: characters inside n-grams that stand earlier too, none counted twice; return the first of them.

    `slots` begins as zeros, `places` is what `count_loop` left for shorter grams, `lengths` rise: where no shorter gram is
    repeated, no longer one is.
    """
    for number in range(len(lengths)):
        n = int(lengths[number])
        base = number * len(codes) + 1
        found = free = 0  # free: the first place that no repeated gram has taken
        for index in range(len(codes)):
            start = places[0][index]
            if start < 0 or start + n > len(codes):
                break
            if start < free:
                continue
            hashed = 0
            for at in range(start, start + n):
                hashed = (hashed * _FACTOR + int(codes[at])) & _MASK
            slot = (hashed ^ hashed >> _HIGH) & (len(slots) - 1)
            while slots[slot] >= base:
                other = slots[slot] - base
                same = 0
                while same < n and codes[other + same] == codes[start + same]:
                    same += 1
                if same == n:
                    found += n
                    free = start + n
                    break
                slot = (slot + 1) & (len(slots) - 1)
            if slots[slot] < base:
                slots[slot] = start + base
        repeated[number] = found
        if found == 0:
            break
    return int(repeated[0])


@dataclass(frozen=True, slots=True)
class Loops:
    """The loops in one of their two forms, and what each reads: lists are what plain Python is fast on."""

    lines: Loop
    sentences: Loop
    repeats: Loop
    counts: Loop
    column: Callable[[NDArray[Any]], Column]


def _listed(column: NDArray[Any]) -> Column:
    found: list[int] = column.tolist()
    return found


def _as_it_is(column: NDArray[Any]) -> Column:
    return column


PLAIN = Loops(line_loop, sentence_loop, repeat_loop, count_loop, _listed)


@cache
def compiled() -> Loops:
    """Return the loops as machine code; the first call of a process costs up to seconds, later ones nothing."""
    lines, sentences = machine.compiled(line_loop), machine.compiled(sentence_loop)
    return Loops(lines, sentences, machine.compiled(repeat_loop), machine.compiled(count_loop), _as_it_is)


@dataclass(slots=True)
class _Meter:
    """How much this process has measured. Only speed depends on it: both kinds of loops give the same answers."""

    chars: int = 0


@cache
def _meter() -> _Meter:
    return _Meter()


def loops_for(chars: int) -> Loops:
    """Return the loops for the next text of this process: plain ones for a few texts, machine code for a batch."""
    meter = _meter()
    is_batch = meter.chars > COMPILE_AFTER_CHARS
    meter.chars += chars
    return compiled() if is_batch else PLAIN
