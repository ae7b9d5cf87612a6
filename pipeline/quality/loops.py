"""The loops behind the signals: lines, sentences, and repeated n-grams, all of a text in one call.

    kinds of the characters ── line_loop, sentence_loop ──▶ a tally, a count for each kind
    folded characters ── split_loop ──▶ letters ─┬─ char_loop ───▶ the commonest; what a letter tells  (entropy)
                                                 ├─ gram_loop ───▶ how often the commonest n-gram stands   (Gopher's "top n-gram")
                                                 └─ repeat_loop ─▶ characters inside n-grams seen before   (Gopher's "duplicate n-grams")

Each loop is written once, in the part of Python that a compiler takes; `compiling` runs it as it stands or as machine code. All of
them stay in this file: what was compiled is kept until the file changes, with all that it calls. N-grams are found by a hash
and then compared character by character, so that no answer rests on luck; time is linear in the text.
"""

import math
from enum import IntEnum
from typing import Any, TypeAlias

from pipeline.quality.kinds import FOLDED, KIND_SHIFT

Column: TypeAlias = Any  # numbers in a row: list[int] for the plain loops, an array for the compiled ones
SHORT_LINE = 12  # characters: entries of menus and lists; half of the lines of news have more than 80
TOP_GRAMS = (3, 5, 7)  # characters; Gopher's 2, 3 and 4 words, at 1.6 characters a word
REPEATED_GRAMS = (8, 10, 11, 13, 14, 16)  # characters; Gopher's 5 to 10 words
BETTING, REFUSAL = 1, 2  # bits of a pair: which words begin with it
N_KINDS = 128  # and some: Kind.FUNCTION and what it numbers
_FACTOR = 0x9E3779B1  # odd; a gram is a number with its characters as figures to this base
_MASK = (1 << 62) - 1  # so that the sums are the same with numbers of 64 bits and with Python's own
_LOW, _HIGH = 16, 31  # the low half of a hash knows only the last characters well
_BREAK, _BLANK, _STOP, _DOT, _CLOSER, _DOTS, _BULLET = 0, 1, 4, 5, 6, 7, 8  # of Kind, as numbers that a compiler takes
_OTHER, _BRACE, _WRONG, _LETTER, _DIGIT, _HAN, _FUNCTION = 2, 9, 10, 32, 34, 37, 64
_THREE = 3  # full stops in a row are dots
_TALLY, _COUNTS, _SHARES = range(3)  # rows of what is found
_CHARS, _COUNTERS, _GRAMS, _SIEVE = range(4)  # rows of slots
_ALIVE, _SLOTS, _AT, _KINDS, _LETTERS = range(5)  # rows of places


class Tally(IntEnum):
    """What is counted of a text, and where in the row of counts."""

    LINES = 0  # that are not blank
    SHORT_LINES = 1
    ENDED_LINES = 2  # that end as a sentence does
    ENDED_CHARS = 3  # characters of these
    BULLET_LINES = 4
    DOTS_LINES = 5
    SENTENCES = 6  # that hold a letter or digit
    LONGEST_SENTENCE = 7  # letters and digits between two ends
    LETTERS = 8  # and digits
    CHARS = 9  # that are not blank
    LINE_CHARS = 10  # blanks too, but no line breaks
    FUNCTION_KINDS = 11  # different function characters
    FUNCTION_CHARS = 12
    HAN = 13  # function characters too
    LATIN = 14
    DIGITS = 15
    KANA = 16
    HANGUL = 17
    OTHER_LETTERS = 18
    PUNCTUATION = 19
    SYMBOLS = 20
    DAMAGED = 21
    BRACES = 22
    BETTING = 23  # places where a word of betting sites may begin
    REFUSAL = 24  # places where a word of those who refuse training may begin
    TOP = 25  # and on, by length: characters in the commonest n-gram; 0 if none is repeated
    REPEATED = 28  # and on, by length: characters inside n-grams that stand earlier too


