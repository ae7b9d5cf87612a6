"""Where a Traditional text is written otherwise than it would be read back from Simplified.

Either an earlier conversion chose the wrong reading (隻要, 分鍾, 看到后), or the reading back is wrong now. What speaks for
either side is noted; repair.py judges.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.normalise.opencc import convert
from pipeline.normalise.readings import Reading, ambiguous_places, has_entry, plain_forms, read_at, usual_reading
from pipeline.normalise.rewrite import differing_places
from pipeline.normalise.surnames import keep_surnames


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A place where what is written is not what is read; differences of region are none."""

    place: int
    written: str
    read: str
    is_by_word: bool  # a word gives the reading; else it is only the usual one
    is_name: bool  # the place is the surname of somebody
    has_word: bool  # a word of the dictionaries, across the borders of the words here or not, gives what is written


def count_differences(text: str) -> int:
    """Return how many characters OpenCC alone reads otherwise: quick, and close to the number of conflicts."""
    converted = convert(convert(text, "t2s"), "s2t")
    return sum(1 for place in differing_places(text, converted) if not _is_same(text[place], converted[place]))


def has_misnamed(text: str) -> bool:
    """Return whether a surname was taken for a common word: 餘承東."""
    simple = convert(text, "t2s")
    return any(not _is_same(text[place], simple[place]) for place in _name_places(simple))


def find_conflicts(text: str) -> Iterator[Conflict]:
    """Yield the conflicts of a Traditional text."""
    simple = convert(text, "t2s")
    converted = convert(simple, "s2t")
    names = _name_places(simple)
    for place in _candidates(text, simple, converted):
        by_name = Reading(char=simple[place], is_by_word=True)
        reading = by_name if place in names else read_at(simple, converted, place)
        if not _is_same(reading.char, text[place]):
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
    if _is_same(text[place], usual_reading(simple[place])):
        return False
    return has_entry(simple, text[place].translate(plain_forms()), place)


def _is_same(one: str, other: str) -> bool:
    return one.translate(plain_forms()) == other.translate(plain_forms())


def _name_places(simple: str) -> frozenset[int]:
    names = keep_surnames(simple)
    return frozenset() if names is None else frozenset(m.start() for m in names.finditer(simple))
