"""Repeats that only whole lines show: a title printed twice in a row, a paragraph that a later one holds within itself."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from pipeline.clean.repeat_chains import Chain
from pipeline.clean.repeat_units import Layout, Verdict, stretches
from pipeline.fold import fold_key
from pipeline.text import count_han, ends_sentence

_BODY_CHARS = 28  # of a line that ends a sentence: running text; clean study § E
_HELD_RATIO = 0.95  # of a paragraph that must stand in the later one
_HELD_GAP = 3  # characters side by side that may be wrong in it


def double_titles(lines: Sequence[str], title_chars: int, title_reach: int) -> dict[int, int]:
    """Return the lines that print the line before them again, each with that line.

    Only titles: short, mostly Han, nowhere else in the text, with running text soon below. Cells of a table and
    refrains are none of that.
    """
    pairs = [at for at in range(1, len(lines)) if lines[at] and _may_double(lines[at - 1], lines[at])]
    if not pairs:
        return {}
    keys = [fold_key(line) for line in lines]
    counts = Counter(keys)
    found: dict[int, int] = {}
    for at in pairs:
        is_title = count_han(lines[at]) >= title_chars and not ends_sentence(lines[at])
        below = lines[at + 1 : at + 1 + title_reach]
        if keys[at - 1] == keys[at] and counts[keys[at]] == 2 and is_title and any(map(_is_body, below)):
            found[at] = at - 1
    return found


def contained(layout: Layout, verdicts: list[Verdict], min_chars: int, min_ratio: float) -> dict[int, int]:
    """Return the units of paragraphs that a later, longer paragraph holds, each with its place there in the key.

    The later paragraph stays whole, and `verdicts` is told so: cutting the passage out of it would leave a dangling
    所以，.
    """
    found: dict[int, int] = {}
    own_chars = [_own_chars(layout, at) if verdict is Verdict.OWN else 0 for at, verdict in enumerate(verdicts)]
    lines = [list(units) for _, units in groupby(range(len(layout.units)), key=lambda at: layout.units[at].line)]
    for chain in layout.chains:
        if chain.exact_chars < min_chars:
            continue
        touched = layout.units_of(chain.first_start, chain.first_end)
        for number in sorted({layout.units[at].line for at in touched}):
            held = _held(layout, lines[number], chain, min_chars)
            if held is None:
                continue
            holders = {layout.units[at].line for at in layout.units_of(held.start, held.stop)}
            own = sum(own_chars[at] for at in lines[min(holders)])
            if len(holders) > 1 or number in holders or own < (min_ratio - 1) * len(held):
                continue
            if any(verdicts[at] > Verdict.OWN for at in lines[number]):
                continue  # it goes or stays as a copy itself
            found |= dict.fromkeys(lines[number], held.start)
            for at in layout.units_of(held.start, held.stop):
                verdicts[at] = Verdict.OWN
    return found


def _may_double(line: str, following: str) -> bool:
    """Return whether the keys are worth a look; most lines are too long, or end a sentence."""
    return len(following) < 2 * _BODY_CHARS and abs(len(line) - len(following)) <= 4 and not ends_sentence(following)


def _is_body(line: str) -> bool:
    return len(line) >= _BODY_CHARS and ends_sentence(line)


def _own_chars(layout: Layout, number: int) -> int:
    unit = layout.units[number]
    return int(np.count_nonzero(layout.source[unit.key_start : unit.key_end] < 0))


def _held(layout: Layout, line: Sequence[int], chain: Chain, min_chars: int) -> range | None:
    """Return the place in the copy that this line as a whole went to."""
    start, end = layout.units[line[0]].key_start, layout.units[line[-1]].key_end
    if end - start < min_chars:
        return None
    inside = [pair for pair in _pieces(chain, start, end) if pair[2] > 0]
    matched = np.zeros(end - start, np.bool_)
    for _, first, length in inside:
        matched[first - start : first - start + length] = True
    missing = stretches(np.flatnonzero(~matched))
    if np.count_nonzero(matched) < _HELD_RATIO * (end - start) or any(b - a > _HELD_GAP for a, b in missing):
        return None
    return range(inside[0][0], inside[-1][0] + inside[-1][2])


def _pieces(chain: Chain, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the parts of the blocks whose first side lies in [start, end)."""
    for copy, first, length in chain.blocks:
        skip = max(0, start - first)
        yield copy + skip, first + skip, min(first + length, end) - first - skip
