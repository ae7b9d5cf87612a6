"""How much of a text is in the words that landing pages of betting and adult sites are made of. The list is data: betting.txt."""

from functools import cache
from importlib import resources

from ahocorasick_rs import AhoCorasick, MatchKind

from pipeline.fold import fold
from pipeline.text import encodable

MIN_WORDS = 5  # different ones; none of 12,000 news texts has so many


def betting_chars(folded: str) -> int:
    """Return the characters of the folded text that stand in words of the list; 0 with few different words."""
    found = _automaton().find_matches_as_indexes(encodable(folded))
    if len({word for word, _, _ in found}) < MIN_WORDS:
        return 0
    return sum(end - start for _, start, end in found)


@cache
def betting_words() -> tuple[str, ...]:
    """Return the words of the list, folded."""
    text = (resources.files("pipeline.quality") / "betting.txt").read_text(encoding="utf-8")
    return tuple(fold(line.strip()) for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def _automaton() -> AhoCorasick:
    return AhoCorasick(betting_words(), matchkind=MatchKind.LeftmostLongest)
