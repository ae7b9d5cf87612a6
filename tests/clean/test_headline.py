import pytest

from pipeline.clean.headline import HeadlineParams, find_headline, find_headline_below, find_labels_above, strip_site
from tests.builders import article

PARAMS = HeadlineParams()
TITLE = "一家小店的待客之道"
LEAD = "老街上有一家开了三十年的小店，店主姓王。"

FOUND = {
    "first line": ([TITLE, LEAD], 0),
    "below navigation": (["首页", "生活", TITLE, LEAD], 2),
    "other script and width": (["一家小店的待客之道！".replace("待", "待"), LEAD], 0),
    "the title goes on with the site": (["一家小店的待客之", LEAD], 0),
    "absent": (["另一个题目", LEAD], None),
    "too short a part of the title": (["一家", LEAD], None),
    "only far below": ([LEAD] * 8 + [TITLE], None),
    "no lines": ([], None),
}


@pytest.mark.parametrize("case", FOUND)
def test_find_headline(case):
    lines, expected = FOUND[case]
    assert find_headline(lines, TITLE, PARAMS) == expected


BELOW = {
    "headline and lead": ([">", TITLE, LEAD], 1),
    "a sentence is no headline": ([">", LEAD, LEAD], None),
    "a list of labels follows": ([">", TITLE, "时间"], None),
    "nothing follows": ([">", TITLE], None),
    "too short": ([">", "生活", LEAD], None),
    "too long": ([">", "长" * 61, LEAD], None),
}


@pytest.mark.parametrize("case", BELOW)
def test_find_headline_below(case):
    lines, expected = BELOW[case]
    assert find_headline_below(lines, 0, PARAMS) == expected


def test_only_labels_above_are_navigation():
    assert find_labels_above(["街坊版", LEAD, "老店寻访", TITLE], 3, PARAMS) == (0, 2)


HEADLINE = "一家小店的待客之道"
# id → title as received, first line of the text, title wanted
TITLES = {
    "section and site": (f"{HEADLINE}_社会频道_某某网", "正文说起一家店。", HEADLINE),
    "site": (f"{HEADLINE} | 街坊晚报", "正文说起一家店。", HEADLINE),
    "hyphen": (f"{HEADLINE}-某某新闻网", "正文说起一家店。", HEADLINE),
    "two hyphens": (f"{HEADLINE}--地方--某某网", "正文说起一家店。", HEADLINE),
    "address": (f"{HEADLINE}_example.com.cn", "正文说起一家店。", HEADLINE),
    "traditional": ("一家小店的待客之道｜地方｜某某新聞網", "正文說起一家店。", HEADLINE),
    "unknown name, headline in the text": (f"{HEADLINE}_街坊那些事", HEADLINE, HEADLINE),
    "headline with a mark of its own": (
        "街坊_一家小店的待客之道_某某网",
        "正文说起一家店。",
        "街坊_一家小店的待客之道",
    ),
    "unknown name": (f"{HEADLINE}_街坊那些事", "正文说起一家店。", f"{HEADLINE}_街坊那些事"),
    "section without a site": (f"{HEADLINE}_社会", "正文说起一家店。", f"{HEADLINE}_社会"),
    "no mark": (f"{HEADLINE}某某网", "正文说起一家店。", f"{HEADLINE}某某网"),
    "too little before": ("专访_某某网", "正文说起一家店。", "专访_某某网"),
    "years": ("街坊老店巡礼 1984-2024", "正文说起一家店。", "街坊老店巡礼 1984-2024"),
    "two halves": ("把灯留给晚归的人——一家小店的待客之道", "正文说起一家店。", "把灯留给晚归的人——一家小店的待客之道"),
    "no title at all": ("街坊 - " * 200 + "某某网", "正文说起一家店。", "街坊 - " * 200 + "某某网"),
    "nothing but marks": ("_" * 40 + "某某网", "正文说起一家店。", "_" * 40 + "某某网"),
    "none": (None, "正文说起一家店。", None),
}


@pytest.mark.parametrize("case", TITLES)
def test_site_behind_the_headline(case):
    title, line, wanted = TITLES[case]
    found = strip_site(article(line, title=title), PARAMS)
    assert found.title == wanted
    assert [flag.name for flag in found.flags] == ["title_site"] * (title != wanted)
    assert strip_site(found, PARAMS) == found