# Signals that are a share: what of what. They are told in millionths, in whole numbers: both forms of the loops agree to the last.
SHARES = (
    ("han_share", Tally.HAN, Tally.CHARS),
    ("latin_share", Tally.LATIN, Tally.CHARS),
    ("digit_share", Tally.DIGITS, Tally.CHARS),
    ("punctuation_share", Tally.PUNCTUATION, Tally.CHARS),
    ("symbol_share", Tally.SYMBOLS, Tally.CHARS),
    ("damaged_share", Tally.DAMAGED, Tally.CHARS),
    ("brace_share", Tally.BRACES, Tally.CHARS),
    ("mean_sentence", Tally.LETTERS, Tally.SENTENCES),
    ("ended_lines", Tally.ENDED_LINES, Tally.LINES),
    ("ended_chars", Tally.ENDED_CHARS, Tally.LINE_CHARS),
    ("short_lines", Tally.SHORT_LINES, Tally.LINES),
    ("bullet_lines", Tally.BULLET_LINES, Tally.LINES),
    ("dots_lines", Tally.DOTS_LINES, Tally.LINES),
    *((f"top_{n}", Tally.TOP + number, Tally.LETTERS) for number, n in enumerate(TOP_GRAMS)),
    *((f"repeated_{n}", Tally.REPEATED + number, Tally.LETTERS) for number, n in enumerate(REPEATED_GRAMS)),
    ("function_share", Tally.FUNCTION_CHARS, Tally.HAN),
)
N_TALLIES = Tally.REPEATED + len(REPEATED_GRAMS)
MILLION = 1_000_000

# The same as plain numbers, which a compiler takes.
_LINES, _SHORT, _ENDED, _ENDED_CHARS, _BULLETS, _DOTS_LINES, _SENTENCES, _LONGEST, _N_LETTERS = range(9)
_BETTING, _REFUSAL, _TOP, _REPEAT = map(int, (Tally.BETTING, Tally.REFUSAL, Tally.TOP, Tally.REPEATED))
_N_CHARS, _LINE_CHARS, _FUNCTION_KINDS, _FUNCTION_CHARS, _HAN_CHARS, _LATIN = range(9, 15)
_DIGITS, _KANA, _HANGUL, _OTHERS, _PUNCTUATION, _SYMBOLS, _DAMAGED, _BRACES = range(15, 23)
_PARTS = tuple(int(part) for _, part, _ in SHARES)
_WHOLES = tuple(int(whole) for _, _, whole in SHARES)


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


def sum_loop(counts: Column, tally: Column) -> int:
    """Sum up the counts by kind; return how many characters there are without blanks."""
    for kind in range(_FUNCTION, len(counts)):
        tally[_FUNCTION_CHARS] += counts[kind]
        tally[_FUNCTION_KINDS] += counts[kind] > 0
    every = 0
    for kind in range(len(counts)):
        every += counts[kind]
    tally[_LINE_CHARS] = every - counts[_BREAK]
    tally[_N_CHARS] = every - counts[_BREAK] - counts[_BLANK]
    tally[_OTHERS], tally[_LATIN], tally[_DIGITS] = counts[_LETTER], counts[_LETTER + 1], counts[_LETTER + 2]
    tally[_KANA], tally[_HANGUL], tally[_HAN_CHARS] = (
        counts[_LETTER + 3],
        counts[_LETTER + 4],
        counts[_HAN] + tally[_FUNCTION_CHARS],
    )
    tally[_SYMBOLS], tally[_BRACES], tally[_DAMAGED] = counts[_OTHER] + counts[_BULLET], counts[_BRACE], counts[_WRONG]
    for kind in range(_OTHER + 1, _BULLET):
        tally[_PUNCTUATION] += counts[kind]
    tally[_PUNCTUATION] += counts[_BRACE]
    return int(tally[_N_CHARS])


def share_loop(tally: Column, shares: Column) -> int:
    """Fill `shares` with the shares in millionths; return how many there are."""
    for number in range(len(_PARTS)):
        part, whole = int(tally[_PARTS[number]]), int(tally[_WHOLES[number]])
        if whole > 0:
            shares[number] = (2 * MILLION * part + whole) // (2 * whole)
    return len(_PARTS)


