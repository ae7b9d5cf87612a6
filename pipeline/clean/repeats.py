"""The same passage twice in one article goes once; where copies differ, they vote.

    text ─ key_codes ▶ key ─ find_matches ▶ find_chains ▶ which sentences are copies ▶ passages ▶ changes
                               repeat_kernels  repeat_chains  repeat_units       repeat_vote

A sentence is a copy when nearly all its characters stand earlier in the same order, and what is left over is a wrong
character or looks like an injected string. Copied sentences in a row make a passage. A long passage goes silently, a
short one only under the rules of `RepeatParams`; else it stays and is flagged. What only the kept copy has goes as
spam when it looks injected: the other copies are the witnesses that it does not belong.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

import numpy as np

from pipeline.clean.repeat_kernels import Loops, loops_for
from pipeline.clean.repeat_lines import contained, double_titles, equal_keys, equal_rows
from pipeline.clean.repeat_units import Layout, Verdict, judge_all, lay_out
from pipeline.clean.repeat_vote import cleanest, find_injections, is_whole, summary
from pipeline.edits import Change
from pipeline.fold import key_codes
from pipeline.model import Article, Flag
from pipeline.text import ends_sentence

RULE = __name__.removeprefix("pipeline.")
VOTE_RULE = f"{RULE}.copy_vote"
KIND = "repeat"
_ROUNDS = 4  # what is left of a text may repeat itself again; real texts need two, the second to see that all is well


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatParams:
    """How long and how alike a passage must be to go. Characters are those of the key: letters and digits, no marks."""

    silent_chars: int = 100  # a passage of this length goes; 12,000 untouched news texts, benchmarks/repeats.py
    silent_ratio: float = 0.2  # … or of this share of the text that is no copy; same
    min_passage_chars: int = 30  # below it even that share is a refrain or a form of words; same
    sentence_chars: int = 40  # equal sentences go from here where nothing else can be meant, see `_is_beyond_doubt`
    guarded_chars: int = 150  # beside other numbers a passage must be this long for each of them (bulletins, orders)
    verse_line_chars: int = 15  # lines this short that end no sentence are verse, a list or a table …
    verse_ratio: float = 0.4  # … and go only as a copy of this share of the text
    flag_chars: int = 20  # a whole sentence of this length that is repeated and stays is flagged
    similar_sentences: int = 3  # in a row: then a copy may have wrong characters
    row_lines: int = 5  # equal lines in a row, of as many Han characters as a title: in verse they are two or three
    title_chars: int = 6  # Han characters of a title printed twice in a row …
    title_reach: int = 3  # … with a sentence in one of this many lines below it
    contained_ratio: float = 1.2  # a paragraph goes when a later one that is this much longer contains it


@dataclass(frozen=True, slots=True)
class _Passage:
    """Copied units in a row."""

    units: range
    chars: int
    is_equal: bool  # but for marks, script and injected strings


def strip_repeats(article: Article, params: RepeatParams, *, loops: Loops | None = None) -> Article:
    """Return the article with each passage once, the cleanest of its copies.

    `loops` decide the speed only; None: whichever form pays by now in this process.
    """
    loops = loops or loops_for(sum(map(len, article.paragraphs)))
    for _ in range(_ROUNDS):
        found = _once(article, params, loops)
        if found.edits == article.edits:
            return found
        article = found
    return article


def _once(article: Article, params: RepeatParams, loops: Loops) -> Article:
    lines, text = article.paragraphs, article.text
    codes, places = key_codes(text)
    keys = equal_keys(lines, codes, places)
    if rows := equal_rows(lines, keys, params.row_lines, params.title_chars):
        return article.changed(_line_changes(lines, rows))
    titles = double_titles(lines, keys, params.title_chars, params.title_reach)
    layout = lay_out(text, codes, places, loops)
    if layout is None:
        return article.changed(_line_changes(lines, titles)) if titles else article
    verdicts = _verdicts(layout)
    removed = contained(layout, verdicts, _contained_chars(layout, params), params.contained_ratio)
    passages = list(_passages(layout, verdicts))
    own_chars = max(1, len(layout.key) - sum(passage.chars for passage in passages))
    flags: list[Flag] = []
    for passage in passages:
        if _goes(layout, passage, own_chars, params):
            removed |= _settled(layout, passage.units)
        elif passage.is_equal and passage.chars >= params.flag_chars:
            flags.append(_kept_flag(layout, passage))
    touched = {layout.units[number].line for number in removed}
    changes = [*_unit_changes(layout, removed), *_vote_changes(layout, removed)]
    changes += _line_changes(lines, {at: of for at, of in titles.items() if at not in touched})
    return article.changed(changes).flagged(*flags)


def _verdicts(layout: Layout) -> list[Verdict]:
    """Return for each unit how far it stands earlier; a sentence with other numbers is another sentence."""
    verdicts = judge_all(layout)
    for chain in layout.chains:
        for conflict in chain.conflicts:
            for number in layout.units_of(conflict, conflict + 1):
                verdicts[number] = Verdict.OWN
    return verdicts


def _passages(layout: Layout, verdicts: Sequence[Verdict]) -> Iterator[_Passage]:
    """Yield the rows of copied units, without marks-only units at their ends."""
    for is_own, row in groupby(range(len(verdicts)), key=lambda at: verdicts[at] is Verdict.OWN):
        solid = [] if is_own else [at for at in row if verdicts[at] is not Verdict.EMPTY]
        if solid:
            chars = sum(layout.units[at].chars for at in solid)
            is_equal = all(verdicts[at] is Verdict.EQUAL for at in solid)
            yield _Passage(range(solid[0], solid[-1] + 1), chars, is_equal=is_equal)


def _goes(layout: Layout, passage: _Passage, own_chars: int, params: RepeatParams) -> bool:
    """Return whether the passage may go silently."""
    is_long = passage.chars >= params.silent_chars
    if not (is_long or passage.is_equal or len(passage.units) >= params.similar_sentences):
        return False
    if _is_guarded(layout, passage, params) and not is_long:
        return False
    if _is_verse(layout, passage, params):
        return passage.chars >= params.verse_ratio * own_chars
    if is_long or passage.chars >= max(params.min_passage_chars, params.silent_ratio * own_chars):
        return True
    return passage.is_equal and passage.chars >= params.sentence_chars and _is_beyond_doubt(layout, passage)


def _contained_chars(layout: Layout, params: RepeatParams) -> int:
    """Return how long a paragraph must be to go because a later one contains it."""
    share = int(params.silent_ratio * sum(layout.own_chars))
    return min(params.silent_chars, max(params.sentence_chars, share))


def _is_beyond_doubt(layout: Layout, passage: _Passage) -> bool:
    """Return whether a few equal sentences are a copy, and not the same words said of two things.

    They are within one paragraph, as a paragraph printed again, or when an injected string stands in one of them. In two
    paragraphs they may be two meetings of which the same was reported, or a lead that quotes the text.
    """
    start, end = _key_range(layout, passage.units)
    sources = layout.source[start:end]
    sources = sources[sources >= 0]
    firsts = layout.units_of(int(sources[0]), int(sources[-1]) + 1)
    lines = {layout.units[at].line for units in (passage.units, firsts) for at in units}
    if len(lines) == 1 or (is_whole(layout, passage.units) and is_whole(layout, firsts)):
        return True
    gaps = (gap for chain in layout.chains_at(start, end) for gap in chain.gaps_in(start, end))
    return any(
        layout.is_token(gap.copy, gap.copy_end, is_sure=True) or layout.is_token(gap.first, gap.first_end, is_sure=True)
        for gap in gaps
    )


def _is_guarded(layout: Layout, passage: _Passage, params: RepeatParams) -> bool:
    """Return whether other numbers nearby say that this is another text of the same form: 第十二号, 第十三号."""
    start, end = _key_range(layout, passage.units)
    near = layout.chains_at(start, end)
    conflicts = sum(len(chain.conflicts) for chain in near)
    if not conflicts:
        return False
    is_dense = sum(chain.exact_chars for chain in near) < params.guarded_chars * conflicts
    return is_dense or passage.chars < params.silent_chars


def _is_verse(layout: Layout, passage: _Passage, params: RepeatParams) -> bool:
    """Return whether the lines are short and end no sentence: verse, a list, the cells of a table."""
    units = [layout.units[at] for at in passage.units]
    lines = len({unit.line for unit in units})
    sentences = sum(ends_sentence(layout.text[unit.start : unit.end]) for unit in units)
    return passage.chars < params.verse_line_chars * lines and 2 * sentences < len(units)


def _settled(layout: Layout, copied: range) -> dict[int, int]:
    """Return the units that go, each with the place in the key of what stays in its stead."""
    swapped = cleanest(layout, copied) or summary(layout, copied)
    if swapped is None:
        return {at: _source(layout, at) for at in copied}
    first, lap = swapped
    start, end = layout.units[lap.start].key_start, layout.units[lap.end - 1].key_end
    later = {source: start + at for at, source in enumerate(layout.source[start:end].tolist()) if source >= 0}
    others = [at for at in copied if not lap.start <= at < lap.end]
    going = {at: later.get(_source(layout, at), start) for at in others}
    firsts = range(first.start, first.end)
    return going | {at: later.get(layout.units[at].key_start, start) for at in firsts}


def _source(layout: Layout, number: int) -> int:
    """Return the place where the unit's first copied character stands first; marks count as what follows them."""
    source = layout.source_of(number, reach=1)
    return layout.units[number].key_start if source is None else source


