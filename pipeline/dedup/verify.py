"""A candidate pair looked at closely: is the one a copy of the other, and of what kind.

    3-gram sets ──▶ containment ──┬─ ≥ .8 ─────────────────────────▶ similar ─┐
                                  └─ grey: edit similarity ≥ .8 ───▶ similar ─┤
    numbers and dates, persons, days of publication ──▶ guards ───────────────┴─▶ near · contains · contained | template

A pair that is similar but fails a guard is `template`: the same form, another event. Both stay. The guards read the
titles too, but no title makes or unmakes a copy by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import Pairs
from pipeline.dedup.facts import differing_facts, facts_of
from pipeline.dedup.measures import Compared, Mask, Measures, joined, titled_text
from pipeline.dedup.packed import chunks
from pipeline.model import Record, Relation

COPIES: Final[frozenset[Relation]] = frozenset({"exact", "near", "contains", "contained"})

_CHUNK_CHARS = 8_000_000  # characters of the pairs verified at once: some 10,000 pairs of news
_MAX_FACTS = 12  # differing facts that a decision lists
_RELATIONS: Final[tuple[Relation | None, ...]] = (None, "exact", "near", "contains", "contained", "quote", "template")
_NONE, _EXACT, _NEAR, _CONTAINS, _CONTAINED, _QUOTE, _TEMPLATE = range(7)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyParams:
    """When two texts are copies. Shares are 0..1; measured with benchmarks/dedup.py on one half of the labelled pairs."""

    min_chars: int = 20  # letters of the shorter text; below, one changed name leaves nothing to judge by
    short_chars: int = 64  # letters; up to here a changed name is a tenth of the text, so more must be shared
    short_containment: float = 0.9  # of the 3-grams of a short text
    min_containment: float = 0.8  # shared 3-grams / those of the smaller; alone enough (spam, cuts, other order)
    grey_containment: float = 0.55  # from here to the above the edit similarity decides (edits, spun text)
    min_similarity: float = 0.8  # 1 - insertions and deletions / both lengths, of the fold keys
    compared_chars: int = 5_000  # letters of each text that the edit similarity reads; bounds its square to 0.4 ms
    min_agreement: float = 0.3  # facts shared, by weight, of the text with fewer
    few_facts: int = 6  # weight up to which the facts are too few to ask for agreement: one date
    max_conflict: float = 0.15  # common slots filled with other facts: copies 0 (a mended typo), forms .4 and more
    max_conflict_damaged: float = 0.3  # the same where the text itself is damaged; edits hit numbers too
    damaged_containment: float = 0.92  # below, the text is damaged
    compare_persons: bool = True  # whether the same part given to another person makes another event
    persons_containment: float = 0.75  # from here on persons are compared; below, damage hits names too
    max_days_apart: int | None = (
        3  # published further apart, only a near-identical text is a copy; None: no matter when
    )
    apart_similarity: float = 0.97  # what near-identical is
    apart_agreement: float = 0.8
    min_size_ratio: float = 0.33  # a text that holds a kept one of less than this share of it merely quotes it
    near_size_ratio: float = 0.8  # 3-grams of the smaller / the larger; below, the one is contained in the other
    min_quote: float = 0.2  # containment from which the texts share a passage


NEWS: Final = VerifyParams()
STRICT: Final = VerifyParams(min_agreement=0.7, max_conflict=0.05, max_conflict_damaged=0.1, max_days_apart=1)
LM: Final = VerifyParams(
    min_agreement=0.0, max_conflict=1.0, max_conflict_damaged=1.0, compare_persons=False, max_days_apart=None
)
PRESETS: Final[Mapping[str, VerifyParams]] = MappingProxyType({"news": NEWS, "strict": STRICT, "lm": LM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a pair is. `relation` is of the first to the second; None: nothing worth a name."""

    relation: Relation | None
    scores: Mapping[str, float] = field(default_factory=dict)  # containment, jaccard, similarity, facts, conflict
    facts: tuple[str, ...] = ()  # numbers and dates that only one of them has

    @property
    def is_copy(self) -> bool:
        return self.relation in COPIES


