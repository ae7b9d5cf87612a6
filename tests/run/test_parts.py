"""Articles printed in several pages: one article, whatever happens between its pages."""

import os
import signal
from dataclasses import replace

import pytest

from pipeline.flow import Plan, process
from pipeline.model import Article
from pipeline.run.reprocess import reprocess
from pipeline.run.world import World
from pipeline.store.state import open_state
from tests.run.bench import A, counts
from tests.run.newsroom import sentences

TITLE = "热线把一件事问到底的三天"


def path(n: int) -> str:
    return "/2026/1120/content_2001.html" if n == 1 else f"/2026/1120/content_2001_{n}.html"


def sheet(n: int, count: int, *, links: str = "all") -> bytes:
    """Return page n of an article of `count` pages; `links`: which of the others it links, all or the next."""
    shown = range(1, count + 1) if links == "all" else [n + 1] if n < count else []
    pager = "".join(f'<a href="{path(k)}">{k if links == "all" else "下一页"}</a> ' for k in shown if k != n)
    lines = sentences(n)
    body = "".join(f"<p>{''.join(lines[k : k + 3])}</p>" for k in range(0, len(lines), 3))
    return (
        f"<!doctype html><meta charset=utf-8><title>{TITLE}</title><h1>{TITLE}</h1><div>2026-11-20 09:30</div>"
        f"<div class=article>{body}<div class=page>{pager}</div></div>"
    ).encode()


def put(bench, count: int, *, links: str = "all") -> None:
    for n in range(1, count + 1):
        bench.room.put(A, path(n), sheet(n, count, links=links))
    bench.room.put_feed(A, "/feed.xml", [path(1)])


def text_of(pages) -> list[str]:
    return [line for n in pages for line in sentences(n)]


def only_article(bench) -> Article:
    with bench.look() as state:
        found: list[Article] = list(state.articles.corpus())
    assert len(found) == 1
    return found[0]


def has_all(article: Article, pages) -> bool:
    return all(line in article.text for line in text_of(pages))


@pytest.mark.parametrize("links", ["all", "next"])
def test_the_pages_of_an_article_are_one_article(bench, links):
    put(bench, 4, links=links)
    assert counts(bench.crawl(bench.source())) == (1, 1, 0, 0, 0)
    article = only_article(bench)
    assert has_all(article, range(1, 5))
    assert article.flags == ()
    assert article.url == f"http://{A}{path(1)}"
    assert bench.room.paths() == ["/feed.xml", *map(path, range(1, 5))]
    assert counts(bench.crawl(bench.source())) == (1, 0, 0, 1, 0)
    assert bench.room.paths() == ["/feed.xml", path(1)], "the others are asked when the first has changed"


def test_requests_for_them_are_apart(bench):
    put(bench, 3)
    bench.crawl(bench.source(delay_s=5.0))
    assert [round(s) for s in bench.clock.slept if s > 0.5] == [5, 5, 5, 5]


def test_a_changed_article_is_read_with_all_its_pages(bench):
    put(bench, 3)
    bench.crawl(bench.source())
    bench.room.put(A, path(1), sheet(1, 2).replace(b"2026-11-20", b"2026-11-21"))
    bench.room.put(A, path(2), sheet(9, 2))
    assert counts(bench.crawl(bench.source())) == (1, 1, 0, 0, 0)
    article = only_article(bench)
    assert has_all(article, (1, 9))
    assert not has_all(article, (3,))
    with bench.look() as state:
        assert [part.url for part in state.parts.of(article.id)] == [f"http://{A}{path(2)}"]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 1, 3)], ids=str)
def test_pages_that_a_list_shows_as_articles_are_parts_all_the_same(bench, order):
    put(bench, 3)
    bench.room.put_feed(A, "/feed.xml", [path(n) for n in order])
    result = bench.crawl(bench.source())
    assert has_all(only_article(bench), (1, 2, 3))
    assert result.tally.kept == 1
    assert result.tally.seen == 3
    assert result.tally.rules == {"crawl.same_page": 2}
    again = bench.crawl(bench.source())
    assert counts(again) == (1, 0, 0, 1, 0)
    with bench.look() as state:
        assert state.addresses.find(f"http://{A}{path(2)}").url == f"http://{A}{path(1)}"


def test_a_page_that_fails_for_a_moment_costs_nothing(bench):
    put(bench, 3)
    bench.room.put(A, path(3), b"later", status=503, then=sheet(3, 3))
    assert counts(bench.crawl(bench.source())) == (1, 1, 0, 0, 0)
    assert has_all(only_article(bench), (1, 2, 3))
    assert bench.room.paths().count(path(2)) == 1, "what came is not asked again"


