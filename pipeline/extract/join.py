"""The pages of one article, each extracted, to one article: the first page's facts, all pages' paragraphs in order.

What is printed on each page (the lead, a running header, an editor's note) stays where it came first; the repeats are
signed removals, so that the text as received can still be had.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.edits import Change
from pipeline.extract.linekinds import key_of
from pipeline.model import Article, Flag, Rejected

RULE = __name__.removeprefix("pipeline.")
MAX_PAGES = 50  # of one article; what asks for more is a trap
_MIN_REPEAT_CHARS = (
    20  # letters of a paragraph in the middle of a page that is a repeat; shorter ones are speakers' names
)
_MIN_BEGINNING_CHARS = 10  # letters of a last paragraph that is a foretaste of the next page's first


def join_pages(first: Article, others: Iterable[Article | Rejected]) -> Article:
    """Return one article; a page that yields no text is passed over with a flag that says why."""
    others = tuple(others)
    pages = [first.paragraphs, *(other.paragraphs for other in others if isinstance(other, Article))]
    flags = [
        Flag(name="page_without_text", detail=f"{other.url or other.id}: {other.rule}")
        for other in others
        if isinstance(other, Rejected)
    ]
    whole = replace(first, edits=()).with_text("\n".join(paragraph for page in pages for paragraph in page))
    return whole.changed(_removals(whole.paragraphs, dict(_repeats(pages)))).flagged(*flags)


def _removals(paragraphs: Sequence[str], repeats: dict[int, str]) -> Iterator[Change]:
    start = 0
    for n, paragraph in enumerate(paragraphs):
        end = start + len(paragraph)
        if n in repeats:
            yield Change(start=start, end=end, new="", rule=f"{RULE}.repeat", kind="repeat", reason=repeats[n])
        start = end + 1


def _repeats(pages: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Yield the places of paragraphs, counted through all pages, that an earlier page has, with the reason."""
    seen: dict[str, int] = {}
    base = 0
    last = ""
    for number, page in enumerate(pages, 1):
        keys = [key_of(paragraph) for paragraph in page]
        edges = _edges(keys, seen)
        for n, key in enumerate(keys):
            if key in seen and (n in edges or len(key) >= _MIN_REPEAT_CHARS):
                yield base + n, f"page {number} repeats page {seen[key]}"
        if number > 1 and keys and len(last) >= _MIN_BEGINNING_CHARS and keys[0] != last and keys[0].startswith(last):
            yield base - 1, f"page {number} begins with it, whole"
        for key in keys:
            seen.setdefault(key, number)
        base += len(keys)
        last = keys[-1] if keys else last


def _edges(keys: Sequence[str], seen: dict[str, int]) -> set[int]:
    """Return the places of the repeats that a page begins and ends with."""
    first = next((n for n, key in enumerate(keys) if key not in seen), len(keys))
    behind = next((n for n in range(len(keys), first, -1) if keys[n - 1] not in seen), first)
    return {*range(first), *range(behind, len(keys))}
