"""The book of changes: what a text was, what it is now, and who changed it.

A text and its edits are one thing seen from both ends:

    original ──replay(original, edits)──▶ text
    original ◀──undo(text, edits)──────── text

An `Edit` speaks of places in the *original*. A stage sees only the text as it stands and speaks of places in that: a
`Change`. `compose` turns changes into edits, so no stage needs to know what happened before it:

    text, edits ── compose(text, edits, changes) ──▶ new text, new edits

A change that covers an earlier edit takes it over: the later rule signs for the whole place.
All places are code points, start inclusive, end exclusive.
"""

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain, pairwise, repeat
from operator import add, attrgetter
from sys import maxsize
from typing import TypeVar

LAYOUT_RULE = "edits.layout"
LAYOUT_KIND = "layout"

# One run of white space; linear, whereas `\s*\n\s*` is quadratic on a megabyte of spaces without a line break.
_WHITE = re.compile(r"\s+")
_BREAKS = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """`original[start:end] == old` became `new`; an empty `new` is a removal."""

    start: int
    end: int
    old: str
    new: str
    rule: str  # the file or rule that signs: "clean.repeats", "disclaimer.platform_upload"
    kind: str  # what it was: disclaimer, repeat, spam, layout, width …
    reason: str = ""  # what only this place can tell: "copy of paragraph 3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A stage's wish: `text[start:end]` of the text as it stands shall be `new`. Never empty: `start < end`."""

    start: int
    end: int
    new: str
    rule: str
    kind: str
    reason: str = ""


_Kind = TypeVar("_Kind", Edit, Change)


