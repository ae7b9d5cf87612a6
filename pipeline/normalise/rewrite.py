"""Changes on a plain text: the same finders serve an article (which books them) and a bare string (which does not)."""

from collections.abc import Iterable, Iterator

import numpy as np

from pipeline.edits import Change
from pipeline.fold import codes_of


def applied(text: str, changes: Iterable[Change]) -> str:
    """Return the text with the changes made; they must not overlap."""
    parts: list[str] = []
    at = 0
    for change in sorted(changes, key=lambda c: c.start):
        parts += (text[at : change.start], change.new)
        at = change.end
    parts.append(text[at:])
    return "".join(parts)


def differences(old: str, new: str, rule: str, kind: str, offset: int = 0) -> Iterator[Change]:
    """Yield one change for each run of characters that differ. Of texts of unequal length: one change for the middle."""
    if len(old) != len(new):
        yield from _middle(old, new, rule, kind, offset)
        return
    differs = codes_of(old) != codes_of(new)
    edges = np.flatnonzero(np.diff(differs, prepend=False, append=False)).tolist()
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield Change(start=offset + start, end=offset + end, new=new[start:end], rule=rule, kind=kind)


def differing_places(old: str, new: str) -> list[int]:
    """Return the places where two texts of the same length differ."""
    differs = codes_of(old) != codes_of(new)
    places: list[int] = np.flatnonzero(differs).tolist()
    return places


def _middle(old: str, new: str, rule: str, kind: str, offset: int) -> Iterator[Change]:
    limit = min(len(old), len(new))
    head = next((i for i in range(limit) if old[i] != new[i]), limit)
    tail = next((i for i in range(limit - head) if old[-1 - i] != new[-1 - i]), limit - head)
    start, end = head, len(old) - tail
    if start == end:  # a pure insertion: a change has to stand on something
        start, end = (start - 1, end) if start else (start, end + 1)
    yield Change(
        start=offset + start, end=offset + end, new=new[start : len(new) - (len(old) - end)], rule=rule, kind=kind
    )
