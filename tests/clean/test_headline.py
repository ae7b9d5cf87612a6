import pytest

from pipeline.clean.headline import HeadlineParams, find_headline, find_headline_below, find_labels_above

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
