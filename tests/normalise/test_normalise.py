import pickle
import subprocess
import sys
from time import process_time

import pytest
from hypothesis import given, settings

from pipeline.model import Article, ArticleId
from pipeline.normalise.hygiene import HygieneParams
from pipeline.normalise.normalise import NormaliseParams, article_steps, normalise_article, normalise_text
from tests.builders import QUADRATIC_S
from tests.normalise.texts import NOISY, article_of, assert_undoes

SCRIPTS = ("keep", "hans", "hant", "tw", "hk")


def test_hygiene_comes_before_conversion():
    assert normalise_text("乾\u200b隆皇帝", NormaliseParams(script="hans")) == "乾隆皇帝"


def test_keep_leaves_clean_text_alone():
    text = "客服熱線，今天開通。\n\n只要撥打12345"
    assert normalise_text(text, NormaliseParams()) == text


def test_lines_stay():
    assert normalise_text("\u3000\u3000甲 \n\n\n乙\u3000\n", NormaliseParams()) == "甲\n\n\n乙\n"


@pytest.mark.parametrize("script", SCRIPTS)
def test_nothing_in_nothing_out(script):
    params = NormaliseParams(script=script)
    assert normalise_text("", params) == ""
    empty = normalise_article(Article(id=ArticleId("a"), url=None, source="s"), params)
    assert (empty.text, empty.edits, empty.script) == ("", (), "none")


def test_the_steps_in_order():
    params = NormaliseParams(script="tw", hygiene=HygieneParams(punctuation="restore"))
    article = article_of("\u3000热\u200b线开通,欢迎来电", title="热线")
    for step in article_steps(params):
        article = step(article)
    assert (article.text, article.title, article.script) == ("熱線開通，歡迎來電", "熱線", "hans")
    assert_undoes(article, "\u3000热\u200b线开通,欢迎来电")


def test_parameters_travel():
    params = NormaliseParams(script="hk")
    assert pickle.loads(pickle.dumps(params)) == params


@pytest.mark.parametrize("script", SCRIPTS)
@given(text=NOISY)
@settings(max_examples=60, deadline=None)  # the first text that asks for words waits for the dictionary
def test_laws(script, text):
    params = NormaliseParams(script=script)
    once = normalise_text(text, params)
    article = normalise_article(article_of(text), params)
    assert normalise_text(once, params) == once
    assert_undoes(article, text)
    assert list(article.paragraphs) == [line for line in once.split("\n") if line]


# All planes with letters; lone surrogates and unassigned code points too.
UNICODE = "".join(map(chr, range(0x23000)))


@pytest.mark.parametrize("script", ["keep", "hans", "hant"])
def test_all_of_unicode_is_taken(script):
    made = normalise_text(UNICODE, NormaliseParams(script=script))
    assert len(made) > 0.9 * len(UNICODE)
    assert ("热" in made) == (script in {"keep", "hans"})


@pytest.mark.parametrize("char", ["餘", "隻", "后", "發", "㑮"])
def test_a_long_run_of_a_doubtful_character_is_linear(char):
    start = process_time()
    assert len(normalise_text(char * 30_000, NormaliseParams(script="hant"))) == 30_000
    assert process_time() - start < QUADRATIC_S


KEPT = """
import sys, tempfile, pathlib
from pipeline.model import Article, ArticleId
from pipeline.normalise.normalise import NormaliseParams, normalise_article
from pipeline.normalise.words import _word_weights
text = "皇后說，后來隻有曆史，鍾錶和麵前的髮現，裡麵的範圍隻要等三分鍾，餘明遠表示，多位元顧客看到曆史髮展。" * 3
article = Article(id=ArticleId("a"), url=None, source="s", title="隻要一個電話").with_text(text)
kept = normalise_article(article, NormaliseParams(script=sys.argv[1]))
print(kept.text == text, bool(kept.flags), "jieba" in sys.modules, _word_weights.cache_info().currsize)
print(list(pathlib.Path(tempfile.gettempdir()).iterdir()))
"""


@pytest.mark.parametrize(("script", "asks_for_words"), [("keep", 0), ("hans", 0), ("hant", 1)])
def test_text_that_is_kept_never_waits_for_words(tmp_path, script, asks_for_words):
    run = subprocess.run(
        [sys.executable, "-c", KEPT, script],
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    stayed = script == "keep"
    assert run.stdout.splitlines() == [f"{stayed} True False {asks_for_words}", "[]"]
    assert run.stderr == ""
