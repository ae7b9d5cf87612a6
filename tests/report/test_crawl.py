"""The report of a crawl, from its state."""

from datetime import UTC, datetime

from pipeline.model import Decision
from pipeline.report.crawl import write_crawl_report
from pipeline.store.articles import Arrival
from pipeline.store.decisions import Settled
from pipeline.store.state import open_state
from tests.report.reports import articles, copies, full_report, read_page

NOW = datetime(2026, 11, 22, 4, 40, tzinfo=UTC)
ARRIVAL = Arrival(run=1, plan="p", position=0)


def settled(decision: Decision) -> Settled:
    return Settled(decision=decision, content_key=decision.id.encode(), is_member=True, signature=b"")


def test_an_empty_state_has_a_report(tmp_path):
    with open_state(tmp_path) as state:
        path = write_crawl_report(state, tmp_path / "report" / "index.html")
    assert "没有保留下来的文章" in path.read_text(encoding="utf-8")


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
        page = read_page(write_crawl_report(state, tmp_path / "r.html").read_text(encoding="utf-8"))
    assert [len(page.all("details", class_=name)) for name in ("entry", "cluster")] == [3, 1]
    for told in (
        "最近一次运行 last run: 1 · crawl · 2026-11-22 04:40 UTC",
        "处理 seen5",
        "自 2026-11-22 04:40 UTC： connection refused",
        "fetch.gone",
        "转载：第0封表扬信",
    ):
        assert told in page.text
