import sys
import unicodedata
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from pipeline.fold import codes_of, fold, fold_key, fold_places, fold_terms, key_table, match_table, text_of

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


# Written by us, with the characters and words on which regions and converters differ.
REGIONAL = (
    "新款软件发布后，用户可以在网络服务器上下载程序，信息与数据都存在硬盘里，打印机也能识别文件。",
    "出租车司机说，奔驰车里的空调坏了，只好把车开到维修站，等了三刻钟，老板才发来短信。",
    "里海附近的干旱地区，后来种上了松树；皇后大道的面馆里，客人吃着面条，看着窗外的云。",
    "尼日利亚的代表团参观了沙特阿拉伯的软件园，默认的界面语言是英语，视频会议的质量不错。",
    "乾隆年间的著名书画，复制品挂在走廊上，台风过后仍然完好，准备在历史博物馆展出。",
)
TERMS = {
    "Taiwan": ("軟體工程師用滑鼠", "软件工程师用鼠标"),
    "what a converter left half done": ("软体和網路", "软件和网络"),
    "Hong Kong": ("數碼相機和互聯網", "数码相机和互联网"),
    "a longer name protects a shorter one": ("奈及利亞與尼日", "尼日利亚与尼日尔"),
    "a term whose parts are terms": ("資料來源和資料來源", "数据来源和数据来源"),
    "a term that shows when another is folded": ("減排程序", "减排进程"),
    "no term": ("春天来了", "春天来了"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("config", ["s2t", "t2s", "s2tw", "s2hk"])
@pytest.mark.parametrize("text", REGIONAL)
def test_a_key_outlives_a_conversion(text, config):
    converted = _converted(text, config)
    assert config == "t2s" or converted != text
    assert fold_key(converted) == fold_key(text)


@pytest.mark.parametrize("config", ["s2t", "t2s", "s2tw", "s2hk", "s2twp", "s2hkp"])
@given(st.lists(st.sampled_from(REGIONAL), max_size=6), st.sampled_from(["", "，", "\n"]))
def test_with_terms_a_key_outlives_a_change_of_words(config, texts, seam):
    text = seam.join(texts)
    assert fold_terms(fold_key(_converted(text, config))) == fold_terms(fold_key(text))


def test_terms_of_a_region_need_the_term_fold():
    assert fold_key(_converted(REGIONAL[0], "s2twp")) != fold_key(REGIONAL[0])


@pytest.mark.parametrize(("one", "other"), TERMS.values(), ids=TERMS)
def test_terms(one, other):
    assert fold_terms(fold_key(one)) == fold_terms(fold_key(other))


def test_different_texts_keep_different_keys():
    assert fold_terms(fold_key("硬件")) != fold_terms(fold_key("軟體"))


@given(st.lists(st.sampled_from(("软件", "軟體", "尼日", "利亞", "网", "\ud800", "a")), max_size=9).map("".join))
def test_terms_fold_anything(text):
    assert isinstance(fold_terms(text), str)


@given(
    st.lists(
        st.sampled_from(("软", "件", "體", "程", "序", "式", "排", "进", "数", "据", "来", "源")), max_size=12
    ).map("".join)
)
def test_terms_are_folded_once_and_for_all(text):
    key = fold_terms(fold_key(text))
    assert fold_terms(key) == key


@pytest.mark.parametrize("char", ["软", "软件", "尼日", "a"])
def test_terms_in_a_long_run_are_linear(char):
    assert fold_terms(char * 200_000)


def _converted(text, config):
    return _converter(config).convert(text)


@cache
def _converter(config):
    return OpenCC(config)


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


@pytest.mark.parametrize("text", ["", "\0", "a\0", "\0\0a\0", "\ud83d\ude00", "𠮷", "中\udfff\0"])
def test_codes_are_the_text(text):
    assert codes_of(text).tolist() == list(map(ord, text))
    assert text_of(codes_of(text)) == text
    assert len(fold(text)) == len(text)


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


@pytest.mark.parametrize("char", ["后", "，", "\n", "𠮷", "\ud800"])
def test_ten_megabytes_of_one_character(char):
    text = char * 3_400_000 if char < "\U00010000" and char != "\ud800" else char * 500_000
    assert len(fold(text)) == len(text)
    key, places = fold_places(text)
    assert len(key) == len(places) == len(fold_key(text))