@dataclass(frozen=True, slots=True)
class Copies:
    """Pairs whose later text is a copy of the earlier one; one entry a pair, in the order of the pairs."""

    measures: Measures  # `later` and `earlier` are places in the input
    relations: tuple[Relation, ...]  # of the later to the earlier


def verify_pair(record: Record, other: Record, params: VerifyParams = NEWS) -> Verified:
    """Return what the first record is to the second."""
    compared = Compared((other, record))
    pairs = compared.with_facts(compared.overlap(np.array([1]), np.array([0])))
    everything = np.ones(1, np.bool_)
    pairs = compared.with_similarity(compared.with_persons(pairs, everything), everything, params.compared_chars)
    return Verified(
        relation=_RELATIONS[int(_relations(pairs, params)[0])],
        scores=pairs.scores()[0],
        facts=differing_facts(*facts_of(titled_text(record), titled_text(other)))[:_MAX_FACTS],
    )


def verify_pairs(records: Sequence[Record], pairs: Pairs, params: VerifyParams = NEWS) -> Copies:
    """Return those of the pairs whose later text is a copy of the earlier one, as `verify_pair` finds it."""
    parts = [
        _copies(records, pairs.earlier[first:end], pairs.later[first:end], params)
        for first, end in _spans(records, pairs.earlier, pairs.later)
    ]
    return Copies(joined([part.measures for part in parts]), tuple(relation for p in parts for relation in p.relations))


def described(records: Sequence[Record], copies: Measures, params: VerifyParams = NEWS) -> list[Verified]:
    """Return scores and differing facts of pairs that are copies; the relation is left to who knows it."""
    found: list[Verified] = []
    for first, end in _spans(records, copies.earlier, copies.later):
        found += _described(records, copies.at(np.arange(first, end)), params)
    return found


def _copies(
    records: Sequence[Record], earlier: NDArray[np.int64], later: NDArray[np.int64], params: VerifyParams
) -> Copies:
    rows, places = np.unique(np.concatenate((earlier, later)), return_inverse=True)
    compared = Compared([records[row] for row in rows.tolist()])
    pairs = compared.overlap(places[earlier.size :], places[: earlier.size])
    pairs = compared.with_facts(pairs.at(_may_be_similar(pairs, params)))
    pairs = pairs.at(_facts_allow(pairs, params) | pairs.is_same)
    unsure = ~_holds_enough(pairs, params) | _is_apart(pairs, params)
    pairs = compared.with_similarity(pairs, unsure & ~pairs.is_same, params.compared_chars)
    pairs = pairs.at(_is_similar(pairs, params) | pairs.is_same)
    pairs = compared.with_persons(pairs, ~pairs.is_same & _has_persons(pairs, params))
    codes = _relations(pairs, params)
    pairs, codes = pairs.at(_is_copy(codes)), codes[_is_copy(codes)]
    relations = tuple(relation for code in codes.tolist() if (relation := _RELATIONS[code]) is not None)
    return Copies(replace(pairs, earlier=rows[pairs.earlier], later=rows[pairs.later]), relations)


def _described(records: Sequence[Record], pairs: Measures, params: VerifyParams) -> list[Verified]:
    rows, places = np.unique(np.concatenate((pairs.earlier, pairs.later)), return_inverse=True)
    local = replace(pairs, earlier=places[: len(pairs)], later=places[len(pairs) :])
    compared = Compared([records[row] for row in rows.tolist()])
    local = compared.with_similarity(local, np.isnan(local.similarity), params.compared_chars)
    differing = _facts_that_differ(compared.records, local)
    scores = local.scores()
    return [Verified(relation=None, scores=scores[at], facts=differing.get(at, ())) for at in range(len(local))]


