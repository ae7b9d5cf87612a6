"""Two builds of the same input beside each other: which articles came, went and changed, and by which rules.

A rule is named where it signs in one build and not in the other: for an article that vanished the rule that rejected it, for
one whose text changed the rules whose edits are not the same.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.run.tally import dedup_rule, largest_first
from pipeline.run.workfolder import is_a_build
from pipeline.store.records import Json
from pipeline.store.shards import read_copies, read_rows

_NOT_AN_INPUT = "not an input"
_OTHERWISE = "title or facts"  # something else than an edit
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What the second build has otherwise than the first. Ids, sorted; rules with their numbers, the largest first."""

    n_same: int
    appeared: tuple[str, ...]
    vanished: tuple[str, ...]
    changed: tuple[str, ...]
    appeared_by: Mapping[str, int] = field(default_factory=dict)  # what had rejected them in the first build
    vanished_by: Mapping[str, int] = field(default_factory=dict)  # what rejects them in the second
    changed_by: Mapping[str, int] = field(default_factory=dict)  # whose edits are not the same; several an article


def compare_builds(old: Path, new: Path) -> Differences:
    """Return what has changed from one build's folder to another's. Some 300 bytes an article are held.

    Raises UsageError when a folder is no build.
    """
    for folder in (old, new):
        if not is_a_build(folder):
            raise UsageError(f"{folder}: is no build (no manifest.json of ours in it). Name the folder that build made")
    before = {row["id"]: _digest(row) for row in read_rows(old, "corpus")}
    after = {row["id"]: _digest(row) for row in read_rows(new, "corpus")}
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    appeared, vanished = after.keys() - before.keys(), before.keys() - after.keys()
    return Differences(
        n_same=len(before.keys() & after.keys()) - len(changed),
        appeared=tuple(sorted(appeared)),
        vanished=tuple(sorted(vanished)),
        changed=tuple(sorted(changed)),
        appeared_by=_refused_by(old, appeared),
        vanished_by=_refused_by(new, vanished),
        changed_by=_changed_by(old, new, changed),
    )


def _digest(row: Json) -> bytes:
    return hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()


def _refused_by(folder: Path, ids: set[str]) -> dict[str, int]:
    """Return which rules refused the articles in a build, with their numbers."""
    rules = {key: rule for key, rule in _refusals(folder) if key in ids}
    return largest_first(Counter(rules.get(key, _NOT_AN_INPUT) for key in ids))


def _refusals(folder: Path) -> Iterator[tuple[str, str]]:
    for _, decision in read_copies(folder):
        yield decision.id, dedup_rule(decision.relation)
    for row in read_rows(folder, "rejected"):
        yield row["id"], row["rule"]
    for row in read_rows(folder, "failed"):
        yield row["id"], "failed"


def _changed_by(old: Path, new: Path, ids: set[str]) -> dict[str, int]:
    """Return the rules whose edits differ, each with the number of articles."""
    before = {row["id"]: _signed(row) for row in read_rows(old, "corpus") if row["id"] in ids}
    counts: Counter[str] = Counter()
    for row in read_rows(new, "corpus"):
        if row["id"] in ids:
            differing = {rule for rule, *_ in before[row["id"]] ^ _signed(row)}
            counts.update(differing or {_OTHERWISE})
    return largest_first(counts)


def _signed(row: Json) -> frozenset[tuple[Any, ...]]:
    return frozenset((edit["rule"], edit["start"], edit["end"], edit["new"]) for edit in row["edits"])
