"""Pictures as inline SVG.

Names and numbers stand beside them as HTML: they keep their size on a phone and can be read aloud, searched and copied;
the SVG is only the ink.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, chain

from pipeline.report.markup import clipped, esc, seamed

MOST_BARS = 12
_NAME_CHARS = 60
_LEAST_COLUMNS = 12  # fewer are drawn as thin as if there were so many
_MOST_DAYS, _MOST_MONTHS, _MOST_YEARS = 62, 60, 60  # columns; more are joined

Bar = tuple[str, float, str]  # name, value, class of the bar
Told = Callable[[float], str]  # a value as a person reads it
Spark = tuple[str, int, Mapping[str, int]]  # name, value, and what of it fell on which day


def bars(rows: Iterable[Bar], told: Told = "{:,}".format) -> str:
    """Return a table of the largest values with a bar each; "" when there is nothing to draw."""
    ranked = sorted((row for row in rows if row[1] > 0), key=lambda row: (-row[1], row[0]))
    if not ranked:
        return ""
    most = ranked[0][1]
    drawn = "".join(_bar(row, most, told) for row in ranked[:MOST_BARS])
    return f'<table class="bars">{drawn}{_others(ranked[MOST_BARS:], told)}</table>'


def columns(counts: Sequence[tuple[str, int]]) -> str:
    """Return columns side by side, in the order given, with the first and last name below; "" for nothing."""
    if not any(value for _, value in counts):
        return ""
    most = max(value for _, value in counts)
    return f'<div class="columns"><span class="most">{most:,}</span>{_columns(counts, most)}{_ends(counts)}</div>'


def sparks(rows: Iterable[Spark]) -> str:
    """Return a table of the largest values, each with its own small columns over one span of time and on one scale."""
    ranked = sorted((row for row in rows if row[1] > 0), key=lambda row: (-row[1], row[0]))
    if not ranked:
        return ""
    span = by_time(dict(chain.from_iterable(days.items() for _, _, days in ranked)))
    series = [by_time(days, span) for _, _, days in ranked[:MOST_BARS]]
    most = max((count for one in series for _, count in one), default=1)
    drawn = "".join(_spark(*row[:2], one, most) for row, one in zip(ranked, series, strict=False))
    ends = _ends(span) if span else ""
    rest = [(name, value, "") for name, value, _ in ranked[MOST_BARS:]]
    return f'<table class="bars sparks">{drawn}{_others(rest, "{:,}".format)}</table>{ends}'


def stack(parts: Sequence[tuple[int, str]]) -> str:
    """Return one bar of parts with their classes; the numbers stand in the text beside it."""
    total = sum(value for value, _ in parts)
    if not total:
        return ""
    starts = accumulate((value for value, _ in parts), initial=0)
    ink = "".join(
        f'<rect class="{name}" x="{100 * start / total:.2f}" width="{100 * value / total:.2f}" height="10"/>'
        for start, (value, name) in zip(starts, parts, strict=False)
        if value
    )
    return f'<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{ink}</svg>'


def meter(value: float) -> str:
    """Return a small bar for a share between 0 and 1."""
    share = min(1.0, max(0.0, value))
    return (
        '<svg class="meter" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" width="100" height="10"/><rect width="{100 * share:.0f}" height="10"/></svg>'
    )


def by_time(days: Mapping[str, int], span: Sequence[tuple[str, int]] = ()) -> list[tuple[str, int]]:
    """Return counts by day without gaps; by month or year when the days would be too many to see.

    `span`: what this returned for more days than these, to count by the same names.
    """
    if span:
        return _counted(days, [name for name, _ in span])
    if not days:
        return []
    first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    n_days = (last - first).days + 1
    if n_days <= _MOST_DAYS:
        names = [f"{first + timedelta(days=n)}" for n in range(n_days)]
    elif (last.year - first.year) * 12 + last.month - first.month < _MOST_MONTHS:
        names = _months(first, last)
    else:
        return _years(days)
    return _counted(days, names)


def by_range(counts: Mapping[int, int], *, width: int, most: int) -> list[tuple[str, int]]:
    """Return counts of whole numbers by ranges of this width; the last range has all above `most`."""
    if not counts:
        return []
    n_ranges = min(max(counts), most) // width + 1
    sums = [0] * n_ranges
    for value, count in counts.items():
        sums[min(max(value, 0) // width, n_ranges - 1)] += count
    names = [f"{n * width}–{(n + 1) * width}" if width > 1 else str(n) for n in range(n_ranges)]
    if max(counts) > most:
        names[-1] = f"≥ {(n_ranges - 1) * width}"
    return list(zip(names, sums, strict=True))


def _counted(days: Mapping[str, int], names: Sequence[str]) -> list[tuple[str, int]]:
    """Return the counts by these names, which are days, months or years; what is before the first is counted there."""
    chars = len(names[-1])
    counts = dict.fromkeys(names, 0)
    for day, count in days.items():
        name = day[:chars]
        counts[name if name in counts else names[0]] += count
    return list(counts.items())


def _years(days: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return counts by year, only of years that have any; a page with a wrong date must not stretch the picture."""
    counts: Counter[str] = Counter()
    for day, count in days.items():
        counts[day[:4]] += count
    years = sorted(counts.items())
    early = years[:-_MOST_YEARS]
    return [(f"≤ {early[-1][0]}", sum(n for _, n in early)), *years[-_MOST_YEARS:]] if early else years


