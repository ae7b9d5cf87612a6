"""YAML text to frozen dataclasses: unknown keys are errors, and every fault is told at once, each with its line.

The dataclass is the schema. Understood are str, int, float, bool, Literal, X | None, tuple[X, ...] and nested dataclasses;
a field without a default is required. A plain scalar where text is expected is taken as it is written, so `12345` or `no`
need no quotes.
"""

import difflib
import re
import types
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import yaml

from pipeline.errors import ConfigError, Fault

T = TypeVar("T")
_TRUE, _FALSE = {"true", "yes", "on"}, {"false", "no", "off"}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads ten times as fast; not all platforms have it
_FAILED = object()  # a value that could not be made; its fault is noted


def read_yaml(text: str, shape: type[T], *, name: str, check: Callable[[T], Iterable[Fault]] = lambda _: ()) -> T:
    """Return the value that the text says. `name` is what faults call the text ("sources.yaml").

    `check` finds what is wrong in a value beyond its types; the `where` of its faults is a path of keys. It is asked also
    when there are faults already, unless they leave no value. Raises ConfigError with all faults in the order of their lines.
    """
    reader = _Reader(name)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as exc:
        raise ConfigError(_syntax_fault(exc, name)) from exc
    if node is None:
        raise ConfigError(Fault(f"{name}:1", "the file is empty", "See docs/reference/sources.md for what it may say"))
    value = reader.value(node, shape, "")
    if value is not _FAILED:
        for fault in check(cast("T", value)):
            line = line_of(text, fault.where)
            reader.faults.append((line, replace(fault, where=f"{name}:{line}", what=f"{fault.where}: {fault.what}")))
    if reader.faults:
        raise ConfigError(*(f for _, f in sorted(reader.faults, key=lambda pair: pair[0])))
    return cast("T", value)


@dataclass(slots=True)
class _Reader:
    name: str
    faults: list[tuple[int, Fault]] = field(default_factory=list)

    def value(self, node: yaml.Node, kind: Any, path: str) -> Any:  # noqa: ANN401 - any type of the schema
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            return self._optional(node, kind, path)
        if origin is Literal:
            return self._choice(node, get_args(kind), path)
        if origin is tuple:
            return self._list(node, get_args(kind)[0], path)
        if is_dataclass(kind):
            return self._mapping(node, cast("type[Any]", kind), path)
        return self._scalar(node, kind, path)

    def fault(self, node: yaml.Node, what: str, remedy: str = "") -> object:
        line = node.start_mark.line + 1
        self.faults.append((line, Fault(f"{self.name}:{line}", what, remedy)))
        return _FAILED

    def _optional(self, node: yaml.Node, kind: Any, path: str) -> Any:  # noqa: ANN401
        if _is_null(node):
            return None
        (inner,) = (arg for arg in get_args(kind) if arg is not type(None))
        return self.value(node, inner, path)

    def _choice(self, node: yaml.Node, choices: tuple[str, ...], path: str) -> Any:  # noqa: ANN401
        if isinstance(node, yaml.ScalarNode) and node.value in choices:
            return node.value
        return self.fault(node, f"{path}: expected one of {', '.join(choices)}, got {_shown(node)}")

    def _list(self, node: yaml.Node, kind: Any, path: str) -> Any:  # noqa: ANN401
        if not isinstance(node, yaml.SequenceNode):
            return self.fault(node, f"{path}: expected a list, got {_shown(node)}", f"Write it as [{_shown(node)}]")
        return tuple(self.value(child, kind, f"{path}[{i}]") for i, child in enumerate(node.value))

    def _scalar(self, node: yaml.Node, kind: Any, path: str) -> Any:  # noqa: ANN401
        if not isinstance(node, yaml.ScalarNode) or _is_null(node):
            return self.fault(node, f"{path}: expected {_named(kind)}, got {_shown(node)}")
        try:
            return _from_text(node.value, kind)
        except ValueError:
            return self.fault(node, f"{path}: expected {_named(kind)}, got {_shown(node)}")

    def _mapping(self, node: yaml.Node, shape: type[Any], path: str) -> Any:  # noqa: ANN401
        if not isinstance(node, yaml.MappingNode):
            return self.fault(node, f"{path or 'the file'}: expected keys and values, got {_shown(node)}")
        known = {f.name: f for f in fields(shape)}
        kinds = get_type_hints(shape)
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            where = f"{path}.{key}" if path else key
            if self._is_good_key(key_node, where, known, values):
                values[key] = self.value(value_node, kinds[key], where)
        missing = [name for name, f in known.items() if _is_required(f) and name not in values]
        if missing:
            return self.fault(node, f"{path or 'the file'}: missing {', '.join(missing)}")
        # A faulty value that has a default gives way to it, so that the rest can be checked, too.
        good = {key: value for key, value in values.items() if _FAILED not in _flat({key: value})}
        return _FAILED if any(_is_required(known[key]) for key in values.keys() - good.keys()) else shape(**good)

    def _is_good_key(self, node: yaml.Node, where: str, known: dict[str, Field[Any]], seen: dict[str, Any]) -> bool:
        key = where.rpartition(".")[2]
        if key in seen:
            self.fault(node, f"{where}: said twice", "Keep one of them")
        elif key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            self.fault(
                node, f"{where}: unknown key", f"Did you mean {close[0]}?" if close else f"Known: {', '.join(known)}"
            )
        return key in known and key not in seen


def _flat(values: dict[str, Any]) -> list[object]:
    return [x for v in values.values() for x in (v if isinstance(v, tuple) else (v,))]


def _from_text(text: str, kind: Any) -> Any:  # noqa: ANN401
    if kind is bool:
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise ValueError(text)
    return {str: str, int: int, float: float}[kind](text)


def _is_required(f: Field[Any]) -> bool:
    return f.default is MISSING and f.default_factory is MISSING


def _is_null(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _named(kind: type) -> str:
    return {str: "text", int: "a whole number", float: "a number", bool: "true or false"}[kind]


def _shown(node: yaml.Node) -> str:
    if _is_null(node):
        return "nothing"
    if isinstance(node, yaml.ScalarNode):
        return repr(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "keys and values"


def _syntax_fault(exc: yaml.YAMLError, name: str) -> Fault:
    mark = getattr(exc, "problem_mark", None)
    where = f"{name}:{mark.line + 1}" if mark else name
    problem = getattr(exc, "problem", None) or str(exc).splitlines()[0]
    return Fault(where, f"not valid YAML: {problem}", "Check indentation, colons and quotes around this line")


def line_of(text: str, path: str) -> int:
    """Return the line (from 1) of the value at a path of keys such as `sources[2].include`.

    Where the path ends in a key that the text does not have, it is the line of the nearest one around it.
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for step in re.findall(r"[^.\[\]]+", path):
        node = _child(node, step)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, step: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
        return cast("yaml.Node", node.value[int(step)])
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
