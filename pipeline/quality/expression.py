"""Expressions over the signals: `han_share > 0.6 and chars >= 100 and not spun`.

    text ── ast.parse ──▶ tree ── checked against the signals and their types ──▶ clauses, each a plain function

The grammar is a small part of Python's, so that nobody has to learn it: and, or, not, comparisons (also chained: 0.2 < x < 0.8),
`in` with a tuple of names, numbers, text in quotes, `removed.nav`. Nothing is ever evaluated as code; whatever else the
text holds is an error that points at its place. What `and` joins at the top are the clauses: a rejection names the first that failed.
"""

import ast
import difflib
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final, TypeAlias, get_type_hints

from pipeline.errors import SetupError
from pipeline.model import Signals
from pipeline.quality.signals import FAMILIES, names_of

Value: TypeAlias = bool | float | str
Getter: TypeAlias = Callable[[Signals], Any]

MAX_CHARS: Final = 4_000  # of an expression: a person writes less, and a parser recurses
_ORDER: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_EQUAL: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {ast.Eq: operator.eq, ast.NotEq: operator.ne}
_WITHIN: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.In: lambda value, among: value in among,
    ast.NotIn: lambda value, among: value not in among,
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: what it says, which signals it looks at, and whether signals meet it."""

    text: str
    signals: tuple[str, ...]
    holds: Callable[[Signals], bool]
    limits: tuple[tuple[str, float], ...] = ()  # the numbers that signals are compared with, as they stand in the text
    names: frozenset[str] = frozenset()  # the names that signals are compared with


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison: what it is of, and how to get it."""

    kind: str  # "number", "flag", or the kind of a list of names
    get: Getter
    names: tuple[str, ...] = ()  # what a named value can be