def _unit_changes(layout: Layout, removed: Mapping[int, int]) -> Iterator[Change]:
    """Yield one change for each line, or part of a line, that goes."""
    for line, row in groupby(sorted(removed), key=lambda at: layout.units[at].line):
        for units in _rows(row):
            start = layout.units[units[0]].start
            end = _line_end(layout.text, start, layout.units[units[-1]].end)
            kept = layout.units[layout.units_of(removed[units[0]], removed[units[0]] + 1).start].line
            reason = f"copy of paragraph {kept + 1}" if kept != line else "copy within the paragraph"
            yield Change(start=start, end=end, new="", rule=RULE, kind=KIND, reason=reason)


def _line_end(text: str, start: int, end: int) -> int:
    """Return where to end the cut: a whole line goes with its line break, of another one the break stays."""
    is_whole = (start == 0 or text[start - 1] == "\n") and text[end - 1] == "\n"
    return end if is_whole else start + len(text[start:end].rstrip("\n"))


def _rows(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Yield the runs of numbers that follow each other."""
    for _, row in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        yield [number for _, number in row]


def _vote_changes(layout: Layout, removed: Iterable[int]) -> Iterator[Change]:
    """Yield what only the kept copy has and looks injected."""
    gone = np.zeros(len(layout.key), np.bool_)
    for at in removed:
        gone[layout.units[at].key_start : layout.units[at].key_end] = True
    for place in find_injections(layout, gone):
        reason = "shown by another place" if place.is_echo else f"in 1 of {place.copies} copies"
        yield Change(start=place.start, end=place.end, new="", rule=VOTE_RULE, kind="spam", reason=reason)


def _line_changes(lines: Sequence[str], removed: Mapping[int, int]) -> Iterator[Change]:
    """Yield the cuts of whole lines, each with the line that it repeats; of the last one the break before it stays."""
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    for at, of in removed.items():
        end = min(starts[at + 1], starts[-1] - 1)
        reason = f"copy of paragraph {of + 1}"
        yield Change(start=starts[at], end=end, new="", rule=RULE, kind=KIND, reason=reason)


def _kept_flag(layout: Layout, passage: _Passage) -> Flag:
    start, end = _key_range(layout, passage.units)
    return Flag(name="repeat_kept", detail=layout.text[layout.places[start] : layout.places[end - 1] + 1][:60])


def _key_range(layout: Layout, units: range) -> tuple[int, int]:
    return layout.units[units.start].key_start, layout.units[units.stop - 1].key_end
