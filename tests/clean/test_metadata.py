from datetime import UTC, datetime

import pytest

from pipeline.clean.metadata import author_names, full_date, with_metadata
from tests.builders import article

NAMES = {
    "one": ("张三", ("张三",)),
    "several": ("张三、李四 王五/赵六", ("张三", "李四", "王五", "赵六")),
    "and": ("张三和李四", ("张三", "李四")),
    "twice": ("张三 张三", ("张三",)),
    "latin": ("J. Smith、李四", ("Smith", "李四")),
    "none": ("", ()),
    "one character is no name": ("张", ()),
    "a sentence is no name": ("他" * 21, ()),
}


@pytest.mark.parametrize("case", NAMES)
def test_author_names(case):
    text, expected = NAMES[case]
    assert author_names(text) == expected


DATES = {
    "numeric": ("2021-03-05 10:20:30", "2021-03-05T10:20:30+08:00"),
    "slashes, no seconds": ("2021/3/5 9:05", "2021-03-05T09:05:00+08:00"),
    "Chinese": ("２０２１年３月５日１０时２０分", "2021-03-05T10:20:00+08:00"),
    "day only": ("发布时间：2021年03月05日", "2021-03-05T00:00:00+08:00"),
    "no year": ("3月5日 10:20", None),
    "no such day": ("2021-02-30", None),
    "no such hour": ("2021-02-03 27:00", None),
    "longer number": ("12021-02-03", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize("case", DATES)
def test_full_date(case):
    text, expected = DATES[case]
    found = full_date(text)
    assert (found and found.isoformat()) == expected


def test_only_empty_fields_are_filled():
    found = {"author": "张三", "source": "某某晚报", "date": "2021-03-05"}
    filled = with_metadata(article(), found)
    assert (filled.authors, filled.outlet) == (("张三",), "某某晚报")
    assert filled.published_at == datetime(2021, 3, 4, 16, tzinfo=UTC)
    known = article(authors=("李四",), outlet="某某日报", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert with_metadata(known, found) == known


def test_an_outlet_of_a_sentence_is_none():
    assert with_metadata(article(), {"source": "甲" * 31}).outlet is None
