"""What a selection cut: the values of each signal, the cuts, and the articles beside them."""

from dataclasses import replace

import pytest

from pipeline.model import ArticleId, Rejected
from pipeline.quality.distribution import Bin, Cut, Distribution, Example
from pipeline.quality.signals import measure
from pipeline.report.data import Selected
from pipeline.report.quality import quality_section
from tests.report.reports import article, read_page, report

LONG = "一位老人今天给营业厅送来一封信，感谢客服小周三次上门帮他办好了退费手续。"
SHORT = "今日天气晴。"


def numbers(**fields) -> Distribution:
    values = {"signal": "chars", "meaning": "Length", "unit": "characters", "articles": 3, "lost": 1, "cuts": ()}
    bins = (
        Bin(name="a", least=0.0, most=1.0),
        Bin(name="b", least=1.0, most=2.0),
        Bin(name="c", least=2.0, most=5.0, articles=1, lost=1),
        Bin(name="d", least=5.0, most=1000.0, articles=2),
        Bin(name="e", least=1000.0, most=2000.0),
        Bin(name="f", least=2000.0),
    )
    return Distribution(**{**values, "bins": bins, **fields})


def cut(value: float | None = 5.0, clause: str = "chars >= 5", **fields) -> Cut:
    return Cut(
        **{"condition": "select", "clause": clause, "value": value, "lost": 1, "staying": (), "going": (), **fields}
    )


def example(name: str, value=3) -> Example:
    return Example(id=name, begins=f"题{name}", value=value)


def drawn(*distributions: Distribution, kept=()) -> str:
    data = report(kept)
    return quality_section(
        replace(data, figures=replace(data.figures, selections=(Selected(distributions=distributions),)))
    )


def test_without_a_selection_there_is_no_section():
    assert quality_section(report([article()])) == ""
    assert drawn(numbers(articles=0)) == ""


def test_articles_on_both_sides_are_shown_with_their_values():
    gone = article(2, SHORT, title="晴")
    rejected = Rejected(
        id=ArticleId("r2"), url=None, source="s", rule="quality.select", detail="", begins="晴", signals=measure(gone)
    )
    page = read_page(quality_section(report([article(1, LONG)], (), [rejected], select=["chars >= 20"])))
    assert "chars Length without blanks and line breaks · characters" in page.text
    assert "2 篇，因它不收 1 篇" in page.text
    assert "select chars >= 20 单凭这一条不收 1 篇收下36 第1封表扬信 a1不收6 晴 r2" in page.text
    assert [a["href"] for a in page.all("a")] == ["#a-a1"]  # what was rejected is no article of the list


def test_what_was_rejected_for_something_else_is_not_counted():
    rejected = Rejected(id=ArticleId("r"), url=None, source="s", rule="fetch.gone", detail="")
    assert "都收" in quality_section(report([article(1, LONG)], (), [rejected], select=["chars >= 20"]))


def test_empty_ends_are_left_out_and_cuts_are_not():
    said = read_page(drawn(numbers(cuts=(cut(),))))
    (picture,) = said.all("svg")
    assert picture["aria-label"] == "2–5 1；5–1,000 2"
    assert "1–2" in said.text  # one empty column on each side
    assert "1,000–2,000" in said.text
    assert "0–1" not in said.text
    assert "≥ 2,000" in drawn(numbers(cuts=(cut(2000.0),)))


def test_a_clause_with_two_numbers_tells_those_beside_the_second_only_when_they_are_others():
    both = cut(5.0, "5 <= chars <= 9", going=(example("1"),)), cut(9.0, "5 <= chars <= 9", going=(example("1"),))
    assert drawn(numbers(cuts=both)).count("单凭这一条") == 1
    others = both[0], replace(both[1], going=(example("1"), example("2", 12)))
    assert drawn(numbers(cuts=others)).count("单凭这一条") == 2
    assert drawn(numbers(cuts=(cut(), cut(9.0, "chars <= 9")))).count("单凭这一条") == 2


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(True, "是"), (False, "否"), ("zh", "zh"), (1500, "1,500"), (0.02513, "0.0251"), (2.0, "2")],
    ids=str,
)
def test_values_as_a_person_reads_them(value, wanted):
    said = drawn(numbers(cuts=(cut(staying=(example("1", value),)),)))
    assert f"<b>{wanted}</b>" in said


def test_a_signal_that_is_no_number_has_a_bar_for_each_name():
    named = (Bin(name="zh", articles=7), Bin(name="ko", articles=2, lost=2))
    page = read_page(drawn(numbers(bins=named, cuts=(cut(None, 'language == "zh"', staying=(example("1", "zh"),)),))))
    assert "zh7ko2" in page.text
    assert [rect["class"] for rect in page.all("rect")] == ["kept", "rejected"]