def _facts_that_differ(records: Sequence[Record], pairs: Measures) -> dict[int, tuple[str, ...]]:
    """Return the facts that only one of a pair has, by place of the pair."""
    places = np.flatnonzero(~pairs.same_facts)
    later, earlier = pairs.later[places].tolist(), pairs.earlier[places].tolist()
    rows = sorted({*later, *earlier})
    facts = dict(zip(rows, facts_of(*(titled_text(records[row]) for row in rows)), strict=True))
    return {
        place: differing_facts(facts[mine], facts[other])[:_MAX_FACTS]
        for place, mine, other in zip(places.tolist(), later, earlier, strict=True)
    }


def _spans(records: Sequence[Record], earlier: NDArray[np.int64], later: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return spans of pairs that are looked at together."""
    sizes = np.fromiter((len(record.text) for record in records), np.int64, len(records))
    return chunks((sizes[earlier] + sizes[later]).tolist(), _CHUNK_CHARS)


def _relations(pairs: Measures, params: VerifyParams) -> NDArray[np.int64]:
    """Return the code of the relation of each pair."""
    similar = _is_similar(pairs, params)
    allowed = _facts_allow(pairs, params) & _dates_allow(pairs, params)
    allowed &= ~(pairs.persons_differ & _has_persons(pairs, params))
    relation = np.select(
        [pairs.growth * params.near_size_ratio > 1, pairs.growth < params.near_size_ratio],
        [_CONTAINS, _CONTAINED],
        _NEAR,
    )
    return np.select(
        [
            pairs.is_same,
            similar & allowed & (pairs.growth * params.min_size_ratio <= 1),
            similar & ~allowed,
            (pairs.containment >= params.min_quote) & (pairs.letters >= params.min_chars),
        ],
        [_EXACT, relation, _TEMPLATE, _QUOTE],
        _NONE,
    )


def _is_copy(codes: NDArray[np.int64]) -> Mask:
    return np.isin(codes, (_EXACT, _NEAR, _CONTAINS, _CONTAINED))


def _may_be_similar(pairs: Measures, params: VerifyParams) -> Mask:
    long_enough = (pairs.letters >= params.min_chars) & (pairs.growth * params.min_size_ratio <= 1)
    return pairs.is_same | long_enough & (pairs.containment >= params.grey_containment)


def _holds_enough(pairs: Measures, params: VerifyParams) -> Mask:
    """Whether the shared 3-grams are enough by themselves."""
    needed = np.where(pairs.letters <= params.short_chars, params.short_containment, params.min_containment)
    return (pairs.letters >= params.min_chars) & (pairs.containment >= needed)


def _is_similar(pairs: Measures, params: VerifyParams) -> Mask:
    grey = (pairs.letters > params.short_chars) & (pairs.containment >= params.grey_containment)
    return _holds_enough(pairs, params) | grey & (pairs.similarity >= params.min_similarity)


def _facts_allow(pairs: Measures, params: VerifyParams) -> Mask:
    damaged = pairs.containment < params.damaged_containment
    tolerated = np.where(damaged, params.max_conflict_damaged, params.max_conflict)
    agreeing = (pairs.agreement >= params.min_agreement) | (pairs.fact_weight <= params.few_facts)
    return agreeing & (pairs.conflict <= tolerated)


def _has_persons(pairs: Measures, params: VerifyParams) -> Mask:
    return (pairs.containment >= params.persons_containment) & params.compare_persons


def _is_apart(pairs: Measures, params: VerifyParams) -> Mask:
    if params.max_days_apart is None:
        return np.zeros(len(pairs), np.bool_)
    return pairs.days_apart > params.max_days_apart  # NaN, a day that is not known, is not apart


def _dates_allow(pairs: Measures, params: VerifyParams) -> Mask:
    near_identical = (pairs.similarity >= params.apart_similarity) & (pairs.agreement >= params.apart_agreement)
    return ~_is_apart(pairs, params) | near_identical
