"""All rules in force, and which of them are worth trying on which line.

    shipped rules/*.toml ─┐
                          ├─ read_rules ─▶ Rulebook ── candidates(lines, host) ─▶ the few rules to try on each line
    RuleFile (the user's) ┘

How a rule is written: `rulefiles`.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from itertools import accumulate
from typing import Any

from pipeline.clean.rule import ZONES, Rule, Zone
from pipeline.clean.rulefiles import RuleFile, read_rules
from pipeline.clean.triggers import TriggerIndex
from pipeline.fold import FOLD_VERSION

__all__ = ["Candidates", "Rule", "RuleFile", "Rulebook", "load_rulebook"]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """All rules in force; the same texts give the same digest."""

    rules: tuple[Rule, ...]
    digest: str

    def find(self, rule_id: str) -> Rule | None:
        return self._by_id.get(rule_id)

    def candidates(self, folded_lines: Sequence[str], host: str | None) -> "Candidates":
        """Return what is worth trying on each of the folded lines."""
        found: dict[int, set[int]] = {}
        ends = list(accumulate(len(line) + 1 for line in folded_lines))
        for place, number in self._triggers.hits("\n".join(folded_lines)):
            found.setdefault(bisect_right(ends, place), set()).add(number)
        return Candidates(self, folded_lines, host, found)

    @cached_property
    def _by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def numbers(self, zone: Zone, *, cutting: bool) -> frozenset[int]:
        """Return the places in `rules` of those for a zone that cut, or of those that only remark."""
        return self._numbers[zone, cutting]

    @cached_property
    def wordless(self) -> tuple[tuple[int, int], ...]:
        """Place and longest line of the rules that must be tried without a word."""
        return tuple((i, self.rules[i].max_len) for i in self._triggers.wordless)

    @cached_property
    def longest_wordless(self) -> int:
        """Characters; no longer line needs the rules without words."""
        return max((max_len for _, max_len in self.wordless), default=-1)

    @cached_property
    def _numbers(self) -> Mapping[tuple[Zone, bool], frozenset[int]]:
        return {(zone, cutting): self._chosen(zone, cutting=cutting) for zone in ZONES for cutting in (True, False)}

    def _chosen(self, zone: Zone, *, cutting: bool) -> frozenset[int]:
        return frozenset(
            i for i, r in enumerate(self.rules) if r.mode != "off" and zone in r.position and r.cuts == cutting
        )

    @cached_property
    def _triggers(self) -> TriggerIndex:
        return TriggerIndex([rule.folded for rule in self.rules])

    def __getstate__(self) -> dict[str, Any]:
        return {"rules": self.rules, "digest": self.digest}  # the automaton is built anew where it is needed


class Candidates:
    """The rules whose words stand in each line, and those that have no words: a small part of the book."""

    def __init__(self, book: Rulebook, lines: Sequence[str], host: str | None, worded: Mapping[int, set[int]]) -> None:
        self._book = book
        self._lines = lines
        self._host = host
        self._worded = worded
        self._matching: dict[int, tuple[int, ...]] = {}

    def has_words(self, line: int) -> bool:
        """Return whether a word of any rule stands in the line: cheaper than matching."""
        return line in self._worded

    def matching(self, line: int, zone: Zone, *, cutting: bool) -> tuple[Rule, ...]:
        """Return the rules of that zone and host that match the line; those that cut, or those that only remark."""
        if line not in self._worded and len(self._lines[line]) > self._book.longest_wordless:
            return ()  # most lines of most articles
        if line not in self._matching:
            self._matching[line] = tuple(self._match(line))
        found = self._matching[line]
        if not found:
            return ()
        among = self._book.numbers(zone, cutting=cutting)
        return tuple(self._book.rules[number] for number in found if number in among)

    def _match(self, line: int) -> Iterator[int]:
        """Yield the places of the rules of any zone that match the line."""
        folded = self._lines[line]
        wordless = (number for number, max_len in self._book.wordless if len(folded) <= max_len)
        for number in sorted({*self._worded.get(line, ()), *wordless}):
            rule = self._book.rules[number]
            if len(folded) <= rule.max_len and rule.is_for(self._host) and rule.matches(folded):
                yield number


@cache
def load_rulebook(user_files: tuple[RuleFile, ...] = ()) -> Rulebook:
    """Return the shipped rules with the user's over them. Raises ConfigError with every fault of every file."""
    rules = read_rules(_shipped_files(), user_files)
    return Rulebook(rules, _digest(rules))


@cache
def _shipped_files() -> tuple[RuleFile, ...]:
    folder = resources.files("pipeline.clean") / "rules"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(RuleFile(name, (folder / name).read_text(encoding="utf-8")) for name in names)


def _digest(rules: Sequence[Rule]) -> str:
    told = [(r.id, r.kind, r.folded, r.strength, r.position, r.host, r.max_len, r.action, r.mode) for r in rules]
    return hashlib.sha256(repr((FOLD_VERSION, told)).encode()).hexdigest()[:16]
