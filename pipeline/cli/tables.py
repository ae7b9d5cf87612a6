"""Tables as lines of text, no wider than the terminal, that break Chinese where a printer would.

Libraries break lines at spaces only: a Chinese sentence is one word to them, and a full stop comes to begin a line.
"""

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

_GAP = "  "
_NARROWEST = 6  # columns of the terminal that a column of words keeps
_FIGURES = re.compile(r"[\d\s.,:%+-]*")
_CLOSING = frozenset("，。、；：？！…）》〉」』】〕”’％,.;:?!)]}%»")  # never begin a line
_OPENING = frozenset("（《〈「『【〔“‘([{«")  # never end one
_POINTS = frozenset(".:")  # also of numbers and times, which stay whole
_JOINTS = frozenset("/._-?&=:")  # of addresses and names of rules, behind which they may be broken


def draw_table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return the lines of a table: head, rule, rows. Columns that are empty in all rows are left out.

    Columns of figures stay whole and stand right; the widest of the others give way until all fit.
    """
    shown = [n for n in range(len(head)) if not rows or any(row[n].strip() for row in rows)]
    columns = [[head[n], *(row[n] for row in rows)] for n in shown]
    is_figures = [all(_FIGURES.fullmatch(cell) for cell in column[1:]) for column in columns]
    widths = _widths(columns, is_figures, width)
    drawn = [line for cells in zip(*columns, strict=True) for line in _row(cells, widths, is_figures)]
    rule = "─" * min(width, sum(widths) + len(_GAP) * (len(widths) - 1))
    return [drawn[0], rule, *drawn[1:]] if drawn else []


def wrap_cells(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` columns of a terminal, a Han character taking two."""
    return [piece for line in text.split("\n") for piece in _wrapped(line, max(width, 2))]


def _wrapped(line: str, width: int) -> Iterator[str]:
    start, filled, at_break = 0, 0, 0
    for at, char in enumerate(line):
        if at > start and _may_break(line[at - 1], char):
            at_break = at
        filled += cell_len(char)
        while filled > width and not char.isspace():
            cut = at_break if at_break > start else max(at, start + 1)
            yield line[start:cut].rstrip()
            start, filled = cut, cell_len(line[cut : at + 1])
    yield line[start:].rstrip()


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or after in _CLOSING or before in _OPENING or (before in _POINTS and after.isdigit()):
        return False
    return before.isspace() or before in _JOINTS or cell_len(before) == 2 or cell_len(after) == 2


def _widths(columns: Sequence[Sequence[str]], is_figures: Sequence[bool], width: int) -> list[int]:
    natural = [min(width, max(cell_len(line) for cell in column for line in cell.split("\n"))) for column in columns]
    room = width - len(_GAP) * (len(columns) - 1)
    most = max(natural, default=0)
    while most > _NARROWEST and sum(_capped(natural, is_figures, most)) > room:
        most -= 1
    return _capped(natural, is_figures, most)


def _capped(natural: Sequence[int], is_figures: Sequence[bool], most: int) -> list[int]:
    return [n if fixed else min(n, most) for n, fixed in zip(natural, is_figures, strict=True)]


def _row(cells: Sequence[str], widths: Sequence[int], is_figures: Sequence[bool]) -> Iterator[str]:
    """Yield the lines of one row: as many as its tallest cell has."""
    wrapped = [wrap_cells(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for n in range(max(map(len, wrapped))):
        parts = (
            _padded(lines[n] if n < len(lines) else "", width, right=right)
            for lines, width, right in zip(wrapped, widths, is_figures, strict=True)
        )
        yield _GAP.join(parts).rstrip()


def _padded(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - cell_len(text))
    return blank + text if right else text + blank
