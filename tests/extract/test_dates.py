from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.dates import CHINA, find_dates, parse_date

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=CHINA)  # a Sunday

CASES = {
    "2025年3月28日": "2025-03-28",
    "2025年3月28日 09:15": "2025-03-28 09:15",
    "2025/3/28": "2025-03-28",
    "2025.03.28 7:05": "2025-03-28 07:05",
    "2025-03-28T09:15:30.123+08:00": "2025-03-28 09:15:30",
    "2025-03-28T01:15:30Z": "2025-03-28 09:15:30",
    "2025-03-27 20:15 -0500": "2025-03-28 09:15",
    "2025-03-2809:15": "2025-03-28 09:15",
    "09:15 2025-03-28": "2025-03-28 09:15",
    "发布时间：2025年03月28日（星期五）下午3点20分 来源：本报": "2025-03-28 15:20",
    "2025-03-28 上午 12:20": "2025-03-28 12:20",
    "2025-03-28 中午 1:20": "2025-03-28 13:20",
    "2025-03-28 12:20 am": "2025-03-28 00:20",
    "2025-03-28 9:05 PM": "2025-03-28 21:05",
    "2025-03-28 24:00": "2025-03-29",
    "2025-03-28 25:10": "2025-03-28",
    "2025年3月28日晚8时半": "2025-03-28 20:30",
    "2025-03-28 HKT 13:56": "2025-03-28 13:56",
    "２０２５年３月２８日　０９：１５": "2025-03-28 09:15",
    "二〇二五年三月二十八日上午九时十五分": "2025-03-28 09:15",
    "民國114年3月28日": "2025-03-28",
    "中華民國一百一十四年三月二十八日": "2025-03-28",
    "114/03/28 08:00": "2025-03-28 08:00",
    "114年3月28日": "2025-03-28",
    "25-03-28 08:00": "2025-03-28 08:00",
    "98年3月28日": "1998-03-28",
    "28/03/2025": "2025-03-28",
    "Mar 28, 2025": "2025-03-28",
    "28 March 2025 09:15": "2025-03-28 09:15",
    "Fri, 28 Mar 2025 01:15:30 GMT": "2025-03-28 09:15:30",
    "Fri Mar 28 09:15:30 CST 2025": "2025-03-28 09:15:30",
    "20250328": "2025-03-28",
    "20250328091530": "2025-03-28 09:15:30",
    "20250328T0915": "2025-03-28 09:15",
    "1743124530": "2025-03-28 09:15:30",
    "1743124530123": "2025-03-28 09:15:30",
    "刚刚": "2026-11-22 10:00",
    "30秒前": "2026-11-22 09:59:30",
    "十五分钟前": "2026-11-22 09:45",
    "半小时前": "2026-11-22 09:30",
    "半天前": "2026-11-21 22:00",
    "5 hours ago": "2026-11-22 05:00",
    "两周前": "2026-11-08 10:00",
    "9个月前": "2026-02-22 10:00",
    "2年前": "2024-11-22 10:00",
    "今天 08:00": "2026-11-22 08:00",
    "昨天23:10": "2026-11-21 23:10",
    "前天": "2026-11-20",
    "11月21日 08:00": "2026-11-21 08:00",
    "12-30 08:30": "2025-12-30 08:30",
    "三月八日": "2026-03-08",
    "周五 14:20": "2026-11-20 14:20",
    "星期天 09:00": "2026-11-22 09:00",
    "上周三": "2026-11-11",
}
NONE = [
    "",
    "没有日期",
    "2025-13-45",
    "2月30日",
    "2025年",
    "8点30分",
    "电话 2025-1234",
    "今日报",
    "v2.3.4",
    "1234567890123456",
    "版权所有 2008-2025",
    "2099-01-01",
]


@pytest.mark.parametrize("text", CASES)
def test_dates_as_pages_print_them(text):
    expected = datetime.fromisoformat(CASES[text]).replace(tzinfo=CHINA)
    assert parse_date(text, now=NOW) == expected


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_date(text):
    assert parse_date(text, now=NOW) is None


def test_a_month_back_from_the_31st_is_the_last_day_of_the_month():
    now = datetime(2026, 3, 31, 9, 0, tzinfo=CHINA)
    assert parse_date("1个月前", now=now) == datetime(2026, 2, 28, 9, 0, tzinfo=CHINA)


def test_now_counts_in_china_wherever_it_was_measured():
    now = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  # the 22nd, four in the morning, in China
    assert parse_date("今天 03:00", now=now) == datetime(2026, 11, 22, 3, 0, tzinfo=CHINA)


def test_a_naive_now_is_refused():
    with pytest.raises(ValueError, match="timezone-aware"):
        parse_date("今天", now=datetime(2026, 1, 1))  # noqa: DTZ001 - the case


@pytest.mark.parametrize("text", ["昨天", "3小时前", "11月21日 08:00", "周五 14:20"])
def test_without_now_only_full_dates_count(text):
    assert list(find_dates(text, now=None)) == []


def test_places_and_times_of_all_dates():
    text = "更新：2025-03-29 创建：2025年3月28日 09:15 完"
    found = list(find_dates(text, now=None))
    assert [text[date.start : date.end] for date in found] == ["2025-03-29", "2025年3月28日 09:15"]
    assert [date.has_time for date in found] == [False, True]


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_exception(text):
    for date in find_dates(text, now=NOW):
        assert 0 <= date.start < date.end <= len(text)
        assert date.value.tzinfo is not None


@given(st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2026, 11, 22)))  # noqa: DTZ001 - wall time
def test_printed_and_read_again(moment):
    moment = moment.replace(second=0, microsecond=0)
    printed = f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour:02}:{moment.minute:02}"
    assert parse_date(printed, now=NOW) == moment.replace(tzinfo=CHINA)


def test_a_megabyte_of_digits_ends():
    for text in ("1" * 1_000_000, "2025-01-0" * 100_000, "年" * 1_000_000, "十" * 1_000_000):
        parse_date(text, now=NOW)
