"""What stays, and which kept article each dropped one is a copy of.

    records ─ sign ─▶ signatures ─ bands ─▶ candidate pairs ─ verify ─▶ copies ─ keep first ─▶ decisions

Keep-first: in the order given, a record is dropped if and only if it is a copy of an earlier *kept* one. So no decision
rests on a chain, and the answer does not depend on how the input was cut: `find_near_duplicates(a + b)` decides about b
as `find_near_duplicates(b, earlier=…)` does with what an index knows of a.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import BandKeys, Pairs, agreements, band_keys, candidate_pairs
from pipeline.dedup.packed import chunks, fold_packed, pack
from pipeline.dedup.signature import SignatureSpec, content_keys, sign_keys
from pipeline.dedup.verify import NEWS, Copies, VerifyParams, described, verify_pairs
from pipeline.model import Decision, Record

_CHUNK_CHARS = 4_000_000  # texts signed at once


@dataclass(frozen=True, slots=True, kw_only=True)
class DedupParams:
    """All numbers that near-duplicate decisions depend on."""

    spec: SignatureSpec = field(default_factory=SignatureSpec)
    verify: VerifyParams = NEWS
    # Share of equal slots that a candidate pair needs to be verified. Of the benchmark's copies none that shares a
    # band lies below .3, of unrelated pairs nearly all do; a copy may be a third as long as the text that holds it.
    min_estimate: float = 0.25


@dataclass(frozen=True, slots=True)
class Signed:
    """What search needs to know of some records, in their order."""

    content_keys: tuple[bytes, ...]  # equal: the same text but for script, width, punctuation and spaces
    is_blank: NDArray[np.bool_]  # nothing but white space: no evidence of anything
    has_letters: NDArray[np.bool_]  # something to make shingles of; others are never in the index
    signatures: NDArray[np.uint32]
    band_keys: BandKeys

    def __len__(self) -> int:
        return len(self.content_keys)

    def members(self, known: frozenset[bytes] = frozenset()) -> NDArray[np.bool_]:
        """Return which of the records count in buckets: the first with its text. `known`: texts seen before these."""
        seen = set(known)
        first = np.zeros(len(self), np.bool_)
        for index, key in enumerate(self.content_keys):
            first[index] = key not in seen
            seen.add(key)
        return first & self.has_letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What is known from before: found through an index, and kept by the caller's state."""

    records: Sequence[Record] = ()  # *kept* ones, in order of arrival: with a text or url of the new ones, and anchors
    pairs: Pairs | None = None  # `earlier`: places in `records`, `later`: places in the new records; anchors only
    taken: NDArray[np.integer] | None = None  # members that each bucket of each new record has already
    texts: frozenset[bytes] = frozenset()  # content keys of the new ones that earlier records, kept or not, have too


NOTHING_EARLIER: Final = Earlier()
_EQUAL: Final[Mapping[str, float]] = MappingProxyType({"containment": 1.0, "similarity": 1.0, "facts": 1.0})


def find_near_duplicates(
    records: Sequence[Record],
    params: DedupParams | None = None,
    *,
    earlier: Earlier = NOTHING_EARLIER,
    signed: Signed | None = None,
) -> list[Decision]:
    """Return one decision for each record, in the order given; each dropped one names an earlier kept one.

    Equal url or equal text (as folded) is `exact`. Texts that are too short to judge are dropped only when exact.
    `signed`: what `sign` returns for the records, when the caller has it already.
    """
    params = params or DedupParams()
    signed = signed or sign(records, params.spec)
    before = sign(earlier.records, params.spec)
    everyone = [*earlier.records, *records]
    copies = verify_pairs(everyone, _nominated(signed, before, earlier, params), params.verify)
    kept = _keep_first(everyone, _exact_keys(everyone, before, signed), copies, len(before))
    return _decisions(everyone, kept, copies, params)[len(before) :]


