"""Head, body and tail of an article: around the first and the last line that reads like body text.

    line 0 … first-1        head    breadcrumbs, bylines, dates
    line first … last       body    only legal wording and sure marks are cut here
    line last+1 … end       tail    notices, promotions, footers, lists of other articles

Position is the strongest sign of boilerplate that there is: on the pages that were read for this, legal and footer text stands
behind the last body sentence, and what stands in the middle is advertising marks and image placeholders.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from pipeline.clean.rule import Zone
from pipeline.text import ends_sentence

# Whether a line looks like boilerplate, if it stood in that zone.
Suspicion: TypeAlias = Callable[[int, Zone], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneParams:
    """What counts as a line of body text."""

    min_body_chars: int = (
        28  # characters; shorter sentences are bylines and slogans as often; measured on labelled lines
    )
    min_short_chars: int = 12  # the same for articles that have no longer sentence


class Zones(NamedTuple):
    """The body is lines[first : last + 1]; head and tail are what is left on either side."""

    first: int
    last: int

    def of(self, line: int) -> Zone:
        if line < self.first:
            return "head"
        return "body" if line <= self.last else "tail"


def find_zones(lines: Sequence[str], is_suspect: Suspicion, params: ZoneParams) -> Zones | None:
    """Return the zones; None if no line can be body text. Lines are asked about from both ends only."""
    for min_chars in (params.min_body_chars, params.min_short_chars):
        first = _first_body(lines, range(len(lines)), "head", min_chars, is_suspect)
        if first is not None:
            last = _first_body(lines, range(len(lines) - 1, first, -1), "tail", min_chars, is_suspect)
            return Zones(first, first if last is None else last)
    return _around_longest(lines, is_suspect)


def _first_body(
    lines: Sequence[str], order: Sequence[int], zone: Zone, min_chars: int, is_suspect: Suspicion
) -> int | None:
    return next(
        (i for i in order if len(lines[i]) >= min_chars and ends_sentence(lines[i]) and not is_suspect(i, zone)), None
    )


def _around_longest(lines: Sequence[str], is_suspect: Suspicion) -> Zones | None:
    """Return the zones of a text without sentences: the longest line that no rule knows is its body."""
    order = sorted(range(len(lines)), key=lambda i: -len(lines[i]))
    longest = next((i for i in order if not (is_suspect(i, "tail") or is_suspect(i, "head"))), None)
    return None if longest is None else Zones(longest, longest)
