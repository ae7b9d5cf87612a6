import random

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup.packed import fold_packed, pack, shingles
from pipeline.dedup.signature import (
    SignatureSpec,
    content_key,
    content_keys,
    from_lean_minhash,
    signatures,
    to_lean_minhash,
)
from pipeline.fold import fold_key
from tests.dedup.stories import story

SPEC = SignatureSpec()


def by_datasketch(text: str, spec: SignatureSpec) -> np.ndarray:
    hashes = shingles(fold_packed(pack([text])), spec.ngram).flat
    minhash = MinHash(num_perm=spec.num_perm, seed=spec.seed, hashfunc=int)
    minhash.update_batch(hashes.tolist())
    return np.array(minhash.hashvalues)


def test_bit_for_bit_what_datasketch_computes_on_thousands_of_texts() -> None:
    draw = random.Random(5)
    texts = [story(seed, 4) for seed in range(300)]
    texts += ["".join(chr(draw.randrange(0x4E00, 0x9FA5)) for _ in range(draw.randrange(40))) for _ in range(2200)]
    signed = signatures(texts, SPEC)
    assert signed.dtype == np.uint32
    for text, row in zip(texts, signed, strict=True):
        assert np.array_equal(row, by_datasketch(text, SPEC))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(1, 6), st.integers(0, 3))
def test_bit_for_bit_on_any_text_with_any_spec(text: str, ngram: int, seed: int) -> None:
    spec = SignatureSpec(ngram=ngram, num_perm=32, seed=seed, bands=8)
    assert np.array_equal(signatures([text], spec)[0], by_datasketch(text, spec))


def test_the_same_text_has_the_same_signature_alone_and_among_many() -> None:
    texts = [story(seed, 60) for seed in range(1000)]
    many = signatures(texts, SPEC)
    assert np.array_equal(many[[0, 500, 999]], signatures([texts[0], texts[500], texts[999]], SPEC))


def test_script_width_and_punctuation_make_no_difference() -> None:
    first, second = signatures(["服務熱線開通，群眾滿意。ＡＢＣ", "服务热线开通 群众满意!abc"], SPEC)
    assert np.array_equal(first, second)
    assert content_key("服務熱線開通，群眾滿意。ＡＢＣ") == content_key("服务热线开通 群众满意!abc")


def test_short_texts_differ_and_empty_ones_have_the_maximum_everywhere() -> None:
    one, two, empty, marks = signatures(["甲", "乙", "", "！？"], SPEC)
    assert not np.array_equal(one, two)
    assert np.array_equal(empty, marks)
    assert set(empty.tolist()) == {0xFFFFFFFF}
    assert np.array_equal(empty, MinHash(num_perm=128, seed=1).hashvalues)


def test_estimates_are_close_to_the_true_overlap() -> None:
    text, half = story(1, 40), story(1, 40)[:600] + story(2, 22)
    sets = [set(zip(key, key[1:], key[2:], strict=False)) for key in (fold_key(text), fold_key(half))]
    true = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
    first, second = signatures([text, half], SPEC)
    assert abs(float((first == second).mean()) - true) < 0.13  # three standard errors


def test_content_keys_are_16_bytes_and_tell_texts_apart() -> None:
    texts = ["甲乙", "甲丙", "", "！", "？", " ！ ", "\ud800"]
    keys = content_keys(texts, fold_packed(pack(texts)))
    assert all(len(key) == 16 for key in keys)
    assert keys == [content_key(text) for text in texts]
    assert len(set(keys)) == len(texts) - 1  # only ！ with and without blanks are one
    assert content_key("！") != content_key("")


@pytest.mark.parametrize(
    "text",
    ["一" * 1_000_000, "重复的行\n" * 10_000, "".join(map(chr, range(0x110000)))],
    ids=["one", "lines", "unicode"],
)
def test_hostile_texts_are_signed(text: str) -> None:
    assert signatures([text], SPEC).shape == (1, 128)
    assert len(content_key(text)) == 16


def test_lean_minhash_goes_out_and_comes_back() -> None:
    signed = signatures([story(3)], SPEC)[0]
    lean = to_lean_minhash(signed, SPEC)
    assert isinstance(lean, LeanMinHash)
    buffer = bytearray(lean.bytesize())
    lean.serialize(buffer)
    assert np.array_equal(from_lean_minhash(LeanMinHash.deserialize(buffer), SPEC), signed)
    ours = MinHash(num_perm=128, seed=1, hashfunc=int)
    ours.update_batch(shingles(fold_packed(pack([story(3)])), 3).flat.tolist())
    assert lean.jaccard(LeanMinHash(ours)) == 1.0


def test_a_lean_minhash_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        from_lean_minhash(LeanMinHash(MinHash(num_perm=64)), SPEC)


@pytest.mark.parametrize("wrong", [{"bands": 33}, {"ngram": 0}, {"scheme": "legacy"}, {"rows": 0}], ids=str)
def test_a_spec_that_cannot_be_is_refused(wrong) -> None:
    with pytest.raises(ValueError):
        SignatureSpec(**wrong)


def test_no_texts() -> None:
    assert signatures([], SPEC).shape == (0, 128)
