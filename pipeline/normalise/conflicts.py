"""Where a Traditional text is written otherwise than it would be read back from Simplified.

Either an earlier conversion chose the wrong reading (隻要, 分鍾, 看到后), or the reading back is wrong now. What speaks for
either side is noted; repair.py judges.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.normalise.evidence import is_odd, is_same, name_places
from pipeline.normalise.opencc import convert
from pipeline.normalise.readings import Reading, ambiguous_places, has_entry, plain_forms, read_at, usual_reading
from pipeline.normalise.rewrite import differing_places
from pipeline.normalise.senses import read_by_sense


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A place where what is written is not what is read; differences of region and of taste are none."""

    place: int
    written: str
    read: str
    is_by_word: bool  # a word gives the reading; else it is only the usual one
    is_name: bool  # the place is the surname of somebody
    has_word: bool  # a word of the dictionaries, across the borders of the words here or not, gives what is written


def find_conflicts(text: str) -> Iterator[Conflict]:
    """Yield the conflicts of a Traditional text."""
    simple = convert(text, "t2s")
    converted = convert(simple, "s2t")
    names = name_places(simple)
    for place in _candidates(text, simple, converted):
        by_name = Reading(char=simple[place], is_by_word=True)
        reading = by_name if place in names else read_at(simple, converted, place)
        if is_odd(text[place], reading.char):
            yield Conflict(
                place=place,
                written=text[place],
                read=reading.char,
                is_by_word=reading.is_by_word,
                is_name=place in names,
                has_word=place not in names and _has_word(text, simple, place),
            )


def _candidates(text: str, simple: str, converted: str) -> list[int]:
    return sorted({*differing_places(text, converted), *ambiguous_places(simple)})


def _has_word(text: str, simple: str, place: int) -> bool:
    if is_same(text[place], usual_reading(simple[place])) or read_by_sense(simple, place) is not None:
        return False
    return has_entry(simple, text[place].translate(plain_forms()), place)
