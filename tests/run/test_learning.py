"""What hosts print around their articles: learned by one run, used by the next."""

import sqlite3
from contextlib import closing

from pipeline.clean.knowledge import EMPTY
from pipeline.flow import Plan
from pipeline.run.reprocess import reprocess
from pipeline.store.state import open_state
from tests.run.bench import A
from tests.run.newsroom import story

FOOT = "<p>青石巷二十七号的读者来信箱每逢单日上午开锁</p>"
LINE = "青石巷二十七号的读者来信箱每逢单日上午开锁"


def put(bench, numbers) -> None:
    for n in numbers:
        bench.room.put(A, f"/2026/1120/{n}.html", story(n, extra=FOOT))
    bench.room.put_feed(A, "/feed.xml", [f"/2026/1120/{n}.html" for n in numbers])


def with_line(bench) -> set[int]:
    with bench.look() as state:
        return {int(a.url.rpartition("/")[2][:-5]) for a in state.articles.all() if LINE in a.text}


def test_the_next_run_uses_what_this_one_learned(bench):
    put(bench, range(6))
    bench.crawl(bench.source(), revisit_after_s=9e9)
    assert with_line(bench) == set(range(6)), "a run knows what was known when it began"
    put(bench, range(12))
    bench.crawl(bench.source(), revisit_after_s=9e9)
    assert with_line(bench) == set(range(6))
    with bench.look() as state:
        (edit,) = (e for a in state.articles.all() for e in a.edits if a.url.endswith("/9.html") and LINE in e.old)
        assert edit.rule == "clean.templates"
        assert state.runs()[0].plan != state.runs()[1].plan
    with open_state(bench.data) as state:
        assert reprocess(state, Plan(), now=bench.clock.now()).withdrawn == 0
    assert with_line(bench) == set()


def test_an_interrupted_run_learns_nothing_and_its_articles_are_not_lost_for_it(bench):
    put(bench, range(6))
    with open_state(bench.data) as state:
        assert state.knowledge.read() == EMPTY
    bench.crawl(bench.source(), max_requests=5, revisit_after_s=9e9)
    bench.crawl(bench.source(), revisit_after_s=9e9)
    with bench.look() as state:
        in_two = state.knowledge.read()
    bench.data = bench.folder / "other"
    bench.crawl(bench.source(), revisit_after_s=9e9)
    with bench.look() as state:
        assert state.knowledge.read() == in_two != EMPTY


def test_what_another_version_learned_is_no_use(bench):
    put(bench, range(6))
    bench.crawl(bench.source(), revisit_after_s=9e9)
    with closing(sqlite3.connect(bench.data / "state.sqlite")) as db:
        db.execute("UPDATE knowledge SET packed = x'00'")
        db.commit()
    with bench.look() as state:
        assert state.knowledge.read() == EMPTY
    assert bench.crawl(bench.source(), revisit_after_s=9e9).exit_code == 0
