"""What can be measured of many pairs of texts at once; `verify` decides what the numbers mean.

    letters ─▶ shared 3-grams ─▶ facts ─▶ persons, days ─▶ edit similarity        each dearer than the one before

A measure is taken of pairs that are still open and is NaN (or "no") where it was not taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from math import isnan
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.facts import fact_agreement, fact_conflict, find_facts
from pipeline.dedup.kernels import Places
from pipeline.dedup.packed import Packed, fold_packed, hash_sets, overlaps, pack, shingles
from pipeline.dedup.roles import other_persons, persons_by_role
from pipeline.model import Record

NGRAM = 3  # of the sets that are compared; independent of the signature's, which only nominates

_SHOWN = ("containment", "jaccard", "similarity", "facts", "conflict")

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The measures of some pairs, one entry a pair; `later` and `earlier` are rows of the compared texts."""

    later: Places
    earlier: Places
    letters: Places  # of the fold key of the shorter one
    is_same: Mask  # equal fold keys
    containment: Numbers  # shared 3-grams / those of the one that has fewer
    jaccard: Numbers  # shared 3-grams / all of both
    growth: Numbers  # 3-grams of the later / of the earlier
    agreement: Numbers  # facts shared, by weight / those of the one that has fewer
    fact_weight: Numbers  # the weight that the agreement is a share of
    conflict: Numbers  # common slots filled with different facts, by weight / all common slots
    similarity: Numbers  # 1 - insertions and deletions / both lengths, of the fold keys
    days_apart: Numbers  # between the days of publication; NaN: one of them is not known
    missing: Places  # 3-grams of the one that has fewer that the other lacks
    same_facts: Mask  # each has all the facts of the other
    persons_differ: Mask  # a part that both name is played by other persons

    def __len__(self) -> int:
        return self.later.size

    def at(self, wanted: Mask | Places) -> Self:
        """Return the measures of the pairs that a mask or places name."""
        return type(self)(**{f.name: getattr(self, f.name)[wanted] for f in fields(self)})

    def scores(self) -> list[dict[str, float]]:
        """Return for each pair the measures that a decision shows; 0..1 each."""
        shown = (self.containment, self.jaccard, self.similarity, self.agreement, self.conflict)
        rows = zip(*(values.round(4).tolist() for values in shown), strict=True)
        return [{name: value for name, value in zip(_SHOWN, row, strict=True) if not isnan(value)} for row in rows]


class Compared:
    """Some records and what is known of them; each kind of knowledge is made when it is first asked for."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        self.keys: Packed = fold_packed(pack([record.text for record in records]))

    def overlap(self, later: Places, earlier: Places) -> Measures:
        """Return the pairs with what their 3-grams and days say; nothing else is measured yet."""
        sets = hash_sets(shingles(self.keys, NGRAM))
        mine, others = sets.sizes[later], sets.sizes[earlier]
        shared = overlaps(sets, later, earlier)
        unknown = np.full(later.size, np.nan)
        return Measures(
            later=later,
            earlier=earlier,
            letters=np.minimum(self.keys.sizes[later], self.keys.sizes[earlier]),
            is_same=self._are_same(later, earlier, shared == np.maximum(mine, others)),
            containment=shared / np.maximum(np.minimum(mine, others), 1),
            jaccard=shared / np.maximum(mine + others - shared, 1),
            growth=mine / np.maximum(others, 1),
            agreement=unknown,
            fact_weight=unknown,
            conflict=unknown,
            similarity=unknown,
            days_apart=self._days_apart(later, earlier),
            missing=np.minimum(mine, others) - shared,
            same_facts=np.zeros(later.size, np.bool_),
            persons_differ=np.zeros(later.size, np.bool_),
        )

    def with_facts(self, pairs: Measures) -> Measures:
        """Return the pairs with what their numbers and dates say; those of the titles count."""
        rows, places = np.unique(np.concatenate((pairs.later, pairs.earlier)), return_inverse=True)
        facts = find_facts(pack([titled_text(self.records[row]) for row in rows.tolist()]))
        later, earlier = places[: len(pairs)], places[len(pairs) :]
        agreement, weight = fact_agreement(facts, later, earlier)
        return replace(
            pairs,
            agreement=agreement,
            fact_weight=weight.astype(np.float64),
            conflict=fact_conflict(facts, later, earlier),
            same_facts=(agreement == 1) & (facts.weights[later] == facts.weights[earlier]),
        )

    def with_similarity(self, pairs: Measures, wanted: Mask, max_chars: int) -> Measures:
        """Return the pairs with the edit similarity of those that are wanted, as far as `max_chars` letters reach."""
        similarity = pairs.similarity.copy()
        if wanted.any():
            similarity[wanted] = similarities(
                [self._letters(row, max_chars) for row in pairs.later[wanted].tolist()],
                [self._letters(row, max_chars) for row in pairs.earlier[wanted].tolist()],
            )
        return replace(pairs, similarity=similarity)

    def with_persons(self, pairs: Measures, wanted: Mask) -> Measures:
        """Return the pairs with whether persons differ, of those that are wanted."""
        wanted = wanted & (pairs.missing >= NGRAM)  # another name takes at least so many 3-grams with it
        rows = np.unique(np.concatenate((pairs.later[wanted], pairs.earlier[wanted]))).tolist()
        persons = {row: persons_by_role(titled_text(self.records[row])) for row in rows}
        differ = np.zeros(len(pairs), np.bool_)
        for pair in np.flatnonzero(wanted).tolist():
            differ[pair] = bool(other_persons(persons[int(pairs.later[pair])], persons[int(pairs.earlier[pair])]))
        return replace(pairs, persons_differ=differ)

    def _letters(self, row: int, max_chars: int) -> str:
        start = int(self.keys.starts[row])
        end = min(int(self.keys.starts[row + 1]), start + max_chars)
        return self.keys.flat[start:end].tobytes().decode("utf-32-le", "surrogatepass")

    def _are_same(self, later: Places, earlier: Places, likely: Mask) -> Mask:
        same = np.zeros(later.size, np.bool_)
        for pair in np.flatnonzero(likely & (self.keys.sizes[later] == self.keys.sizes[earlier])).tolist():
            same[pair] = np.array_equal(self.keys.row(int(later[pair])), self.keys.row(int(earlier[pair])))
        return same & (self.keys.sizes[later] > 0)

    def _days_apart(self, later: Places, earlier: Places) -> Numbers:
        days = np.array([_day(record) for record in self.records], np.float64)
        return np.abs(days[later] - days[earlier])


def joined(parts: Sequence[Measures]) -> Measures:
    """Return the measures of all parts, one behind the other."""
    parts = parts or [Compared(()).overlap(np.empty(0, np.int64), np.empty(0, np.int64))]
    return Measures(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Measures)})


def similarities(texts: Sequence[str], others: Sequence[str]) -> Numbers:
    """Return the edit similarity of each text and its counterpart: 1 - insertions and deletions / both lengths."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - most texts have no candidates and never need it
    from rapidfuzz.process import cpdist  # noqa: PLC0415

    found: Numbers = cpdist(texts, others, scorer=Indel.normalized_similarity, dtype=np.float64)
    return found


def titled_text(record: Record) -> str:
    """Return title and text: what facts and persons are looked for in."""
    return f"{record.title}\n{record.text}" if record.title else record.text


def _day(record: Record) -> float:
    return float("nan") if record.published_at is None else float(record.published_at.toordinal())