def pair_loop(looks: Column, pairs: Column, tally: Column) -> int:
    """Count the pairs of characters that watched words begin with; return how many there are."""
    before = 0
    for place in range(len(looks)):
        code = int(looks[place]) & FOLDED
        watched = int(pairs[(before * _FACTOR + code) & (len(pairs) - 1)])
        tally[_BETTING] += watched & BETTING
        tally[_REFUSAL] += watched >> 1
        before = code
    return int(tally[_BETTING] + tally[_REFUSAL])


def pair_number(pair: str) -> int:
    """Return the place of a pair of characters in the table that `pair_loop` reads, before it is cut to its size."""
    return ord(pair[0]) * _FACTOR + ord(pair[1])


def split_loop(looks: Column, kinds: Column, letters: Column) -> int:
    """Fill `kinds`, and `letters` with the folded letters and digits; return how many of these there are."""
    found = 0
    for place in range(len(looks)):
        look = int(looks[place])
        kinds[place] = look >> KIND_SHIFT
        letters[found] = look & FOLDED
        found += look >> KIND_SHIFT >= _LETTER
    return found


def char_loop(codes: Column, slots: Column, places: Column) -> float:
    """Count the characters; return the sum of c log2 c of their counts.

    Of `places` the first row gets the places of characters that stand more than once, up to a -1; the third has a 1 at these
    places, else 0.
    """
    chars, counts, alive, slot_of, length_at = (
        slots[_CHARS],
        slots[_COUNTERS],
        places[_ALIVE],
        places[_SLOTS],
        places[_AT],
    )
    different = 0
    for place in range(len(codes)):
        code = int(codes[place])
        slot = (code * _FACTOR >> _LOW) & (len(chars) - 1)
        while counts[slot] > 0 and chars[slot] != code:
            slot = (slot + 1) & (len(chars) - 1)
        if counts[slot] == 0:
            chars[slot] = code
            alive[different] = slot
            different += 1
        counts[slot] += 1
        slot_of[place] = slot
    told = 0.0
    for number in range(different):
        count = int(counts[alive[number]])
        told += count * math.log2(count) if count > 1 else 0.0
    found = 0
    for place in range(len(codes)):
        is_repeated = counts[slot_of[place]] > 1
        length_at[place] = is_repeated
        alive[found] = place
        found += is_repeated
    if found < len(codes):
        alive[found] = -1
    return told


def hash_of(codes: Column, start: int, n: int) -> int:
    """Return a number that is the same for equal n-grams."""
    hashed = 0
    for place in range(start, start + n):
        hashed = (hashed * _FACTOR + int(codes[place])) & _MASK
    return hashed ^ hashed >> _HIGH


def find_gram(codes: Column, start: int, n: int, base: int, slot: int, grams: Column) -> int:
    """Return the slot, from `slot` on, of the n-gram that begins at `start`: it holds `base` and more if an equal one was there.

    A slot holds a place and which round it is of in one number, so that no round needs them empty.
    """
    while grams[slot] >= base:
        other = grams[slot] - base
        same = 0
        while same < n and codes[other + same] == codes[start + same]:
            same += 1
        if same == n:
            break
        slot = (slot + 1) & (len(grams) - 1)
    return slot


def sieve_loop(codes: Column, n: int, shorter: int, base: int, sieve: Column, places: Column) -> int:
    """Keep of the places in the first row those whose hash comes more than once; return how many. Their slots are in the second.

    Most n-grams of news stand once, and this loop, which compares nothing, is done with them. `sieve` holds less than `base`.
    """
    alive, slot_of, length_at = places[_ALIVE], places[_SLOTS], places[_AT]
    found = 0
    for index in range(len(codes)):
        start = alive[index]
        if start < 0 or start + n > len(codes):
            break
        if length_at[start + 1] >= shorter and length_at[start + n - shorter] >= shorter:
            slot = hash_of(codes, start, n) & (len(sieve) - 1)
            sieve[slot] = base + (sieve[slot] >= base)
            alive[found] = start
            slot_of[found] = slot
            found += 1
    kept = 0
    for index in range(found):
        slot = slot_of[index]
        alive[kept] = alive[index]
        slot_of[kept] = slot
        kept += sieve[slot] > base
    return kept


