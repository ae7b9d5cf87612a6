"""The loops over characters and hashes: plain Python on numpy arrays, compiled by numba for batches.

A loop is an ordinary function and runs as it stands (inside `np.errstate(over="ignore")`: wrapping around is what it
wants). `machine.compiled(loop)` is the same through numba, compiled at first use and kept in numba's cache: NUMBA_CACHE_DIR,
else beside the loop, else the user's cache folder; without any of them it is compiled once a process. A handful of
texts does not come here: `packed` and `signature` answer with numpy before numba would be imported.

All arithmetic is uint32 and wraps around. Products are cast back at once: numba widens uint32 × uint32 to uint64,
and then the compiler cannot put eight slots into one register.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.uint32]
Places: TypeAlias = NDArray[np.int64]

HASH_FACTOR = np.uint32(0x9E3779B1)  # odd, from the golden ratio: neighbours in the code table end far apart
EMPTY_SLOT = np.uint32(0xFFFFFFFF)  # datasketch's value for a set without members
MIX_1, MIX_2 = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)  # MurmurHash3's finaliser, as in datasketch's affine32

# What part a character can play in a fact, see `facts`.
DIGIT, NUMERAL, JOINER, UNIT, DATE_UNIT, PREFIX = 1, 2, 4, 8, 16, 32
SLOT_CHARS = 2  # letters on each side of a fact that make its slot; other facts count as one letter
NO_LETTER = np.uint32(1)  # stands for what is before the first and behind the last letter of a text
FACT = np.uint32(ord("0"))  # stands for another fact
MAX_WEIGHT = 15  # of a fact: its length, at most; the low four bits of its hash


def fold_loop(points: Codes, starts: Places, table: Codes, folded: Codes, folded_starts: Places) -> int:
    """Write the keys of all texts to `folded`, one behind the other; return how many characters that are."""
    at = 0
    for text in range(starts.size - 1):
        folded_starts[text] = at
        for place in range(starts[text], starts[text + 1]):
            code = table[points[place]]
            if code != 0:
                folded[at] = code
                at += 1
    folded_starts[starts.size - 1] = at
    return at


def shingle_loop(folded: Codes, starts: Places, ngram: int, hashes: Codes, hash_starts: Places) -> int:
    """Write the hash of every n-gram of every text; a text shorter than n is one shingle, an empty one none."""
    at = 0
    for text in range(starts.size - 1):
        hash_starts[text] = at
        first, end = starts[text], starts[text + 1]
        if first == end:
            continue
        length = min(ngram, end - first)
        for place in range(first, end - length + 1):
            value = np.uint32(0)
            for offset in range(length):
                value = np.uint32(np.uint32(value * HASH_FACTOR) + folded[place + offset])
            hashes[at] = value
            at += 1
    hash_starts[starts.size - 1] = at
    return at


def signature_loop(hashes: Codes, starts: Places, factors: Codes, offsets: Codes, signatures: Codes) -> int:
    """Write the least value of every permutation for every text; eight hashes a pass, so that slots are read once."""
    mixed = np.empty(8, np.uint32)
    for text in range(starts.size - 1):
        row = signatures[text]
        row[:] = EMPTY_SLOT
        first, end = starts[text], starts[text + 1]
        for place in range(first, end, 8):
            for lane in range(8):
                value = hashes[min(place + lane, end - 1)]
                value = np.uint32((value ^ (value >> np.uint32(16))) * MIX_1)
                value = np.uint32((value ^ (value >> np.uint32(13))) * MIX_2)
                mixed[lane] = value ^ (value >> np.uint32(16))
            h0, h1, h2, h3, h4, h5, h6, h7 = (
                mixed[0], mixed[1], mixed[2], mixed[3], mixed[4], mixed[5], mixed[6], mixed[7],
            )  # fmt: skip
            for slot in range(factors.size):
                a, b = factors[slot], offsets[slot]
                low = min(np.uint32(a * h0 + b), np.uint32(a * h1 + b), np.uint32(a * h2 + b), np.uint32(a * h3 + b))
                high = min(np.uint32(a * h4 + b), np.uint32(a * h5 + b), np.uint32(a * h6 + b), np.uint32(a * h7 + b))
                row[slot] = min(row[slot], low, high)
    return starts.size - 1


def overlap_loop(flat: Codes, starts: Places, left: Places, right: Places, weight_mask: int, shared: Places) -> int:
    """Write for every pair what its two sorted sets share: how many values, or the sum of `value & weight_mask`."""
    for pair in range(left.size):
        a, a_end = starts[left[pair]], starts[left[pair] + 1]
        b, b_end = starts[right[pair]], starts[right[pair] + 1]
        count = 0
        while a < a_end and b < b_end:
            if flat[a] == flat[b]:
                count += (flat[a] & weight_mask) if weight_mask else 1
                a += 1
                b += 1
            elif flat[a] < flat[b]:
                a += 1
            else:
                b += 1
        shared[pair] = count
    return left.size


def difference_loop(points: Codes, starts: Places, table: Codes, later: Places, earlier: Places, places: Places) -> int:
    """Write for every pair where in the later text the first letter that differs stands.

    Where the later one only ends sooner, that is its last letter (0: it has none); where no letter differs, -1.
    """
    for pair in range(later.size):
        first, end = starts[later[pair]], starts[later[pair] + 1]
        other, other_end = starts[earlier[pair]], starts[earlier[pair] + 1]
        place, last = first, first
        while True:
            while place < end and table[points[place]] == 0:
                place += 1
            while other < other_end and table[points[other]] == 0:
                other += 1
            if place == end or other == other_end or table[points[place]] != table[points[other]]:
                break
            last = place
            place += 1
            other += 1
        if place < end:
            places[pair] = place - first
        else:
            places[pair] = -1 if other == other_end else last - first
    return later.size


def search_loop(keys: Codes, queries: Codes, enough: int, starts: Places, counts: Places) -> int:
    """Write where each query begins among the keys, and how often it stands there, up to `enough`; both are sorted.

    Steps that double from where the last query was found: twenty thousand queries in a million keys are near each other.
    """
    at = 0
    for query in range(queries.size):
        wanted = queries[query]
        low, step = at, 1
        while at + step <= keys.size and keys[at + step - 1] < wanted:
            low = at + step
            step *= 2
        high = min(at + step - 1, keys.size)
        while low < high:
            middle = (low + high) >> 1
            if keys[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        at = end = low
        while end < keys.size and end - at < enough and keys[end] == wanted:
            end += 1
        starts[query] = at
        counts[query] = end - at
    return queries.size


def agreement_loop(signatures: Codes, left: Places, right: Places, equal: Places) -> int:
    """Write for every pair how many slots of its two signatures are equal: num_perm times the estimated Jaccard."""
    for pair in range(left.size):
        a, b = signatures[left[pair]], signatures[right[pair]]
        count = 0
        for slot in range(a.size):
            count += a[slot] == b[slot]
        equal[pair] = count
    return left.size


def fact_span_loop(points: Codes, starts: Places, kinds: NDArray[np.uint8], spans: Places, bounds: Places) -> int:
    """Write where the facts of all texts begin and end, and how many come before each text; return how many there are."""
    at = 0
    for text in range(starts.size - 1):
        bounds[text] = at
        place, end = starts[text], starts[text + 1]
        while place < end:
            if kinds[points[place]] & (DIGIT | NUMERAL) == 0:
                place += 1
                continue
            start = place
            speaks, last, following = 0, place, 0
            if start > starts[text] and kinds[points[start - 1]] & PREFIX:
                start -= 1
                speaks = 1
            while place < end and kinds[points[place]] & (DIGIT | NUMERAL):
                last = place
                following = kinds[points[place + 1]] if place + 1 < end else 0
                speaks += 2 if kinds[points[place]] & DIGIT else 1
                speaks += 1 if following & DATE_UNIT else 0
                place += 2 if following & (JOINER | UNIT) else 1
            place = last + 1
            if speaks >= 2:
                spans[at, 0] = start
                spans[at, 1] = last + (2 if following & UNIT else 1)
                at += 1
    bounds[starts.size - 1] = at
    return at


def fact_loop(points: Codes, starts: Places, match: Codes, key: Codes, spans: Places, hashes: Codes) -> int:
    """Write the hash of every fact, and of the letters around it; return how many facts there are."""
    letters = np.empty(points.size, np.uint32)
    places = np.empty(spans.shape[0], np.int64)  # of the facts, among the letters
    first = 0
    for text in range(starts.size - 1):
        place, end, count, fact = starts[text], starts[text + 1], 0, first
        while place < end:
            is_fact = fact < spans.shape[0] and spans[fact, 0] < end
            stop = spans[fact, 0] if is_fact else end
            for at in range(place, stop):
                code = key[points[at]]
                if code != 0:
                    letters[count] = code
                    count += 1
            place = stop
            if is_fact:
                value = np.uint32(0)
                place = spans[fact, 1]
                for at in range(stop, place):
                    term = np.uint32(match[points[at]] * HASH_FACTOR) ^ np.uint32(np.uint32(at - stop) * MIX_2)
                    term = np.uint32(term * MIX_1)
                    value = np.uint32(value + (term ^ (term >> np.uint32(15))))
                hashes[fact, 0] = np.uint32(value << np.uint32(4)) | np.uint32(min(place - stop, MAX_WEIGHT))
                places[fact] = count
                letters[count] = FACT
                count += 1
                fact += 1
        for other in range(first, fact):
            slot = np.uint32(0)
            for offset in range(-SLOT_CHARS, SLOT_CHARS + 1):
                if offset != 0:
                    at = places[other] + offset
                    letter = letters[at] if 0 <= at < count else NO_LETTER
                    slot = np.uint32((slot ^ np.uint32(letter * HASH_FACTOR)) * MIX_1)
                    slot = np.uint32(slot + np.uint32(offset + SLOT_CHARS))
                    slot ^= slot >> np.uint32(15)
            hashes[other, 1] = slot
        first = fact
    return first


def slot_loop(  # noqa: C901 - compiled as one; a helper would have to be compiled before it
    slots: NDArray[np.uint64], starts: Places, left: Places, right: Places, same: Places, different: Places
) -> int:
    """Write for every pair the weight of the slots that both fill with the same fact, and with different ones.

    Rows are sorted `slot << 32 | fact`; the low four bits of a fact are its weight. A slot that a text fills several
    times agrees when one of its facts does.
    """
    for pair in range(left.size):
        a, a_end = starts[left[pair]], starts[left[pair] + 1]
        b, b_end = starts[right[pair]], starts[right[pair] + 1]
        agreeing = conflicting = 0
        while a < a_end and b < b_end:
            slot, other = slots[a] >> np.uint64(32), slots[b] >> np.uint64(32)
            if slot < other:
                a += 1
            elif other < slot:
                b += 1
            else:
                common = heaviest_a = heaviest_b = 0
                a_stop, b_stop = a, b
                while a_stop < a_end and slots[a_stop] >> np.uint64(32) == slot:
                    heaviest_a = max(heaviest_a, int(slots[a_stop] & np.uint64(15)))
                    a_stop += 1
                while b_stop < b_end and slots[b_stop] >> np.uint64(32) == slot:
                    heaviest_b = max(heaviest_b, int(slots[b_stop] & np.uint64(15)))
                    b_stop += 1
                while a < a_stop and b < b_stop:
                    if slots[a] == slots[b]:
                        common = max(common, int(slots[a] & np.uint64(15)))
                        a += 1
                        b += 1
                    elif slots[a] < slots[b]:
                        a += 1
                    else:
                        b += 1
                a, b = a_stop, b_stop
                agreeing += common
                if common == 0:
                    conflicting += min(heaviest_a, heaviest_b)
        same[pair] = agreeing
        different[pair] = conflicting
    return left.size
