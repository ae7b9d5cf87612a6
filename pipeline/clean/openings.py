r"""How a match of a pattern can begin: one look at a line's first character instead of a search.

    ^(?:责任)?编辑  ──▶ {责, 编}      ^\d+人赞  ──▶ {0}, any figure      相关阅读|^\d+  ──▶ None: it may match anywhere

Like `triggers`, it reads the standard library's own parse of the pattern; where that cannot be had, nothing is known.
"""

import importlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeAlias

# The first characters of a match, as `opening` gives them, and whether it may also be without any.
Opening: TypeAlias = tuple[frozenset[str], bool]


ANY_FIGURE, ANY_BLANK = "0", " "  # what stands for a class


def opening(line: str) -> str:
    """Return the first character of a line, of figures and of white space one for all; an empty text for an empty line."""
    char = line[:1]
    if char.isdecimal():
        return ANY_FIGURE
    return ANY_BLANK if char.isspace() else char


@cache
def openings(pattern: str) -> frozenset[str] | None:
    """Return the `opening`s of the lines that the pattern may match; None: they cannot be told."""
    try:
        parser: Any = importlib.import_module("re._parser")
        tree = parser.parse(pattern)
    except (ImportError, AttributeError, re.error):
        return None
    return openings_of(list(tree), anchored=False)


def openings_of(steps: Sequence[Any], *, anchored: bool) -> frozenset[str] | None:
    """Return the same for a part of a parsed pattern; `anchored`: it stands behind the start of the line."""
    found = _sequence(steps, anchored=anchored)
    return None if found is None or found[1] else found[0]


def _sequence(steps: Sequence[Any], *, anchored: bool) -> Opening | None:
    """Return how the steps begin; None if it cannot be told, or if they are not bound to the start of the line."""
    chars: frozenset[str] = frozenset()
    for op, argument in steps:
        if str(op) == "AT":
            anchored = anchored or str(argument) == "AT_BEGINNING"
            continue
        found = _step(str(op), argument, anchored=anchored)
        if found is None:
            return None
        chars |= found[0]
        if not found[1]:
            return chars, False
    return (chars, True) if anchored else None


def _step(op: str, argument: Any, *, anchored: bool) -> Opening | None:  # noqa: ANN401, PLR0911 - trees without types; one return a kind of step
    if op == "BRANCH":
        return _any_of(_sequence(list(branch), anchored=anchored) for branch in argument[1])
    if op == "SUBPATTERN":
        return _sequence(list(argument[3]), anchored=anchored) if argument[1:3] == (0, 0) else None
    if not anchored:
        return None
    if op == "LITERAL":
        return frozenset({opening(chr(argument))}), False
    if op in {"ASSERT", "ASSERT_NOT"}:  # asks for more, and takes nothing
        return frozenset(), True
    if op == "IN":
        return _class(argument)
    if op in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        inside = _sequence(list(argument[2]), anchored=True)
        return None if inside is None else (inside[0], inside[1] or argument[0] == 0)
    return None


def _any_of(branches: Iterable[Opening | None]) -> Opening | None:
    chars: frozenset[str] = frozenset()
    may_be_empty = False
    for branch in branches:
        if branch is None:
            return None
        chars |= branch[0]
        may_be_empty = may_be_empty or branch[1]
    return chars, may_be_empty


_CATEGORIES = {"CATEGORY_DIGIT": ANY_FIGURE, "CATEGORY_SPACE": ANY_BLANK}


def _class(choices: Iterable[Any]) -> Opening | None:
    """Return the characters of a class; other categories than two, and ranges beyond ASCII, are too many to name."""
    chars: set[str] = set()
    for op, argument in choices:
        if str(op) == "LITERAL":
            chars.add(opening(chr(argument)))
        elif str(op) == "RANGE" and argument[1] < 128:
            chars.update(opening(chr(code)) for code in range(argument[0], argument[1] + 1))
        elif str(argument) in _CATEGORIES:
            chars.add(_CATEGORIES[str(argument)])
        else:
            return None
    return frozenset(chars), False