def replay(original: str, edits: Iterable[Edit]) -> str:
    """Return the text that the edits make of the original. Raises ValueError when an edit does not fit it."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        if edit.start < at or original[edit.start : edit.end] != edit.old:
            message = f"edit at {edit.start} by {edit.rule} does not fit the text: expected {edit.old!r}"
            raise ValueError(message)
        parts += (original[at : edit.start], edit.new)
        at = edit.end
    parts.append(original[at:])
    return "".join(parts)


def undo(text: str, edits: Iterable[Edit]) -> str:
    """Return the original that the edits were made on. Raises ValueError when an edit does not fit the text."""
    parts: list[str] = []
    at = 0
    shift = 0
    for edit in edits:
        start = edit.start + shift
        end = start + len(edit.new)
        if start < at or text[start:end] != edit.new:
            message = f"edit at {edit.start} by {edit.rule} cannot be undone: expected {edit.new!r}"
            raise ValueError(message)
        parts += (text[at:start], edit.old)
        at = end
        shift += len(edit.new) - len(edit.old)
    parts.append(text[at:])
    return "".join(parts)


def changes_of(
    starts: Sequence[int], ends: Sequence[int], new: Iterable[str], *, rule: str, kind: str
) -> tuple[Change, ...]:
    """Return a change for each place, all signed alike; at a third of what as many calls of `Change` cost."""
    return tuple(_made(Change, len(starts), (starts, ends, new, repeat(rule), repeat(kind), repeat(""))))


def compose(text: str, edits: Sequence[Edit], changes: Iterable[Change]) -> tuple[str, tuple[Edit, ...]]:
    """Return the changed text and the edits that lead to it from the original; linear but for one sort.

    Changes may come in any order but must not overlap (ValueError). A change that changes nothing leaves no edit.
    """
    wanted = _checked(text, changes)
    if not wanted:
        return text, tuple(edits)
    starts, ends = _places(edits)
    if not _meet(starts, ends, wanted):
        return _apart(text, edits, ends, wanted)
    merged: list[Edit] = []
    parts: list[str] = []
    at = taken = 0
    for first, last, lo, hi in _groups(starts, ends, wanted):
        merged += edits[taken:first]  # no change meets these
        by = wanted[lo]
        start, end, old, new = by.start, by.end, text[by.start : by.end], by.new
        if first < last:
            group = wanted[lo:hi]
            start, end = min(start, starts[first]), max(group[-1].end, ends[last - 1])
            old = _spliced(text, start, end, zip(starts[first:last], ends[first:last], edits[first:last], strict=True))
            new = _spliced(text, start, end, ((change.start, change.end, change) for change in group))
            by = max(group, key=lambda change: change.end - change.start)  # the widest signs
        parts += (text[at:start], new)
        at, taken = end, last
        if old != new:
            shift = (
                edits[first - 1].end - ends[first - 1] if first else 0
            )  # a place in the original minus that in the text
            start += shift
            stop = start + len(old)
            merged.append(Edit(start=start, end=stop, old=old, new=new, rule=by.rule, kind=by.kind, reason=by.reason))
    parts.append(text[at:])
    return "".join(parts), (*merged, *edits[taken:])


def laid_out(text: str, edits: tuple[Edit, ...] = ()) -> tuple[tuple[str, ...], tuple[Edit, ...]]:
    """Return the lines of the text as `layout_changes` leaves them, and all edits; `edits` are those that made the text."""
    changes = layout_changes(text, edits)
    if changes:
        text, edits = compose(text, edits, changes)
    return tuple(text.split("\n")) if text else (), edits


def layout_changes(text: str, edits: Iterable[Edit] = ()) -> tuple[Change, ...]:
    r"""Return the changes that leave one `\n` between lines, no blank line, and no white space at the ends of a line.

    `edits` are those that made the text. White space on both sides of a removal goes by two changes, so that the removal
    keeps the signature of the rule that made it.
    """
    if _is_laid_out(text):
        return ()
    seams = [start for start, end in zip(*_places(edits), strict=True) if start == end]
    found: list[Change] = []
    for match in _WHITE.finditer(text):
        start, end = match.span()
        at_edge = start == 0 or end == len(text)
        if at_edge or not _BREAKS.isdisjoint(match.group()):
            inside = seams[bisect_right(seams, start) : bisect_left(seams, end)]
            found += _laid_out(text, [start, *dict.fromkeys(inside), end], "" if at_edge else "\n")
    return tuple(found)


def _is_laid_out(text: str) -> bool:
    """Return whether there is surely nothing to lay out; three passes in C, where the search visits each blank."""
    return "\n\n" not in text and text.strip() == text and "\n".join(map(str.strip, text.splitlines())) == text


def _laid_out(text: str, cuts: Sequence[int], wanted: str) -> Iterator[Change]:
    """Yield the changes that leave `wanted` of the white space between the first and the last cut."""
    for start, end in pairwise(cuts):
        new = wanted if end == cuts[-1] else ""
        if text[start:end] != new:
            yield Change(start=start, end=end, new=new, rule=LAYOUT_RULE, kind=LAYOUT_KIND)


def _checked(text: str, changes: Iterable[Change]) -> list[Change]:
    """Return the changes that change anything, in order."""
    ordered = sorted(changes, key=attrgetter("start"))
    at = 0
    for change in ordered:
        if not at <= change.start < change.end <= len(text):
            message = f"change [{change.start}, {change.end}) by {change.rule} is empty, overlaps or leaves the text"
            raise ValueError(message)
        at = change.end
    return [change for change in ordered if text[change.start : change.end] != change.new]


def _places(edits: Iterable[Edit]) -> tuple[list[int], list[int]]:
    """Return where what the edits made begins and ends in the text as it stands."""
    starts: list[int] = []
    ends: list[int] = []
    shift = 0
    for edit in edits:
        start = edit.start + shift
        end = start + len(edit.new)
        starts.append(start)
        ends.append(end)
        shift = end - edit.end
    return starts, ends


def _meet(starts: Sequence[int], ends: Sequence[int], wanted: Iterable[Change]) -> bool:
    """Return whether a change meets an edit."""
    behind = [*starts, maxsize]
    return bool(starts) and any(behind[bisect_right(ends, change.start)] < change.end for change in wanted)


def _apart(
    text: str, edits: Sequence[Edit], ends: Sequence[int], wanted: Sequence[Change]
) -> tuple[str, tuple[Edit, ...]]:
    """Return what `compose` does when no change meets an edit, which is nearly always: all changes at once."""
    starts, stops, new, rules, kinds, reasons = zip(*map(_FIELDS_OF_CHANGE, wanted), strict=True)
    before = [bisect_right(ends, start) for start in starts]
    moved = (
        [start + (edits[n - 1].end - ends[n - 1] if n else 0) for start, n in zip(starts, before, strict=True)]
        if edits
        else starts
    )
    old = list(map(text.__getitem__, map(slice, starts, stops)))
    moved_stops = map(add, moved, map(len, old))
    made = _made(Edit, len(wanted), (moved, moved_stops, old, new, rules, kinds, reasons))
    kept = map(text.__getitem__, map(slice, (0, *stops), (*starts, len(text))))
    merged = sorted([*edits, *made], key=attrgetter("start")) if edits else made  # two runs: the sort merges them
    return "".join(chain.from_iterable(zip(kept, (*new, ""), strict=True))), tuple(merged)


def _groups(
    starts: Sequence[int], ends: Sequence[int], wanted: Sequence[Change]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield (first, last, lo, hi): edits[first:last] and wanted[lo:hi] touch one place, they become one edit.

    A removal is an empty place: it is met only by what it lies strictly inside of.
    """
    last = hi = 0
    while hi < len(wanted):
        lo, hi, end = hi, hi + 1, wanted[hi].end
        first = last = bisect_right(ends, wanted[lo].start, last)
        while True:
            if last < len(starts) and starts[last] < end:
                end = max(end, ends[last])
                last += 1
            elif hi < len(wanted) and wanted[hi].start < end:
                end = max(end, wanted[hi].end)
                hi += 1
            else:
                break
        yield first, last, lo, hi


def _spliced(text: str, start: int, end: int, pieces: Iterable[tuple[int, int, Edit | Change]]) -> str:
    """Return text[start:end] with what an edit found, or what a change wants, in its place."""
    parts: list[str] = []
    at = start
    for first, last, by in pieces:
        parts += (text[at:first], by.old if isinstance(by, Edit) else by.new)
        at = last
    parts.append(text[at:end])
    return "".join(parts)


_FIELDS_OF_CHANGE = attrgetter(*(field.name for field in fields(Change)))


def _made(kind: type[_Kind], count: int, columns: Sequence[Iterable[object]]) -> list[_Kind]:
    """Return so many edits or changes, their fields from one column each.

    A page in the other script has thousands. The __init__ of a frozen dataclass takes four times as long as writing the
    slots does, for it looks up each of them by name.
    """
    made = list(map(object.__new__, repeat(kind, count)))
    for field, column in zip(fields(kind), columns, strict=True):
        deque(map(getattr(kind, field.name).__set__, made, column), maxlen=0)
    return made
