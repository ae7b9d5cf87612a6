"""Keywords: what the article has more of than Chinese text has, as it writes it."""

import subprocess
import sys

import pytest

from pipeline.topics.keywords import KeywordParams, add_keywords, find_keywords
from pipeline.topics.words import cutter
from tests.builders import article

DICTIONARY = ("雲橋客服", "泊心岛渡口 99999 n")  # as in test_words.py: loaded once
TEXT = "渡輪停在碼頭，渡輪上的船長說今天有霧。他說今天的霧很大，渡輪要等。"


def test_the_weightiest_words_come_first_in_the_spelling_of_the_text():
    first, *others = find_keywords(TEXT, KeywordParams(count=4))
    assert first == "渡輪"
    assert "船長" in others


def test_figures_and_single_characters_are_no_keywords():
    assert find_keywords("2026年3.5，雾", KeywordParams(count=9)) == ()


def test_the_title_counts_and_the_user_dictionary_is_honoured():
    made = add_keywords(article("他来了。", title="云桥客服"), KeywordParams(count=1, dictionary=DICTIONARY))
    assert made.keywords == ("云桥客服",)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")  # jieba
def test_they_are_those_of_jieba():
    import jieba.analyse  # noqa: PLC0415 - a second, for this test only

    text = "老人给营业厅写来表扬信感谢客服上门帮他办好了退费手续并且每周回访耐心解答问题"
    theirs = jieba.analyse.TFIDF()
    theirs.tokenizer = getattr(cutter(), "__self__", jieba.dt)  # is loaded already: to load another takes a second
    assert list(find_keywords(text, KeywordParams(count=8))) == theirs.extract_tags(text, topK=8)


def test_none_are_made_unless_asked_for_and_then_jieba_is_not_loaded():
    same = article(TEXT)
    assert add_keywords(same, KeywordParams()) is same
    code = "import sys, pipeline.topics.keywords, pipeline.flow; sys.exit('jieba' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
