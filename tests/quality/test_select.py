import dataclasses

import pytest

from pipeline.errors import SetupError
from pipeline.model import Rejected
from pipeline.quality.expression import clauses_of
from pipeline.quality.select import check_conditions, failure_of, failures_of, presets, select_article
from pipeline.quality.signals import measure, measure_text
from tests.builders import article

NEWS = (
    "区里上周在文化馆办了一场讲座，请来三位退休的老教师，讲他们年轻时怎样骑着车去乡下送书。\n"
    "来听的人比椅子多，后排的年轻人站了两个小时，散场以后还围着老师问当年的路是怎么走的。\n"
    "馆长说，他们打算把这些故事录下来，配上老照片，放在一楼的大厅里，让路过的人随时能听见。"
)
JUNK = {
    "menu": "首页\n新闻\n国内\n国际\n财经\n体育\n娱乐\n科技\n军事\n汽车\n房产\n教育\n健康\n旅游\n时尚\n图片\n视频\n直播\n专题\n评论",
    "keywords": "南湖空调维修，南湖空调安装，北塘空调维修，北塘空调安装，河口空调维修，河口空调安装，" * 6,
    "mojibake": NEWS.encode().decode("gb18030", "replace"),
    "log": "\n".join(f"2024-05-06 07:{n:02d}:11 INFO 节点{n} 耗时{n}ms" for n in range(40)),
    "betting": "金鼎娱乐城官网注册送彩金，真人百家乐、老虎机、时时彩投注，首存返水，提款秒到账，欢迎您来。" * 3,
    "shell": "对不起，您访问的页面不存在",
    "English": "The breakfast shop by the river has been open for thirty years. " * 5,
}


@pytest.mark.parametrize("preset", ["light", "c4-zh", "gopher-zh"])
@pytest.mark.parametrize("name", JUNK)
def test_presets_reject_junk_and_keep_news(preset, name):
    assert failure_of(measure_text(NEWS), [preset]) is None
    failure = failure_of(measure_text(JUNK[name]), [preset])
    assert failure is not None
    assert failure.rule == f"quality.{preset}"


def test_none_keeps_everything():
    assert all(failure_of(measure_text(text), ["none"]) is None for text in JUNK.values())


def test_a_rejection_carries_signal_and_value():
    one = article(NEWS)
    found = select_article(one, measure(one), ["light", "chars >= 9_000 and not spun"])
    assert isinstance(found, Rejected)
    assert (found.id, found.rule) == (one.id, "quality.select")
    assert found.detail == f"chars is {len(NEWS) - 2}; kept if chars >= 9_000"


def test_shares_are_shown_short():
    failure = failure_of(dataclasses.replace(measure_text(NEWS), digit_share=2 / 3), ["digit_share < 0.5"])
    assert failure is not None
    assert failure.detail == "digit_share is 0.6667; kept if digit_share < 0.5"


def test_what_meets_all_conditions_stays():
    one = article(NEWS)
    assert select_article(one, measure(one), ["light", "chars > 100"]) is one
    assert select_article(one, measure(one), []) is one


def test_all_clauses_that_fail():
    found = failures_of(measure_text(JUNK["menu"]), "light")
    assert len(found) > 1
    first = failure_of(measure_text(JUNK["menu"]), ["light"])
    assert first is not None
    assert found[0].text == first.clause


def test_conditions_are_checked_before_a_run():
    check_conditions(["none", "light", "chars > 1"])
    with pytest.raises(SetupError):
        check_conditions(["light", "gopher"])


def test_each_clause_of_a_preset_says_why():
    assert list(presets()) == ["none", "light", "c4-zh", "gopher-zh"]
    for preset in presets().values():
        assert preset.about
        for clause in preset.clauses:
            assert clause.why
            assert clause.lost
            assert len(clauses_of(clause.keep)) >= 1
