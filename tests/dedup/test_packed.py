from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedup.packed import chunks, fold_packed, hash_sets, pack, shingles
from pipeline.fold import fold_key


@given(st.lists(st.text(max_size=20), max_size=6))
def test_packed_keys_are_the_keys(texts: list[str]) -> None:
    keys = fold_packed(pack(texts))
    assert [keys.text(row) for row in range(len(keys))] == [fold_key(text) for text in texts]


@given(st.lists(st.text(alphabet="甲乙丙 ", max_size=12), max_size=6))
def test_hash_sets_are_sorted_and_each_hash_stands_once(texts: list[str]) -> None:
    hashes = shingles(fold_packed(pack(texts)), 2)
    sets = hash_sets(hashes)
    assert [sets.row(row).tolist() for row in range(len(sets))] == [
        sorted(set(hashes.row(row).tolist())) for row in range(len(hashes))
    ]


@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 100))
def test_chunks_cover_everything_in_order(sizes: list[int], at_most: int) -> None:
    spans = chunks(sizes, at_most)
    assert [place for first, end in spans for place in range(first, end)] == list(range(len(sizes)))
    # What is larger than a chunk stands alone in it, but for empty ones.
    assert all(sum(map(bool, sizes[first:end])) <= 1 or sum(sizes[first:end]) <= at_most for first, end in spans)


def test_chunks_are_of_about_equal_size() -> None:
    assert chunks([10] * 12, 100) == [(0, 6), (6, 12)]
