"""What can be measured of many pairs of texts at once; `verify` decides what the numbers mean.

    letters ─▶ shared 3-grams ─▶ facts ─▶ edit similarity ─▶ persons        each dearer than the one before

A measure is taken of pairs that are still open and is NaN (or "no") where it was not taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta, timezone
from functools import cached_property
from math import isnan
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.facts import Facts, differing_facts, fact_agreement, fact_conflict, find_facts, told_facts
from pipeline.dedup.kernels import Places
from pipeline.dedup.packed import Packed, fold_packed, hash_sets, overlaps, pack, shingles
from pipeline.dedup.roles import other_persons, persons_in_folded
from pipeline.dedup.snippets import snippets
from pipeline.fold import match_table, text_of
from pipeline.model import Record

_CHINA = timezone(timedelta(hours=8))
NGRAM = 3  # of the sets that are compared; independent of the signature's, which only nominates
MOST_REPEATED = 1.25  # letters may grow so much more than their 3-grams; a tripled text grows 2.3 times as much

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
    same_url: Mask  # both have one address
    newer_by_s: Numbers  # seconds by which it was published after the earlier one; NaN: one of them is not known

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
        self._points = pack([record.text for record in records])
        self.keys: Packed = fold_packed(self._points)
        self._known_persons: dict[int, Mapping[str, frozenset[str]]] = {}  # by row
        self._known_facts: dict[int, tuple[str, ...]] = {}

    def overlap(self, later: Places, earlier: Places) -> Measures:
        """Return the pairs with what their 3-grams and days say; nothing else is measured yet."""
        sets = self._sets
        mine, others = sets.sizes[later], sets.sizes[earlier]
        shared = overlaps(sets, later, earlier)
        unknown = np.full(later.size, np.nan)
        moments = np.array([_moment(record) for record in self.records], np.float64)
        days = np.array([_day(record) for record in self.records], np.float64)
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
            days_apart=np.abs(days[later] - days[earlier]),
            missing=np.minimum(mine, others) - shared,
            same_facts=np.zeros(later.size, np.bool_),
            persons_differ=np.zeros(later.size, np.bool_),
            same_url=self._have_one_url(later, earlier),
            newer_by_s=moments[later] - moments[earlier],
        )

    def with_facts(self, pairs: Measures) -> Measures:
        """Return the pairs with what their numbers and dates say; those of the titles count."""
        facts = self._facts
        agreement, weight = fact_agreement(facts, pairs.later, pairs.earlier)
        return replace(
            pairs,
            agreement=agreement,
            fact_weight=weight.astype(np.float64),
            conflict=fact_conflict(facts, pairs.later, pairs.earlier),
            same_facts=(agreement == 1) & (facts.weights[pairs.later] == facts.weights[pairs.earlier]),
        )

    def with_similarity(self, pairs: Measures, wanted: Mask, max_chars: int, at_least: float = 0.0) -> Measures:
        """Return the pairs with the edit similarity of those that are wanted, as far as `max_chars` letters reach.

        `at_least`: below it the similarity is said to be 0, which is found out sooner.
        """
        similarity = pairs.similarity.copy()
        if wanted.any():
            similarity[wanted] = similarities(
                [self._letters(row, max_chars) for row in pairs.later[wanted].tolist()],
                [self._letters(row, max_chars) for row in pairs.earlier[wanted].tolist()],
                at_least,
            )
        return replace(pairs, similarity=similarity)

    def with_persons(self, pairs: Measures, wanted: Mask) -> Measures:
        """Return the pairs with whether persons differ, of those that are wanted."""
        wanted = wanted & (pairs.missing >= NGRAM)  # another name takes at least so many 3-grams with it
        differ = np.zeros(len(pairs), np.bool_)
        places = np.flatnonzero(wanted)
        rows = zip(*(some.tolist() for some in (places, pairs.later[places], pairs.earlier[places])), strict=True)
        for pair, later, earlier in rows:
            persons = self._persons(earlier)  # of many pairs the same; mostly there are none
            differ[pair] = bool(persons and other_persons(self._persons(later), persons))
        return replace(pairs, persons_differ=differ)

    def goes_on(self, later: int, earlier: int, chars: int) -> float:
        """Return how far the later one begins as the earlier one does and goes on behind it.

        That is the share of the 3-grams of the earlier one's first letters among the first of the later one; 0 when the
        later one is longer mainly because it repeats itself.
        """
        sizes, sets = self.keys.sizes, self._sets.sizes
        if sizes[later] / sizes[earlier] > MOST_REPEATED * sets[later] / sets[earlier]:
            return 0.0
        opening, other = self._letters(earlier, chars), self._letters(later, chars)
        grams = {opening[at : at + NGRAM] for at in range(max(len(opening) - NGRAM + 1, 1))}
        return sum(gram in other for gram in grams) / len(grams)

    def facts_that_differ(self, later: int, earlier: int) -> tuple[str, ...]:
        """Return the facts that only one of two rows has: those of the later one first."""
        return differing_facts(self._told_facts(later), self._told_facts(earlier))

    def snippets(self, pairs: Measures) -> list[str]:
        """Return for each pair what the later one has where it first differs from the earlier one."""
        return snippets(self._points, pairs.later, pairs.earlier)

    @cached_property
    def _sets(self) -> Packed:
        return hash_sets(shingles(self.keys, NGRAM))

    @cached_property
    def _titled(self) -> Packed:
        """Titles and texts: what facts and persons are looked for in."""
        if not any(record.title for record in self.records):
            return self._points
        return pack([f"{r.title}\n{r.text}" if r.title else r.text for r in self.records])

    @cached_property
    def _facts(self) -> Facts:
        return find_facts(self._titled)

    @cached_property
    def _folded(self) -> str:
        return text_of(match_table()[self._titled.flat])

    def _persons(self, row: int) -> Mapping[str, frozenset[str]]:
        if (found := self._known_persons.get(row)) is None:
            start, end = self._titled.starts[row : row + 2].tolist()
            found = self._known_persons[row] = persons_in_folded(self._folded[start:end])
        return found

    def _told_facts(self, row: int) -> tuple[str, ...]:
        if (found := self._known_facts.get(row)) is None:
            first, end = self._facts.slot_starts[row : row + 2].tolist()
            found = self._known_facts[row] = told_facts(self._folded, self._facts.spans[first:end])
        return found

    def _have_one_url(self, later: Places, earlier: Places) -> Mask:
        numbers: dict[str, int] = {}
        urls = [numbers.setdefault(record.url, len(numbers)) if record.url else -1 for record in self.records]
        known = np.array(urls, np.int64)
        have: Mask = (known[later] == known[earlier]) & (known[later] >= 0)
        return have

    def _letters(self, row: int, max_chars: int) -> str:
        start = int(self.keys.starts[row])
        end = min(int(self.keys.starts[row + 1]), start + max_chars)
        return text_of(self.keys.flat[start:end])

    def _are_same(self, later: Places, earlier: Places, likely: Mask) -> Mask:
        same = np.zeros(later.size, np.bool_)
        for pair in np.flatnonzero(likely & (self.keys.sizes[later] == self.keys.sizes[earlier])).tolist():
            same[pair] = np.array_equal(self.keys.row(int(later[pair])), self.keys.row(int(earlier[pair])))
        return same & (self.keys.sizes[later] > 0)


def similarities(texts: Sequence[str], others: Sequence[str], at_least: float = 0.0) -> Numbers:
    """Return the edit similarity of each text and its counterpart: 1 - insertions and deletions / both lengths."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - most texts have no candidates and never need it
    from rapidfuzz.process import cpdist  # noqa: PLC0415

    found: Numbers = cpdist(
        texts, others, scorer=Indel.normalized_similarity, dtype=np.float64, score_cutoff=at_least or None
    )
    return found


def _day(record: Record) -> float:
    return float("nan") if record.published_at is None else float(record.published_at.toordinal())


def _moment(record: Record) -> float:
    """Return when it was published, in seconds; one without a zone is taken for Chinese time, as bare dates are."""
    at = record.published_at
    if at is None:
        return float("nan")
    return at.timestamp() if at.tzinfo else at.replace(tzinfo=_CHINA).timestamp()
