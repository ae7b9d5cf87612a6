"""One page, many addresses: pages that send us on, and pages that name another address as their own."""

from typing import ClassVar

import pytest

from pipeline.fetch.answers import Fetched, Refused, Validators
from pipeline.run.refresh import _hindrance
from pipeline.store.state import open_state
from tests.run.bench import A, B, counts
from tests.run.newsroom import feed, story

PATH = "/2026/1120/0.html"


def sends_to(target: str, seconds: int = 0) -> bytes:
    return f'<html><head><meta http-equiv="refresh" content="{seconds};url={target}"></head></html>'.encode()


class TestRefresh:
    def test_a_page_that_only_sends_us_on_is_a_redirect(self, bench):
        bench.site(1)
        bench.room.put_feed(A, "/feed.xml", ["/go/1"])
        bench.room.put(A, "/go/1", sends_to(PATH))
        assert counts(bench.crawl(bench.source())) == (1, 1, 0, 0, 0)
        assert bench.corpus() == [(f"http://{A}{PATH}", "市民服务热线改进服务纪事之0")]
        with bench.look() as state:
            assert state.addresses.find(f"http://{A}/go/1").outcome == "article"
        assert counts(bench.crawl(bench.source())) == (1, 0, 0, 1, 0)
        assert "/go/1" not in bench.room.paths()

    def test_the_front_page_of_a_list_may_send_us_on(self, bench):
        bench.site(1)
        bench.room.put(A, "/", sends_to("/index.shtml"))
        bench.room.put(A, "/index.shtml", f'<ul><a href="{PATH}">热线为老人开设专门窗口</a></ul>'.encode())
        assert bench.crawl(bench.source(kind="list", path="/")).tally.kept == 1

    def test_what_is_known_already_is_not_read_twice(self, bench):
        bench.site(1)
        bench.room.put_feed(A, "/feed.xml", [PATH, "/go/1"])
        bench.room.put(A, "/go/1", sends_to(PATH))
        result = bench.crawl(bench.source())
        assert result.tally.rules == {"crawl.same_page": 1}
        assert result.tally.kept == 1

    def test_another_host_is_asked_in_its_turn(self, bench):
        bench.room.put_feed(A, "/feed.xml", ["/go/1", "/go/2"])
        for n in (1, 2):
            bench.room.put(A, f"/go/{n}", sends_to(f"http://{B}/{n}.html"))
            bench.room.put(B, f"/{n}.html", story(n))
        source = bench.source(urls=(f"http://{B}/unused.xml",), delay_s=7.0)
        assert bench.crawl(source).tally.kept == 2
        assert [round(s) for s in bench.clock.slept].count(7) >= 3

    REFUSED: ClassVar = {
        "circle": ("/go/1", "fetch.refresh"),
        "two in a circle": ("/go/2", "fetch.redirects"),
        "too many": ("/go/3", "fetch.redirects"),
        "robots": ("/closed/1.html", "fetch.robots"),
        "no web address": ("mailto:a@b.example", "fetch.refresh"),
        "nothing there": ("/nothing.html", "fetch.gone"),
    }

    @pytest.mark.parametrize(("target", "rule"), REFUSED.values(), ids=REFUSED)
    def test_it_is_vetted_like_a_redirect(self, bench, target, rule):
        bench.room.put_feed(A, "/feed.xml", ["/go/1"])
        bench.room.put(A, "/go/1", sends_to(target))
        bench.room.put(A, "/go/2", sends_to("/go/1"))
        for n in range(3, 9):
            bench.room.put(A, f"/go/{n}", sends_to(f"/go/{n + 1}"))
        bench.room.put(A, "/closed/1.html", story(1))
        bench.room.put(A, "/robots.txt", b"User-agent: *\nDisallow: /closed/\n", content_type="text/plain")
        assert bench.crawl(bench.source()).tally.rules == {rule: 1}
        assert "/closed/1.html" not in bench.room.paths()
        assert len(bench.room.paths()) <= 6

    def test_not_from_https_to_http(self, bench):
        # No TLS on the test server: the rule alone.
        page = Fetched(
            url="https://a.example/",
            final_url="https://a.example/",
            status=200,
            content_type="text/html",
            body=b"x",
            headers={},
            validators=Validators(),
            elapsed_s=0.1,
        )
        refused = _hindrance(page, "http://a.example/", [page.url], allow_downgrade=False)
        assert isinstance(refused, Refused)
        assert _hindrance(page, "http://a.example/", [page.url], allow_downgrade=True) is None

    def test_a_host_that_cannot_say_is_asked_later(self, bench):
        bench.room.put_feed(A, "/feed.xml", ["/go/1"])
        bench.room.put(A, "/go/1", sends_to(f"http://{B}/1.html"))
        bench.room.put(B, "/robots.txt", b"oops", status=500)
        source = bench.source(urls=(f"http://{B}/unused.xml",))
        assert bench.crawl(source).tally.failed == 1
        bench.site(1, host=B)
        del bench.room.answers[B, "/robots.txt"]
        bench.room.put(B, "/1.html", story(1))
        bench.clock.time = bench.clock.time.replace(hour=9)
        assert bench.crawl(source).tally.kept == 1

    def test_a_page_with_text_that_renews_itself_is_a_page(self, bench):
        bench.room.put(A, "/1.html", story(1).replace(b"<title>", sends_to("/1.html", 5) + b"<title>"))
        bench.room.put_feed(A, "/feed.xml", ["/1.html"])
        assert bench.crawl(bench.source()).tally.kept == 1


