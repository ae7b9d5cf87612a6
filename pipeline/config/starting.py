"""What a project starts from: commented files that ship, and the schemas that they name for editors.

    start/sources.yaml, ferry.yaml, rules.d, inbox, schemas/*.schema.json ─▶ start_files() ─▶ `zhnews init`

The texts are examples to be written over; each passes `zhnews check` as it stands.
"""

import importlib.resources
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

SCHEMAS: Final = ("sources", "topic", "rules", "record")
_EXAMPLES: Final = ("sources.yaml", "ferry.yaml", "rules.d/own.toml", "inbox/example.txt")
_FOLDER: Final = "schemas"


def start_files() -> Mapping[str, str]:
    """Return the texts of the examples by name, as they stand below the folder of a project."""
    return MappingProxyType({name: _read(name) for name in _EXAMPLES})


def schema_files() -> Mapping[str, str]:
    """Return the texts of the schemas by name, as they stand below the folder of a project."""
    return MappingProxyType({f"{_FOLDER}/{schema_file(name)}": shipped_schema(name) for name in SCHEMAS})


def shipped_schema(name: str) -> str:
    """Return the text of a schema, one of SCHEMAS."""
    return _read(f"{_FOLDER}/{schema_file(name)}")


def schema_file(name: str) -> str:
    """Return what the file of a schema is called."""
    return f"{name}.schema.json"


def _read(name: str) -> str:
    place: Traversable = importlib.resources.files("pipeline.config") / "start"
    return place.joinpath(*name.split("/")).read_text(encoding="utf-8")