@cache
def clauses_of(text: str) -> tuple[Clause, ...]:
    """Return the clauses of an expression. Raises SetupError that points at the place that is wrong."""
    if len(text) > MAX_CHARS:
        raise SetupError(f"--select: {len(text)} characters are too many; the most is {MAX_CHARS}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
        at = (getattr(exc, "offset", None) or len(text.strip()) + 1) - 1  # no place: it ends too early
        raise SetupError(_pointed(text.strip(), at, "this is no expression")) from exc
    return tuple(_Compiler(text.strip()).clause(node) for node in _conjuncts(tree))


def value_of(signals: Signals, name: str) -> Value:
    """Return a signal by the name that expressions use: "chars", "removed.nav"."""
    family, _, member = name.partition(".")
    found: Value = getattr(signals, family).get(member, 0) if member else getattr(signals, family)
    return found


def _conjuncts(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for part in node.values:
            yield from _conjuncts(part)
    else:
        yield node


class _Compiler:
    """Turns the nodes of one expression into functions."""

    def __init__(self, text: str) -> None:
        self._text = text

    def clause(self, node: ast.expr) -> Clause:
        said = ast.get_source_segment(self._text, node) or self._text
        names = (_name_of(part) for part in ast.walk(node))
        known = dict.fromkeys(name for name in names if name and name not in FAMILIES)
        limits = tuple(dict.fromkeys(_limits(node)))
        return Clause(said, tuple(known), self._condition(node), limits, frozenset(_quoted(node)))

    def _condition(self, node: ast.expr) -> Callable[[Signals], bool]:
        match node:
            case ast.BoolOp(op=op, values=values):
                parts = [self._condition(value) for value in values]
                every = all if isinstance(op, ast.And) else any
                return lambda signals: every(part(signals) for part in parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._condition(operand)
                return lambda signals: not inner(signals)
            case ast.Compare():
                return self._comparison(node)
            case _:
                flag = self._operand(node)
        if flag.kind != "flag":
            raise self._wrong(node, "this is not yes or no: compare it, as in `chars >= 100`")
        return flag.get

    def _comparison(self, node: ast.Compare) -> Callable[[Signals], bool]:
        sides = [node.left, *node.comparators]
        steps = [self._step(*step) for step in zip(sides, node.ops, sides[1:], strict=False)]
        return lambda signals: all(step(signals) for step in steps)

    def _step(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Callable[[Signals], bool]:
        first = self._operand(left)
        if type(op) in _WITHIN:
            among = self._names(right, first)
            within = _WITHIN[type(op)]
            return lambda signals: within(first.get(signals), among)
        second = self._operand(right)
        self._check_names(left, first, second)
        self._check_names(right, second, first)
        compare = _EQUAL.get(type(op)) or (_ORDER.get(type(op)) if first.kind == "number" else None)
        if compare is None or first.kind != second.kind:
            raise self._wrong(right, f"a {first.kind} cannot be compared with a {second.kind} in this way")
        return lambda signals: compare(first.get(signals), second.get(signals))

    def _names(self, node: ast.expr, of: _Operand) -> tuple[Any, ...]:
        if not isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            raise self._wrong(node, 'expected a list, as in `language in ("zh", "ja")`')
        found = [self._operand(part) for part in node.elts]
        for part, operand in zip(node.elts, found, strict=True):
            if not isinstance(part, ast.Constant) or operand.kind != of.kind:
                raise self._wrong(part, f"expected a {of.kind}")
            self._check_names(part, operand, of)
        return tuple(part.value for part in node.elts if isinstance(part, ast.Constant))

    def _check_names(self, node: ast.expr, said: _Operand, of: _Operand) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and of.names and node.value not in of.names:
            raise self._wrong(node, f"{said.get(_ANY)!r} never comes; there are: {_some(of.names)}")

    def _operand(self, node: ast.expr) -> _Operand:
        match node:
            case ast.Constant(value=bool() as value):
                return _Operand("flag", lambda _: value)
            case ast.Constant(value=int() | float() as number):
                return _Operand("number", lambda _: number)
            case ast.Constant(value=str() as text):
                return _Operand("name", lambda _: text)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return _Operand("number", lambda _: -number)
            case ast.Attribute(value=ast.Name(id=family), attr=member) if family in FAMILIES:
                return _Operand("number", lambda signals: getattr(signals, family).get(member, 0))
            case ast.Name(id=name) if name in _operands():
                return _operands()[name]
            case ast.Name(id=family) if family in FAMILIES:
                raise self._wrong(node, f"say which, as in `{family}.name`")
            case ast.Name(id=name):
                near = difflib.get_close_matches(name, _operands(), n=1, cutoff=0.5)
                raise self._wrong(
                    node, f"{name!r} is not a signal. " + (f"Did you mean {near[0]}?" if near else _WHERE)
                )
            case _:
                raise self._wrong(node, "this has no meaning here: use signals, numbers, and, or, not, comparisons")

    def _wrong(self, node: ast.expr, what: str) -> SetupError:
        before = self._text.encode()[: node.col_offset].decode(errors="ignore")  # the parser counts bytes
        line = self._text.split("\n")[node.lineno - 1]
        at = len(before) if node.lineno == 1 else len(line.encode()[: node.col_offset].decode(errors="ignore"))
        return SetupError(_pointed(line, at, what))


_WHERE = "docs/reference/signals.md lists them"
_SHOWN = 8  # of the names that a signal can have
_ANY: Any = None  # constants look at no signals


@cache
def _operands() -> Mapping[str, _Operand]:
    hints = get_type_hints(Signals)
    return {name: _operand_of(name, hint) for name, hint in hints.items() if name not in FAMILIES}


def _operand_of(name: str, hint: Any) -> _Operand:  # noqa: ANN401 -- an annotation is of any type
    get: Getter = operator.attrgetter(name)
    if names := names_of(name):
        return _Operand("name", get, names)
    return _Operand("flag" if hint is bool else "number", get)


def _name_of(node: ast.AST) -> str:
    match node:
        case ast.Attribute(value=ast.Name(id=family), attr=member):
            return f"{family}.{member}"
        case ast.Name(id=name):
            return name
        case _:
            return ""


def _quoted(node: ast.expr) -> Iterator[str]:
    """Yield what stands in quotes: names, there is no other text."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")


def _limits(node: ast.expr) -> Iterator[tuple[str, float]]:
    """Yield each signal with each number that it is compared with."""
    for comparison in (part for part in ast.walk(node) if isinstance(part, ast.Compare)):
        sides = [comparison.left, *comparison.comparators]
        for one, other in (*pairwise(sides), *pairwise(sides[::-1])):
            match other:
                case ast.Constant(value=int() | float() as number) if _name_of(one):
                    yield _name_of(one), number
                case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)) if _name_of(one):
                    yield _name_of(one), -number


def _pointed(line: str, at: int, what: str) -> str:
    """Return the message, the line, and a mark under the place."""
    shown = line.replace("\t", " ").replace("\n", " ")
    return f"--select: {what}\n  {shown}\n  {' ' * at}^"