def saying(body: bytes, address: str) -> bytes:
    return body.replace(b"</title>", f'</title><link rel="canonical" href="{address}">'.encode())


class TestCanonical:
    """Two sections show one story under two addresses; one of them names the other."""

    OTHER = "/print/2026/1120/900001.html"

    def both(self, bench, paths, seed=0):
        bench.room.put(A, PATH, story(0))
        bench.room.put(A, self.OTHER, saying(story(seed), f"http://{A}{PATH}"))
        bench.room.put_feed(A, "/feed.xml", paths)

    @pytest.mark.parametrize("is_first", [True, False], ids=["first", "last"])
    def test_the_other_address_becomes_an_alias(self, bench, is_first):
        self.both(bench, [self.OTHER, PATH] if is_first else [PATH, self.OTHER])
        result = bench.crawl(bench.source())
        assert counts(result) == (2, 1, 1, 0, 0)
        assert result.tally.rules == {"crawl.same_page": 1}
        assert [url for url, _ in bench.corpus()] == [f"http://{A}{PATH}"]
        with bench.look() as state:
            assert state.aliases.target(f"http://{A}{self.OTHER}") == f"http://{A}{PATH}"
            assert state.addresses.find(f"http://{A}{self.OTHER}").outcome == "article"
            assert state.articles.count() == 1
        assert counts(bench.crawl(bench.source())) == (1, 0, 0, 1, 0)
        assert self.OTHER not in bench.room.paths(), "it is asked no more, although the feed shows it"

    def test_what_earlier_runs_kept_stays(self, bench):
        self.both(bench, [self.OTHER])
        assert bench.crawl(bench.source()).tally.kept == 1
        self.both(bench, [self.OTHER, PATH])
        assert bench.crawl(bench.source()).tally.rules == {"crawl.same_page": 1}
        assert [url for url, _ in bench.corpus()] == [f"http://{A}{self.OTHER}"]

    def test_two_that_name_a_third_are_one(self, bench):
        address = f"http://{A}/2026/1120/900009.html"
        for n in (1, 2):
            bench.room.put(A, f"/{n}/900001.html", saying(story(4), address))
        bench.room.put_feed(A, "/feed.xml", ["/1/900001.html", "/2/900001.html"])
        assert bench.crawl(bench.source()).tally.rules == {"crawl.same_page": 1}

    def test_pages_with_other_texts_are_not_one_whatever_they_say(self, bench):
        self.both(bench, [PATH, self.OTHER], seed=7)
        assert counts(bench.crawl(bench.source())) == (2, 2, 0, 0, 0)

    def test_a_page_that_names_itself_or_a_page_that_nobody_shows_is_an_article(self, bench):
        bench.room.put(A, PATH, saying(story(0), f"http://{A}{PATH}"))
        bench.room.put(A, self.OTHER, saying(story(3), f"http://{A}/2026/1120/nobody_8.html"))
        bench.room.put_feed(A, "/feed.xml", [PATH, self.OTHER])
        assert counts(bench.crawl(bench.source())) == (2, 2, 0, 0, 0)

    def test_an_alias_of_an_interrupted_run_is_joined_by_the_next(self, bench):
        self.both(bench, [PATH, self.OTHER])
        first = bench.crawl(bench.source(), max_requests=3)
        assert first.tally.kept == 1
        result = bench.crawl(bench.source(), revisit_after_s=9e9)
        assert result.tally.rules == {"crawl.same_page": 1}

    def test_a_site_on_two_hosts(self, bench):
        bench.room.put(A, PATH, story(0))
        bench.room.put("m.a.example", PATH, saying(story(0), f"http://{A}{PATH}"))
        bench.room.put(A, "/feed.xml", feed([PATH], A), content_type="application/rss+xml")
        bench.room.put("m.a.example", "/feed.xml", feed([PATH], "m.a.example"), content_type="application/rss+xml")
        source = bench.source(urls=("http://m.a.example/feed.xml",))
        assert bench.crawl(source).tally.rules == {"crawl.same_page": 1}
        with open_state(bench.data, read_only=True) as state:
            assert state.articles.count() == 1