def _months(first: date, last: date) -> list[str]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in months]


def _columns(counts: Sequence[tuple[str, int]], most: int) -> str:
    """Return the ink of columns, with what they show for those who do not see it."""
    width = len(counts)
    thick = 0.8 * min(1, width / _LEAST_COLUMNS)
    ink = "".join(
        f'<rect x="{n + (1 - thick) / 2:.2f}" y="{100 - _share(value, most):.1f}" width="{thick:.2f}" height="{_share(value, most):.1f}">'
        f"<title>{esc(name)}：{value:,}</title></rect>"
        for n, (name, value) in enumerate(counts)
        if value
    )
    told = "；".join(f"{esc(name)} {value:,}" for name, value in counts if value)
    return f'<svg viewBox="0 0 {width} 100" preserveAspectRatio="none" role="img" aria-label="{told}">{ink}</svg>'


def _ends(counts: Sequence[tuple[str, int]]) -> str:
    """Return the names of the first and the last column."""
    last = f"<span>{esc(counts[-1][0])}</span>" if len(counts) > 1 else ""
    return f'<div class="ends"><span>{esc(counts[0][0])}</span>{last}</div>'


def _spark(name: str, value: int, counts: Sequence[tuple[str, int]], most: int) -> str:
    ink = _columns(counts, most) if any(count for _, count in counts) else ""
    return f'<tr><th scope="row">{seamed(clipped(name, _NAME_CHARS))}</th><td class="ink">{ink}</td><td>{value:,}</td></tr>'


def _bar(row: Bar, most: float, told: Told) -> str:
    name, value, family = row
    return (
        f'<tr><th scope="row">{seamed(clipped(name, _NAME_CHARS))}</th><td class="ink"><svg viewBox="0 0 100 10" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect class="{family}" width="{_share(value, most):.1f}" height="10"/></svg></td>'
        f"<td>{told(value)}</td></tr>"
    )


def _others(rows: Sequence[Bar], told: Told) -> str:
    if not rows:
        return ""
    total = sum(value for _, value, _ in rows)
    return f'<tr><th scope="row">另外 {len(rows):,} 种</th><td></td><td>{told(total)}</td></tr>'


def _share(value: float, most: float) -> float:
    """Return the length of a bar in percent; what is not zero can be seen."""
    return max(1.0, 100 * value / most)
