"""When a passage stands there several times: which copy is the cleanest, and what in it nobody else has.

    first    ……指出leyu…官方网站，其售后……    2 faults  ┐
    lap 1    ……指出，其售后……没由来，……       1 fault   ├─ the one that differs least from the others stays
    lap 2    ……指出，其售后……                0 faults  ┘

The copies vote only where they follow each other: a passage is never moved over text that stands between them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.clean.repeat_chains import Gap
from pipeline.clean.repeat_units import Layout, Mask, Verdict, judge
from pipeline.fold import fold
from pipeline.text import ends_sentence

_MAX_TOKEN = 60  # characters of an injected string; what is longer is text
_MIN_ECHO = 6  # characters of a string that goes wherever it stands, once the copies have shown it; 官网 is too short
_MAX_ECHOES = 32  # different strings looked for; an injector has one or two
_HEADING_LINES = 3  # between a summary and the text: title, byline, date …
_HEADING_CHARS = 90  # … and their characters
_MIN_LAP_RATIO = 0.9  # of the first copy that another must cover to take its place


@dataclass(frozen=True, slots=True)
class Lap:
    """Units [start, end) of one copy, of those that follow each other."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Injection:
    """A place of the text that only the kept copy has."""

    start: int
    end: int
    key_start: int
    key_end: int
    copies: int  # that there are of this place, the kept one included
    is_echo: bool  # shown by another place of the same string


def find_laps(layout: Layout, copied: range) -> list[Lap]:
    """Return the copies that the copied units fall into: a new one begins where the first copy begins again."""
    laps: list[Lap] = []
    start, last = copied.start, -1
    for number in copied:
        source = layout.source_of(number)
        if source is None:
            continue
        if source < last:
            laps.append(Lap(start, number))
            start = number
        last = source
    return [*laps, Lap(start, copied.stop)]


def cleanest(layout: Layout, copied: range) -> tuple[Lap, Lap] | None:
    """Return the first copy and the later one that shall stay in its place; None: the first is as good as any."""
    first = _first_copy(layout, copied)
    if first is None:
        return None
    chars = _key_range(layout, first)
    laps = [lap for lap in find_laps(layout, copied) if _covers(layout, lap, chars)]
    if not laps:
        return None
    alone = len(laps) == 1
    gaps = list(_gaps(layout, layout.units[copied.start].key_start, layout.units[copied.stop - 1].key_end))
    shared = Counter(_shape(layout, gap) for gap in gaps)
    faults = [_faults_of_first(layout, chars, gaps, alone=alone)]
    faults += [_faults_of_lap(layout, lap, shared, alone=alone) for lap in laps]
    best = faults.index(min(faults))
    return None if best == 0 else (first, laps[best - 1])


def summary(layout: Layout, copied: range) -> tuple[Lap, Lap] | None:
    """Return the first copy and the later one when the first is a box of its own above the heading, the later the text."""
    sources = [source for at in (copied.start, copied.stop - 1) if (source := layout.source_of(at)) is not None]
    if len(sources) < len({copied.start, copied.stop - 1}) or sources[-1] < sources[0]:
        return None
    first = layout.units_of(0, sources[-1] + 1)
    if sources[0] >= layout.units[0].key_end or not _is_heading(layout, range(first.stop, copied.start)):
        return None
    if not all(is_whole(layout, units) for units in (first, copied)):
        return None
    return (Lap(0, first.stop), Lap(copied.start, copied.stop)) if _stand_later(layout, first) else None


def find_injections(layout: Layout, gone: Mask) -> list[Injection]:
    """Return what looks injected and stands in one copy only, and its echoes, where the key is not `gone`."""
    shapes = Counter(_shape(layout, gap) for gap in _gaps(layout, 0, len(layout.key)))
    found: dict[int, Injection] = {}
    for gap in _gaps(layout, 0, len(layout.key)):
        if not gone[gap.copy - 1] and not gone[gap.first - 1]:
            continue  # nothing goes: these are two texts of one form
        copies = int(layout.witnesses[gap.first - 1]) + 1
        mirrored = Gap(gap.first, gap.first_end, gap.copy, gap.copy_end)
        for side in (gap, mirrored):
            if shapes[_shape(layout, gap)] > 1 and side is gap and copies > 2:
                continue  # another copy has the same string in the same place
            injection = _injection(layout, side, copies)
            if injection is not None:
                found.setdefault(injection.start, injection)
    places = [*found.values(), *_echoes(layout, found.values())]
    kept = (place for place in places if not gone[place.key_start : place.key_end].any())
    return _apart(sorted(kept, key=lambda injection: injection.start))


def _first_copy(layout: Layout, copied: range) -> Lap | None:
    """Return the units that the copied ones are copies of, when they end where the copies begin and are no copies."""
    start, end = layout.units[copied.start].key_start, layout.units[copied.stop - 1].key_end
    sources = layout.source[start:end]
    sources = sources[sources >= 0]
    if not sources.size or sources.max() - sources.min() > end - start:
        return None
    numbers = layout.units_of(int(sources.min()), int(sources.max()) + 1)
    if layout.units[numbers.stop - 1].key_end != start:
        return None
    return Lap(numbers.start, numbers.stop) if _stand_later(layout, numbers) else None


def _stand_later(layout: Layout, numbers: range) -> bool:
    """Return whether all of the units stand later in the text too."""
    units = [layout.units[number] for number in numbers]
    if not units or layout.is_repeated[units[0].key_start : units[-1].key_end].all():
        return True
    return all(judge(layout, unit, layout.is_repeated) is not Verdict.OWN for unit in units)


