"""Words: with their places, folded, the same by either segmenter."""

import sys
import types

import pytest

from pipeline.topics import words
from pipeline.topics.words import cutter, inverse_frequencies, words_of

DICTIONARY = ("雲橋客服", "泊心岛渡口 99999 n")  # of all tests here: to load another takes a second
TEXT = "他打了客服熱線，ＡＢ12號線的師傅3.5小時後上門維修。"


def test_words_are_folded_and_stand_where_they_stand():
    found = list(words_of(TEXT))
    assert ("客服热线", 3) in found
    assert ("ab12", 8) in found
    assert all(len(TEXT[at : at + len(word)]) == len(word) for word, at in found)
    assert not any(word.isdecimal() or word in "，。" for word, _ in found)


def test_words_of_the_user_stay_whole():
    text = "请找雲橋客服帮忙，再去泊心岛渡口"
    assert {"云桥客服", "泊心岛渡口"}.isdisjoint(w for w, _ in words_of(text))
    assert {"云桥客服", "泊心岛渡口"} <= {w for w, _ in words_of(text, DICTIONARY)}


def test_an_unknown_word_has_the_median_rarity():
    known, median = inverse_frequencies()
    assert known["服务"] < median < known["接线员"] + median


class StandIn:
    """What rjieba offers, as its documentation says it: the frequency of a new word must be given."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def suggest_freq(self, word: str) -> int:
        return len(word)

    def add_word(self, word: str, freq: int, tag: str) -> int:
        assert isinstance(tag, str)
        self.known[word] = freq
        return freq

    def cut(self, run: str, hmm: bool) -> list[str]:  # noqa: FBT001 - as theirs
        assert hmm
        return [w if w in run else run for w in self.known] or [run]


def test_rjieba_is_taken_where_it_is_installed(monkeypatch):
    module = types.ModuleType("rjieba")
    module.Jieba = StandIn  # type: ignore[attr-defined] # made here
    monkeypatch.setitem(sys.modules, "rjieba", module)
    assert cutter.__wrapped__(("接訴即辦", "云桥 7 n"))("接诉即办云桥") == ["接诉即办", "云桥"]


def test_rjieba_cuts_as_jieba_does():
    pytest.importorskip("rjieba", reason="an extra")
    for run in (
        "他说接诉即办的云桥客服要不忘初心方得始终",
        "旅客候车时广播找人",
        "南京市长江大桥",
        "售后维修师傅上门退换货",
    ):
        assert words._by_rjieba(DICTIONARY)(run) == words._by_jieba(DICTIONARY)(run)