def sign(records: Sequence[Record], spec: SignatureSpec) -> Signed:
    """Return content keys, signatures and band keys of the records."""
    signatures = np.empty((len(records), spec.num_perm), np.uint32)
    letters = np.empty(len(records), np.int64)
    keys: list[bytes] = []
    for first, end in chunks([len(record.text) for record in records], _CHUNK_CHARS):
        texts = [record.text for record in records[first:end]]
        folded = fold_packed(pack(texts))
        keys += content_keys(texts, folded)
        letters[first:end] = folded.sizes
        signatures[first:end] = sign_keys(folded, spec)
    blank = np.fromiter((not r.text or r.text.isspace() for r in records), np.bool_, len(records))
    return Signed(tuple(keys), blank, letters > 0, signatures, band_keys(signatures, spec))


@dataclass(frozen=True, slots=True)
class _Kept:
    """Why a record is dropped: a kept one, and the place of the pair in `Copies`; None: text or url are equal."""

    place: int
    copy: int | None = None


def _nominated(signed: Signed, before: Signed, earlier: Earlier, params: DedupParams) -> Pairs:
    """Return the pairs to verify, by place among all; the estimate of their signatures is high enough."""
    queries = signed.has_letters
    members = signed.members(earlier.texts | frozenset(before.content_keys))
    among = candidate_pairs(signed.band_keys, queries=queries, members=members, taken=earlier.taken)
    known = earlier.pairs or Pairs(np.empty(0, np.int64), np.empty(0, np.int64))
    pairs = Pairs(
        np.concatenate((known.earlier, among.earlier + len(before))),
        np.concatenate((known.later, among.later)) + len(before),
    )
    order = np.lexsort((pairs.earlier, pairs.later))
    pairs = Pairs(pairs.earlier[order], pairs.later[order])
    signatures = np.concatenate((before.signatures, signed.signatures))
    enough = agreements(signatures, pairs.earlier, pairs.later) >= params.min_estimate * params.spec.num_perm
    return Pairs(pairs.earlier[enough], pairs.later[enough])


def _exact_keys(everyone: Sequence[Record], before: Signed, signed: Signed) -> list[tuple[str | bytes, ...]]:
    """Return for each record what no other one may share: its text as folded and its url. A blank text is no text."""
    texts = (*before.content_keys, *signed.content_keys)
    blank = (*before.is_blank.tolist(), *signed.is_blank.tolist())
    return [
        (*(() if nothing else (text,)), *((record.url,) if record.url else ()))
        for record, text, nothing in zip(everyone, texts, blank, strict=True)
    ]


def _keep_first(
    everyone: Sequence[Record], exact_keys: Sequence[Sequence[str | bytes]], copies: Copies, first_new: int
) -> list[_Kept | None]:
    """Return for each record what it is dropped for; None: it stays."""
    bounds = np.searchsorted(copies.measures.later, np.arange(len(everyone) + 1)).tolist()
    earlier, jaccard = copies.measures.earlier.tolist(), copies.measures.jaccard.tolist()
    holders: dict[str | bytes, int] = {}  # the kept record with this text or url
    kept: list[_Kept | None] = [None] * len(everyone)
    for place, (first, end) in enumerate(pairwise(bounds)):
        same = next((holders[key] for key in exact_keys[place] if key in holders), None)
        if place >= first_new and same is not None:
            kept[place] = _Kept(same)
        elif chances := [at for at in range(first, end) if kept[earlier[at]] is None]:
            best = max(chances, key=lambda at: (jaccard[at], -earlier[at]))
            kept[place] = _Kept(earlier[best], best)
        else:
            for key in exact_keys[place]:
                holders.setdefault(key, place)
    return kept


def _decisions(
    everyone: Sequence[Record], kept: Sequence[_Kept | None], copies: Copies, params: DedupParams
) -> list[Decision]:
    chosen = np.array([cause.copy for cause in kept if cause is not None and cause.copy is not None], np.int64)
    told = iter(described(everyone, copies.measures.at(chosen), params.verify))
    decisions: list[Decision] = []
    for record, cause in zip(everyone, kept, strict=True):
        if cause is None:
            decisions.append(Decision(id=record.id, kept=None))
        elif cause.copy is None:
            decisions.append(Decision(id=record.id, kept=everyone[cause.place].id, relation="exact", scores=_EQUAL))
        else:
            pair = next(told)
            relation = copies.relations[cause.copy]
            justification = everyone[cause.place].id
            decisions.append(
                Decision(id=record.id, kept=justification, relation=relation, scores=pair.scores, facts=pair.facts)
            )
    return decisions