def gram_loop(codes: Column, n: int, shorter: int, base: int, slots: Column, places: Column) -> int:
    """Return how often the commonest n-gram stands; where none stands twice, 0 or 1.

    `places` is what the loop for the `shorter` grams left and is left so for longer ones: in the first row where a repeated gram
    begins, up to a -1; in the third, by place, the length of the longest repeated one that begins there. A gram can only be
    repeated where the shorter ones inside it are.
    """
    grams, counts, alive, slot_of, length_at = (
        slots[_GRAMS],
        slots[_COUNTERS],
        places[_ALIVE],
        places[_SLOTS],
        places[_AT],
    )
    found = sieve_loop(codes, n, shorter, base, slots[_SIEVE], places)
    highest = 0
    for index in range(found):
        start = alive[index]
        slot = find_gram(codes, start, n, base, slot_of[index], grams)
        count = counts[slot] + 1 if grams[slot] >= base else 1
        grams[slot] = start + base
        counts[slot] = count
        highest = max(highest, count)
        slot_of[index] = slot
    kept = 0
    for index in range(found):
        if counts[slot_of[index]] > 1:
            start = alive[index]
            length_at[start] = n
            alive[kept] = start
            kept += 1
    if kept < len(codes):
        alive[kept] = -1
    return highest


def repeat_loop(codes: Column, n: int, shorter: int, base: int, grams: Column, places: Column) -> int:
    """Return the characters inside n-grams that stand earlier too, none counted twice. `places`: as `gram_loop` left them."""
    alive, length_at = places[_ALIVE], places[_AT]
    found = free = 0  # free: the first place that no repeated gram has taken
    for index in range(len(codes)):
        start = alive[index]
        if start < 0 or start + n > len(codes):
            break
        if start < free or length_at[start + n - shorter] < shorter:
            continue
        slot = find_gram(codes, start, n, base, hash_of(codes, start, n) & (len(grams) - 1), grams)
        if grams[slot] >= base:
            found += n
            free = start + n
        else:
            grams[slot] = start + base
    return found


def text_loop(looks: Column, pairs: Column, slots: Column, places: Column, found: Column) -> float:
    """Fill `found`: the tally, the count of each kind, the shares. Return the sum of c log2 c of the letters' counts.

    `looks`: see `kinds.look_table`; `pairs`: see `watch`. `slots` and `found` begin as zeros. `slots`: four rows of a power of two,
    at least twice the characters; `places`: five rows as long as the text.
    """
    tally, kinds = found[_TALLY], places[_KINDS]
    size = split_loop(looks, kinds, places[_LETTERS])
    letters = places[_LETTERS][:size]
    tally[_N_LETTERS] = size
    line_loop(kinds, SHORT_LINE, tally)
    sentence_loop(kinds, found[_COUNTS], tally)
    sum_loop(found[_COUNTS], tally)
    pair_loop(looks, pairs, tally)
    told = char_loop(letters, slots, places)
    shorter, base = 1, 1
    for number in range(len(TOP_GRAMS)):
        n = TOP_GRAMS[number]
        count = gram_loop(letters, n, shorter, base, slots, places)
        tally[_TOP + number] = min(size, n * count) if count > 1 else 0
        shorter = n
        base += size
    for number in range(len(REPEATED_GRAMS)):
        repeated = repeat_loop(letters, REPEATED_GRAMS[number], shorter, base, slots[_GRAMS], places)
        if repeated == 0:  # no longer one is, then
            break
        tally[_REPEAT + number] = repeated
        base += size
    share_loop(tally, found[_SHARES])
    return told
