"""What is known of a pattern without compiling it: how a match begins, and which words it holds.

Reading it off 94 patterns takes 0.1 s of CPU and compiling them another 0.1 s, which one text must not pay. So for the
shipped rules it stands in rules/table.json, written by scripts/build_rule_table.py; for others it is found when asked for.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from pipeline.clean.openings import openings
from pipeline.clean.triggers import Demands, demands_of
from pipeline.fold import FOLD_VERSION

TABLE = "table.json"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a line must be like for a pattern to match."""

    openings: frozenset[str] | None  # its `opening` is one of these; None: it cannot be told
    demands: Demands  # its words …
    bare: frozenset[str] | None  # … or its `opening`, for matches without words; None: it may begin anyhow


@cache
def facts_of(pattern: str) -> Facts:
    """Return what is known of a pattern (as it matches folded text)."""
    known = shipped_table()["patterns"].get(pattern)
    return find_facts(pattern) if known is None else facts_from_json(known)


def find_facts(pattern: str) -> Facts:
    """Return what can be read off the pattern."""
    return Facts(openings(pattern), *demands_of(pattern))


def facts_to_json(facts: Facts) -> list[Any]:
    """Return the facts as they stand in the table."""
    demands = [[sorted(words) for words in demand] for demand in facts.demands]
    return [_joined(facts.openings), demands, _joined(facts.bare)]


def facts_from_json(stored: Sequence[Any]) -> Facts:
    """Return what `facts_to_json` was given."""
    firsts, demands, bare = stored
    return Facts(
        None if firsts is None else frozenset(firsts),
        tuple(tuple(map(frozenset, demand)) for demand in demands),
        None if bare is None else frozenset(bare),
    )


def _joined(chars: frozenset[str] | None) -> str | None:
    return None if chars is None else "".join(sorted(chars))


def digest_of(texts: Iterable[str]) -> str:
    """Return 16 hex digits that change when a rule file or the fold changes: a table of another digest is not asked."""
    return hashlib.sha256(repr((FOLD_VERSION, tuple(texts))).encode()).hexdigest()[:16]


@cache
def shipped_table() -> Mapping[str, Any]:
    """Return the table as it ships: `digest` of the rule files, their `rules`, and what is known of each pattern."""
    file = resources.files("pipeline.clean") / "rules" / TABLE
    table: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return table
