import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup.bands import ANCHORS, agreements, band_keys, candidate_pairs
from pipeline.dedup.signature import SignatureSpec, signatures
from tests.dedup.stories import story

SPEC = SignatureSpec()


def by_definition(keys, queries, members, taken) -> set[tuple[int, int]]:
    found = set()
    for band in range(keys.shape[1]):
        before: dict[int, list[int]] = {}
        for row in range(keys.shape[0]):
            anchors = before.setdefault(int(keys[row, band]), [])
            room = max(ANCHORS - int(taken[row, band]), 0)
            if queries[row]:
                found |= {(earlier, row) for earlier in anchors[:room]}
            if members[row]:
                anchors.append(row)
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_pairs_are_those_of_the_definition(data) -> None:
    rows, bands = data.draw(st.integers(0, 14)), data.draw(st.integers(1, 3))
    draw = np.random.default_rng(data.draw(st.integers(0, 1000)))
    keys = draw.integers(0, 4, (rows, bands)).astype(np.uint32)
    queries, members = draw.random(rows) < 0.8, draw.random(rows) < 0.7
    sizes = draw.integers(ANCHORS - 3, ANCHORS + 2, (bands, 4))  # of the buckets before: the same for all of a bucket
    taken = np.stack([sizes[band][keys[:, band]] for band in range(bands)], axis=1)
    pairs = candidate_pairs(keys, queries=queries, members=members, taken=taken)
    expected = by_definition(keys, queries, members, taken)
    assert list(zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True)) == sorted((b, a) for a, b in expected)


def test_of_a_huge_bucket_only_the_first_are_anchors() -> None:
    keys = np.zeros((500, 1), np.uint32)
    pairs = candidate_pairs(keys)
    assert pairs.earlier.max() == ANCHORS - 1
    assert len(pairs) == sum(min(row, ANCHORS) for row in range(500))


def test_similar_texts_share_a_band_and_others_do_not() -> None:
    text = story(1)
    signed = signatures([text, story(2), text + "编辑留言", story(3)], SPEC)
    pairs = candidate_pairs(band_keys(signed, SPEC))
    assert list(zip(pairs.earlier.tolist(), pairs.later.tolist(), strict=True)) == [(0, 2)]


def test_band_keys_depend_on_their_own_rows_only() -> None:
    signed = signatures([story(1)], SPEC)
    other = signed.copy()
    other[0, 5] += 1  # in the second band
    changed = band_keys(signed, SPEC)[0] != band_keys(other, SPEC)[0]
    assert np.flatnonzero(changed).tolist() == [1]
    assert band_keys(signed, SPEC).shape == (1, 32)


def test_agreements_are_the_same_for_few_and_for_many_pairs() -> None:
    signed = signatures([story(seed, 3) for seed in range(8)], SPEC)
    left, right = np.arange(8).repeat(8), np.tile(np.arange(8), 8)
    few = agreements(signed, left, right)
    many = agreements(signed, np.tile(left, 400), np.tile(right, 400))
    assert np.array_equal(many, np.tile(few, 400))
    assert few[0] == SPEC.num_perm


def test_nothing_gives_nothing() -> None:
    assert len(candidate_pairs(np.empty((0, 32), np.uint32))) == 0
