"""A histogram as inline SVG: how many lie where, which of them go, and where the cuts are.

      ▂ ▅ █ ▆ ▃ ▁          green stays, red goes; a dashed line with its number for each cut
    ┊20

Places are percentages of an SVG without a view box: columns stretch with the page, letters and lines do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.report.markup import esc

_TOP = 28.0  # percent of the height that is left for the numbers of the cuts
_ROWS = 3  # that these numbers stand in, so that near ones do not lie on each other
_GAP = 0.15  # of a column
_LEAST = 1.5  # percent: what is not zero can be seen
_RIGHT = 70.0  # percent: from here on a number stands left of its line


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A range of values and what lies in it."""

    name: str
    stays: int
    goes: int
    least: float  # where the range begins


def histogram(columns: Sequence[Column], cuts: Sequence[float]) -> str:
    """Return the picture; a cut lies where a column begins, or behind the last. "" when there is nothing to draw."""
    most = max((column.stays + column.goes for column in columns), default=0)
    if not most:
        return ""
    width = 100 / len(columns)
    ink = "".join(_column(n * width, width, column, most) for n, column in enumerate(columns))
    begins = [column.least for column in columns]
    lines = "".join(_cut(width * _place(cut, begins), cut, n % _ROWS) for n, cut in enumerate(sorted(set(cuts))))
    told = "；".join(
        f"{column.name} {column.stays + column.goes:,}" for column in columns if column.stays + column.goes
    )
    return (
        f'<svg class="histogram" role="img" aria-label="{esc(told)}">{ink}{lines}</svg>'
        f'<div class="ends"><span>{esc(columns[0].name)}</span><span>{esc(columns[-1].name)}</span></div>'
    )


def told_value(value: float) -> str:
    """Return a number as short as it can be: 0.025, 200, 1,500."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3g}"


def _column(left: float, width: float, column: Column, most: int) -> str:
    room = 100 - _TOP
    goes, stays = (max(_LEAST, room * n / most) if n else 0.0 for n in (column.goes, column.stays))
    said = f"{column.name}：{column.stays + column.goes:,} 篇" + (f"，不收 {column.goes:,}" if column.goes else "")
    parts = ((100 - stays, stays, "kept"), (100 - stays - goes, goes, "rejected"))
    ink = "".join(
        f'<rect class="{name}" x="{left + width * _GAP / 2:.2f}%" y="{top:.1f}%" width="{width * (1 - _GAP):.2f}%" height="{height:.1f}%"/>'
        for top, height, name in parts
        if height
    )
    return ink and f"<g><title>{esc(said)}</title>{ink}</g>"


def _place(cut: float, begins: Sequence[float]) -> int:
    """Return how many columns lie before a cut."""
    return sum(begin < cut for begin in begins)


def _cut(left: float, value: float, row: int) -> str:
    side = "end" if left > _RIGHT else "start"
    y = _TOP / _ROWS * (row + 0.8)
    return (
        f'<line x1="{left:.2f}%" x2="{left:.2f}%" y1="{_TOP / _ROWS * row:.1f}%" y2="100%"/>'
        f'<text x="{left:.2f}%" y="{y:.1f}%" dx="{"-.3em" if side == "end" else ".3em"}" text-anchor="{side}">{told_value(value)}</text>'
    )
