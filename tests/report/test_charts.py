"""Pictures whose names and numbers are text."""

import pytest

from pipeline.report.charts import MOST_BARS, bars, by_range, by_time, columns, meter, sparks, stack
from tests.report.reports import read_page


def test_bars_are_ranked_and_escaped():
    page = read_page(bars([("小", 1, ""), ("<大>", 200, "repeat"), ("无", 0, "")]))
    assert page.text == "<大>200小1"
    assert [r["width"] for r in page.all("rect")] == ["100.0", "1.0"]  # the smallest can still be seen
    assert page.all("rect", class_="repeat")


def test_what_does_not_fit_is_summed_up():
    page = read_page(bars((f"来源{n:02}", 10, "") for n in range(MOST_BARS + 3)))
    assert page.text.endswith("另外 3 种30")


@pytest.mark.parametrize(
    "picture", [bars([]), bars([("无", 0, "")]), columns([]), columns([("a", 0)]), stack([(0, "kept")])]
)
def test_nothing_to_draw_is_no_picture(picture):
    assert picture == ""


def test_columns_tell_their_values_without_eyes():
    html = columns([("2026-11-01", 3), ("2026-11-02", 0), ("<03>", 6)])
    page = read_page(html)
    (svg,) = page.all("svg")
    assert svg["aria-label"] == "2026-11-01 3；<03> 6"
    assert [r["height"] for r in page.all("rect")] == ["50.0", "100.0"]


def test_a_stack_fills_its_width():
    rects = read_page(stack([(3, "kept"), (0, "failed"), (1, "rejected")])).all("rect")
    assert [(r["class"], r["x"], r["width"]) for r in rects] == [
        ("kept", "0.00", "75.00"),
        ("rejected", "75.00", "25.00"),
    ]


@pytest.mark.parametrize(("value", "width"), [(-1, "0"), (0.5, "50"), (7, "100")])
def test_a_meter_stays_in_its_track(value, width):
    assert read_page(meter(value)).all("rect")[1]["width"] == width


SPANS = {
    "days without gaps": (
        {"2026-11-01": 2, "2026-11-03": 1},
        [("2026-11-01", 2), ("2026-11-02", 0), ("2026-11-03", 1)],
    ),
    "months": ({"2026-01-01": 2, "2026-04-30": 1}, [("2026-01", 2), ("2026-02", 0), ("2026-03", 0), ("2026-04", 1)]),
    "years": ({"1999-12-31": 2, "2026-04-01": 1, "2026-05-01": 1}, [("1999", 2), ("2026", 2)]),
    "none": ({}, []),
}


@pytest.mark.parametrize(("days", "shown"), SPANS.values(), ids=SPANS)
def test_time(days, shown):
    assert by_time(days) == shown


def test_wrong_dates_do_not_stretch_the_picture():
    shown = by_time({f"{year:04}-01-01": 1 for year in range(1, 2027)})
    assert len(shown) == 61
    assert shown[0] == ("≤ 1966", 1966)
    assert sum(count for _, count in shown) == 2026


def test_sparks_share_one_span_and_one_scale():
    rows = [
        ("小报", 1, {"2026-11-03": 1}),
        ("大报", 5, {"2026-11-01": 4, "2026-11-02": 1}),
        ("无日期", 2, {}),
        ("无", 0, {}),
    ]
    page = read_page(sparks(rows))
    assert page.text == "大报2026-11-01：42026-11-02：15无日期2小报2026-11-03：112026-11-012026-11-03"
    assert [r["height"] for r in page.all("rect")] == ["100.0", "25.0", "25.0"]
    assert {svg["viewbox"] for svg in page.all("svg")} == {"0 0 3 100"}


def test_sparks_of_nothing_and_of_many():
    assert sparks([]) == ""
    assert read_page(sparks([("无日期", 2, {})])).text == "无日期2"
    assert "另外 2 种" in sparks((f"报{n:02}", 3, {"2026-11-01": 3}) for n in range(MOST_BARS + 2))


def test_what_is_before_the_first_year_of_a_span_is_counted_there():
    days = {f"{year:04}-01-01": 1 for year in range(1900, 2027)}
    span = by_time(days)
    assert by_time({"1901-05-05": 2, "2026-05-05": 1}, span)[0] == (span[0][0], 2)
    assert by_time({"1901-05-05": 2, "2026-05-05": 1}, span)[-1] == ("2026", 1)


def test_ranges():
    assert by_range({0: 1, 4: 2, 11: 1}, width=5, most=60) == [("0–5", 3), ("5–10", 0), ("10–15", 1)]
    assert by_range({1: 4, 99: 1}, width=1, most=3) == [("0", 0), ("1", 4), ("2", 0), ("≥ 3", 1)]
    assert by_range({}, width=1, most=3) == []
