import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from pipeline.normalise.census import script_data
from pipeline.normalise.opencc import convert

T2S = OpenCC("t2s")
# Words that OpenCC converts as a whole, the same characters elsewhere, and what stands between.
PIECES = (
    "乾隆",
    "乾",
    "隆",
    "瞭解",
    "瞭望",
    "憑藉",
    "藉",
    "著",
    "沈痛",
    "回覆",
    "覆",
    "於",
    "于",
    "裏",
    "后",
    "，",
    "\n",
    "a",
    "𠮷",
    "㑮",
)


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_the_table_and_the_exceptions_are_t2s(text):
    assert convert(text, "t2s") == T2S.convert(text)


def test_each_character_is_converted_as_by_t2s():
    chars = [chr(c) for c in range(1, sys.maxunicode + 1) if not 0xD800 <= c < 0xE000 and chr(c) not in "\r\n"]
    expected = T2S.convert("\n".join(chars))
    assert convert("\n".join(chars), "t2s") == expected
    basic = [c for c in chars if c < "\U00010000"]
    assert convert("\n".join(basic), "t2s") == T2S.convert("\n".join(basic))


def test_each_exception_is_one():
    words = "".join(map(chr, script_data()["exception"].tolist())).split("\0")[:-1]
    assert len(words) > 400
    for seam in ("\n", "", "，"):
        assert convert(seam.join(words), "t2s") == T2S.convert(seam.join(words))


@pytest.mark.parametrize("config", ["t2s", "s2t", "t2tw", "t2hk"])
def test_lone_surrogates_stay(config):
    converted = convert("熱\ud800乾隆后\udc00\ud83d里", config)
    assert [c for c in converted if "\ud800" <= c <= "\udfff"] == ["\ud800", "\udc00", "\ud83d"]
    assert len(converted) == 8


@pytest.mark.parametrize("char", ["乾隆", "瞭解\n", "后", "\ud800", "𠮷"])
def test_long_runs_are_linear(char):
    assert len(convert(char * 100_000, "t2s")) == len(char) * 100_000
