import subprocess
import sys

import numpy as np
import pytest

from pipeline.dedup import bands, facts, kernels, packed, signature, snippets
from pipeline.dedup.packed import Packed, fold_packed, hash_sets, overlaps, pack, shingles
from pipeline.dedup.signature import SignatureSpec, permutations, sign_keys
from pipeline.fold import key_table, match_table
from pipeline.machine import Loop, compiled
from tests.dedup.stories import form, story

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


FACTS = ["5月1日来电120件", "第三次、第3届，1.5%后", "一定要二十人，第", "", "12：30至3-5日", "没有", "第", "1..2,3年"]


def test_fact_loops_are_the_numpy_facts(way) -> None:
    points = pack([*FACTS, *(form("长沙", 5, day, (900 + day, 500, 4)) for day in range(1, 4)), *TEXTS])
    expected = np.stack(facts._spans_by_numpy(points), axis=1)
    spans, bounds = np.empty((points.flat.size, 2), np.int64), np.empty(points.starts.size, np.int64)
    count = way(kernels.fact_span_loop)(points.flat, points.starts, facts._kind_table(), spans, bounds)
    assert np.array_equal(spans[:count], expected)
    assert np.array_equal(bounds, np.searchsorted(expected[:, 0], points.starts))
    hashes = np.empty((count, 2), np.uint32)
    tables = match_table(), key_table()
    assert way(kernels.fact_loop)(points.flat, points.starts, *tables, spans[:count], hashes) == count
    values, slots = facts._fact_hashes_by_numpy(points, expected, bounds)
    assert np.array_equal(hashes[:, 0], values)
    assert np.array_equal(hashes[:, 1], slots)
    assert count > 20


def test_numpy_answers_what_the_loops_do() -> None:
    """Whether numba is awake when the others run depends on their order; here both ways are asked."""
    points = pack(TEXTS)
    keys = packed._folded_by_numpy(points)
    assert np.array_equal(keys.flat, fold_packed(points).flat)
    assert np.array_equal(packed._shingles_by_numpy(keys, 3).flat, shingles(keys, 3).flat)
    sets = hash_sets(shingles(keys, 1))
    left, right = np.array([6, 7, 8]), np.array([7, 8, 6])
    for mask in (0, 15):
        assert np.array_equal(packed._overlaps_by_numpy(sets, left, right, mask), overlaps(sets, left, right, mask))
    spec = SignatureSpec()
    hashes = shingles(keys, spec.ngram)
    assert np.array_equal(signature._signed_by_numpy(hashes, *permutations(128, 1)), sign_keys(keys, spec))
    signed = sign_keys(keys, spec)
    assert np.array_equal(bands._agreements_by_numpy(signed, left, right), bands.agreements(signed, left, right))


SMALL = """
import sys
from pipeline.dedup.decide import find_near_duplicates
from tests.dedup.stories import form, records, story
texts = [story(1), story(1)[:400], story(2), form("长沙", 5, 1, (1203, 871, 96)), form("长沙", 5, 2, (987, 542, 41))]
print([decision.kept for decision in find_near_duplicates(records(*texts))], "numba" in sys.modules)
"""


def test_a_handful_of_texts_does_not_wake_numba() -> None:
    done = subprocess.run([sys.executable, "-c", SMALL], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[None, '0', None, None, None] False"


def test_difference_loop_is_the_numpy_comparison(way) -> None:
    texts = [*TEXTS, TEXTS[-1][:90], f"{TEXTS[-1]}又及", TEXTS[-1].replace("，", " , "), f"「{TEXTS[-1]}"]
    points = pack(texts)
    later, earlier = (places.ravel() for places in np.meshgrid(np.arange(len(texts)), np.arange(len(texts))))
    places = np.empty(later.size, np.int64)
    way(kernels.difference_loop)(points.flat, points.starts, key_table(), later, earlier, places)
    rows = zip(later.tolist(), earlier.tolist(), strict=True)
    assert places.tolist() == [snippets.first_difference(points.row(a), points.row(b)) for a, b in rows]
    assert len(set(places.tolist())) > 5
