"""Hygiene of white space and of what is strewn between characters: odd spaces, spaced-out Han, pinyin after each."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.edits import Change
from pipeline.normalise.patterns import pattern

RULE = __name__.removeprefix("pipeline.")

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_ODD = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SPACES = pattern(f"[ {_ODD}]+")
_BREAK = pattern("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_IS_HAN = pattern(f"[{_HAN}]")
_PHRASE = pattern(f"[{_HAN}]{{4}}")
_NO_BREAK_SPACE = "\u00a0"

# Starts with the space itself, so that the search jumps from one to the next.
_HAN_GAP = pattern(f" (?<=[{_HAN}] )(?=[{_HAN}])")
_MARKS = "，。；：！？、,;:!?”」』）)"
# Chinese before the mark or behind the space: "Hello, world" is as it should be.
_MARK_GAP = pattern(f" (?<=[{_HAN}”’」』）》][{_MARKS}] )(?=[{_HAN}“「『（《A-Za-z0-9])| (?<=[{_MARKS}] )(?=[{_HAN}])")
_PROSE = pattern(f"[{_HAN}][，。；,;]")

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_SYLLABLE = f"[a-zü{_TONED}]{{1,6}}"
_PINYIN_RUN = pattern(f"(?:[{_HAN}] ?(?:[(（]{_SYLLABLE}[)）]|{_SYLLABLE}) ?){{3,}}")
_PINYIN = pattern(f" ?[(（]?{_SYLLABLE}[)）]?")
_HAS_TONE = pattern(f"[{_TONED}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacingParams:
    """When white space is taken for damage; counted over the whole text. Chosen by judgement, tried on 3,332 texts."""

    min_gaps: int = 3  # fewer spaces of one sort are somebody's wish: a headline of two halves
    min_gap_ratio: float = 0.01  # stray spaces in prose for each character of the text
    max_same_ratio: float = (
        1 / 3
    )  # gaps behind one same character: 年 before each entry of a career is layout, not damage
    min_spelt_gaps: int = 4  # in a row between single characters
    min_mark_ratio: float = 0.1  # of a mark's places that have a stray space behind it
    min_pinyin_syllables: int = 4  # after as many characters in a row; fewer explain a rare character
    min_toned_ratio: float = 0.5  # of those syllables: without tone marks they may be anything


def find_breaks(text: str) -> Iterator[Change]:
    """Yield every other sort of line break as a line feed."""
    for match in _BREAK().finditer(text):
        yield _change(match, "\n", "layout")


def find_odd_spaces(text: str) -> Iterator[Change]:
    """Yield runs with ideographic, no-break or typographic spaces as one space, at the ends of a line as nothing.

    One no-break space between two Han goes: an editor's line filling. Between two phrases it parts a headline and stays.
    """
    for match in _SPACES().finditer(text):
        before, after = text[max(match.start() - 1, 0) : match.start()], text[match.end() : match.end() + 1]
        if match.group().strip(" ") == "":
            continue
        at_edge = before in {"", "\n"} or after in {"", "\n"}
        is_filling = match.group() == _NO_BREAK_SPACE and _is_inside_words(text, match.start())
        yield _change(match, "" if at_edge or is_filling else " ", "space")


def find_gaps(text: str, params: SpacingParams) -> Iterator[Change]:
    """Yield stray spaces between Han and behind Chinese marks, where the text shows that it has the habit."""
    gaps = [m.start() for m in _HAN_GAP().finditer(text)]
    stray = {*_spelt_out(text, gaps, params), *_in_prose(text, gaps, params), *_behind_marks(text, params)}
    for place in sorted(stray):
        yield Change(start=place, end=place + 1, new="", rule=f"{RULE}.space", kind="space")


def find_pinyin(text: str, params: SpacingParams) -> Iterator[Change]:
    """Yield pinyin written after each character of a row, 客(kè)服(fú)热(rè)线(xiàn), as nothing."""
    for run in _PINYIN_RUN().finditer(text):
        syllables = list(_PINYIN().finditer(text, run.start(), run.end()))
        toned = sum(_HAS_TONE().search(s.group()) is not None for s in syllables)
        if len(syllables) >= params.min_pinyin_syllables and toned >= params.min_toned_ratio * len(syllables):
            for syllable in syllables:
                yield _change(syllable, "", "pinyin")


def _is_inside_words(text: str, place: int) -> bool:
    """Return whether Han stands on both sides of the space, and not a phrase of four and more on each."""
    before, after = text[max(place - 4, 0) : place], text[place + 1 : place + 5]
    if not (_IS_HAN().match(before[-1:]) and _IS_HAN().match(after)):
        return False
    return not (_PHRASE().fullmatch(before) and _PHRASE().fullmatch(after))


def _spelt_out(text: str, gaps: list[int], params: SpacingParams) -> Iterator[int]:
    """Yield the gaps of 服 务 承 诺: single characters, each with a space, no longer word on either side."""
    if len(gaps) < params.min_spelt_gaps:
        return
    row: list[int] = []
    for place in [*gaps, len(text) + 2]:
        if row and place != row[-1] + 2:
            ends = text[max(row[0] - 2, 0) : row[0] - 1] + text[row[-1] + 2 : row[-1] + 3]
            if len(row) >= params.min_spelt_gaps and not _IS_HAN().search(ends):
                yield from row
            row = []
        row.append(place)


def _in_prose(text: str, gaps: list[int], params: SpacingParams) -> list[int]:
    """Return the gaps in lines of prose: names in a list and entries of a menu are kept apart by spaces rightly."""
    if len(gaps) < params.min_gaps or len(gaps) <= params.min_gap_ratio * len(text):
        return []
    prose = [place for place in gaps if _is_prose(text, place)]
    in_front = Counter(text[place - 1] for place in prose)
    stray = [p for p in prose if in_front[text[p - 1]] <= max(params.max_same_ratio * len(prose), 1)]
    return stray if len(stray) >= params.min_gaps and len(stray) > params.min_gap_ratio * len(text) else []


def _is_prose(text: str, place: int, reach: int = 60) -> bool:
    """Return whether the line has commas or stops within `reach` characters of this place."""
    start = max(text.rfind("\n", max(place - reach, 0), place) + 1, place - reach, 0)
    end = text.find("\n", place, place + reach)
    return _PROSE().search(text, start, end if end >= 0 else place + reach) is not None


def _behind_marks(text: str, params: SpacingParams) -> list[int]:
    """Return the spaces behind those marks that usually have one here: each mark is a habit of its own."""
    gaps = [m.start() for m in _MARK_GAP().finditer(text)]
    if len(gaps) < params.min_gaps:
        return []
    spaced = Counter(text[place - 1] for place in gaps)
    stray = {c for c, n in spaced.items() if n >= params.min_gaps and n >= params.min_mark_ratio * text.count(c)}
    return [place for place in gaps if text[place - 1] in stray]


def _change(match: re.Match[str], new: str, kind: str) -> Change:
    return Change(start=match.start(), end=match.end(), new=new, rule=f"{RULE}.{kind}", kind=kind)
