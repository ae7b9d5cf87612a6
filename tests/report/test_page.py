"""The page: whole, harmless, small, and readable in every light."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from itertools import product

import pytest

from pipeline.model import ArticleId, CanonicalUrl, Flag, Rejected
from pipeline.report import articles as articles_module
from pipeline.report.data import RuleNotes, RunRow
from pipeline.report.page import render_report
from pipeline.report.sampling import MOST_SHOWN
from tests.report.reports import article, articles, copies, full_report, hostile_report, read_page, report

STYLE = (resources.files("pipeline.report") / "style.css").read_text(encoding="utf-8")


def test_every_section_is_there_in_order():
    page = read_page(render_report(full_report()))
    ids = [s["id"] for s in page.all("section")]
    assert ids == ["overview", "articles", "copies", "rules", "quality", "rejected", "sources", "failed", "runs"]
    assert [a["href"] for a in page.all("a") if a["href"].startswith("#") and "#a-" not in a["href"]][:8] == [
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
    assert [a["href"] for a in page.all("a") if a["href"].startswith("#a-")] == [
        "#a-a0",
        "#a-a1",
        "#a-a1",
    ]  # and its rule's example
    assert "不同的数字与日期：三次" in page.text
    assert "包含度0.97" in page.text


def test_rules_tell_what_they_did_and_which_found_nothing():
    page = read_page(render_report(full_report()))
    assert page.all("a", class_="pick")[0]["data-rule"] == "disclaimer.test_rule"
    assert "没有用到的规则（1）nav.never 自订没用到" in page.text
    assert "作者观点声明" in page.text
    assert "（本文仅代表作者观点）见 a1" in page.text  # an example, and where to find it


def test_rules_on_trial_tell_what_they_would_have_cut():
    one = article().flagged(
        Flag(name="shadow", detail="mine.trial: 欢迎关注"), Flag(name="shadow", detail="mine.trial: 欢迎转发")
    )
    notes = RuleNotes(reasons={"mine.trial": "先看看"}, shadow=frozenset({"mine.trial", "mine.quiet"}))
    said = read_page(render_report(report([one], rules=notes))).text
    assert "mine.trial先看看12欢迎关注见 a0" in said
    assert "mine.quiet00" in said


def test_a_rule_without_notes_tells_what_was_said_about_the_place():
    said = read_page(render_report(report([article(1, "正文。声明", cut="声明", kind="footer")]))).text
    assert "footer.test_rulefor the test页脚 footer112声明见 a1" in said


def test_what_is_only_laid_out_is_not_in_the_account():
    page = read_page(render_report(report([article(0, "  一  \n\n  二")])))
    assert "没有删改" in page.text
    assert page.all("details", class_="entry")[0]["data-rule"] == ""


def test_new_facts_of_an_article_are_shown():
    one = article(
        section="民生", tags=("客服", "退费"), keywords=("窗口",), canonical=CanonicalUrl("https://m.news.example/0")
    ).flagged(Flag(name="incomplete", detail="page 3 could not be had"))
    page = read_page(render_report(report([one])))
    for told in (
        "频道民生",
        "标签客服、退费",
        "关键词窗口",
        "自称https://m.news.example/0",
        "⚑ 缺页 incomplete：page 3",
    ):
        assert told in page.text
    same = read_page(render_report(report([article(canonical=article().url)])))
    assert "自称" not in same.text


def test_a_fuller_copy_says_that_it_may_take_the_place():
    kept = articles(1)
    ((copy, decision),) = copies(kept)
    assert "supersedes" not in render_report(report(kept, [(copy, decision)]))
    page = read_page(render_report(report(kept, [(copy, replace(decision, supersedes=True))])))
    assert "更完整，导出时可代替保留的一篇 supersedes" in page.text
    assert "保留的一篇，" in page.text  # its whole text is at hand


def test_a_cluster_of_which_not_all_is_shown_says_so():
    kept = articles(1)
    data = report(kept, copies(kept))
    many = replace(data, figures=replace(data.figures, copies_of={"a0": 5}))
    assert "5 份副本，显示 1 份" in read_page(render_report(many)).text


def test_a_copy_whose_original_is_not_there_is_still_shown():
    page = read_page(render_report(report(dropped=copies(articles(1)))))
    assert len(page.all("article", class_="copy")) == 1


def test_what_hinders_and_how_runs_went():
    said = read_page(render_report(full_report())).text
    assert "主机暂停访问slow.example到 2026-11-23 08:00 UTC 为止，连续第 2 次" in said
    assert "列表没有读到底https://news.example/list晚报0 · 3 pages in a row" in said
    assert "2 crawl2026-11-22 04:40 UTC––––––进行中" in said
    assert "1 crawl2026-11-21 04:40 UTC61.295301完成，有失败（1）" in said


ENDINGS = {None: "进行中", -1: "✗ 中途死掉", 130: "中断", 0: "✓ 完成", 1: "完成，有失败（1）"}


@pytest.mark.parametrize(("code", "said"), ENDINGS.items(), ids=map(str, ENDINGS))
def test_how_a_run_ended(code, said):
    run = RunRow(id=1, command="crawl", started_at="", seconds=1.0, exit_code=code, counts={})
    assert said in read_page(render_report(report(runs=(run,)))).text


def test_too_many_sources_and_rules_are_said():
    (_, well) = full_report().sources
    sources = tuple(replace(well, name=f"晚报{n}") for n in range(600))
    assert "共 600 个来源，显示 500 个" in render_report(report(sources=sources))
    kept = [article(n, "正文。声明", cut="声明", kind=f"k{n}") for n in range(400)]
    assert "共 400 条规则动过文章，显示删字最多的 300 条" in render_report(report(kept))


def test_every_rule_that_did_anything_leads_to_an_article():
    kept = [article(n, f"{n}正文。声明", cut="声明" if n in {3, 777} else "", kind=f"k{n}") for n in range(1000)]
    page = read_page(render_report(report(kept)))
    rules = {row["data-rule"] for row in page.all("details", class_="entry")}
    assert {pick["data-rule"] for pick in page.all("a", class_="pick")} == {"k3.test_rule", "k777.test_rule"} <= rules


def test_sources_in_trouble_come_first():
    said = read_page(render_report(full_report())).text
    assert said.index("✗ 自 2026-11-20：timeout") < said.index("✓ 正常")
    assert re.search(
        r"晚报0feed401072从未", said
    )  # in the corpus, new, rejected, barred, waiting, failed; last success


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
    assert MOST_SHOWN / 2 <= n <= MOST_SHOWN + 2
    assert f"共 1,000 条，从头到尾均匀抽取，另加每条规则、每种标记的首例，显示 {n:,} 条" in page.text
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
    assert f"首例，显示 {n:,} 条" in html
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


def test_every_link_within_the_page_leads_somewhere():
    long = "这一段很长。" * 5000  # of such texts the page has room for some
    kept = [article(n, f"{n}{long}声明", cut="声明") for n in range(70)]
    page = read_page(render_report(report(kept, copies(kept[:9]), select=["lines > 1"])))
    anchors = {a["id"] for _, a in page.elements if "id" in a}
    links = {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")}
    assert 0 < len(page.all("details", class_="entry")) < 70
    assert any(link.startswith("a-") for link in links)
    assert links <= anchors
