"""Texts to MinHash signatures: 128 numbers that agree, slot by slot, as often as two texts share character 3-grams.

    text ── fold key ── 3-gram hashes ── 128 permutations, the least value of each ──▶ signature

Bit for bit what datasketch 2.0 computes (scheme "affine32": MurmurHash3's finaliser, then a·h + b mod 2³²; a odd) when
it is fed the same 32-bit hashes, so signatures can be exchanged with it. Broder 1997; ekzhu/datasketch issue 212.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.kernels import EMPTY_SLOT, MIX_1, MIX_2, Codes, signature_loop
from pipeline.dedup.packed import Packed, chunks, fold_packed, pack, shingles
from pipeline.fold import FOLD_VERSION
from pipeline.machine import compiled

if TYPE_CHECKING:
    from datasketch import LeanMinHash

SCHEME = "affine32"  # datasketch's name for these permutations
CONTENT_KEY_BYTES = 16
_CHUNK_CHARS = 4_000_000  # texts signed at once: 16 MB of code points, and as much again for keys and hashes
_BLOCK = 64  # hashes × slots that numpy holds at once: 64 × 128 × 4 B stay in the first cache


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureSpec:
    """What stored signatures depend on: an index made with one spec cannot answer with another."""

    ngram: int = 3  # characters; 3 finds .985 of the benchmark's copies at 32 × 4 bands, 4 .967, 5 .950
    num_perm: int = 128  # slots; the estimate of a Jaccard of .5 has a standard error of .044
    seed: int = 1  # of the permutations; datasketch's default
    scheme: str = SCHEME
    fold_version: int = FOLD_VERSION
    bands: int = 32
    rows: int = 4  # slots a band: a pair with Jaccard J shares one of the bands with 1 - (1 - J⁴)³²

    def __post_init__(self) -> None:
        if min(self.ngram, self.num_perm, self.bands, self.rows) < 1 or self.bands * self.rows > self.num_perm:
            message = f"{self.bands} bands of {self.rows} rows do not fit into {self.num_perm} slots"
            raise ValueError(message)
        if self.scheme != SCHEME:
            message = f"unknown scheme {self.scheme!r}: only {SCHEME} is computed here"
            raise ValueError(message)


def signatures(texts: Sequence[str], spec: SignatureSpec) -> NDArray[np.uint32]:
    """Return the signatures: uint32, shape (texts, num_perm). A text without letters has all slots at their maximum."""
    signed = np.empty((len(texts), spec.num_perm), np.uint32)
    for first, end in chunks([len(text) for text in texts], _CHUNK_CHARS):
        signed[first:end] = sign_keys(fold_packed(pack(texts[first:end])), spec)
    return signed


def content_key(text: str) -> bytes:
    """Return 16 bytes that are equal for texts with equal fold keys; for a text without any, those of its raw self."""
    return content_keys([text], fold_packed(pack([text])))[0]


def content_keys(texts: Sequence[str], keys: Packed) -> list[bytes]:
    """Return the `content_key` of each text, given their fold keys."""
    flat, bounds = keys.flat.astype("<u4", copy=False).data.cast("B"), (keys.starts * 4).tolist()
    return [
        _digest(flat[start:end], b"fold") if start < end else _digest(_raw(text), b"raw")
        for text, (start, end) in zip(texts, pairwise(bounds), strict=True)
    ]


def sign_keys(keys: Packed, spec: SignatureSpec) -> NDArray[np.uint32]:
    """Return the signatures of packed fold keys."""
    factors, offsets = permutations(spec.num_perm, spec.seed)
    hashes = shingles(keys, spec.ngram)
    if not keys.is_large:
        return _signed_by_numpy(hashes, factors, offsets)
    signed = np.empty((len(keys), spec.num_perm), np.uint32)
    compiled(signature_loop)(hashes.flat, hashes.starts, factors, offsets, signed)
    return signed


@cache
def permutations(num_perm: int, seed: int) -> tuple[Codes, Codes]:
    """Return factors (odd) and offsets of the permutations, drawn as datasketch draws them."""
    draw = np.random.RandomState(seed)  # the generator that datasketch's signatures are defined by
    factors = draw.randint(0, 1 << 31, num_perm, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, draw.randint(0, 1 << 32, num_perm, dtype=np.uint32)


def to_lean_minhash(signature: NDArray[np.uint32], spec: SignatureSpec) -> "LeanMinHash":
    """Return the signature as datasketch's LeanMinHash."""
    from datasketch import LeanMinHash  # noqa: PLC0415 - half a second that only an exchange pays

    return LeanMinHash(seed=spec.seed, hashvalues=signature, scheme=spec.scheme)


def minhash_bytes(signature: NDArray[np.uint32], spec: SignatureSpec) -> bytes:
    """Return the signature as 525 bytes that `LeanMinHash.deserialize(…, "<")` reads on any machine."""
    minhash = to_lean_minhash(signature, spec)
    content = bytearray(minhash.bytesize("<"))
    minhash.serialize(content, "<")
    return bytes(content)


def signature_from_bytes(content: bytes, spec: SignatureSpec) -> NDArray[np.uint32]:
    """Return the signature in what `minhash_bytes` gave. Raises ValueError when it was made with another spec."""
    from datasketch import LeanMinHash  # noqa: PLC0415 - as above

    return from_lean_minhash(LeanMinHash.deserialize(content, "<"), spec)


def from_lean_minhash(minhash: "LeanMinHash", spec: SignatureSpec) -> NDArray[np.uint32]:
    """Return the signature in a LeanMinHash. Raises ValueError when it was made with another spec."""
    found = (minhash.scheme, minhash.seed, len(minhash.hashvalues))
    if found != (spec.scheme, spec.seed, spec.num_perm):
        message = f"LeanMinHash has (scheme, seed, slots) {found}, expected {(spec.scheme, spec.seed, spec.num_perm)}"
        raise ValueError(message)
    return np.array(minhash.hashvalues, np.uint32)


def _raw(text: str) -> bytes:
    return text.strip().encode("utf-32-le", "surrogatepass")


def _digest(content: bytes | memoryview, kind: bytes) -> bytes:
    hashed = _hasher(kind).copy()  # a third of the time of a new one with a person
    hashed.update(content)
    return hashed.digest()


@cache
def _hasher(kind: bytes) -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=CONTENT_KEY_BYTES, person=kind)


def _signed_by_numpy(hashes: Packed, factors: Codes, offsets: Codes) -> NDArray[np.uint32]:
    """Return the same as `signature_loop`, from numpy alone."""
    mixed = _mixed(hashes.flat)
    signed = np.full((len(hashes), factors.size), EMPTY_SLOT, np.uint32)
    for text, (start, end) in enumerate(zip(hashes.starts[:-1], hashes.starts[1:], strict=True)):
        for first in range(start, end, _BLOCK):
            block = mixed[first : min(first + _BLOCK, end), None] * factors + offsets
            np.minimum(signed[text], block.min(axis=0), out=signed[text])
    return signed


def _mixed(hashes: Codes) -> Codes:
    hashes = (hashes ^ (hashes >> np.uint32(16))) * MIX_1
    hashes = (hashes ^ (hashes >> np.uint32(13))) * MIX_2
    return hashes ^ (hashes >> np.uint32(16))
