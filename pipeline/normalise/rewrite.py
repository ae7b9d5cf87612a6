"""Changes on a plain text: the same finders serve an article (which books them) and a bare string (which does not)."""

from collections.abc import Iterable

import numpy as np

from pipeline.edits import Change, changes_of
from pipeline.fold import Codes, codes_of


def applied(text: str, changes: Iterable[Change]) -> str:
    """Return the text with the changes made; they must not overlap."""
    parts: list[str] = []
    at = 0
    for change in sorted(changes, key=lambda c: c.start):
        parts += (text[at : change.start], change.new)
        at = change.end
    parts.append(text[at:])
    return "".join(parts)


def differences(old: str, new: str, rule: str, kind: str, offset: int = 0) -> tuple[Change, ...]:
    """Return one change for each run of characters that differ. Of texts of unequal length: one change for the middle."""
    if len(old) != len(new):
        return (_middle(old, new, rule, kind, offset),)
    differs = np.zeros(len(old) + 2, np.bool_)
    np.not_equal(codes_of(old), codes_of(new), out=differs[1:-1])
    edges = np.flatnonzero(differs[1:] != differs[:-1])
    pieces = map(new.__getitem__, map(slice, edges[::2].tolist(), edges[1::2].tolist()))
    edges += offset
    return changes_of(edges[::2].tolist(), edges[1::2].tolist(), pieces, rule=rule, kind=kind)


def differing_places(old: str, new: str) -> list[int]:
    """Return the places where two texts of the same length differ."""
    differs = codes_of(old) != codes_of(new)
    places: list[int] = np.flatnonzero(differs).tolist()
    return places


def _middle(old: str, new: str, rule: str, kind: str, offset: int) -> Change:
    limit = min(len(old), len(new))
    head = _first_difference(codes_of(old)[:limit], codes_of(new)[:limit])
    limit -= head
    tail = _first_difference(codes_of(old)[::-1][:limit], codes_of(new)[::-1][:limit])
    start, end = head, len(old) - tail
    if start == end:  # a pure insertion: a change has to stand on something
        start, end = (start - 1, end) if start else (start, end + 1)
    return Change(
        start=offset + start, end=offset + end, new=new[start : len(new) - (len(old) - end)], rule=rule, kind=kind
    )


def _first_difference(one: Codes, other: Codes) -> int:
    """Return the first place where two texts of the same length differ; their length when they do not."""
    differs = one != other
    return int(differs.argmax()) if differs.any() else len(one)
