"""Which articles stay: expressions and presets, and for each article that goes the clause and the value that decided.

    Signals ── every clause of every condition ──▶ kept | Failure ──▶ Rejected("quality.gopher-zh", "chars is 41 …")

A preset is a list of clauses with a reason and a measurement each: presets.toml. Conditions are names and texts, so they travel
to any process; what they compile to is kept by the process.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from pipeline.errors import SetupError
from pipeline.model import Article, Rejected, Signals
from pipeline.quality.expression import Clause, Value, clauses_of, value_of
from pipeline.quality.language import LANGUAGES

RULE = __name__.removeprefix("pipeline.")  # of an expression; a preset signs with its own name
NONE = "none"  # the preset that keeps everything
BEGINNING_CHARS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetClause:
    """A condition of a preset, with its birth certificate."""

    keep: str  # the expression
    why: str
    source: str = ""  # the filter and paper that it comes from
    lost: str = ""  # of clean news, where measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A condition that ships."""

    name: str
    about: str
    clauses: tuple[PresetClause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why signals do not meet a condition."""

    condition: str  # the preset or "select"
    clause: str
    values: tuple[tuple[str, Value], ...]  # of the signals that the clause looks at

    @property
    def rule(self) -> str:
        return RULE if self.condition == "select" else f"quality.{self.condition}"

    @property
    def detail(self) -> str:
        said = ", ".join(f"{name} is {_shown(value)}" for name, value in self.values)
        return f"{said}; kept if {self.clause}"


def check_conditions(conditions: Iterable[str], *, identified: bool = False) -> None:
    """Raise SetupError unless each is the name of a preset or an expression that can be read, and can be met.

    `identified`: languages are named that scripts leave open; otherwise no text has one.
    """
    named = {name for condition in conditions for clause in _clauses(condition) for name in clause.names}
    languages = ", ".join(sorted(named.intersection(LANGUAGES)))
    if languages and not identified:
        raise SetupError(
            f"--select: only --identify-language of clean, build and export tells the language {languages}"
        )


def failure_of(signals: Signals, conditions: Sequence[str]) -> Failure | None:
    """Return the first clause that the signals do not meet; None: they meet all of every condition."""
    for condition in conditions:
        for clause in _clauses(condition):
            if not clause.holds(signals):
                values = tuple((name, value_of(signals, name)) for name in clause.signals)
                return Failure(condition=_name_of(condition), clause=clause.text, values=values)
    return None


def failures_of(signals: Signals, condition: str) -> tuple[Clause, ...]:
    """Return all clauses of a condition that the signals do not meet: what a report counts."""
    return tuple(clause for clause in _clauses(condition) if not clause.holds(signals))


def conditions_of(conditions: Iterable[str]) -> tuple[tuple[str, Clause], ...]:
    """Return all clauses in their order, each with the name that its rejections carry: the preset, or "select"."""
    return tuple((_name_of(condition), clause) for condition in conditions for clause in _clauses(condition))


def select_article(article: Article, signals: Signals, conditions: Sequence[str]) -> Article | Rejected:
    """Return the article, or its rejection with the signal and the value that decided."""
    failure = failure_of(signals, conditions)
    if failure is None:
        return article
    return Rejected(
        id=article.id,
        url=article.url,
        source=article.source,
        rule=failure.rule,
        detail=failure.detail,
        begins=beginning(article),
        signals=signals,
    )


def beginning(article: Article) -> str:
    """Return what an article is known by at a glance: its title, or how its text begins."""
    return " ".join((article.title or article.text[:BEGINNING_CHARS]).split())[:BEGINNING_CHARS]


@cache
def presets() -> Mapping[str, Preset]:
    """Return the presets that ship, by name."""
    stored = tomllib.loads((resources.files("pipeline.quality") / "presets.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: _preset(name, said) for name, said in stored.items()})


def _preset(name: str, said: Mapping[str, Any]) -> Preset:
    clauses = tuple(PresetClause(**row) for row in said.get("clause", ()))
    return Preset(name=name, about=said["about"], clauses=clauses)


@cache
def _clauses(condition: str) -> tuple[Clause, ...]:
    preset = presets().get(condition)
    if preset is None:
        return clauses_of(condition)
    return tuple(clause for row in preset.clauses for clause in clauses_of(row.keep))


def _name_of(condition: str) -> str:
    return condition if condition in presets() else "select"


def _shown(value: Value) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
