"""Where the terms of topics stand in a folded text: one automaton, however many topics.

    one topic ────▶ leftmost-longest matches, as the automaton gives them
    many topics ──▶ all matches of all words, dealt out to the topics; each topic keeps its own leftmost-longest ones

A longer word hides a shorter one only within its own topic, so topics do not disturb each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from pipeline.fold import fold
from pipeline.text import encodable
from pipeline.topics.topic import Topic

Match: TypeAlias = tuple[int, int, int]  # the number of the term in its topic; start and end in the text


@dataclass(frozen=True, slots=True)
class Finder:
    """What finds the terms of some topics, and what each term weighs."""

    automaton: AhoCorasick | None  # None: the topics have no words
    owners: tuple[tuple[tuple[int, int], ...], ...]  # of each word: the topics that have it, and its number there
    weights: tuple[tuple[float, ...], ...]  # of each topic: the weights of its terms

    def find(self, folded: str) -> Mapping[int, Sequence[Match]]:
        """Return the places of the terms by the number of the topic, in order; topics without any are left out.

        Exclusions are among them, with their weight 0.
        """
        if self.automaton is None:
            return {}
        if len(self.weights) == 1:
            alone = _matches(self.automaton, folded, overlapping=False)
            return {0: alone} if alone else {}
        return self._dealt_out(_matches(self.automaton, folded, overlapping=True))

    def _dealt_out(self, everywhere: Iterable[Match]) -> dict[int, list[Match]]:
        """Return for each topic its own leftmost-longest matches. All of them come in the order of their ends."""
        found: dict[int, list[Match]] = {}
        owners = self.owners
        for word, start, end in everywhere:
            for number, term in owners[word]:
                kept = found.get(number)
                if kept is None:
                    found[number] = [(term, start, end)]
                elif kept[-1][_END] <= start:  # nearly always; to sort all matches first took twice as long
                    kept.append((term, start, end))
                else:
                    _insert(kept, (term, start, end))
        return found


_START, _END = 1, 2  # of a match


def _insert(kept: list[Match], match: Match) -> None:
    """Add a match that ends where the last one ends or behind it, unless one that begins earlier reaches into it.

    It takes the place of all that begin where it begins, or behind: it is longer, or more to the left. What is left out
    for another would be left out for whatever replaces that one, too, as that begins earlier and ends later.
    """
    n = len(kept)
    while n and kept[n - 1][_START] >= match[_START]:
        n -= 1
    if not n or kept[n - 1][_END] <= match[_START]:
        kept[n:] = [match]


@cache
def finder_of(topics: tuple[Topic, ...]) -> Finder:
    """Return the finder of these topics."""
    terms = [_weights(topic) for topic in topics]
    owners: dict[str, list[tuple[int, int]]] = {}
    for number, words in enumerate(terms):
        for term, word in enumerate(words):
            owners.setdefault(word, []).append((number, term))
    kind = MatchKind.LeftmostLongest if len(topics) == 1 else MatchKind.Standard
    # A DFA alone reads a fifth faster, but it is megabytes that everything between two texts pushes out of the cache:
    # scores cost the same with one topic, 15 % more with ten, and it takes three times as long to build.
    form = Implementation.ContiguousNFA
    automaton = AhoCorasick(list(owners), matchkind=kind, implementation=form) if owners else None
    return Finder(automaton, tuple(map(tuple, owners.values())), tuple(tuple(words.values()) for words in terms))


def terms_of(topic: Topic) -> tuple[str, ...]:
    """Return the folded terms of a topic, its exclusions too."""
    return tuple(_weights(topic))


def _weights(topic: Topic) -> dict[str, float]:
    """Return the weight of each term. What a person wrote goes before what was learned."""
    weights = {fold(learned.word): learned.weight for learned in topic.learned_words}
    weights |= {fold(word): 0.0 for word in topic.exclusions}
    for group in topic.groups:
        weights |= {fold(word): group.weight for word in group.words}
    return weights


def _matches(automaton: AhoCorasick, folded: str, *, overlapping: bool) -> list[Match]:
    try:
        return automaton.find_matches_as_indexes(folded, overlapping=overlapping)
    except UnicodeEncodeError:  # a lone surrogate: as another character of no meaning, in the same place
        return automaton.find_matches_as_indexes(encodable(folded), overlapping=overlapping)
