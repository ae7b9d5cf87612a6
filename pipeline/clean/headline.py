"""The headline inside the text: it belongs to `title`, and what stands above it is navigation.

街坊版              navigation
老店寻访            navigation
一家小店的待客之道  the headline, known from the title or from a reprint clause: "…转载：某网 » 一家小店的待客之道"
正文……
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.fold import fold_key
from pipeline.text import ends_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineParams:
    """Where a headline may stand, and what it may look like."""

    max_lines_above: int = 8  # lines; breadcrumbs, channel names, date and byline
    min_chars: int = 6  # of a headline
    max_chars: int = 60  # of a headline; beyond it is a lead
    max_label_chars: int = 16  # characters of a line above the headline that is navigation and not a lead


def find_headline(lines: Sequence[str], title: str, params: HeadlineParams) -> int | None:
    """Return the line that repeats the title; None if there is none near the top. A title may end in the site's name."""
    wanted = fold_key(title)
    for i, line in enumerate(lines[: params.max_lines_above]):
        key = fold_key(line) if len(line) <= 2 * params.max_chars else ""
        if key and (key == wanted or (len(key) >= params.min_chars and wanted.startswith(key))):
            return i
    return None


def find_headline_below(lines: Sequence[str], crumb: int, params: HeadlineParams) -> int | None:
    """Return the line below a breadcrumb if it looks like a headline and a sentence follows; else None."""
    if crumb + 2 >= len(lines):
        return None
    line, after = lines[crumb + 1], lines[crumb + 2]
    is_headline = params.min_chars <= len(line) <= params.max_chars and not ends_sentence(line)
    return crumb + 1 if is_headline and len(after) > params.max_label_chars and ends_sentence(after) else None


def find_labels_above(lines: Sequence[str], headline: int, params: HeadlineParams) -> tuple[int, ...]:
    """Return the lines above the headline that are too short to be a lead."""
    return tuple(i for i in range(headline) if len(lines[i]) <= params.max_label_chars and not ends_sentence(lines[i]))
