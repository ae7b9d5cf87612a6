"""Strings injected into sentences and titles."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.injected import Token, brands, find_tokens, find_unlisted, looks_injected
from pipeline.clean.repeats import RepeatParams, strip_repeats
from pipeline.clean.spam import RULE, SpamParams, strip_spam
from pipeline.fold import fold
from pipeline.model import Article
from tests.builders import QUADRATIC_S, article

PARAMS = SpamParams()
TEXT = "滨江区图书馆昨天在门口摆出一张长桌，请路过的居民写下想借的书，三个小时里收到六十四张纸条。"

# id → string that goes when it is set before a comma, between words, and before the full stop
CUT = {
    "latin stem, stem, site": "kaiyun开云体育官网",
    "latin, stem, site": "leyu乐鱼官方网站",
    "stem, latin, trade, site": "开云kaiyun体育app下载",
    "honest word with its latin": "爱游戏ayx网页版",
    "honest word, trade, site": "米兰体育官网登录入口",
    "joints": "半岛·体育app官网",
    "figures": "华体会hth888登录",
    "brackets inside": "贝博·(中国)官网",
    "traditional": "樂魚體育官網",
    "full width": "ＢＥＴ３６５官网",
    "stem twice": "好博体育 好博体育",
    "betting says enough": "必威买球",
    "icon in front": "✅竞博JBO官网",
    "a gift": "(注册送88元)亚博yabo",
    "latin that stands for a brand": "bob电竞官网",
    "four words of a site": "zq体育app官网登录入口",
    "domain words between": "kaiyun全站网页版登录",
    "a stem's letters twice": "pgpg电子官网",
    "letters with a hyphen": "b-sports必一官网",
    "letters and a colon": "BOBSPORTS:半岛·体育中国官方网站",
}

# id → text that stays, and whether it is flagged
KEPT = {
    "the group": ("开云集团昨天公布财报，旗下古驰的销售下降。", False),
    "the city": ("他在米兰住了两年，后来搬到都灵。", False),
    "the paper": ("《米兰体育报》说，两家俱乐部还在谈。", False),
    "the stadium": ("比赛在米兰体育馆举行，晚上八点开始。", False),
    "the club's site": ("国际米兰官网昨晚宣布了新帅的名字。", False),
    "a verb and its object": ("孩子们爱游戏，也爱听故事。", False),
    "the peninsula": ("冷空气今晚到达山东半岛，沿海有大风。", False),
    "the expo": ("亚博会下周在乌鲁木齐开幕，三十个国家参展。", False),
    "a doctorate": ("她打算毕业以后申博，导师已经同意了。", False),
    "somebody speaks of the site": ("球迷可以登录必威官网查看说明。", True),
    "honest word and one site word": ("详情请看九游官网，活动到月底结束。", False),
    "an explained name": ("球队的赞助商必威（Betway）没有回应。", True),
    "a station's app": ("请下载CCTV体育app官网版观看。", False),
    "unlisted, three words": ("本周关注zq体育app官网的读者请注意。", True),
    "inside a latin word": ("他用的是Sbet365x这个名字。", False),
    "a spelled name that somebody visits": ("球迷登录lanan蓝岸体育官网查看赛程表。", True),
    "a spelled name that goes on": ("据lanan蓝岸体育官网介绍，比赛改期了。", True),
    "letters before a colon": ("他在QQ:乐鱼里写下了这句话。", True),
    "surrogates": ("\ud800乐鱼在水里\udfff", True),
    "empty": ("", False),
}


def strip(text: str, **fields: object) -> Article:
    return strip_spam(article(text, **fields), PARAMS)


@pytest.mark.parametrize("case", CUT)
@pytest.mark.parametrize("place", ["，请", "图书", "。"])
def test_goes_from_a_sentence(case: str, place: str) -> None:
    assert strip(TEXT.replace(place, CUT[case] + place, 1)).text == TEXT


@pytest.mark.parametrize("case", CUT)
def test_goes_as_a_line(case: str) -> None:
    found = strip(f"{TEXT}\n{CUT[case]}_{CUT[case]}\n{TEXT}")
    assert found.paragraphs == (TEXT, TEXT)
    assert {edit.rule for edit in found.edits} == {RULE}


@pytest.mark.parametrize("case", KEPT)
def test_stays(case: str) -> None:
    text, is_flagged = KEPT[case]
    found = strip(text)
    assert found.text == article(text).text
    assert [flag.name for flag in found.flags] == ["spam_suspect"] * is_flagged


@pytest.mark.parametrize("string", ["lanan蓝岸体育官网", "lan·蓝岸娱乐入口", "lanan体育官网登录"])
@pytest.mark.parametrize("place", ["，请", "天在", "收到"])
def test_name_that_no_list_has_goes_where_it_stands_loose(string: str, place: str) -> None:
    assert strip(TEXT.replace(place, string + place, 1)).text == TEXT


def test_last_line() -> None:
    assert strip(f"{TEXT}\nleyu乐鱼官网").paragraphs == (TEXT,)


def test_brackets_and_twin_marks_go_along() -> None:
    assert strip(TEXT.replace("，请", "（leyu乐鱼官网），请")).text == TEXT
    assert strip(TEXT.replace("，请", "，leyu乐鱼官网，请")).text == TEXT


@pytest.mark.parametrize(
    "about",
    ["警方提醒，网络赌博害人害己。", "法院认定，被告人开设赌场，以诈骗论处。", "博彩公司是球队的赞助商。"],
)
def test_article_about_it_is_only_flagged(about: str) -> None:
    text = TEXT.replace("，请", "leyu乐鱼官网，请") + about
    found = strip(text)
    assert found.text == text
    assert [(flag.name, flag.detail) for flag in found.flags] == [("spam_suspect", "leyu乐鱼官网")]


def test_the_sentences_own_word_behind_a_string_stays() -> None:
    text = "他推动了当地的工合运动，村里办起了三个合作社。"
    assert strip(text.replace("运动", "爱游戏ayx网页版运动")).text == text


def test_between_the_figures_of_a_number() -> None:
    text = "展览名为1937，开到月底，门票免费，周一不开门。"
    assert strip(text.replace("1937", "19kaiyun全站官网登录37")).text == text


def test_words_inside_the_strings_do_not_make_it_an_article_about_them() -> None:
    text = TEXT.replace("，请", "必威投注官网，请").replace("三个小时", "大发彩票博彩入口三个小时")
    assert "必威投注官网" not in strip(text).text


TITLES = {
    "prefix": ("必威买球-图书馆夜里亮灯", "图书馆夜里亮灯"),
    "suffix": ("图书馆夜里亮灯_米兰官网入口", "图书馆夜里亮灯"),
    "both": ("好博体育官网|图书馆夜里亮灯|好博体育官网", "图书馆夜里亮灯"),
    "inside": ("图书馆leyu乐鱼官网夜里亮灯", "图书馆夜里亮灯"),
}


@pytest.mark.parametrize("case", TITLES)
def test_title(case: str) -> None:
    title, wanted = TITLES[case]
    found = strip(TEXT, title=title)
    assert found.title == wanted
    assert [flag.name for flag in found.flags] == ["spam_title"]
    assert found.text == TEXT


def test_title_that_is_nothing_else_stays_and_is_flagged() -> None:
    found = strip(TEXT, title="爱游戏体育app官网登录入口")
    assert found.title == "爱游戏体育app官网登录入口"
    assert [flag.name for flag in found.flags] == ["spam_suspect"]


def test_what_the_copies_have_shown_goes_elsewhere_too() -> None:
    token = "蓝鲸lanjing国际"
    long = TEXT + "工作人员小周说，其中一半是给孩子找的画册。为了让下班晚的人也能借到书，每周四开到晚上十点。"
    copies = [long.replace(place, token + place, 1) for place in ("，请", "，其中", "，每周")]
    shown = strip_repeats(article("\n".join(copies)), RepeatParams())
    assert shown.text == long
    later = shown.changed(())  # the same edits, another text with the string in it
    assert strip_spam(later, PARAMS) == later
    again = strip_repeats(article("\n".join((*copies, f"门口还亮着一盏灯{token}，照着台阶。"))), RepeatParams())
    assert strip_spam(again, PARAMS).text == f"{long}\n门口还亮着一盏灯，照着台阶。"


def test_short_words_that_the_copies_have_shown_stay_elsewhere() -> None:
    long = TEXT + "工作人员小周说，其中一半是给孩子找的画册。为了让下班晚的人也能借到书，每周四开到晚上十点。"
    copies = [long.replace(place, "官网" + place, 1) for place in ("，请", "，其中", "，每周")]
    shown = strip_repeats(article("\n".join((*copies, "他把官网的地址写在纸上，贴在门口。"))), RepeatParams())
    assert "他把官网的地址写在纸上" in strip_spam(shown, PARAMS).text


def test_table_of_brands() -> None:
    assert len(brands()) > 60
    for stem, brand in brands().items():
        assert stem == fold(stem) == brand.stem
        assert all(stem in wording for wording in brand.legit), stem
        assert all(latin.isascii() and latin.islower() for latin in brand.latin), stem


def test_legit_wordings_are_no_tokens() -> None:
    for brand in brands().values():
        for wording in brand.legit:
            names = [token.name for token in find_tokens(fold(wording))]
            assert brand.stem not in names, wording


def test_token_says_what_it_is_made_of() -> None:
    (token,) = find_tokens("指出,leyu乐鱼体育app官网,其")
    assert token == Token(
        start=3,
        end=16,
        name="乐鱼",
        is_strong=True,
        site_words=2,
        trades=1,
        has_latin=True,
        has_number=False,
        repeats=1,
        after_verb=False,
    )


def test_brands_side_by_side_are_one_token() -> None:
    (token,) = find_tokens(fold("指出kaiyun开云体育官网-开云集团"))
    assert (token.start, token.end, token.name, token.repeats) == (2, 14, "开云体育", 2)
    assert token.has_latin


def test_tokens_do_not_cross_lines() -> None:
    assert strip("灯下是乐鱼\n官网的人也来了。").text == "灯下是乐鱼\n官网的人也来了。"


def test_unlisted_needs_letters_and_words() -> None:
    assert [(token.name, token.site_words) for token in find_unlisted("近日zq体育app官网入口开放")] == [("zq", 3)]
    assert not list(find_unlisted("近日体育app官网入口开放"))
    assert not list(find_unlisted("近日nba体育app官网入口开放"))


@pytest.mark.parametrize(
    ("piece", "one_witness", "more"),
    [
        ("乐鱼", True, True),
        ("zq体育官网", True, True),
        ("蓝鲸lanjing", False, True),
        ("官网", False, True),
        ("图书馆", False, False),
        ("微信、qq群", False, False),
    ],
)
def test_looks_injected(piece: str, one_witness: bool, more: bool) -> None:  # noqa: FBT001 - a table
    assert looks_injected(piece, is_sure=True) is one_witness
    assert looks_injected(piece, is_sure=False) is more


HOSTILE = {
    "one brand": "开云kaiyun官网" * 20_000,
    "trades": "体育" * 100_000,
    "latin": "a1" * 200_000,
    "joints": "乐鱼" + " ·-" * 100_000,
    "brackets": "(注册送" * 100_000,
    "one line": "图书馆夜里亮灯" * 200_000,
    "all of Unicode": "".join(map(chr, range(0x110000))),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_linear(case: str) -> None:
    start = time.process_time()
    strip(HOSTILE[case])
    assert time.process_time() - start < QUADRATIC_S


PIECES = [
    "leyu",
    "乐鱼",
    "开云",
    "体育",
    "app",
    "官网",
    "登录",
    "米兰",
    "图书馆",
    "在",
    "，",
    "。",
    "\n",
    "（",
    "）",
    "12",
    " ",
    "✅",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_laws(text: str) -> None:
    received = article(text)
    once = strip_spam(received, PARAMS)
    assert once.original == received.original
    kept = iter(received.text)
    assert all(char in kept for char in once.text)
    assert strip_spam(once, PARAMS).original == received.original
