import numpy as np
import pytest

from pipeline.dedup import kernels
from pipeline.dedup.packed import Packed, fold_packed, hash_sets, overlaps, pack, shingles
from pipeline.dedup.signature import SignatureSpec, permutations, sign_keys
from pipeline.fold import key_table
from pipeline.machine import Loop, compiled
from tests.dedup.stories import story

TEXTS = ["", "短", "两字", "ＡＢＣ１２３", "\ud800孤", "！！", *(story(seed, 3) for seed in range(12))]
WAYS = [lambda loop: loop, compiled]


@pytest.fixture(params=WAYS, ids=["as it stands", "compiled"])
def way(request):
    with np.errstate(over="ignore"):  # the loops wrap around
        yield request.param


def test_fold_loop_is_the_numpy_fold(way) -> None:
    points = pack(TEXTS)
    folded, starts = np.empty(points.flat.size, np.uint32), np.empty(points.starts.size, np.int64)
    used = way(kernels.fold_loop)(points.flat, points.starts, key_table(), folded, starts)
    expected = fold_packed(points)
    assert np.array_equal(folded[:used], expected.flat)
    assert np.array_equal(starts, expected.starts)


@pytest.mark.parametrize("ngram", [1, 3, 5])
def test_shingle_loop_is_the_numpy_hash(way, ngram) -> None:
    keys = fold_packed(pack(TEXTS))
    hashes, starts = np.empty(keys.flat.size, np.uint32), np.empty(keys.starts.size, np.int64)
    used = way(kernels.shingle_loop)(keys.flat, keys.starts, ngram, hashes, starts)
    expected = shingles(keys, ngram)
    assert np.array_equal(hashes[:used], expected.flat)
    assert np.array_equal(starts, expected.starts)


def test_signature_loop_is_the_numpy_signature(way) -> None:
    spec = SignatureSpec(num_perm=16, bands=4)
    keys = fold_packed(pack(TEXTS[:9]))
    hashes = shingles(keys, spec.ngram)
    signed = np.empty((len(keys), spec.num_perm), np.uint32)
    way(kernels.signature_loop)(hashes.flat, hashes.starts, *permutations(16, 1), signed)
    assert np.array_equal(signed, sign_keys(keys, spec))


@pytest.mark.parametrize("mask", [0, 15])
def test_overlap_loop_is_the_numpy_overlap(way, mask) -> None:
    sets = hash_sets(shingles(fold_packed(pack(TEXTS)), 1))
    left, right = (side.ravel().astype(np.int64) for side in np.meshgrid(range(len(TEXTS)), range(len(TEXTS))))
    shared = np.empty(left.size, np.int64)
    way(kernels.overlap_loop)(sets.flat, sets.starts, left, right, mask, shared)
    assert np.array_equal(shared, overlaps(sets, left, right, mask))
    assert shared.max() > 0


def test_agreement_loop_counts_equal_slots(way) -> None:
    signatures = np.array([[1, 2, 3], [1, 9, 3], [7, 8, 9]], np.uint32)
    equal = np.empty(2, np.int64)
    way(kernels.agreement_loop)(signatures, np.array([0, 0]), np.array([1, 2]), equal)
    assert equal.tolist() == [2, 0]


def test_slot_loop_weighs_slots_that_agree_and_that_conflict(way) -> None:
    def slot(number: int, fact: int, weight: int) -> int:
        return number << 32 | fact << 4 | weight

    first = sorted([slot(1, 5, 3), slot(2, 6, 4), slot(3, 7, 2), slot(3, 8, 2), slot(9, 1, 9)])
    second = sorted([slot(1, 5, 3), slot(2, 9, 2), slot(3, 8, 2), slot(4, 1, 1)])
    flat, starts = np.array(first + second, np.uint64), np.array([0, len(first), len(first) + len(second)])
    same, different = np.empty(1, np.int64), np.empty(1, np.int64)
    way(kernels.slot_loop)(flat, starts, np.array([0]), np.array([1]), same, different)
    assert (same[0], different[0]) == (5, 2)  # slots 1 and 3 agree; slot 2 conflicts with the lighter of 4 and 2


def test_a_loop_without_a_folder_for_the_cache_is_compiled_all_the_same() -> None:
    made: dict[str, Loop] = {}
    exec("def double(number):\n    return number * 2", made)
    assert compiled(made["double"])(21) == 42


def test_large_batches_are_compiled_and_give_the_same() -> None:
    text = story(1, 400)
    many = [text] * 150
    assert pack(many).is_large
    spec = SignatureSpec()
    assert np.array_equal(sign_keys(fold_packed(pack(many)), spec)[7], sign_keys(fold_packed(pack([text])), spec)[0])
    keys = fold_packed(pack(many))
    assert isinstance(keys, Packed)
    assert keys.text(3) == fold_packed(pack([text])).text(0)