def test_a_page_that_fails_for_good_is_waited_for_and_then_missed(bench):
    put(bench, 3)
    bench.room.put(A, path(3), b"later", status=500)
    assert counts(bench.crawl(bench.source())) == (1, 0, 0, 0, 1)
    bench.clock.time = bench.clock.time.replace(hour=9)
    assert counts(bench.crawl(bench.source())) == (1, 1, 0, 0, 0)
    article = only_article(bench)
    assert has_all(article, (1, 2))
    assert [flag.name for flag in article.flags] == ["incomplete"]
    assert path(3) in article.flags[0].detail


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": 404}, "not there"),
        ({"status": 403}, "status"),
        ({"body": sheet(3, 3), "headers": {"X-Robots-Tag": "noarchive"}}, "opt_out"),
        ({"body": "<title>404</title><p>您访问的页面不存在或已删除".encode()}, "soft_404"),
    ],
    ids=["gone", "forbidden", "opted out", "soft 404"],
)
def test_a_page_that_is_not_there_is_told(bench, fields, words):
    put(bench, 3)
    bench.room.put(A, path(3), **{"body": b"no", **fields})
    assert counts(bench.crawl(bench.source())) == (1, 1, 0, 0, 0)
    article = only_article(bench)
    assert has_all(article, (1, 2))
    assert words in article.flags[0].detail


def test_a_wall_before_the_second_page_makes_the_host_rest(bench):
    put(bench, 2)
    bench.room.put(A, path(2), "<title>安全验证</title><p>请完成滑动验证后继续访问".encode())
    assert bench.crawl(bench.source()).tally.failed == 1
    put(bench, 2)
    assert bench.crawl(bench.source()).n_requests == 0
    bench.clock.time = bench.clock.time.replace(hour=9)
    assert bench.crawl(bench.source()).tally.kept == 1


def test_robots_txt_closes_them_one_by_one(bench):
    put(bench, 3)
    bench.room.put(A, "/robots.txt", b"User-agent: *\nDisallow: /*_3.html\n", content_type="text/plain")
    bench.crawl(bench.source())
    assert path(3) not in bench.room.paths()
    assert "robots.txt" in only_article(bench).flags[0].detail


def test_there_is_an_end_to_it(bench):
    put(bench, 9)
    bench.crawl(bench.source(), max_parts=4)
    article = only_article(bench)
    assert has_all(article, range(1, 5))
    assert "more than 4 pages" in article.flags[0].detail


def test_a_circle_ends(bench):
    put(bench, 2, links="next")
    bench.room.put(A, path(2), sheet(2, 3, links="next"))
    bench.room.put(A, path(3), b"there", status=302, headers={"Location": path(1)})
    bench.crawl(bench.source())
    article = only_article(bench)
    assert has_all(article, (1, 2))
    assert article.flags == ()


@pytest.mark.parametrize("at", [1, 2, 3])
def test_stopped_between_two_pages_the_next_run_goes_on(bench, at):
    put(bench, 4)
    clock = bench.clock
    signals = iter([signal.SIGTERM])

    def now():
        is_there = sum(p.startswith("/2026") for _, p, _ in bench.room.asked) == at
        if is_there and (number := next(signals, None)):
            os.kill(os.getpid(), number)
        return clock.now()

    result = bench.crawl(bench.source(), world=World(now=now, sleep=clock.sleep, chance=lambda: 0.5))
    assert result.is_interrupted
    came = [p for p in bench.room.paths() if "content" in p]
    assert counts(bench.crawl(bench.source())) == (1, 1, 0, 0, 0)
    assert has_all(only_article(bench), range(1, 5))
    again = [p for p in bench.room.paths() if "content" in p]
    assert set(again) & set(came) <= {path(1), came[-1]}


def test_a_budget_that_ends_between_two_pages(bench):
    put(bench, 4)
    runs = [bench.crawl(bench.source(), max_requests=4)]
    while not runs[-1].tally.kept and len(runs) < 5:
        runs.append(bench.crawl(bench.source(), max_requests=4))
    assert has_all(only_article(bench), range(1, 5))
    assert [run.tally.failed for run in runs] == [0] * len(runs)


def test_they_are_processed_again_without_the_network(bench):
    put(bench, 3)
    bench.crawl(bench.source())
    before = only_article(bench)
    bench.room.asked.clear()
    with open_state(bench.data) as state:
        done = reprocess(state, Plan(), now=bench.clock.now())
        assert (done.seen, done.changed, done.missing) == (1, 0, 0)
    other = replace(Plan(), extraction=replace(Plan().extract, min_han=10**6))
    with open_state(bench.data) as state:
        assert reprocess(state, other, now=bench.clock.now()).withdrawn == 1
        assert reprocess(state, Plan(), now=bench.clock.now()).changed == 1
    assert only_article(bench) == before
    assert bench.room.asked == []


def test_what_is_no_article_has_no_pages(bench):
    put(bench, 2)
    bench.room.put(A, path(1), sheet(1, 2), headers={"X-Robots-Tag": "noarchive"})
    result = bench.crawl(bench.source())
    assert result.tally.rules == {"fetch.opt_out": 1}
    assert path(2) not in bench.room.paths()


def test_the_stages_see_the_pages_in_order(bench):
    put(bench, 3)
    seen = []

    def note(item, plan):
        seen.append([page.url for page in item.following])
        return process(item, plan)

    bench.crawl(bench.source(), world=World(now=bench.clock.now, sleep=bench.clock.sleep, process=note))
    assert seen[-1] == [f"http://{A}{path(2)}", f"http://{A}{path(3)}"]
