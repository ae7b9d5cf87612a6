"""The page: whole, harmless, small, and readable in every light."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from itertools import product

import pytest

from pipeline.model import ArticleId, Rejected
from pipeline.report import articles as articles_module
from pipeline.report.data import MOST_SHOWN
from pipeline.report.page import render_report
from tests.report.reports import article, articles, copies, full_report, hostile_report, read_page, report

STYLE = (resources.files("pipeline.report") / "style.css").read_text(encoding="utf-8")


def test_every_section_is_there_in_order():
    page = read_page(render_report(full_report()))
    ids = [s["id"] for s in page.all("section")]
    assert ids == ["overview", "articles", "copies", "rules", "rejected", "sources", "failed"]
    assert [a["href"] for a in page.all("a") if a["href"].startswith("#") and "#a-" not in a["href"]][:6] == [
        f"#{i}" for i in ids[1:]
    ]
    assert page.all("html") == [{"lang": "zh"}]


def test_the_sum_is_on_top():
    said = read_page(render_report(full_report())).text
    assert re.search(r"处理 seen17保留 kept12剔除 rejected4其中重复 3未变 unchanged0失败 failed1", said)


def test_an_article_has_its_facts_its_text_and_its_account():
    page = read_page(render_report(report([article(1, "正文。声明", cut="声明", kind="footer")])))
    (entry,) = page.all("details", class_="entry")
    assert (entry["id"], entry["data-source"], entry["data-kind"], entry["data-rule"]) == (
        "a-a1", "晚报1", "footer", "footer.test_rule",
    )  # fmt: skip
    for told in (
        "https://news.example/1",
        "2026-11-02 08:00 UTC",
        "service 7.0（keep）",
        "客服",
        "1 处，2 字：for the test",
    ):
        assert told in page.text
    assert page.all("del", class_="footer") == []  # a colour is of a family of kinds
    assert [d["title"] for d in page.all("del", tabindex="0")] == ["页脚 footer · footer.test_rule · for the test"]


def test_copies_stand_under_the_article_that_stays():
    kept = articles(2)
    rows = [*copies(kept), *copies(kept[:1])]
    page = read_page(render_report(report(kept, rows)))
    assert len(page.all("details", class_="cluster")) == 2
    assert len(page.all("article", class_="copy")) == 3
    assert [a["href"] for a in page.all("a") if a["href"].startswith("#a-")] == ["#a-a0", "#a-a1"]
    assert "不同的数字与日期：三次" in page.text
    assert "包含度0.97" in page.text


def test_rules_tell_what_they_did_and_which_found_nothing():
    page = read_page(render_report(full_report()))
    assert page.all("a", class_="pick")[0]["data-rule"] == "disclaimer.test_rule"
    assert "没有用到的规则（1）nav.never" in page.text
    assert "作者观点声明" in page.text


def test_sources_in_trouble_come_first():
    said = read_page(render_report(full_report())).text
    assert said.index("✗ 自 2026-11-20： timeout") < said.index("✓ 正常")


def test_nothing_at_all_is_still_a_page():
    page = read_page(render_report(report()))
    assert "没有保留下来的文章" in page.text
    assert [s["id"] for s in page.all("section")] == ["overview", "articles"]


def test_only_rejected():
    rows = [Rejected(id=ArticleId("r"), url=None, source="s", rule="flow.nothing_left", detail="blank")]
    page = read_page(render_report(report(rejected=rows)))
    assert "flow.nothing_left" in page.text


def test_texts_cannot_become_markup():
    html = render_report(hostile_report())
    page = read_page(html)
    known = read_page(render_report(full_report()))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in known.elements}  # no <img>, no <b>
    assert len(page.all("script")) == len(page.all("style")) == 1
    names = {name for _, attributes in page.elements for name in attributes}
    assert names <= {name for _, attributes in known.elements for name in attributes} | {"rel"}
    assert not any(name.startswith("on") or name in {"style", "src"} for name in names)
    assert all(re.match(r"https?://|#", a["href"]) for a in page.all("a"))
    assert "alert(1)" in page.text  # shown, not run
    html.encode()  # no half of a surrogate pair is left
    assert "\x00" not in html


def test_dates_may_be_anything_a_datetime_can_be():
    ends = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    page = read_page(render_report(report([article(n, published_at=at) for n, at in enumerate(ends)])))
    assert "9999-12-31 00:00 UTC" in page.text


def test_the_policy_allows_our_style_and_script_and_nothing_else():
    html = render_report(full_report())
    (policy,) = (m["content"] for m in read_page(html).all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    for tag in ("style", "script"):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not re.search(r"@import|url\(|src=|<link|srcset", html.split("<body>")[0])


def test_the_same_data_give_the_same_bytes():
    assert render_report(full_report()) == render_report(full_report())


def test_a_large_corpus_is_sampled_and_says_so():
    page = read_page(render_report(report(articles(1000), rejected=[refused(n) for n in range(1000)])))
    n = len(page.all("details", class_="entry"))
    assert MOST_SHOWN / 2 <= n <= MOST_SHOWN
    assert f"共 1,000 条，从头到尾均匀抽取 {n:,} 条" in page.text
    assert "语料共 1,000 篇" in page.text  # the counts are of all


def refused(n: int) -> Rejected:
    return Rejected(id=ArticleId(f"r{n}"), url=None, source="晚报", rule="fetch.gone", detail="status 410")


def test_long_texts_thin_the_list_instead_of_swelling_the_page():
    kept = [article(n, f"{n}" + "长" * 28_000) for n in range(MOST_SHOWN)]
    dropped = [(one, decision) for one, decision in copies(kept)]
    html = render_report(report(kept, dropped, [replace(refused(n), detail="长" * 5000) for n in range(MOST_SHOWN)]))
    assert len(html.encode()) < 10_000_000
    n = len(re.findall('class="entry"', html))
    assert 20 <= n < MOST_SHOWN
    assert f"均匀抽取 {n:,} 条" in html
    assert len(html.encode()) > articles_module._BUDGET * 0.4  # and what fits is shown


# ---- colours


def colours() -> dict[str, tuple[str, str]]:
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", STYLE)
    return {name: (light, dark) for name, light, dark in pairs}


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


FAMILIES = ("notice", "furniture", "promotion", "repeat", "character", "new")
PAIRS = [
    *product(("ink", "quiet", "accent", "notice-ink"), ("paper", "card")),
    ("paper", "ink"),  # the bar that tells about a mark
    *((f"{name}-ink", name) for name in FAMILIES),
]


@pytest.mark.parametrize("light", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS, ids=lambda name: name)
def test_words_stand_out_as_wcag_aa_asks(front, back, light):
    known = colours()
    assert contrast(known[front][light], known[back][light]) >= 4.5


@pytest.mark.parametrize("light", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["accent", *(f"{name}-ink" for name in FAMILIES)])
def test_bars_stand_out(name, light):
    assert contrast(colours()[name][light], colours()["card"][light]) >= 3


def test_every_colour_comes_from_the_table():
    assert not re.search(r"#[0-9a-fA-F]{3}", STYLE[STYLE.index("}") :])
