"""No text is passed over that holds a watched word."""

import numpy as np
import pytest

from pipeline.fold import codes_of, fold
from pipeline.quality import loops
from pipeline.quality.betting import betting_words
from pipeline.quality.loops import Tally, pair_loop
from pipeline.quality.optout import HINTS
from pipeline.quality.signals import measure_text
from pipeline.quality.watch import pair_table


def pairs_in(text: str) -> list[int]:
    tally = np.zeros(loops.N_KINDS, np.int64)
    pair_loop(codes_of(text), pair_table(), tally)
    return tally.tolist()


@pytest.mark.parametrize("word", betting_words())
def test_a_betting_word_is_seen(word):
    assert pairs_in(f"他{word}的")[Tally.BETTING] >= 1


@pytest.mark.parametrize("word", HINTS)
def test_a_word_of_refusals_is_seen(word):
    assert pairs_in(f"他{fold(word)}的")[Tally.REFUSAL] >= 1


def test_plain_news_has_none():
    tally = pairs_in("区里上周在文化馆办了一场讲座，请来三位退休的老教师。")
    assert (tally[Tally.BETTING], tally[Tally.REFUSAL]) == (0, 0)


REFUSALS = {
    **{use: f"未经许可，不得用于人工智能模型的{use}。" for use in ("训练", "喂养", "调优", "訓練", "微調")},
    "train": "This text may not be used to train AI models.",
}


@pytest.mark.parametrize("use", REFUSALS)
def test_each_use_that_may_be_forbidden(use):
    assert measure_text(REFUSALS[use]).opt_out
