import numpy as np
import pytest

from pipeline.fold import codes_of
from pipeline.quality.kinds import FUNCTION_CHARS, Kind, kind_table

CASES = {
    "Han": ("城㐀𠀀々〇", Kind.HAN),
    "Latin of any width": ("aZéＡ", Kind.LATIN),
    "digit of any width": ("0９", Kind.DIGIT),
    "kana": ("のカｱ", Kind.KANA),
    "Hangul": ("한ㄱ", Kind.HANGUL),
    "other letter": ("яα", Kind.LETTER),
    "stop": ("。！?｡", Kind.STOP),
    "full stop": (".", Kind.DOT),
    "closer": ("”』)", Kind.CLOSER),
    "dots": ("…", Kind.DOTS),
    "bullet": ("●-*", Kind.BULLET),
    "comma": ("，、;", Kind.MARK),
    "brace": ("{｝", Kind.BRACE),
    "blank": (" \u3000\t\u200b", Kind.BLANK),
    "break": ("\n\u2028", Kind.BREAK),
    "damaged": ("\ufffd锟\ue000\x01\ud800鐨", Kind.DAMAGED),
    "symbol": ("→😀±", Kind.OTHER),
}


@pytest.mark.parametrize("name", CASES)
def test_each_character_has_its_kind(name):
    chars, kind = CASES[name]
    assert [Kind(k) for k in kind_table().take(codes_of(chars)).tolist()] == [kind] * len(chars)


def test_function_characters_have_a_number_in_either_script():
    kinds = kind_table()
    numbers = kinds.take(codes_of(FUNCTION_CHARS))
    assert len(set(numbers.tolist())) == len(FUNCTION_CHARS)
    assert numbers.min() == Kind.FUNCTION
    assert kinds[ord("與")] == kinds[ord("与")]
    assert kinds[ord("城")] == Kind.HAN


def test_every_code_point_has_a_kind():
    assert kind_table().shape == (0x110000,)
    assert {*np.unique(kind_table())} >= {int(kind) for kind in Kind}
