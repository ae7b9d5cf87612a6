r"""Which words a line must hold for a pattern to match it, read off the pattern itself.

    责编[:：]|转载.{0,9}出处|^\d+$  ──▶  (责编 and :) or (转载 and 出处), else the line begins with a figure

A word has two characters, or is one that news seldom has (`>`, `|`, 摄). A kind of match of which no such word can be told
(`^\d+$`) is *bare*: the pattern is to be tried on every line that is short enough, and begins so. The words come from the
tree of the standard library's own regular expression parser; should a Python come without it, every pattern is bare:
slower, the same answer.
"""

import importlib
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from pipeline.clean.openings import openings_of

# One set or two: a word of each stands in every match …
Demand: TypeAlias = tuple[frozenset[str], ...]
# … that is of this kind; together these are all kinds but the bare ones. The first set of a demand is the most telling one.
Demands: TypeAlias = tuple[Demand, ...]
# A kind of match: its steps, and whether they stand behind the start of the line.
_Kind: TypeAlias = tuple[list[tuple[str, Any]], bool]

MIN_WORD_CHARS = 2  # single characters stand in every line and would only cost time …
_MARKS = frozenset("><|/#[]→◎◤◢:©摄")  # … but not these; folded
MAX_WORDS = 256  # of one set; beyond it the product of alternatives is not worth following
MAX_SETS = 2  # of one demand; a third rules out next to no line that two let pass


def demands_of(pattern: str) -> tuple[Demands, frozenset[str] | None]:
    """Return what a line must hold for the pattern to match, and how lines begin that it matches without (`opening`).

    None: they may begin anyhow; then no words are told, for the pattern is tried on all lines.
    """
    try:
        parser: Any = importlib.import_module("re._parser")
        tree = parser.parse(pattern)
    except (ImportError, AttributeError):
        return (), None
    demands: list[Demand] = []
    bare: frozenset[str] = frozenset()
    for steps, anchored in _kinds(_steps(tree), anchored=False):
        sets = dict.fromkeys(sorted(_required(steps), key=_worth, reverse=True))
        firsts = frozenset[str]() if sets else openings_of(steps, anchored=anchored)
        if firsts is None:
            return (), None
        bare |= firsts
        demands += [tuple(map(_shortest, tuple(sets)[:MAX_SETS]))] if sets else []
    return tuple(demands), bare


def _kinds(steps: list[tuple[str, Any]], *, anchored: bool) -> Iterator[_Kind]:
    """Yield the alternatives of a pattern."""
    told = [step for step in steps if step[0] != "AT"]
    if len(told) == 1 and told[0][0] == "BRANCH" and _exact_step(told[0]) is None:
        behind_start = anchored or (steps[0][0], str(steps[0][1])) == ("AT", "AT_BEGINNING")
        for branch in told[0][1][1]:
            yield from _kinds(_steps(branch), anchored=behind_start)
    else:
        yield steps, anchored


def _shortest(words: frozenset[str]) -> frozenset[str]:
    """Return the words without those that hold another one: 免责声明 stands nowhere without 责声明. It halves the list."""
    return frozenset(word for word in words if not any(other in word for other in words - {word}))


def _worth(words: frozenset[str]) -> tuple[int, int]:
    """Return how much a set rules out: the longer its shortest word the more; then the fewer words the better."""
    return min(map(len, words)), -len(words)


def _steps(tree: Iterable[Any]) -> list[tuple[str, Any]]:
    return [(str(op), argument) for op, argument in tree]


def _required(steps: list[tuple[str, Any]]) -> list[frozenset[str]]:
    """Return the word sets that a sequence of steps demands, in order."""
    found: list[frozenset[str]] = []
    run: frozenset[str] = frozenset({""})
    for step in steps:
        exact = _exact_step(step)
        longer = None if exact is None else _product(run, exact)
        if longer is None and exact is not None:
            found.append(run)  # before it is cut short
            longer = _product(_ends(run), exact)
        if longer is not None:
            run = longer
            continue
        found += (run, *_required_inside(step))
        run = exact or frozenset({""})
    return [words for words in (*found, run) if _is_telling(words)]


def _is_telling(words: frozenset[str]) -> bool:
    return bool(words) and all(len(word) >= MIN_WORD_CHARS or word in _MARKS for word in words)


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


def _required_inside(step: tuple[str, Any]) -> list[frozenset[str]]:
    match step:
        case "SUBPATTERN", (_, _, _, inside):
            return _required(_steps(inside))
        case (("MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT"), (int(least), _, inside)) if least >= 1:
            return _required(_steps(inside))
        case "ATOMIC_GROUP", inside:
            return _required(_steps(inside))
        case "BRANCH", (_, branches):
            found = [_required(_steps(branch)) for branch in branches]
            return [frozenset[str]().union(*(max(sets, key=_worth) for sets in found))] if all(found) else []
        case _:
            return []
