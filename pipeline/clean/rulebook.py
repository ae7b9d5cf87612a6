"""All rules in force, and which of them are worth trying on which line.

    shipped rules/*.toml ─┐
                          ├─ read_rules ─▶ Rulebook ── candidates(lines, host) ─▶ the few rules to try on each line
    RuleFile (the user's) ┘

How a rule is written: `rulefiles`. Without rules of the user the shipped ones come from rules/table.json, if that was made
of these very files (see `patterns`): parsing them takes 60 ms of CPU.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from pipeline.clean.patterns import digest_of, facts_of, shipped_table
from pipeline.clean.rule import ZONES, Rule, Zone, core_of
from pipeline.clean.rulefiles import RuleFile, read_rules, rule_from_json
from pipeline.clean.wordindex import Hit, WordIndex, ends_of, hits_in
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
        return Candidates(self, folded_lines, host, self.index.hits("\n".join(folded_lines)))

    @cached_property
    def _by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def numbers(self, zone: Zone, *, cutting: bool) -> frozenset[int]:
        """Return the places in `rules` of those for a zone that cut, or of those that only remark."""
        return self._numbers[zone, cutting]

    def wordless(self, first: str, core_first: str) -> tuple[int, ...]:
        """Return the places of the rules that must be tried without a word, on lines that begin with these characters.

        `core_first` is that of the line without the marks around it.
        """
        by_first, others = self._wordless
        return *by_first.get(first, ()), *(by_first.get(core_first, ()) if core_first != first else ()), *others

    @cached_property
    def longest_wordless(self) -> int:
        """Characters; no longer line needs the rules without words."""
        return max((self.rules[i].max_len for i in self.index.wordless), default=-1)

    @cached_property
    def _wordless(self) -> tuple[Mapping[str, tuple[int, ...]], tuple[int, ...]]:
        """Return the places of the rules without words: by their first character, and those that may begin anyhow."""
        by_first: dict[str, list[int]] = {}
        others: list[int] = []
        for number in self.index.wordless:
            openings = facts_of(self.rules[number].folded).openings
            for char in openings or ():
                by_first.setdefault(char, []).append(number)
            if openings is None:
                others.append(number)
        return {char: tuple(numbers) for char, numbers in by_first.items()}, tuple(others)

    @cached_property
    def _numbers(self) -> Mapping[tuple[Zone, bool], frozenset[int]]:
        return {(zone, cutting): self._chosen(zone, cutting=cutting) for zone in ZONES for cutting in (True, False)}

    def _chosen(self, zone: Zone, *, cutting: bool) -> frozenset[int]:
        return frozenset(
            i for i, r in enumerate(self.rules) if r.mode != "off" and zone in r.position and r.cuts == cutting
        )

    @cached_property
    def index(self) -> WordIndex:
        """The words of all rules."""
        return WordIndex([rule.folded for rule in self.rules])

    def __getstate__(self) -> dict[str, Any]:
        return {"rules": self.rules, "digest": self.digest}  # the automaton is built anew where it is needed


class Candidates:
    """The rules whose words stand in each line, and those that have no words: a small part of the book."""

    def __init__(self, book: Rulebook, lines: Sequence[str], host: str | None, hits: Sequence[Hit]) -> None:
        self._book = book
        self._lines = lines
        self._host = host
        self._ends = ends_of(lines)
        self._hits = hits
        self._worded = book.index.patterns(hits, self._ends) if hits else {}
        self._matching: dict[int, tuple[int, ...]] = {}

    def part(self, line: int, start: int, end: int) -> "Candidates":
        """Return what is worth trying on a part of one line, as a line of its own."""
        above = self._ends[line] - len(self._lines[line]) - 1
        hits = hits_in(self._hits, above + start, above + end)
        return Candidates(self._book, (self._lines[line][start:end],), self._host, hits)

    def has_words(self, line: int) -> bool:
        """Return whether a word of any rule stands in the line: cheaper than matching."""
        end = self._ends[line]
        return self._book.index.is_telling(hits_in(self._hits, end - len(self._lines[line]) - 1, end - 1))

    def matching(self, line: int, zone: Zone, *, cutting: bool) -> tuple[Rule, ...]:
        """Return the rules of that zone and host that match the line; those that cut, or those that only remark."""
        if line not in self._worded and len(self._lines[line]) > self._book.longest_wordless:
            return ()  # most lines of most articles
        found = self._matching.get(line)
        if found is None:
            found = self._matching[line] = tuple(self._match(line))
        if not found:
            return ()
        among = self._book.numbers(zone, cutting=cutting)
        return tuple(self._book.rules[number] for number in found if number in among)

    def _match(self, line: int) -> Iterator[int]:
        """Yield the places of the rules of any zone that match the line."""
        folded = self._lines[line]
        core = core_of(folded)
        rules = self._book.rules
        wordless = self._book.wordless(folded[:1], core[:1])
        worth = {*self._worded.get(line, ()), *(at for at in wordless if rules[at].max_len >= len(folded))}
        for number in sorted(worth):
            if rules[number].is_for(self._host) and rules[number].matches(folded, core):
                yield number


@cache
def load_rulebook(user_files: tuple[RuleFile, ...] = ()) -> Rulebook:
    """Return the shipped rules with the user's over them. Raises ConfigError with every fault of every file."""
    rules = read_rules(shipped_files(), user_files) if user_files else _shipped_rules()
    return Rulebook(rules, _digest(rules))


def _shipped_rules() -> tuple[Rule, ...]:
    table = shipped_table()
    if table["digest"] != digest_of(file.text for file in shipped_files()):
        return read_rules(shipped_files(), ())
    return tuple(map(rule_from_json, table["rules"]))


@cache
def shipped_files() -> tuple[RuleFile, ...]:
    """Return the rule files of the package, in order of name."""
    folder = resources.files("pipeline.clean") / "rules"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(RuleFile(name, (folder / name).read_text(encoding="utf-8")) for name in names)


def _digest(rules: Sequence[Rule]) -> str:
    told = [(r.id, r.kind, r.folded, r.strength, r.position, r.host, r.max_len, r.action, r.mode) for r in rules]
    return hashlib.sha256(repr((FOLD_VERSION, told)).encode()).hexdigest()[:16]
