"""Where every input went: four numbers that add up, and what was removed and refused on the way.

    seen == kept + rejected + unchanged + failed

An input is counted once, in the run in which its fate was settled. A near-duplicate is an input that was rejected by
a `dedup…` rule; `duplicates` says how many of the rejected those are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self, TypeAlias

from pipeline.edits import LAYOUT_KIND, Edit
from pipeline.model import Article, Decision, Outcome, Rejected

Fate: TypeAlias = Literal["kept", "rejected", "unchanged", "failed"]

DEDUP_RULE = "dedup"  # what the rules begin with that stand for a near-duplicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The count of a run, or of a part of it: parts are joined with `merge`, in any order."""

    seen: int = 0
    kept: int = 0
    rejected: int = 0  # near-duplicates among them
    unchanged: int = 0
    failed: int = 0
    duplicates: int = 0  # of the rejected
    removed: Mapping[str, int] = field(default_factory=dict)  # characters taken out of kept articles, by kind of edit
    rules: Mapping[str, int] = field(default_factory=dict)  # rejected inputs by rule

    def plus(self, fate: Fate, *, rule: str = "", article: Article | None = None) -> Self:
        """Return the tally with one more input; `rule` is what rejected it, `article` what was kept of it."""
        counts = {"seen": self.seen + 1, fate: getattr(self, fate) + 1}
        if fate == "rejected":
            counts["duplicates"] = self.duplicates + rule.startswith(DEDUP_RULE)
        rules = _sum(self.rules, {rule: 1}) if rule else self.rules
        removed = _sum(self.removed, removed_characters(article.edits)) if article is not None else self.removed
        return replace(self, **counts, rules=rules, removed=removed)

    def merge(self, other: "Tally") -> Self:
        """Return the sum of both; associative and commutative."""
        return replace(
            self,
            seen=self.seen + other.seen,
            kept=self.kept + other.kept,
            rejected=self.rejected + other.rejected,
            unchanged=self.unchanged + other.unchanged,
            failed=self.failed + other.failed,
            duplicates=self.duplicates + other.duplicates,
            removed=_sum(self.removed, other.removed),
            rules=_sum(self.rules, other.rules),
        )

    def check(self) -> None:
        """Assert that no input got lost and none was counted twice."""
        total = self.kept + self.rejected + self.unchanged + self.failed
        assert self.seen == total, f"seen {self.seen}, but kept + rejected + unchanged + failed is {total}: {self}"
        assert self.duplicates <= self.rejected, f"more duplicates than rejected: {self}"

    def as_json(self) -> dict[str, object]:
        """Return the tally as plain values, its tables from the largest count down."""
        return {
            "seen": self.seen,
            "kept": self.kept,
            "rejected": self.rejected,
            "unchanged": self.unchanged,
            "failed": self.failed,
            "duplicates": self.duplicates,
            "removed": largest_first(self.removed),
            "rules": largest_first(self.rules),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> Self:
        """Return the tally that `as_json` was made from."""
        return cls(**dict(values))  # type: ignore[arg-type]  # written by as_json only


def tally_outcome(outcome: Outcome) -> Tally:
    """Return the tally of one processed input, before near-duplicates are known."""
    match outcome:
        case Article():
            return Tally().plus("kept", article=outcome)
        case Rejected():
            return Tally().plus("rejected", rule=outcome.rule)


def tally_decision(article: Article, decision: Decision) -> Tally:
    """Return the tally of one article whose near-duplicate decision is known."""
    if decision.is_kept:
        return Tally().plus("kept", article=article)
    return Tally().plus("rejected", rule=dedup_rule(decision.relation))


def dedup_rule(relation: str | None) -> str:
    """Return the rule that signs for a dropped near-duplicate: "dedup.contained"."""
    return f"{DEDUP_RULE}.{relation or 'near'}"


def merge_all(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of all."""
    total = Tally()
    for tally in tallies:
        total = total.merge(tally)
    return total


def removed_characters(edits: Iterable[Edit]) -> dict[str, int]:
    """Return how many characters the edits took out, by kind.

    An edit that only replaces takes nothing out; blank lines and indents that went are layout, not text.
    """
    counts: dict[str, int] = {}
    for edit in edits:
        gone = len(edit.old) - len(edit.new)
        if gone > 0 and edit.kind != LAYOUT_KIND:
            counts[edit.kind] = counts.get(edit.kind, 0) + gone
    return counts


def _sum(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(a) + Counter(b))


def largest_first(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts from the largest down, equal ones by name."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
