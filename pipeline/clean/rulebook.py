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
from itertools import accumulate
from typing import Any

from pipeline.clean.patterns import digest_of, facts_of, shipped_table
from pipeline.clean.rule import ZONES, Rule, Zone, begins_of, core_of
from pipeline.clean.rulefiles import RuleFile, read_rules, rule_from_json
from pipeline.clean.wordindex import Hit, WordIndex, hits_in
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
        """Return what matches each of the folded lines."""
        hits = self.index.hits("\n".join(folded_lines))
        return Candidates(self, folded_lines, host, hits)

    @cached_property
    def _by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def numbers(self, zone: Zone, *, cutting: bool) -> frozenset[int]:
        """Return the places in `rules` of those for a zone that cut, or of those that only remark."""
        return self._numbers[zone, cutting]

    def matching(self, folded: str, worded: Sequence[int], host: str | None) -> tuple[int, ...]:
        """Return the places of the rules for a host that match a line; `worded`: of those that it may match by its words."""
        bare = self.bare(*begins_of(folded)) if len(folded) <= self.longest_bare else ()
        numbers = (*worded, *bare)
        if not numbers:
            return ()
        core = core_of(folded)
        tried = ((number, self.rules[number]) for number in sorted(set(numbers)))
        return tuple(number for number, rule in tried if rule.is_for(host) and rule.matches(folded, core))

    def bare(self, begin: str, core_begin: str) -> tuple[int, ...]:
        """Return the places of the rules that must be tried without a word, on lines that begin so (see `begins_of`)."""
        by_opening, others = self._bare
        return *by_opening.get(begin, ()), *by_opening.get(core_begin, ()), *others

    @cached_property
    def longest_bare(self) -> int:
        """Characters; no longer line needs the rules that match without words."""
        return max((rule.max_len for rule in self.rules if facts_of(rule.folded).bare != frozenset()), default=-1)

    @cached_property
    def _bare(self) -> tuple[Mapping[str, tuple[int, ...]], tuple[int, ...]]:
        """Return the places of the rules that match without words: by their opening, and those that may begin anyhow."""
        by_opening: dict[str, list[int]] = {}
        others: list[int] = []
        for number, rule in enumerate(self.rules):
            bare = facts_of(rule.folded).bare
            for char in bare or ():
                by_opening.setdefault(char, []).append(number)
            if bare is None:
                others.append(number)
        return {char: tuple(numbers) for char, numbers in by_opening.items()}, tuple(others)

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
        return WordIndex([rule.folded for rule in self.rules], [rule.max_len for rule in self.rules])

    def __getstate__(self) -> dict[str, Any]:
        return {"rules": self.rules, "digest": self.digest}  # the automaton is built anew where it is needed


class Candidates:
    """The rules that match each line, those whose words stand in it and those that have none: a small part of the book."""

    def __init__(self, book: Rulebook, lines: Sequence[str], host: str | None, hits: Sequence[Hit]) -> None:
        """`hits` are of the text that the lines make."""
        self._book = book
        self._lines = lines
        self._host = host
        self._hits = hits
        self.found = dict(self._found())  # by line, in order: the places of the rules that match; most have none

    def part(self, line: int, start: int, end: int) -> "Candidates":
        """Return what matches a part of one line, as a line of its own."""
        above = self._starts[line]
        hits = hits_in(self._hits, above + start, above + end)
        return Candidates(self._book, (self._lines[line][start:end],), self._host, hits)

    def has_words(self, line: int) -> bool:
        """Return whether a word of any rule stands in the line: cheaper than matching."""
        start = self._starts[line]
        return self._book.index.is_telling(hits_in(self._hits, start, start + len(self._lines[line])))

    def matching(self, line: int, zone: Zone, *, cutting: bool) -> tuple[Rule, ...]:
        """Return the rules of that zone and host that match the line; those that cut, or those that only remark."""
        found = self.found.get(line)
        if found is None:  # most lines of most articles
            return ()
        among = self._book.numbers(zone, cutting=cutting)
        return tuple(self._book.rules[number] for number in found if number in among)

    @cached_property
    def _starts(self) -> Sequence[int]:
        """Return where each line begins in the text."""
        return tuple(accumulate((len(line) + 1 for line in self._lines), initial=0))

    def _found(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        worded = self._book.index.patterns(self._hits, self._lines)
        longest = self._book.longest_bare
        for line, folded in enumerate(self._lines):
            if line in worded or len(folded) <= longest:  # few lines of most articles
                numbers = self._book.matching(folded, worded.get(line, ()), self._host)
                if numbers:
                    yield line, numbers


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