def _is_heading(layout: Layout, numbers: range) -> bool:
    """Return whether the units are a title, byline, date …: few short lines, none of them a sentence."""
    if not numbers or layout.units[numbers[-1]].line - layout.units[numbers[0]].line >= _HEADING_LINES:
        return False
    units = [layout.units[number] for number in numbers]
    has_sentence = any(ends_sentence(layout.text[unit.start : unit.end]) for unit in units)
    return not has_sentence and sum(unit.chars for unit in units) <= _HEADING_CHARS


def is_whole(layout: Layout, numbers: range) -> bool:
    """Return whether the units are whole lines."""
    units = layout.units
    starts = numbers.start == 0 or units[numbers.start - 1].line != units[numbers.start].line
    return starts and (numbers.stop == len(units) or units[numbers.stop].line != units[numbers.stop - 1].line)


def _covers(layout: Layout, lap: Lap, first: range) -> bool:
    lap_chars = _key_range(layout, lap)
    sources = layout.source[lap_chars.start : lap_chars.stop]
    covered = np.count_nonzero((sources >= first.start) & (sources < first.stop))
    return bool(covered >= _MIN_LAP_RATIO * len(first))


def _faults_of_first(layout: Layout, chars: range, gaps: Iterable[Gap], *, alone: bool) -> int:
    """Return the number of characters that no other copy has; with one other copy only injected ones are faults."""
    if not alone:
        return int(np.count_nonzero(layout.witnesses[chars.start : chars.stop] == 0))
    ours = (gap for gap in gaps if chars.start <= gap.first < gap.first_end <= chars.stop)
    return sum(g.first_end - g.first for g in ours if layout.is_token(g.first, g.first_end, is_sure=True))


def _faults_of_lap(layout: Layout, lap: Lap, shared: Counter[tuple[int, int, str]], *, alone: bool) -> int:
    """Return the number of characters that only this copy has or lacks."""
    chars = _key_range(layout, lap)
    faults = 0
    for gap in _gaps(layout, chars.start, chars.stop):
        added, lacking = gap.copy_end - gap.copy, gap.first_end - gap.first
        if alone:
            faults += added if _has_token(layout, gap.copy, gap.copy_end) else 0
            faults += lacking if not added and not _has_token(layout, gap.first, gap.first_end) else 0
        else:
            faults += added if shared[_shape(layout, gap)] == 1 else 0
            faults += int(np.count_nonzero(layout.witnesses[gap.first : gap.first_end]))
    return faults


def _injection(layout: Layout, gap: Gap, copies: int) -> Injection | None:
    """Return what the `copy` side of the gap has too much, if it looks injected and nobody else has it."""
    start, end = gap.copy, gap.copy_end
    if not 0 < end - start <= _MAX_TOKEN or end >= len(layout.key):
        return None
    if (layout.source[start:end] >= 0).any() or layout.witnesses[start:end].any():
        return None
    if not layout.is_token(start, end, is_sure=copies == 2):
        return None
    if gap.first < gap.first_end and not _has_token(layout, gap.first, gap.first_end):
        return None
    place = _in_text(layout, gap)
    if "\n" in layout.text[place[0] : place[1]]:
        return None
    return Injection(*place, start, end, copies, is_echo=False)


def _echoes(layout: Layout, injections: Iterable[Injection]) -> Iterator[Injection]:
    """Yield the other places of a string that the copies have shown to be injected: there more than one has it."""
    strings = {(layout.key[i.key_start : i.key_end], i.copies) for i in injections}
    long = sorted(string for string in strings if len(string[0]) >= _MIN_ECHO)
    for string, copies in long[:_MAX_ECHOES]:
        for match in re.finditer(re.escape(string), layout.key):
            start, end = match.span()
            text = layout.text[layout.places[start] : layout.places[end - 1] + 1]
            if "\n" not in text:
                place = int(layout.places[start])
                yield Injection(place, place + len(text), start, end, copies, is_echo=True)


def _has_token(layout: Layout, start: int, end: int) -> bool:
    return start < end and layout.is_token(start, end, is_sure=True)


def _in_text(layout: Layout, gap: Gap) -> tuple[int, int]:
    """Return the place to cut: the string, and of the marks around it those that the other copy does not have."""
    text, places = layout.text, layout.places
    start, end = int(places[gap.copy]), int(places[gap.copy_end - 1]) + 1
    left, right = int(places[gap.copy - 1]) + 1, int(places[gap.copy_end])
    if "\n" in text[left:start] or "\n" in text[end:right]:
        return start, end
    other = _marks(text[int(places[gap.first - 1]) + 1 : int(places[gap.first_end])]) if gap.first else ""
    before, after = _marks(text[left:start]), _marks(text[end:right])
    if before + after == other:
        return start, end
    if before == other:
        return start, right
    if after == other:
        return left, end
    return start, end


def _marks(text: str) -> str:
    return fold(text).replace(" ", "")


def _apart(injections: list[Injection]) -> list[Injection]:
    kept: list[Injection] = []
    for injection in injections:
        if not kept or kept[-1].end <= injection.start:
            kept.append(injection)
    return kept


def _gaps(layout: Layout, start: int, end: int) -> Iterator[Gap]:
    for chain in layout.chains_at(start, end):
        yield from chain.gaps_in(start, end)


def _shape(layout: Layout, gap: Gap) -> tuple[int, int, str]:
    """Return what two copies have in common that differ from the first in the same way."""
    return gap.first, gap.first_end, layout.key[gap.copy : gap.copy_end]


def _key_range(layout: Layout, lap: Lap) -> range:
    return range(layout.units[lap.start].key_start, layout.units[lap.end - 1].key_end)
