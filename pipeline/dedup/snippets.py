"""Where a text first differs from another one, as a few characters of it that a reader can judge by."""

from typing import Final

import numpy as np

from pipeline.dedup.kernels import Codes, Places, difference_loop
from pipeline.dedup.packed import COMPILE_PAIRS, Packed, is_worth_compiling
from pipeline.fold import key_table, text_of
from pipeline.machine import compiled

SNIPPET_CHARS: Final = 80  # how much of a text is shown
SNIPPET_BEFORE: Final = 20  # how much of that stands before the difference, and is the same


def snippets(points: Packed, later: Places, earlier: Places) -> list[str]:
    """Return for each pair of rows what the later one has around the first letter that differs; "" where none does.

    Letters are what is left of the code points as folded: marks, spaces, width and script are no difference.
    """
    places = _differences(points, later, earlier)
    starts, ends = points.starts[later], points.starts[later + 1]
    firsts = np.maximum(starts + places - SNIPPET_BEFORE, starts)
    lasts = np.minimum(firsts + SNIPPET_CHARS, ends)
    return [
        _shown(points.flat[first:last]) if place >= 0 else ""
        for place, first, last in zip(places.tolist(), firsts.tolist(), lasts.tolist(), strict=True)
    ]


def _shown(points: Codes) -> str:
    return " ".join(text_of(points).split())


def _differences(points: Packed, later: Places, earlier: Places) -> Places:
    """Return the place in the later one of the first letter that differs; of the last one where it only ends sooner; or -1."""
    if is_worth_compiling(later.size, COMPILE_PAIRS):
        places = np.empty(later.size, np.int64)
        compiled(difference_loop)(points.flat, points.starts, key_table(), later, earlier, places)
        return places
    pairs = zip(later.tolist(), earlier.tolist(), strict=True)
    found = (first_difference(points.row(mine), points.row(other)) for mine, other in pairs)
    return np.fromiter(found, np.int64, later.size)


def first_difference(mine: Codes, other: Codes) -> int:
    """Return the same as `difference_loop` of one pair, from numpy alone."""
    letters, others = key_table()[mine], key_table()[other]
    places, theirs = np.flatnonzero(letters), others[others != 0]
    shared = min(places.size, theirs.size)
    differing = letters[places[:shared]] != theirs[:shared]
    if differing.any():
        return int(places[differing.argmax()])
    if places.size == theirs.size:
        return -1
    return int(places[min(shared, places.size - 1)]) if places.size else 0
