import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fold import fold, fold_key, fold_places, key_table, match_table

ALL_CODES = "".join(map(chr, range(sys.maxunicode + 1)))
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)

CASES = {
    "width and case": ("ＡｂＣ１２３", "abc123"),
    "kept length": ("℃㎡", "℃㎡"),  # two characters each by compatibility: they stay
    "regional forms are one class": ("裏裡里 麽麼么 着著", "里里里 么么么 着着"),
    "one-to-many forms are one class": ("發髮发 隻祇只 後后", "发发发 只只只 后后"),
    "pronouns": ("妳你 她他它牠", "你你 他他他他"),
    "quotes": ("“甲”「乙」『丙』", '"甲""乙""丙"'),
    "marks": ("甲，乙。丙：丁；（戊）！", "甲,乙.丙:丁;(戊)!"),
    "enumeration mark is not a comma": ("甲、乙", "甲、乙"),
    "dashes and tildes": ("——～〜", "--~~"),
    "blanks": ("甲\u3000乙\u00a0丙\t丁\n戊", "甲 乙 丙 丁\n戊"),
    "radical": ("⼀⻓", "一长"),
    "lookalike letters": ("Соmе", "come"),
    "other Han stays": ("春夏秋冬", "春夏秋冬"),
}
KEYS = {
    "marks and blanks go": ("甲，“乙” 丙！\n", "甲乙丙"),
    "invisible characters go": ("乾\u200b隆\ufeff皇帝", "干隆皇帝"),
    "digits and letters stay": ("Ａ股涨10.5%", "a股涨105"),
    "kana and iteration mark stay": ("人々のカー", "人々のカー"),
    "rare Han of the second plane stays": ("𠮷野家", "𠮷野家"),
    "Hangul filler goes": ("甲\u3164乙", "甲乙"),
    "lone surrogate goes": ("甲\ud800乙", "甲乙"),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_fold(text, expected):
    assert fold(text) == expected


@pytest.mark.parametrize(("text", "expected"), KEYS.values(), ids=KEYS)
def test_fold_key(text, expected):
    assert fold_key(text) == expected


@pytest.mark.parametrize("other", ["衛生間裏的麵條乾了", "卫生间里的面条干了", "衛生間裡的麵條幹了"])
def test_a_key_does_not_depend_on_the_converter(other):
    assert fold_key(other) == fold_key("卫生间里的面条干了")


def test_all_of_unicode_keeps_its_length_and_folds_once():
    folded = fold(ALL_CODES)
    assert len(folded) == len(ALL_CODES)
    assert fold(folded) == folded
    assert fold_key(fold_key(ALL_CODES)) == fold_key(ALL_CODES)


def test_two_surrogates_in_a_row_stay_two_characters():
    assert fold("\ud83d\ude00") == "\ud83d\ude00"


def test_a_key_has_no_marks_blanks_or_controls():
    categories = {unicodedata.category(c) for c in set(fold_key(ALL_CODES)) if ord(c) < 0x20000}
    assert {c[0] for c in categories} <= {"L", "N", "M"}


def test_tables_are_shared_and_read_only():
    assert match_table() is match_table()
    assert match_table().shape == key_table().shape == (0x110000,)
    for table in (match_table(), key_table()):
        assert table.dtype == np.uint32
        with pytest.raises(ValueError, match="read-only"):
            table[0] = 1


@given(ANY_TEXT)
def test_laws(text):
    folded = fold(text)
    key, places = fold_places(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    assert key == fold_key(text) == fold_key(folded)
    assert "".join(folded[place] for place in places.tolist()) == key
