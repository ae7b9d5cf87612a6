"""Repeats that only whole lines show: one line many times in a row, a title twice, a paragraph within a later one."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, groupby
from operator import eq, sub

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.repeat_chains import Chain
from pipeline.clean.repeat_units import Layout, Verdict, stretches
from pipeline.fold import Codes, text_of
from pipeline.text import count_han, ends_sentence

_BODY_CHARS = 28  # of a line that ends a sentence: running text; measured on labelled lines
_HELD_RATIO = 0.95  # of a paragraph that must stand in the later one
_HELD_GAP = 3  # characters side by side that may be wrong in it


def equal_keys(lines: Sequence[str], codes: Codes, places: NDArray[np.int32]) -> list[str]:
    """Return the part of the text's key that each line has; nothing when no line can be equal to the next: most articles."""
    ends: list[int] = places.searchsorted(list(accumulate(len(line) + 1 for line in lines))).tolist()
    chars = list(map(sub, ends, [0, *ends]))
    if not any(map(eq, chars, chars[1:])):
        return []
    return [text_of(codes[end - count : end]) for end, count in zip(ends, chars, strict=True)]


def equal_rows(lines: Sequence[str], keys: Sequence[str], row_lines: int, min_han: int) -> dict[int, int]:
    """Return the lines of a row of equal ones, but for its first, each with that: a script gone wild, a shouted label."""
    found: dict[int, int] = {}
    start = 0
    for key, row in groupby(keys):
        end = start + sum(1 for _ in row)
        if end - start >= row_lines and len(key) >= min_han and count_han(lines[start]) >= min_han:
            found |= dict.fromkeys(range(start + 1, end), start)
        start = end
    return found


def double_titles(lines: Sequence[str], keys: Sequence[str], title_chars: int, title_reach: int) -> dict[int, int]:
    """Return the lines that print the line before them again, each with that line.

    Only titles: short, mostly Han, nowhere else in the text, with running text soon below. Cells of a table and
    refrains are none of that.
    """
    pairs = [at for at in range(1, len(keys)) if keys[at - 1] == keys[at] and _is_title(lines[at], title_chars)]
    counts = Counter(keys) if pairs else Counter[str]()
    found: dict[int, int] = {}
    for at in pairs:
        below = lines[at + 1 : at + 1 + title_reach]
        if counts[keys[at]] == 2 and any(map(_is_body, below)):
            found[at] = at - 1
    return found


def contained(layout: Layout, verdicts: list[Verdict], min_chars: int, min_ratio: float) -> dict[int, int]:
    """Return the units of paragraphs that a later, longer paragraph holds, each with its place there in the key.

    The later paragraph stays whole, and `verdicts` is told so: cutting the passage out of it would leave a dangling
    所以，.
    """
    found: dict[int, int] = {}
    own_chars = [layout.own_chars[at] if verdict is Verdict.OWN else 0 for at, verdict in enumerate(verdicts)]
    lines = [list(units) for _, units in groupby(range(len(layout.units)), key=lambda at: layout.units[at].line)]
    for chain in layout.chains:
        if chain.exact_chars < min_chars or not _has_own(layout, chain, own_chars):
            continue  # nothing around the copy: it is no part of a longer paragraph
        touched = layout.units_of(chain.first_start, chain.first_end)
        for number in sorted({layout.units[at].line for at in touched}):
            if any(verdicts[at] > Verdict.OWN for at in lines[number]):
                continue  # it goes or stays as a copy itself
            held = _held(layout, lines[number], chain, min_chars)
            if held is None:
                continue
            holders = {layout.units[at].line for at in layout.units_of(held.start, held.stop)}
            own = sum(own_chars[at] for at in lines[min(holders)])
            if len(holders) > 1 or number in holders or own < (min_ratio - 1) * len(held):
                continue
            found |= dict.fromkeys(lines[number], held.start)
            for at in layout.units_of(held.start, held.stop):
                verdicts[at] = Verdict.OWN
    return found


def _has_own(layout: Layout, chain: Chain, own_chars: Sequence[int]) -> bool:
    """Return whether the lines in which the copy stands have anything of their own."""
    copied = layout.units_of(chain.copy_start, chain.copy_end)
    first, last = layout.units[copied.start].line, layout.units[copied.stop - 1].line
    start, stop = copied.start, copied.stop
    while start and layout.units[start - 1].line == first:
        start -= 1
    while stop < len(layout.units) and layout.units[stop].line == last:
        stop += 1
    return any(own_chars[start:stop])


def _is_title(line: str, title_chars: int) -> bool:
    return len(line) < 2 * _BODY_CHARS and count_han(line) >= title_chars and not ends_sentence(line)


def _is_body(line: str) -> bool:
    return len(line) >= _BODY_CHARS and ends_sentence(line)


def _held(layout: Layout, line: Sequence[int], chain: Chain, min_chars: int) -> range | None:
    """Return the place in the copy that this line as a whole went to."""
    start, end = layout.units[line[0]].key_start, layout.units[line[-1]].key_end
    if end - start < min_chars:
        return None
    inside = list(chain.pieces(start, end))
    matched = np.zeros(end - start, np.bool_)
    for _, first, length in inside:
        matched[first - start : first - start + length] = True
    missing = stretches(np.flatnonzero(~matched))
    if np.count_nonzero(matched) < _HELD_RATIO * (end - start) or any(b - a > _HELD_GAP for a, b in missing):
        return None
    return range(inside[0][0], inside[-1][0] + inside[-1][2])
