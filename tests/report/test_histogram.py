"""Histograms: columns that stand where they should, and cuts between them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.histogram import Column, histogram, told_value
from tests.report.reports import read_page


def column(least: float, stays: int = 0, goes: int = 0) -> Column:
    return Column(name=f"{least:g}", stays=stays, goes=goes, least=least)


def test_nothing_to_draw():
    assert histogram([], []) == histogram([column(0.0)], [0.0]) == ""


def test_what_goes_stands_on_what_stays():
    page = read_page(histogram([column(0.0, stays=3, goes=1), column(1.0, stays=4), column(2.0)], []))
    tops = [(rect["class"], float(rect["y"][:-1]), float(rect["height"][:-1])) for rect in page.all("rect")]
    (_, top, height), (_, above, more), (_, highest, _) = tops
    assert [name for name, _, _ in tops] == ["kept", "rejected", "kept"]
    assert top + height == 100
    assert above + more == top
    assert above == highest == 28
    assert "0：4 篇，不收 1" in page.text


def test_a_cut_stands_where_its_column_begins():
    page = read_page(histogram([column(0.0, 1), column(0.5, 1), column(2.0, 1), column(3.0, 1)], [2.0, 0.5]))
    assert [line["x1"] for line in page.all("line")] == ["25.00%", "50.00%"]
    assert [text["text-anchor"] for text in page.all("text")] == ["start", "start"]
    assert "0.52" in page.text


def test_a_cut_behind_all_stands_at_the_end_with_its_number_before_it():
    page = read_page(histogram([column(0.0, 1)], [7.0]))
    assert page.all("line")[0]["x1"] == "100.00%"
    assert page.all("text")[0]["text-anchor"] == "end"


def test_one_of_many_can_be_seen():
    page = read_page(histogram([column(0.0, 1), column(1.0, 10**6)], []))
    assert float(page.all("rect")[0]["height"][:-1]) >= 1.5


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=30),
    st.lists(st.integers(0, 30), max_size=8),
)
def test_all_of_it_lies_within_the_picture(counts, cuts):
    drawn = histogram([column(float(n), *pair) for n, pair in enumerate(counts)], [float(cut) for cut in cuts])
    places = [float(number) for number in re.findall(r'(?:x|y|x1|x2|y1|y2)="([\d.]+)%"', drawn)]
    assert all(0 <= place <= 100 for place in places)
    assert drawn.count("<line") == (len(set(cuts)) if any(map(sum, counts)) else 0)


def test_numbers_are_short():
    assert [told_value(v) for v in (0.025, 200.0, 1500.0, 0.1234567, -2.0)] == ["0.025", "200", "1,500", "0.123", "-2"]
