"""The same passage twice in one article."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.repeat_chains import first_places
from pipeline.clean.repeat_kernels import (
    COMPILE_AFTER_CHARS,
    PLAIN,
    _meter,
    compiled,
    find_matches,
    gram_loop,
    gram_places,
    link_segments,
    looped_grams,
    loops_for,
)
from pipeline.clean.repeats import RULE, VOTE_RULE, RepeatParams, strip_repeats
from pipeline.edits import undo
from pipeline.fold import codes_of
from pipeline.model import Article
from tests.builders import QUADRATIC_S, article

PARAMS = RepeatParams()
LEAD = "滨江区图书馆昨天在门口摆出一张长桌，请路过的居民写下想借的书。"
DESK = "工作人员小周说，三个小时里收到六十四张纸条，其中一半是给孩子找的画册。"
NIGHT = "为了让下班晚的人也能借到书，馆里从下个月起每周四开到晚上十点，门口还会亮一盏灯。"
PHONE = "如果找不到想要的书，读者可以打服务台的电话，值班员会在两天之内回复。"
CLOSE = "小周把纸条一张一张钉在墙上，她希望年底的时候这面墙能空出来。"
STORY = "\n".join((LEAD + DESK, NIGHT, PHONE + CLOSE))
SHORT_LINE = "门口的灯"
SPAM = "kaiyun开云体育官网"


def strip(text: str, params: RepeatParams = PARAMS) -> Article:
    return strip_repeats(article(text), params)


def spoiled(text: str, place: str, token: str = SPAM) -> str:
    assert place in text
    return text.replace(place, token + place, 1)


# id → (text as received, text that stays)
REPAIRED = {
    "twice": (f"{STORY}\n{STORY}", STORY),
    "three times": (f"{STORY}\n{STORY}\n{STORY}", STORY),
    "other marks": (f"{STORY}\n{STORY.translate(str.maketrans('，。', ',.'))}", STORY),
    "blanks and no breaks": (f"{STORY}\n{STORY.replace('，', '， ').replace(chr(10), '')}", STORY),
    "other script": (
        f"{LEAD}{NIGHT}\n{CLOSE}\n濱江區圖書館昨天在門口擺出一張長桌，請路過的居民寫下想借的書。" + NIGHT,
        f"{LEAD}{NIGHT}\n{CLOSE}",
    ),
    "tail again": (f"{STORY}\n{NIGHT}\n{PHONE}{CLOSE}", STORY),
    "one sentence from forty characters": (f"{STORY}\n{NIGHT}{NIGHT[:-1]}！", f"{STORY}"),
    "wrong characters": (
        f"{STORY}\n{STORY.replace('长桌', '长卓').replace('晚上', '晩土').replace('空出', '空岀')}",
        STORY,
    ),
    "spam in the later copy": (f"{STORY}\n{spoiled(STORY, '，其中')}", STORY),
    "spam in the first copy": (f"{spoiled(STORY, '，其中')}\n{STORY}", STORY),
    "spam in each of three": (
        "\n".join((spoiled(STORY, "，其中"), spoiled(STORY, "，门口还"), spoiled(STORY, "，她希望"))),
        STORY,
    ),
    "unlisted spam in each of three": (
        "\n".join(spoiled(STORY, place, "蓝鲸lanjing国际") for place in ("，其中", "，门口还", "，她希望")),
        STORY,
    ),
    "two in three have it here, one shows it there": (
        "\n".join(
            (spoiled(spoiled(STORY, "，其中"), "，她希望"), spoiled(STORY, "，其中"), spoiled(STORY, "，值班员"))
        ),
        STORY,
    ),
    "wrong characters in two of three, the third is clean": (
        "\n".join((STORY.replace("纸条", "纸绦"), STORY.replace("居民", "居氏"), STORY)),
        STORY,
    ),
    "title printed twice": (f"图书馆夜里亮灯\n图书馆夜里亮灯\n{STORY}", f"图书馆夜里亮灯\n{STORY}"),
    "summary above the heading": (
        f"{NIGHT}\n图书馆夜里亮灯\n{NIGHT}\n{LEAD}{DESK}",
        f"图书馆夜里亮灯\n{NIGHT}\n{LEAD}{DESK}",
    ),
    "text between is no heading": (f"{NIGHT}\n{LEAD}\n{NIGHT}\n{DESK}", f"{NIGHT}\n{LEAD}\n{DESK}"),
    "other strings in the same place": (
        "\n".join((spoiled(STORY, "，其中", "leyu乐鱼官网"), spoiled(STORY, "，其中", "博鱼体育入口"), STORY)),
        STORY,
    ),
    "the first of two lacks a clause": (
        f"{STORY.replace('，门口还会亮一盏灯', '')}\n{STORY}",
        f"{STORY.replace('，门口还会亮一盏灯', '')}\n{NIGHT}",
    ),
    "paragraph within a later one": (
        f"{PHONE}{CLOSE}\n{DESK}\n墙边的桌子上放着一叠空白的纸条和几支铅笔，{PHONE}{CLOSE}",
        f"{DESK}\n墙边的桌子上放着一叠空白的纸条和几支铅笔，{PHONE}{CLOSE}",
    ),
    "a heading inside the copy goes with it": (
        f"{LEAD}{DESK}\n{SHORT_LINE}\n{NIGHT}{PHONE}\n{LEAD}{DESK}\n{SHORT_LINE}\n{NIGHT}{PHONE}",
        f"{LEAD}{DESK}\n{SHORT_LINE}\n{NIGHT}{PHONE}",
    ),
}

# The same words said of two things, in two paragraphs, and a paragraph that is printed again.
NORTH = "馆长先去了城北分馆，那里的读者要多一点画册。城里对两个分馆这几年做的事都很满意。"
SOUTH = "下午她又去了城南分馆，那里的读者想晚一点关门。城里对两个分馆这几年做的事都很满意。"
WORDS = "她说，区里会一直出钱给分馆买书修屋顶添桌椅，也会替值班的人把灯和暖气都备好，一样都不会少"
END = "两个分馆的馆员听完都记了下来，年底要一条一条地对着看，看哪些做到了，哪些还没有，做不到的要说明白为什么。"
MEETINGS = f"{STORY}\n{NORTH}\n{WORDS}。城北的馆员点了点头。\n{SOUTH}\n{WORDS}。城南的馆员却摇了摇头。\n{END}"


def test_the_same_words_at_two_meetings_stay_and_are_flagged() -> None:
    found = strip(MEETINGS)
    assert found.text == MEETINGS
    assert [flag.name for flag in found.flags] == ["repeat_kept"]
    assert found.flags[0].detail.startswith("城里对两个分馆")


def test_a_lead_that_quotes_the_text_stays() -> None:
    lead = f"昨天下午，滨江区图书馆门口排起了长队。{WORDS}。"
    text = f"{lead}\n{STORY}\n{PHONE[:9]}，晚到的人也有座位，孩子们坐在台阶上看画册。{WORDS}。说完她就去关灯了。"
    found = strip(text)
    assert found.text == text
    assert [flag.name for flag in found.flags] == ["repeat_kept"]


def test_a_paragraph_printed_again_goes_once() -> None:
    text = f"{STORY}\n{WORDS}。\n{END}\n{SOUTH}"
    assert strip(f"{text}\n{WORDS}。").text == text


def test_a_short_copy_with_an_injected_string_is_one() -> None:
    rest = f"说完她就去关灯了。{END}"
    first, copy = f"{SOUTH}{WORDS}。", f"{WORDS}。"
    for spam_first, spam_copy in ((spoiled(first, "，也会"), copy), (first, spoiled(copy, "，也会"))):
        found = strip(f"{spam_first}\n{STORY}\n{rest}{spam_copy}")
        assert SPAM not in found.text
        assert found.text.count(WORDS) == 1


# id → text that stays as it is
KEPT = {
    "nothing twice": STORY,
    "short label": f"{SHORT_LINE}\n{LEAD}{DESK}\n{SHORT_LINE}\n{NIGHT}{PHONE}",
    "short sentence": f"{STORY}\n{LEAD}墙上的纸条已经不够地方了。",
    "bulletins with other numbers": (
        "滨江区防汛办第十二号通告：今晚八点起关闭沿江步道，请居民不要靠近水边，恢复时间另行通知。\n"
        "滨江区防汛办第十三号通告：今晚八点起关闭沿江步道，请居民不要靠近水边，恢复时间另行通知。"
    ),
    "groups named by letters": (
        "A组的比赛在东门外的球场举行，观众请从三号通道入场，开赛前一小时停止检票，谢绝携带饮料。\n"
        "B组的比赛在东门外的球场举行，观众请从三号通道入场，开赛前一小时停止检票，谢绝携带饮料。"
    ),
    "cells of a table": "甲队\n未定\n未定\n乙队\n未定\n未定",
    "refrain": "\n".join(("江水向东去", "渡船摇呀摇", "灯火照归人", "夜半风声起") * 2 + (STORY, NIGHT[:20], LEAD[:20])),
    "one character a megabyte long": "啊" * 5000,
    "short period": "哈哈呵" * 2000,
    "a title that stands three times": f"图书馆夜里亮灯\n图书馆夜里亮灯\n{STORY}\n图书馆夜里亮灯",
    "a sentence ends with a name that is no token": (
        f"{DESK}{PHONE}{CLOSE}{NIGHT[:-1]}。\n墙边放着一叠纸条，{NIGHT[:20]}，读者都说这样好得多。"
    ),
    "empty": "",
}


@pytest.mark.parametrize("case", REPAIRED)
def test_goes_once(case: str) -> None:
    received, wanted = REPAIRED[case]
    assert strip(received).text == article(wanted).text


@pytest.mark.parametrize("case", KEPT)
def test_stays(case: str) -> None:
    assert strip(KEPT[case]).text == article(KEPT[case]).text


def test_signs_and_names_the_copy() -> None:
    found = strip(f"{STORY}\n{STORY}")
    repeats = [edit for edit in found.edits if edit.kind == "repeat"]
    assert [edit.reason for edit in repeats] == ["copy of paragraph 1", "copy of paragraph 2", "copy of paragraph 3"]
    assert {edit.rule for edit in repeats} == {RULE}
    assert undo(found.text, found.edits) == f"{STORY}\n{STORY}"


def test_signs_the_vote() -> None:
    found = strip("\n".join((spoiled(STORY, "，其中"), spoiled(STORY, "，门口还"), spoiled(STORY, "，她希望"))))
    votes = [edit for edit in found.edits if edit.rule == VOTE_RULE]
    assert [(edit.kind, edit.old, edit.reason) for edit in votes] == [("spam", SPAM, "in 1 of 3 copies")]


def test_vote_takes_the_marks_that_came_along() -> None:
    found = strip(
        "\n".join((STORY.replace("，其中", f"，{SPAM}，其中"), spoiled(STORY, "，门口还"), spoiled(STORY, "，她希望")))
    )
    assert found.text == STORY


def test_names_of_others_do_not_go_by_vote() -> None:
    longer = STORY.replace("读者可以打服务台的电话", "读者可以写信、发邮件、打服务台的电话")
    assert "写信、发邮件" in strip(f"{longer}\n{STORY}").text


def test_what_only_the_copy_says_stays() -> None:
    own = "这盏灯是街坊们凑钱买的，花了四百二十元。"
    found = strip(f"{STORY}\n{LEAD}{DESK}\n{own}\n{NIGHT}\n{PHONE}{CLOSE}")
    assert found.text == f"{STORY}\n{own}"


def test_flags_what_is_repeated_and_stays() -> None:
    found = strip(f"{STORY}\n{LEAD}墙上的纸条已经不够地方了。")
    assert [(flag.name, flag.detail) for flag in found.flags] == [("repeat_kept", LEAD.rstrip("。"))]


def test_slip_in_a_number_of_a_long_copy_is_a_slip() -> None:
    text = STORY.replace("六十四张", "644张")
    assert strip(f"{text}\n{text.replace('644张', '64张')}").text == text


def test_other_number_in_a_long_copy_keeps_its_sentence() -> None:
    other = DESK.replace("六十四", "九十七")
    assert other in strip(f"{STORY}\n{STORY.replace(DESK, other)}").text


def test_verse_goes_when_the_whole_of_it_is_there_twice() -> None:
    verse = "江水向东去又回\n渡船摇呀摇过桥\n灯火照着归来人\n夜半风声起又停\n一更二更听雨落\n三更四更梦里行"
    assert strip(f"{verse}\n{verse}").text == verse


def test_empty_params_are_picklable_and_hashable() -> None:
    assert hash(PARAMS) == hash(RepeatParams())


HOSTILE = {
    "one character": "啊" * 350_000,
    "ten thousand lines": f"{LEAD}\n" * 10_000,
    "one long line": "".join(chr(0x4E00 + (at * at * 7919 + at) % 20_000) for at in range(1_700_000)),
    "lone surrogates": "\ud800" * 20_000 + "\udc00图书馆夜里亮灯" * 10,
    "all of Unicode": "".join(map(chr, range(0, 0x110000, 3))),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_linear(case: str) -> None:
    received = article(HOSTILE[case])
    start = time.process_time()
    found = strip_repeats(received, PARAMS)
    assert time.process_time() - start < QUADRATIC_S
    assert len(found.text) <= len(received.text)


# ------------------------------------------------------------------------------------------------------- laws
SENTENCES = st.lists(
    st.sampled_from([LEAD, DESK, NIGHT, PHONE, CLOSE, SHORT_LINE, SPAM, "\n", "。", "12", "十二"]), max_size=24
)


@settings(max_examples=150, deadline=None)
@given(SENTENCES.map("".join))
def test_laws(text: str) -> None:
    received = article(text)
    once = strip_repeats(received, PARAMS)
    assert strip_repeats(once, PARAMS) == once
    assert once.original == received.original
    assert not any(edit.new.strip() for edit in once.edits)
    kept = iter(received.text)
    assert all(char in kept for char in once.text)  # a subsequence: nothing is added, nothing moves


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="一二三四五六七八，。\n", max_size=400))
def test_plain_and_compiled_are_equal(text: str) -> None:
    assert strip_repeats(article(text * 3), PARAMS) == strip_repeats(article(text * 3), PARAMS, loops=compiled())


def test_compiled_repairs_too() -> None:
    for received, wanted in REPAIRED.values():
        assert strip_repeats(article(received), PARAMS, loops=compiled()).text == article(wanted).text


def test_one_text_does_not_pay_for_numba() -> None:
    code = (
        "import sys; from pipeline.clean.repeats import *; from pipeline.model import Article;"
        f"a = Article(id='a', url=None, source='s').with_text({STORY + STORY!r});"
        "assert strip_repeats(a, RepeatParams()).edits; assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


# ------------------------------------------------------------------------------------------------------- kernels
def test_matches_are_maximal_and_look_back() -> None:
    key = "零abcdefghijkl一二三abcdefghijkl四"
    assert find_matches(codes_of(key), PLAIN).tolist() == [[16, 1, 12]]


def test_a_third_copy_matches_the_first() -> None:
    matches = find_matches(codes_of("甲乙丙丁戊己庚辛壬癸" * 3), PLAIN)
    assert first_places(30, matches).tolist() == [*range(10)] * 3


def test_a_line_many_times_in_a_row_goes_but_for_the_first() -> None:
    label = "点击这里返回"
    assert strip("\n".join([LEAD, *[label] * 6, NIGHT])).paragraphs == (LEAD, label, NIGHT)
    assert strip("\n".join([label] * 10_000)).paragraphs == (label,)
    few = (LEAD, *["划呀划呀划呀"] * 3, NIGHT)
    assert strip("\n".join(few)).paragraphs == few
    cells = (LEAD, *["〇"] * 6, NIGHT)
    assert strip("\n".join(cells)).paragraphs == cells


def test_a_batch_gets_machine_code() -> None:
    _meter.cache_clear()
    assert loops_for(COMPILE_AFTER_CHARS + 1) is PLAIN
    assert loops_for(1) is compiled()
    _meter.cache_clear()


def test_grams_of_a_short_period_are_no_seeds() -> None:
    codes = np.frombuffer(("哈嘿" * 40).encode("utf-32-le"), np.uint32)
    assert gram_places(codes)[0].size == 0


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="一二三四", max_size=120))
def test_grams_by_numpy_and_by_the_loop_are_equal(text: str) -> None:
    codes = np.frombuffer((text + "甲乙丙丁戊己庚辛壬" + text).encode("utf-32-le"), np.uint32)
    with np.errstate(over="ignore"):
        found = [gram_places(codes), looped_grams(gram_loop, codes), compiled().grams(codes)]
    assert [[column.tolist() for column in columns] for columns in found] == [[c.tolist() for c in found[0]]] * 3


def test_no_grams_in_a_short_text() -> None:
    assert find_matches(codes_of("abcdefgh"), PLAIN).size == 0


def test_lines_of_one_form_take_linear_work() -> None:
    """10,000 numbered notices make one chain of as many blocks, which each of them is asked about."""

    def calls(count: int) -> int:
        text = "\n".join(f"第{number}号公告：{number * 7919 % 10**6}元，请各单位遵照执行。" for number in range(count))
        counted = 0

        def count_one(*_: object) -> None:
            nonlocal counted
            counted += 1

        before = sys.getprofile()
        sys.setprofile(count_one)
        try:
            strip_repeats(article(text), RepeatParams(), loops=PLAIN)
        finally:
            sys.setprofile(before)
        return counted

    assert calls(1_500) < 3.6 * calls(500)  # three times as much of everything; quadratic would be nine


def test_links_skip_what_lies_off_the_way() -> None:
    segments = np.array([[100, 0, 20], [121, 60, 8], [130, 30, 20]])
    for loops in (PLAIN, compiled()):
        before, scores = link_segments(segments, 90, 3, loops)
        assert before == [-1, 0, 0]
        assert int(np.argmax(scores)) == 2
