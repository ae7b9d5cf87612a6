import dataclasses
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Flag, Signals
from pipeline.quality.compiling import compiled
from pipeline.quality.signals import FAMILIES, described, measure, measure_text
from pipeline.quality.wordlists import read_list
from tests.builders import QUADRATIC_S, article, change

NEWS = (
    "区里上周在文化馆办了一场讲座，请来三位退休的老教师，讲他们年轻时怎样骑着车去乡下送书。\n"
    "来听的人比椅子多，后排的年轻人站了两个小时，散场以后还围着老师问当年的路是怎么走的。"
)
SHARES = [name for name, about in described().items() if about.extent == "0 … 1" and name not in FAMILIES]


def test_news():
    found = measure_text(NEWS)
    assert (found.chars, found.lines, found.sentences) == (len(NEWS) - 1, 2, 2)
    assert (found.script, found.language) == ("hans", "zh")
    assert found.han_share > 0.85
    assert found.ended_chars == found.ended_lines == 1
    assert found.function_share > 0.1
    assert found.damaged_share == found.repeated_8 == found.duplicate_lines == 0
    assert found.longest_sentence <= found.mean_sentence * 2


def test_the_same_in_traditional_script():
    hans, hant = measure_text("这场讲座与他们有关。"), measure_text("這場講座與他們有關。")
    assert dataclasses.replace(hant, script="hans") == hans


def test_repeats_and_duplicate_lines():
    found = measure_text(f"{NEWS}\n{NEWS}")
    assert found.duplicate_lines == 0.5
    assert found.duplicate_line_chars == pytest.approx(0.5, abs=0.01)
    assert found.repeated_16 > 0.4
    assert measure_text("甲" * 100).top_7 == 1


def test_blank_text_has_no_signals_of_anything():
    found = measure_text(" \n ")
    assert (found.chars, found.lines, found.language, found.entropy) == (0, 0, "none", 0)


def test_entropy_is_that_of_the_letters():
    assert measure_text("甲乙丙丁，，").entropy == pytest.approx(2)
    assert measure_text("甲甲甲甲").entropy == 0


def test_numbers_are_told_to_six_decimals():
    found = measure_text(f"{NEWS}ab1")
    assert found.latin_share == round(2 / found.chars, 6)
    assert {round(getattr(found, name), 6) == getattr(found, name) for name in SHARES} == {True}


def test_what_cleaning_removed():
    one = article("首页导航\n正文在这里，正文在这里。")
    one = one.changed([change(0, 4, kind="nav"), change(11, 17, kind="repeat")])
    found = measure(one)
    assert found.removed == {"nav": round(4 / 17, 6), "repeat": round(6 / 17, 6), "layout": round(1 / 17, 6)}
    assert found.removed_share == pytest.approx(11 / 17, abs=1e-6)


def test_flags_and_edits_of_earlier_steps():
    one = article(f"坏{NEWS}经由过程托付量").changed([change(0, 1, kind="spam")])
    one = one.flagged(Flag(name="spun"), Flag(name="spam_suspect", detail="某站"), Flag(name="opt_out"))
    found = measure(one)
    assert (found.spun, found.spam, found.opt_out) == (True, 2, True)
    assert found.spun_score > 0
    assert measure_text(f"{NEWS}经由过程托付量").spun_score == 0


def test_the_script_found_before_is_taken_unless_converted_since():
    labelled = dataclasses.replace(article(NEWS), script="hant")
    assert measure(labelled).script == "hant"
    assert measure(labelled.changed([change(0, 1, "區", kind="script")])).script == "hans"


def test_lists_become_signals():
    lists = [read_list("games", "讲座\n老教师", action="block")]
    assert measure(article(NEWS), lists=lists).listed == {"games": 2}


def test_betting_pages():
    page = "金鼎娱乐城官网注册送彩金，真人百家乐、老虎机、时时彩投注，首存返水，提款秒到账。"
    assert measure_text(page).betting_share > 0.4
    assert measure_text("警方端掉一个赌场，查获百家乐桌和彩金若干。").betting_share == 0
    assert measure_text("百家乐，老虎机，" * 9).betting_share == 0, "many, but only two different ones"


def test_every_signal_describes_itself():
    assert list(described()) == [f.name for f in dataclasses.fields(Signals)]
    assert all(about.meaning and about.unit for about in described().values())


@given(st.text(max_size=120))
@settings(deadline=None, max_examples=60)
def test_shares_are_shares_and_both_kinds_of_loops_agree(text):
    found = measure_text(text)
    for name in SHARES:
        assert 0 <= getattr(found, name) <= 1, name
    assert math.isfinite(found.entropy)
    assert found == measure_text(text, compiled())


@pytest.mark.parametrize(
    "text", ["哈" * 100_000, "\n".join(["甲乙"] * 10_000), "ab" * 50_000, "\ud800" * 1000, ".1" * 50_000]
)
def test_hostile_texts_take_linear_time(text):
    started = time.process_time()
    measure_text(text, compiled())
    assert time.process_time() - started < QUADRATIC_S
