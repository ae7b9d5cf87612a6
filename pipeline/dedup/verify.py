"""A candidate pair looked at closely: is the one a copy of the other, and of what kind.

    3-gram sets ──▶ containment ──┬─ ≥ .8 ─────────────────────────▶ similar ─┐
                                  └─ grey: edit similarity ≥ .8 ───▶ similar ─┤
    numbers and dates, persons, days of publication ──▶ guards ───────────────┴─▶ near · contains · contained | template

A pair that is similar but fails a guard is `template`: the same form, another event. Both stay. The guards read the
titles too, but no title makes or unmakes a copy by itself. One address makes no copy either: the texts must be alike. But
what is alike at one address is an updated article, so its date may be another, and some of its numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import Pairs
from pipeline.dedup.measures import Compared, Mask, Measures
from pipeline.dedup.packed import chunks
from pipeline.model import Record, Relation

COPIES: Final[frozenset[Relation]] = frozenset({"exact", "near", "contains", "contained"})

# Characters of the pairs verified at once: some 1,500 pairs of news. At 8 million each array is new memory from the
# system, and the pass took a fifth longer; at half a million the calls cost as much.
_CHUNK_CHARS = 2_000_000
_MAX_FACTS = 12  # differing facts that a decision lists
_RELATIONS: Final[tuple[Relation | None, ...]] = (None, "exact", "near", "contains", "contained", "quote", "template")
_NONE, _EXACT, _NEAR, _CONTAINS, _CONTAINED, _QUOTE, _TEMPLATE = range(7)
_COPY_CODES: Final = (_EXACT, _NEAR, _CONTAINS, _CONTAINED)


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
    # The same where the text itself is damaged, as edits hit numbers too, or where both have one address: corrected
    # figures stay below, a form that is filled anew at one address every day begins at .4.
    max_conflict_damaged: float = 0.3
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
    opening_chars: int = 60  # letters by which a text that goes on is told from a roundup that holds the other
    # Kept candidates that a text is compared with, the likest first; bounds the work for a text that is like thousands. The
    # benchmark's recall is the same with 4 and with all of them; with fewer, fewer rulings are taken for another.
    max_compared: int = 8
    min_opening: float = (
        0.8  # 3-grams of the opening that the fuller one's own opening must have: 12 letters may come before
    )


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
    supersedes: bool = False  # the first is the fuller or newer form of the second
    snippet: str = ""  # of the first, where it first differs from the second; "" where it does not

    @property
    def is_copy(self) -> bool:
        return self.relation in COPIES


def verify_pair(record: Record, other: Record, params: VerifyParams = NEWS) -> Verified:
    """Return what the first record is to the second, with everything measured."""
    compared = Compared((other, record))
    pairs = compared.with_facts(compared.overlap(np.array([1]), np.array([0])))
    everything = np.ones(1, np.bool_)
    pairs = compared.with_similarity(compared.with_persons(pairs, everything), everything, params.compared_chars)
    return _told(compared, pairs, params)[0]


def verify_pairs(records: Sequence[Record], pairs: Pairs, params: VerifyParams = NEWS) -> list[Verified | None]:
    """Return for each pair what the later record is to the earlier one; None: no copy of it, as `verify_pair` finds.

    What was not needed to decide was not measured and is no score.
    """
    rows, places = np.unique(np.concatenate((pairs.earlier, pairs.later)), return_inverse=True)
    compared = [records[row] for row in rows.tolist()]
    earlier, later = places[: len(pairs)], places[len(pairs) :]
    sizes = np.array([len(record.text) for record in compared], np.int64)
    found: list[Verified | None] = []
    for first, end in chunks((sizes[earlier] + sizes[later]).tolist(), _CHUNK_CHARS):
        found += _verified(compared, Pairs(earlier[first:end], later[first:end]), params)
    return found


def _verified(records: Sequence[Record], pairs: Pairs, params: VerifyParams) -> list[Verified | None]:
    rows, places = np.unique(np.concatenate((pairs.earlier, pairs.later)), return_inverse=True)
    compared = Compared([records[row] for row in rows.tolist()])
    measures = _measured(compared, places[len(pairs) :], places[: len(pairs)], params)
    found: list[Verified | None] = [None] * len(pairs)
    copies = np.flatnonzero(np.isin(_relations(measures, params), _COPY_CODES))
    for place, verified in zip(copies.tolist(), _told(compared, measures.at(copies), params), strict=True):
        found[place] = verified
    return found


def _measured(
    compared: Compared, later: NDArray[np.int64], earlier: NDArray[np.int64], params: VerifyParams
) -> Measures:
    """Return the measures that tell which of the pairs are copies: the dear ones only where the cheap ones leave it open."""
    pairs = compared.with_facts(compared.overlap(later, earlier))
    hopeful = _may_be_similar(pairs, params) & _facts_allow(pairs, params) & ~pairs.is_same
    apart = _is_apart(pairs, params)
    pairs = compared.with_similarity(pairs, hopeful & apart, params.compared_chars, params.apart_similarity)
    unsure = hopeful & ~apart & ~_holds_enough(pairs, params)
    pairs = compared.with_similarity(pairs, unsure, params.compared_chars, params.min_similarity)
    hopeful &= _is_similar(pairs, params) & _dates_allow(pairs, params)
    return compared.with_persons(pairs, hopeful & _has_persons(pairs, params))


def _told(compared: Compared, pairs: Measures, params: VerifyParams) -> list[Verified]:
    """Return what the measures say, in words."""
    relations = _relations(pairs, params)
    is_fuller = (relations == _CONTAINS) & (pairs.containment >= params.damaged_containment)
    columns = (pairs.later, pairs.earlier, relations, is_fuller, _is_newer(pairs, params), pairs.same_facts)
    rows = zip(*(column.tolist() for column in columns), pairs.scores(), compared.snippets(pairs), strict=True)
    told: list[Verified] = []
    for later, earlier, relation, fuller, newer, same_facts, scores, snippet in rows:
        goes_on = fuller and compared.goes_on(later, earlier, params.opening_chars) >= params.min_opening
        told.append(
            Verified(
                relation=_RELATIONS[relation],
                scores=scores,
                facts=() if same_facts else compared.facts_that_differ(later, earlier)[:_MAX_FACTS],
                supersedes=bool(goes_on or newer),
                snippet=snippet,
            )
        )
    return told


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


def _is_newer(pairs: Measures, params: VerifyParams) -> Mask:
    """Whether the later one is the newer version of one page: published after it, else not shorter. A part of it is none."""
    later = (pairs.newer_by_s > 0) | np.isnan(pairs.newer_by_s) & (pairs.growth >= 1)
    later |= (pairs.newer_by_s == 0) & (pairs.growth >= 1)
    return pairs.same_url & ~pairs.is_same & later & (pairs.growth >= params.near_size_ratio)


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
    damaged = (pairs.containment < params.damaged_containment) | pairs.same_url
    tolerated = np.where(damaged, params.max_conflict_damaged, params.max_conflict)
    agreeing = (pairs.agreement >= params.min_agreement) | (pairs.fact_weight <= params.few_facts)
    return agreeing & (pairs.conflict <= tolerated)


def _has_persons(pairs: Measures, params: VerifyParams) -> Mask:
    return (pairs.containment >= params.persons_containment) & params.compare_persons


def _is_apart(pairs: Measures, params: VerifyParams) -> Mask:
    if params.max_days_apart is None:
        return np.zeros(len(pairs), np.bool_)
    return ~pairs.same_url & (pairs.days_apart > params.max_days_apart)  # NaN, a day that is not known, is not apart


def _dates_allow(pairs: Measures, params: VerifyParams) -> Mask:
    near_identical = (pairs.similarity >= params.apart_similarity) & (pairs.agreement >= params.apart_agreement)
    return ~_is_apart(pairs, params) | near_identical
