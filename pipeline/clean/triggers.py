r"""Which rules can match which lines at all: one pass of an automaton instead of hundreds of searches a line.

    pattern ── required_words ──▶ words of which each match contains at least one ──▶ automaton over the whole text

A word has two characters, or is a mark that news seldom has (`>`, `|`). A pattern of which no such word can be told
(`^\d+$`) is *wordless*: it is tried on every line that is short enough. The words come from the tree of the standard library's own regular expression parser; should a Python come
without it, every rule is wordless: slower, the same answer.
"""

import importlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ahocorasick_rs import AhoCorasick

MIN_WORD_CHARS = 2  # single characters stand in every line and would only cost time …
_MARKS = frozenset("><|/#[]→◎◤◢:")  # … but not these; folded
_SURROGATE = re.compile("[\ud800-\udfff]")
MAX_WORDS = 256  # of one pattern; beyond it the product of alternatives is not worth following


class TriggerIndex:
    """The words of many patterns, and which patterns each of them speaks for."""

    def __init__(self, patterns: Sequence[str]) -> None:
        by_word: dict[str, list[int]] = {}
        wordless = []
        for number, pattern in enumerate(patterns):
            words = required_words(pattern)
            if words is None:
                wordless.append(number)
            for word in words or ():
                by_word.setdefault(word, []).append(number)
        self.wordless = tuple(wordless)
        self._speaks_for = tuple(tuple(numbers) for numbers in by_word.values())
        self._automaton = AhoCorasick(list(by_word)) if by_word else None

    def hits(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield (place, pattern number) for each word in the text; a pattern may come more than once."""
        if self._automaton is None:
            return
        for word, start, _ in self._automaton.find_matches_as_indexes(encodable(folded), overlapping=True):
            for number in self._speaks_for[word]:
                yield start, number


def encodable(text: str) -> str:
    """Return the text with lone surrogates replaced, one for one: the automaton speaks UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def required_words(pattern: str) -> frozenset[str] | None:
    """Return words (see above), one of which is in every match; None: no such words can be told."""
    try:
        parser: Any = importlib.import_module("re._parser")
        tree = parser.parse(pattern)
    except (ImportError, AttributeError):
        return None
    return _required(_steps(tree))


def _steps(tree: Iterable[Any]) -> list[tuple[str, Any]]:
    return [(str(op), argument) for op, argument in tree]


def _required(steps: list[tuple[str, Any]]) -> frozenset[str] | None:
    """Return the best of the word sets that a sequence of steps demands."""
    best: frozenset[str] | None = None
    run: frozenset[str] = frozenset({""})
    for step in steps:
        exact = _exact_step(step)
        longer = None if exact is None else _product(run, exact)
        if longer is None and exact is not None:
            best = _better(best, run)  # before it is cut short
            longer = _product(_ends(run), exact)
        if longer is not None:
            run = longer
            continue
        best = _better(_better(best, run), _required_inside(step))
        run = exact or frozenset({""})
    return _better(best, run)


def _better(a: frozenset[str] | None, b: frozenset[str] | None) -> frozenset[str] | None:
    """Return the set whose shortest word is longer; on a tie the smaller set."""
    good = [s for s in (a, b) if s and all(len(word) >= MIN_WORD_CHARS or word in _MARKS for word in s)]
    return max(good, key=lambda s: (min(map(len, s)), -len(s)), default=None)


def _ends(words: frozenset[str]) -> frozenset[str]:
    """Return the ends of the words: fewer, and in every match just as well."""
    return frozenset(word[-MIN_WORD_CHARS:] for word in words)


def _product(heads: frozenset[str], tails: frozenset[str]) -> frozenset[str] | None:
    if len(heads) * len(tails) > MAX_WORDS:
        return None
    return frozenset(h + t for h in heads for t in tails)


def _exact(steps: list[tuple[str, Any]]) -> frozenset[str] | None:
    """Return all the texts that a sequence can match, if they are few; else None."""
    whole: frozenset[str] | None = frozenset({""})
    for step in steps:
        exact = _exact_step(step)
        whole = _product(whole, exact) if whole is not None and exact is not None else None
        if whole is None:
            return None
    return whole


def _exact_step(step: tuple[str, Any]) -> frozenset[str] | None:  # noqa: PLR0911 - one return a kind of step
    match step:
        case "LITERAL", int(code):
            return frozenset({chr(code)})
        case (("AT" | "ASSERT" | "ASSERT_NOT"), _):
            return frozenset({""})
        case "IN", choices:
            return _exact_class(_steps(choices))
        case "SUBPATTERN", (_, 0, 0, inside):
            return _exact(_steps(inside))
        case "BRANCH", (_, branches):
            return _exact_branches(branches)
        case (("MAX_REPEAT" | "MIN_REPEAT"), (0, 1, inside)):
            return _or_nothing(_exact(_steps(inside)))
        case _:
            return None


def _or_nothing(exact: frozenset[str] | None) -> frozenset[str] | None:
    return None if exact is None else exact | {""}


def _exact_class(choices: list[tuple[str, Any]]) -> frozenset[str] | None:
    if len(choices) > 4 or any(op != "LITERAL" for op, _ in choices):
        return None
    return frozenset(chr(code) for _, code in choices)


def _exact_branches(branches: Iterable[Any]) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for branch in branches:
        exact = _exact(_steps(branch))
        if exact is None or len(found := found | exact) > MAX_WORDS:
            return None
    return found


def _required_inside(step: tuple[str, Any]) -> frozenset[str] | None:
    match step:
        case "SUBPATTERN", (_, _, _, inside):
            return _required(_steps(inside))
        case (("MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT"), (int(least), _, inside)) if least >= 1:
            return _required(_steps(inside))
        case "ATOMIC_GROUP", inside:
            return _required(_steps(inside))
        case "BRANCH", (_, branches):
            found = [_required(_steps(branch)) for branch in branches]
            return frozenset[str]().union(*[f for f in found if f]) if all(found) else None
        case _:
            return None
