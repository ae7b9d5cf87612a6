"""Lists that lead nowhere: calendars without end, pages on which no link looks like an article."""

import pytest

from pipeline.errors import EXIT_SOME_FAILED
from tests.run.bench import A, counts
from tests.run.newsroom import story


def list_page(stories, following: str | None = None) -> bytes:
    links = "".join(f'<li><a href="/2026/1120/{n}.html">热线为老人开设专门窗口之{n}</a></li>' for n in stories)
    pager = f'<a href="{following}">下一页</a>' if following else ""
    return f"<ul class=news>{links}</ul>{pager}".encode()


def put_calendar(bench, days, stories_of):
    for day in range(days):
        bench.room.put(A, f"/calendar?day={day}", list_page(stories_of(day), f"/calendar?day={day + 1}"))
        for n in stories_of(day):
            bench.room.put(A, f"/2026/1120/{n}.html", story(n))


def days_asked(bench):
    return [path for path in bench.room.paths() if "calendar" in path]


def test_a_calendar_without_end_is_left(bench):
    put_calendar(bench, 60, lambda day: [day] if day < 3 else [])
    source = bench.source(kind="list", path="/calendar?day=0", selector=".news", max_pages=1000)
    assert counts(bench.crawl(source)) == (3, 3, 0, 0, 0)
    assert len(days_asked(bench)) == 3 + 5
    with bench.look() as state:
        (stopped,) = state.survey.stopped_lists()
        assert (stopped.url, stopped.source) == (f"http://{A}/calendar?day=7", "a")
        assert (
            stopped.detail == "5 pages in a row brought no new article, the last was of the form a.example/calendar?day"
        )


def test_pages_between_that_bring_something_begin_the_count_anew(bench):
    put_calendar(bench, 30, lambda day: [day] if day % 4 == 0 and day < 16 else [])
    source = bench.source(kind="list", path="/calendar?day=0", selector=".news", max_pages=1000)
    assert bench.crawl(source).tally.kept == 4
    assert len(days_asked(bench)) == 12 + 1 + 5


def test_what_is_known_from_there_on_is_not_read_again(bench):
    put_calendar(bench, 30, lambda day: [day, 500])
    source = bench.source(kind="list", path="/calendar?day=0", selector=".news", max_pages=20)
    assert bench.crawl(source, revisit_after_s=9e9).tally.kept == 21
    for answer in bench.room.answers.values():
        answer.has_etag = False
    for day in range(30):
        bench.room.put(A, f"/calendar?day={day}", list_page([day, 500, 501], f"/calendar?day={day + 1}"))
    bench.room.put(A, "/2026/1120/501.html", story(501))
    assert bench.crawl(source, revisit_after_s=9e9).tally.kept == 1
    assert len(days_asked(bench)) == 1 + 5


def test_a_page_without_links_of_articles_says_what_to_do(bench):
    page = '<a href="/about.html">关于我们的编辑部和记者</a><a href="/service/">服务</a>'.encode()
    bench.room.put(A, "/", page)
    result = bench.crawl(bench.source(kind="list", path="/"))
    assert result.exit_code == EXIT_SOME_FAILED
    assert result.sources[0].trouble == (
        f"http://{A}/: no link looks like an article. Say in sources.yaml where they are, such as selector: 'ul.news a'"
    )
    assert bench.crawl(bench.source(kind="list", path="/")).sources[0].trouble, "it is said again, unchanged as it is"


def test_a_selector_that_finds_nothing_is_named(bench):
    bench.room.put(A, "/", list_page([1]))
    assert (
        "selector '.none' finds no link"
        in bench.crawl(bench.source(kind="list", path="/", selector=".none")).sources[0].trouble
    )


PLACES: dict[str, dict[str, object]] = {
    "search": {"path": "/s?q={query}&p={page}", "queries": ("a",)},
    "list": {"path": "/s?q=a&p=1"},
}


@pytest.mark.parametrize("kind", PLACES)
def test_no_result_on_a_later_page_or_of_a_search_is_no_trouble(bench, kind):
    bench.room.put(A, "/s?q=a&p=1", list_page([1] if kind == "list" else [], "/s?q=a&p=2"))
    bench.room.put(A, "/s?q=a&p=2", b"<p>none</p>")
    bench.room.put(A, "/2026/1120/1.html", story(1))
    assert bench.crawl(bench.source(kind=kind, **PLACES[kind])).sources[0].trouble is None
