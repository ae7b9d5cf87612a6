"""What stays, and which kept article each dropped one is a copy of.

    records ─ sign ─▶ signatures ─ bands ─▶ candidate pairs, the likest first ─ keep first, verifying ─▶ decisions

Keep-first: in the order given, a record is dropped if and only if it is a copy of an earlier *kept* one. So no decision
rests on a chain, and the answer does not depend on how the input was cut: `find_near_duplicates(a + b)` decides about b
as `find_near_duplicates(b, earlier=…)` does with what an index knows of a.

What came first stays, even when what came later is fuller: a decision never names an article that may be gone tomorrow.
The later one then *supersedes* the one that stays; `preferred` tells which text to give away in place of which.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import BandKeys, Pairs, agreements, band_keys, candidate_pairs
from pipeline.dedup.packed import chunks, fold_packed, pack
from pipeline.dedup.resolve import Cause, Claims, keep_first
from pipeline.dedup.signature import SignatureSpec, content_keys, sign_keys
from pipeline.dedup.verify import NEWS, VerifyParams
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


def find_near_duplicates(
    records: Sequence[Record],
    params: DedupParams | None = None,
    *,
    earlier: Earlier = NOTHING_EARLIER,
    signed: Signed | None = None,
) -> list[Decision]:
    """Return one decision for each record, in the order given; each dropped one names an earlier kept one.

    Equal text (as folded) is `exact`. An equal url alone is no reason: a page may be another article now. Texts that are
    too short to judge are dropped only when exact.
    `signed`: what `sign` returns for the records, when the caller has it already.
    """
    params = params or DedupParams()
    signed = signed or sign(records, params.spec)
    before = sign(earlier.records, params.spec)
    everyone = [*earlier.records, *records]
    causes = keep_first(
        everyone,
        Claims([*_texts(before), *_texts(signed)], [record.url or None for record in everyone]),
        _nominated(signed, before, earlier, params),
        len(before),
        params.verify,
    )
    ids = [record.id for record in everyone]
    both = zip(ids[len(before) :], causes[len(before) :], strict=True)
    return [decision_of(mine, cause, None if cause is None else ids[cause.place]) for mine, cause in both]


def preferred(decisions: Iterable[Decision], length_of: Mapping[str, int]) -> dict[str, str]:
    """Return for each kept id the id of the longest text that supersedes it, where there is one; of equals the first.

    `length_of`: characters of each text.
    """
    best: dict[str, str] = {}
    for decision in decisions:
        if decision.kept is not None and decision.supersedes:
            held = best.get(decision.kept)
            if held is None or length_of[decision.id] > length_of[held]:
                best[decision.kept] = decision.id
    return best


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


def _nominated(signed: Signed, before: Signed, earlier: Earlier, params: DedupParams) -> Pairs:
    """Return the pairs to verify, by place among all: in order of the later one, those with the likest signatures first."""
    queries = signed.has_letters
    members = signed.members(earlier.texts | frozenset(before.content_keys))
    among = candidate_pairs(signed.band_keys, queries=queries, members=members, taken=earlier.taken)
    known = earlier.pairs or Pairs(np.empty(0, np.int64), np.empty(0, np.int64))
    pairs = Pairs(
        np.concatenate((known.earlier, among.earlier + len(before))),
        np.concatenate((known.later, among.later)) + len(before),
    )
    signatures = np.concatenate((before.signatures, signed.signatures)) if len(before) else signed.signatures
    agreeing = agreements(signatures, pairs.earlier, pairs.later)
    order = np.lexsort((pairs.earlier, -agreeing, pairs.later))
    order = order[agreeing[order] >= params.min_estimate * params.spec.num_perm]
    return Pairs(pairs.earlier[order], pairs.later[order])


def _texts(signed: Signed) -> list[bytes | None]:
    return [None if blank else key for key, blank in zip(signed.content_keys, signed.is_blank.tolist(), strict=True)]


def decision_of(item: str, cause: Cause | None, kept: str | None) -> Decision:
    """Return what is decided of a record; `cause`: why it is dropped, `kept`: the id of what stays."""
    if cause is None:
        return Decision(id=item, kept=None)
    found = cause.verified
    return Decision(
        id=item,
        kept=kept,
        relation=found.relation,
        scores=found.scores,
        facts=found.facts,
        supersedes=found.supersedes,
        snippet=found.snippet,
    )
