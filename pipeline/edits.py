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

import heapq
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

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


def compose(text: str, edits: Sequence[Edit], changes: Iterable[Change]) -> tuple[str, tuple[Edit, ...]]:
    """Return the changed text and the edits that lead to it from the original; linear but for one sort.

    Changes may come in any order but must not overlap (ValueError). A change that changes nothing leaves no edit.
    """
    wanted = _checked(text, changes)
    if not wanted:
        return text, tuple(edits)
    if not edits:
        return _first(text, wanted)
    merged: list[Edit] = []
    parts: list[str] = []
    at = 0
    shift = 0  # a place in the original minus the same place in the text, behind all that is written
    for group in _groups(_in_text(edits), wanted):
        old, new = group.old(text), group.new(text)
        parts += (text[at : group.start], new)
        if old != new:
            merged.append(group.signed(group.start + shift, old, new))
        at = group.end
        shift += len(old) - (group.end - group.start)
    parts.append(text[at:])
    return "".join(parts), tuple(merged)


def layout_changes(text: str, edits: Iterable[Edit] = ()) -> tuple[Change, ...]:
    r"""Return the changes that leave one `\n` between lines, no blank line, and no white space at the ends of a line.

    `edits` are those that made the text. White space on both sides of a removal goes by two changes, so that the removal
    keeps the signature of the rule that made it.
    """
    if _is_laid_out(text):
        return ()
    seams = [placed.start for placed in _in_text(edits) if placed.start == placed.end]
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


@dataclass(frozen=True, slots=True)
class _Placed:
    """An edit or a change with its place in the text as it stands (of an edit: the place of its `new`)."""

    start: int
    end: int
    what: Edit | Change


def _first(text: str, wanted: Sequence[_Placed]) -> tuple[str, tuple[Edit, ...]]:
    """Return what `compose` does, for a text without edits: there is nothing that a change could meet."""
    edits: list[Edit] = []
    parts: list[str] = []
    at = 0
    for placed in wanted:
        start, end, by = placed.start, placed.end, placed.what
        edits.append(
            Edit(start=start, end=end, old=text[start:end], new=by.new, rule=by.rule, kind=by.kind, reason=by.reason)
        )
        parts += (text[at:start], by.new)
        at = end
    parts.append(text[at:])
    return "".join(parts), tuple(edits)


class _Group:
    """Neighbours that touch one place: they become one edit."""

    def __init__(self, first: _Placed) -> None:
        self.start, self.end = first.start, first.end
        self.members = [first]

    def meets(self, other: _Placed) -> bool:
        return other.start < self.end

    def join(self, other: _Placed) -> None:
        self.end = max(self.end, other.end)
        self.members.append(other)

    def old(self, text: str) -> str:
        return self._spliced(text, Edit)

    def new(self, text: str) -> str:
        if not any(isinstance(m.what, Change) for m in self.members):
            return text[self.start : self.end]
        return self._spliced(text, Change)

    def signed(self, start: int, old: str, new: str) -> Edit:
        """Return the one edit. The widest change signs; without a change the edit stays as it was."""
        signers = [m for m in self.members if isinstance(m.what, Change)] or self.members
        by = max(signers, key=lambda m: m.end - m.start).what
        return Edit(start=start, end=start + len(old), old=old, new=new, rule=by.rule, kind=by.kind, reason=by.reason)

    def _spliced(self, text: str, side: type[Edit] | type[Change]) -> str:
        parts: list[str] = []
        at = self.start
        for member in self.members:
            if isinstance(member.what, side):
                piece = member.what.old if isinstance(member.what, Edit) else member.what.new
                parts += (text[at : member.start], piece)
                at = member.end
        parts.append(text[at : self.end])
        return "".join(parts)


def _in_text(edits: Iterable[Edit]) -> Iterator[_Placed]:
    shift = 0
    for edit in edits:
        start = edit.start + shift
        yield _Placed(start, start + len(edit.new), edit)
        shift += len(edit.new) - len(edit.old)


def _checked(text: str, changes: Iterable[Change]) -> list[_Placed]:
    wanted: list[_Placed] = []
    at = 0
    for change in sorted(changes, key=lambda c: c.start):
        if not at <= change.start < change.end <= len(text):
            message = f"change [{change.start}, {change.end}) by {change.rule} is empty, overlaps or leaves the text"
            raise ValueError(message)
        at = change.end
        if text[change.start : change.end] != change.new:
            wanted.append(_Placed(change.start, change.end, change))
    return wanted


def _groups(edits: Iterator[_Placed], changes: Sequence[_Placed]) -> Iterator[_Group]:
    """Yield the groups in order of place.

    A removal is an empty place: it sorts before what begins there and meets only what it lies strictly inside of.
    """
    group: _Group | None = None
    for member in heapq.merge(edits, changes, key=lambda m: (m.start, m.end)):
        if group is not None and group.meets(member):
            group.join(member)
            continue
        if group is not None:
            yield group
        group = _Group(member)
    if group is not None:
        yield group
