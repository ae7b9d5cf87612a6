"""The JSON Schemas of sources.yaml, topics, rule files and records, made of the classes that these become.

    Sources, Topic, Rule, Article ─▶ schema_text ─▶ pipeline/config/start/schemas/NAME.schema.json, which ship

`zhnews init` copies them beside the files that name them, so that an editor completes keys and marks faults. The comment
behind a field is its description there: what a key means is written once.

`python -m scripts.build_schemas` writes; with `--check` it fails when one is stale (a test does this).
"""

import ast
import inspect
import json
import re
import sys
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from pipeline.clean import rulefiles
from pipeline.clean.rule import ZONES, Rule
from pipeline.config.starting import SCHEMAS, schema_file
from pipeline.fetch.source import Sources
from pipeline.model import About, Article
from pipeline.store.records import article_fields
from pipeline.topics.topic import Topic

Json: TypeAlias = dict[str, Any]

FOLDER = Path(__file__).resolve().parent.parent / "pipeline" / "config" / "start" / "schemas"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NAMES = {int: "integer", float: "number", bool: "boolean"}
_MADE_ON_READING = frozenset({"folded", "origin"})  # fields of a Rule that its file does not have


def main(words: list[str]) -> int:
    made = {FOLDER / schema_file(name): schema_text(name) for name in SCHEMAS}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in words:
        print("\n".join(f"{path.name} is stale: run python -m scripts.build_schemas" for path in stale))
        return 1 if stale else 0
    for path in stale:
        path.write_text(made[path], encoding="utf-8")
    return 0


def schema_text(name: str) -> str:
    """Return the text of a schema (one of SCHEMAS), made of the classes."""
    return json.dumps(_schema(name), ensure_ascii=False, indent=2) + "\n"


def _schema(name: str) -> Json:
    in_yaml, in_json = _Form(text=("string", "number")), _Form(text=("string",))
    made = {
        "sources": lambda: in_yaml.of_class(Sources),
        "topic": lambda: in_yaml.of_class(Topic),
        "rules": lambda: _rules(in_json),
        "record": lambda: _record(in_json),
    }[name]()
    return {"$schema": _DRAFT, "title": name.capitalize(), **made}


def _rules(form: "_Form") -> Json:
    """Return the schema of a rule file. Only `id` is required: a rule that ships may be changed in one key."""
    rule = form.of_class(Rule)
    kept = {name: said for name, said in rule["properties"].items() if name not in _MADE_ON_READING}
    zones = "|".join(ZONES)
    kept["host"] = {**kept["host"], "type": "string"}  # TOML has no null
    kept["position"] = {"type": "string", "pattern": f"^(any|({zones})( +({zones}))*)$"}
    for key, meaning in re.findall(r"^    (\w+) +=.*?  # (.+)$", rulefiles.__doc__ or "", re.MULTILINE):
        kept[key]["description"] = meaning
    rule |= {"required": ["id"], "properties": kept}
    said = "A file of cleaning rules."
    tables = {"type": "array", "items": rule}
    return {"type": "object", "description": said, "additionalProperties": False, "properties": {"rule": tables}}


def _record(form: "_Form") -> Json:
    """Return the schema of an article's record: every key is written always, but for what was not asked for."""
    return form.of_class(Article) | {"required": list(article_fields())}


@dataclass(frozen=True, slots=True)
class _Form:
    """How classes become schemas in one kind of file."""

    text: tuple[str, ...]  # JSON types that may stand for text: in YAML 12345 needs no quotes

    def of_class(self, shape: type[Any]) -> Json:
        kinds, comments = get_type_hints(shape), {**_comments(shape), **_annotations(shape)}
        return {
            "type": "object",
            "description": inspect.getdoc(shape),
            "additionalProperties": False,
            "required": [f.name for f in fields(shape) if _is_required(f)],
            "properties": {f.name: {**self.of_type(kinds[f.name]), **_said(f, comments)} for f in fields(shape)},
        }

    def of_type(self, kind: Any) -> Json:  # noqa: ANN401 - any type of a field
        kind = getattr(kind, "__supertype__", kind)  # of a NewType
        origin = get_origin(kind)
        if origin in (tuple, Mapping):
            inner = self.of_type(get_args(kind)[origin is Mapping])
            return (
                {"type": "array", "items": inner}
                if origin is tuple
                else {"type": "object", "additionalProperties": inner}
            )
        if origin is Literal:
            return {"enum": list(get_args(kind))}
        if origin in (Union, types.UnionType):
            (inner,) = (arg for arg in get_args(kind) if arg is not types.NoneType)
            return _or_null(self.of_type(inner))
        if is_dataclass(kind) and isinstance(kind, type):
            return self.of_class(kind)
        if kind is datetime:
            return {"type": "string", "format": "date-time"}
        return {"type": _one_or_more(self.text if kind is str else (_NAMES[kind],))}


def _or_null(said: Json) -> Json:
    if "enum" in said:
        return {"enum": [*said["enum"], None]}
    there = said["type"]
    return said | {"type": [*([there] if isinstance(there, str) else there), "null"]}


def _one_or_more(names: tuple[str, ...]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


def _said(field: Field[Any], comments: Mapping[str, str]) -> Json:
    said: Json = {"description": comments[field.name]} if field.name in comments else {}
    if not _is_required(field) and isinstance(field.default, (str, int, float)):
        said["default"] = field.default
    return said


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _comments(shape: type[Any]) -> Mapping[str, str]:
    """Return the comment behind each field of a class."""
    module = inspect.getsource(sys.modules[shape.__module__])
    lines = module.splitlines()
    (body,) = (
        node.body for node in ast.parse(module).body if isinstance(node, ast.ClassDef) and node.name == shape.__name__
    )
    found = {
        node.target.id: lines[node.end_lineno - 1].partition("  # ")[2]
        for node in body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.end_lineno
    }
    return {name: comment.replace("None", "null") for name, comment in found.items() if comment}


def _annotations(shape: type[Any]) -> Mapping[str, str]:
    """Return what the fields of a class say of themselves in their annotations: meaning, unit and range."""
    hints = get_type_hints(shape, include_extras=True)
    said = {name: one for name, hint in hints.items() for one in getattr(hint, "__metadata__", ())}
    return {
        name: f"{one.meaning} ({one.unit}: {one.extent})" if one.extent else f"{one.meaning} ({one.unit})"
        for name, one in said.items()
        if isinstance(one, About)
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
