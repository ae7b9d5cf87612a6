"""The JSON schema of topic files, made of the classes that they become; it ships as `topic.schema.json`.

An editor that is given it (`# yaml-language-server: $schema=…`) completes keys and marks faults while a topic is written.
"""

import ast
import inspect
import json
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

from pipeline.topics import topic as shapes
from pipeline.topics.topic import Topic

Json: TypeAlias = dict[str, Any]

_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def schema_text() -> str:
    """Return the schema as the file holds it."""
    return json.dumps(topic_schema(), ensure_ascii=False, indent=2) + "\n"


def topic_schema() -> Json:
    """Return the schema of a topic file (JSON Schema 2020-12)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Topic", **_of_class(Topic)}


def _of_class(shape: type[Any]) -> Json:
    kinds, comments = get_type_hints(shape), _comments(shape.__name__)
    return {
        "type": "object",
        "description": inspect.getdoc(shape),
        "additionalProperties": False,
        "required": [f.name for f in fields(shape) if _is_required(f)],
        "properties": {f.name: {**_of_type(kinds[f.name]), **_said(f, comments)} for f in fields(shape)},
    }


def _of_type(kind: Any) -> Json:  # noqa: ANN401 - any type of a field
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _of_type(get_args(kind)[0])}
    if is_dataclass(kind):
        return _of_class(kind if isinstance(kind, type) else type(kind))
    if kind is str:
        return {"type": ["string", "number"]}  # 12345 needs no quotes
    if kind in _NAMES:
        return {"type": _NAMES[kind]}
    (inner,) = (arg for arg in get_args(kind) if arg is not type(None))
    return {"type": [_NAMES[inner], "null"]}


def _said(field: Field[Any], comments: dict[str, str]) -> Json:
    said: Json = {"description": comments[field.name]} if field.name in comments else {}
    if not _is_required(field) and isinstance(field.default, (str, int, float)):
        said["default"] = field.default
    return said


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@cache
def _comments(name: str) -> dict[str, str]:
    """Return the comment behind each field of a class: what it means is written once."""
    source = inspect.getsource(shapes)
    lines = source.splitlines()
    (body,) = (node.body for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == name)
    return {
        node.target.id: lines[node.end_lineno - 1].partition("  # ")[2]
        for node in body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.end_lineno
    }
