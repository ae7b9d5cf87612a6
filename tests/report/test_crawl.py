"""The report of a crawl, from its state."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.model import Decision
from pipeline.quality.params import QualityParams
from pipeline.report.crawl import write_crawl_report
from pipeline.store.articles import Arrival
from pipeline.store.decisions import Settled
from pipeline.store.frontier import Lease, Link, Visit
from pipeline.store.quality import keep_quality
from pipeline.store.state import State, open_state
from pipeline.store.survey import STOPPED_RULE
from tests.report.reports import articles, copies, full_report, read_page

NOW = datetime(2026, 11, 22, 4, 40, tzinfo=UTC)
ARRIVAL = Arrival(run=1, plan="p", position=0)


def settled(decision: Decision) -> Settled:
    return Settled(decision=decision, content_key=decision.id.encode(), is_member=True, signature=b"")


def link(n: int, **fields) -> Link:
    return Link(
        url=f"https://news.example/{n}", item_id=f"i{n}", host="news.example", source="晚报0", position=0, **fields
    )


def taken(state: State, turn) -> Lease:
    lease = state.frontier.lease("news.example", turn, NOW)
    assert lease is not None
    return lease


def failed(rule: str, **fields) -> Visit:
    return Visit(outcome="failed", at=NOW, rule=rule, **fields)


def test_an_empty_state_has_a_report(tmp_path):
    with open_state(tmp_path) as state:
        path = write_crawl_report(state, tmp_path / "report" / "index.html")
    assert "没有保留下来的文章" in path.read_text(encoding="utf-8")


def test_what_failed_and_what_hinders_is_told(tmp_path):
    with open_state(tmp_path) as state:
        run = state.begin_run("crawl", "p", NOW)
        state.set_sources([("晚报0", "list")], frozenset({"晚报0"}))
        pages = [link(n, kind="article") for n in range(2)]
        state.frontier.discover([*pages, link(2, kind="list"), link(3, kind="list")], run=run, now=NOW)
        later, never = taken(state, "page"), taken(state, "page")
        state.frontier.postpone(later, failed("fetch.timeout", next_at=NOW + timedelta(hours=1)), run=run)
        state.frontier.postpone(never, failed("fetch.dns"), run=run)
        state.frontier.finish(taken(state, "list"), failed("fetch.connect"), run=run)
        stopped = Visit(outcome="read", at=NOW, rule=STOPPED_RULE, detail="3 pages without a new one")
        state.frontier.finish(taken(state, "list"), stopped, run=run)
        state.hosts.keep_pace("slow.example", {"blocked_until_s": (NOW + timedelta(hours=3)).timestamp(), "blocks": 2})
        page = read_page(write_crawl_report(state, tmp_path / "r.html").read_text(encoding="utf-8"))
    for told in (
        "https://news.example/0: 超时 fetch.timeout （晚报0，试过 1 次，再试于 2026-11-22 05:40 UTC）",
        "https://news.example/1: 域名查不到 fetch.dns （晚报0，试过 1 次，不再试）",
        "https://news.example/2: 连不上 fetch.connect （晚报0，试过 0 次，下次运行再试）",
        "slow.example到 2026-11-22 07:40 UTC 为止，连续第 2 次",
        "列表没有读到底https://news.example/3晚报0 · 3 pages without a new one",
    ):
        assert told in page.text


def test_all_that_the_state_holds(tmp_path):
    kept = articles(3)
    ((copy, decision),) = copies(kept[:1])
    with open_state(tmp_path) as state:
        run = state.begin_run("crawl", "p", NOW)
        state.set_sources([("晚报0", "feed"), ("晚报1", "feed")], frozenset({"晚报0"}))
        state.source_worked("晚报0", NOW)
        state.source_failed("晚报1", "connection refused", NOW)
        for one in (*kept, copy):
            state.articles.put(one, ARRIVAL)
        state.articles.reject(full_report().rejected.shown[0], ARRIVAL)
        decisions = [*(Decision(id=one.id, kept=None) for one in kept), decision]
        state.decisions.decide([settled(d) for d in decisions], run=run)
        state.end_run(run, 1, {"seen": 5, "kept": 3, "rejected": 2, "duplicates": 1}, NOW)
        state.keep_seconds(run, {"network": 112.4, "store": 0.25, "other": 0.001})
        path = write_crawl_report(state, tmp_path / "r.html", select=["not spun"])
        page = read_page(path.read_text(encoding="utf-8"))
    assert [len(page.all("details", class_=name)) for name in ("entry", "cluster")] == [3, 1]
    for told in (
        "最近一次运行 last run: 1 · crawl · 2026-11-22 04:40 UTC",
        "处理 seen5",
        "共 113 秒（挂钟时间）联网与等候 network112存储 store0.25",
        "3 篇，因它不收 1 篇no2yes1",
        "自 2026-11-22 04:40 UTC：connection refused",
        "1 crawl2026-11-22 04:40 UTC0.0532––完成，有失败（1）",
        "fetch.gone",
        "转载：第0封表扬信",
    ):
        assert told in page.text


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, []),
        ({"晚报1": ("lines >= 9",), "晚报2": ("lines >= 9",)}, ["来源：晚报1、晚报2lines", "2 篇，因它不收 2 篇"]),
        (
            {"晚报1": ("lines >= 9",), "晚报2": ("chars > 1",)},
            ["来源：晚报1lines", "1 篇，因它不收 1 篇", "来源：晚报2chars", "1 篇，都收"],
        ),
        ({"晚报1": ()}, []),
    ],
    ids=["nothing", "one selection", "several", "no condition"],
)
def test_what_the_sources_ask_of_exported_articles_is_shown(tmp_path, asked, wanted):
    kept = articles(3)
    with open_state(tmp_path) as state:
        keep_quality(state, {name: QualityParams(select=select, mask=("mail",)) for name, select in asked.items()})
        run = state.begin_run("crawl", "p", NOW)
        for one in kept:
            state.articles.put(one, ARRIVAL)
        state.decisions.decide([settled(Decision(id=one.id, kept=None)) for one in kept], run=run)
        page = read_page(write_crawl_report(state, tmp_path / "r.html").read_text(encoding="utf-8"))
    assert ("quality" in [s["id"] for s in page.all("section")]) == bool(wanted)
    assert [told for told in wanted if told not in page.text] == []
