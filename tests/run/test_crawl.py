"""The whole of a crawl against a small site on loopback. Time is ours: nobody really waits."""

import json
import os
import shutil
import signal
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_SOME_FAILED, BusyError, StateError, UsageError
from pipeline.fetch.source import Sources
from pipeline.flow import Plan, process
from pipeline.run.crawl import crawl, places_of
from pipeline.run.settle import resettle
from pipeline.run.world import World
from pipeline.store.lock import lock_folder
from pipeline.store.state import State, open_state
from pipeline.topics.topic import TermGroup, Topic
from tests.run.bench import A, B, counts
from tests.run.newsroom import feed, sentences, story


class TestTwice:
    def test_a_feed_becomes_a_corpus_and_the_second_run_fetches_nothing(self, bench):
        paths = bench.site(4)
        first = bench.crawl(bench.source())
        assert counts(first) == (4, 4, 0, 0, 0)
        assert (first.exit_code, first.sources[0].new_articles, first.n_left) == (EXIT_OK, 4, 0)
        assert bench.room.statuses() == {200: 5}
        corpus = bench.corpus()
        assert {url for url, _ in corpus} == {f"http://{A}{path}" for path in paths}
        second = bench.crawl(bench.source())
        assert counts(second) == (4, 0, 0, 4, 0)
        assert bench.room.statuses() == {304: 5}
        assert bench.corpus() == corpus

    def test_servers_without_validators_are_compared_by_bytes(self, bench):
        bench.site(2)
        for answer in bench.room.answers.values():
            answer.has_etag = False
        bench.crawl(bench.source())
        second = bench.crawl(bench.source())
        assert counts(second) == (2, 0, 0, 2, 0)
        assert bench.room.statuses() == {200: 3}

    def test_articles_are_looked_at_again_after_ever_longer_times(self, bench):
        bench.site(1)
        bench.crawl(bench.source(), revisit_after_s=3600.0)
        visits = []
        for hour in range(1, 12):
            bench.clock.time += timedelta(hours=1)
            if bench.crawl(bench.source(), revisit_after_s=3600.0).tally.unchanged:
                visits.append(hour)
        assert visits == [1, 3, 7], "after 1, 2 and 4 hours"

    def test_old_articles_are_left_alone(self, bench):
        bench.site(1)
        options = {"revisit_after_s": 3600.0, "revisit_within_s": 1800.0}
        bench.crawl(bench.source(), **options)
        bench.clock.time += timedelta(days=9)
        assert bench.crawl(bench.source(), **options).tally.seen == 0

    def test_new_links_are_new_articles(self, bench):
        bench.site(2)
        bench.crawl(bench.source())
        bench.site(4)
        assert counts(bench.crawl(bench.source())) == (4, 2, 0, 2, 0)


class TestChanges:
    def test_a_changed_page_replaces_its_article_and_keeps_its_place(self, bench):
        paths = bench.site(3)
        bench.crawl(bench.source())
        before = bench.corpus()
        bench.room.put(A, paths[0], story(70, title="更正以后的题目"))
        assert counts(bench.crawl(bench.source())) == (3, 1, 0, 2, 0)
        after = bench.corpus()
        assert after[1:] == before[1:]
        assert after[0] == (before[0][0], "更正以后的题目")
        with bench.look() as state:
            known = state.addresses.find(before[0][0])
            (version,) = state.articles.earlier_versions(known.item_id)
            assert version.article.title == before[0][1]
            assert state.pages.get(version.body_hash) == story(0)
            assert state.pages.get(known.body_hash) == story(70, title="更正以后的题目")

    def test_other_bytes_with_the_same_article_are_no_change(self, bench):
        paths = bench.site(1)
        bench.crawl(bench.source())
        bench.room.put(A, paths[0], story(0).replace(b"<body>", b"<body><!-- 17 visitors -->"))
        assert counts(bench.crawl(bench.source())) == (1, 0, 0, 1, 0)
        assert bench.room.statuses() == {200: 1, 304: 1}
        bench.crawl(bench.source())
        assert bench.room.statuses() == {304: 2}

    def test_a_page_that_goes_away_leaves_its_article(self, bench):
        paths = bench.site(2)
        bench.crawl(bench.source())
        del bench.room.answers[A, paths[0]]
        assert counts(bench.crawl(bench.source())) == (2, 0, 0, 2, 0)
        assert len(bench.corpus()) == 2
        assert bench.crawl(bench.source()).tally.seen == 1, "it is not asked for again"

    def test_a_page_that_turns_into_a_notice_leaves_its_article(self, bench):
        paths = bench.site(1)
        bench.crawl(bench.source())
        bench.room.put(A, paths[0], "<title>提示</title><p>您访问的页面不存在".encode())
        assert counts(bench.crawl(bench.source())) == (1, 0, 1, 0, 0)
        assert len(bench.corpus()) == 1

    def test_a_copy_of_a_changed_article_is_decided_anew(self, bench):
        paths = bench.site(2)
        bench.room.put(A, paths[1], story(0, title="转载的题目", date="2026-11-21 08:00"))
        assert bench.crawl(bench.source()).tally.duplicates == 1
        assert [title for _, title in bench.corpus()] == ["市民服务热线改进服务纪事之0"]
        bench.room.put(A, paths[0], story(55, title="重写的题目"))
        result = bench.crawl(bench.source())
        assert counts(result) == (2, 1, 0, 1, 0), "the copy came back without being read again"
        assert [title for _, title in bench.corpus()] == ["重写的题目", "转载的题目"]
        bench.site(3)
        bench.room.put(A, paths[0], story(55, title="重写的题目"))
        bench.room.put(A, paths[1], story(0, title="转载的题目", date="2026-11-21 08:00"))
        bench.room.put(A, "/2026/1120/2.html", story(0, title="第三家的题目", date="2026-11-21 09:00"))
        assert bench.crawl(bench.source()).tally.rules == {"dedup.exact": 1}
        with bench.look() as state:
            ((copy, decision),) = state.articles.copies()
            assert (copy.title, state.articles.find(decision.kept).title) == ("第三家的题目", "转载的题目")


class TestRefusals:
    PAGES = (
        ("/gone.html", {"status": 410}, "fetch.gone"),
        ("/soft.html", {"body": "<title>404</title><p>您访问的页面不存在或已删除".encode()}, "fetch.soft_404"),
        ("/forbidden.html", {"status": 401, "body": b"no"}, "fetch.status_401"),
        ("/scan.html", {"body": b"%PDF-1.7 " + bytes(range(256)) * 9}, "fetch.binary"),
        ("/thin.html", {"body": "<title>图集</title><p>图".encode()}, "extract"),
        ("/closed/1.html", {"body": story(1)}, "fetch.robots"),
        ("/mine.html", {"body": story(2), "headers": {"X-Robots-Tag": "noarchive"}}, "fetch.opt_out"),
        ("/huge.html", {"body": b"x", "headers": {"Content-Encoding": "br"}}, "fetch.encoding"),
    )

    def test_each_has_its_reason_and_all_add_up(self, bench):
        bench.room.put(A, "/robots.txt", b"User-agent: *\nDisallow: /closed/\n", content_type="text/plain")
        for path, fields, _ in self.PAGES:
            bench.room.put(A, path, **{"body": b"gone", **fields})
        bench.room.put_feed(A, "/feed.xml", [path for path, _, _ in self.PAGES])
        result = bench.crawl(bench.source(), tries_in_run=1)
        assert result.tally.seen == len(self.PAGES)
        found = {path: bench.rule_of(path) for path, _, _ in self.PAGES}
        assert {path: (found[path] or "").startswith(rule) for path, _, rule in self.PAGES} == dict.fromkeys(
            found, True
        )
        assert "/closed/1.html" not in bench.room.paths()
        with bench.look() as state:
            assert {r.rule for r in state.articles.rejections()} >= {"fetch.gone", "fetch.robots", "fetch.opt_out"}
            assert state.articles.count() == 0

    def test_opt_outs_can_be_remarked_instead(self, bench):
        bench.room.put(A, "/1.html", story(1), headers={"X-Robots-Tag": "noarchive"})
        bench.room.put_feed(A, "/feed.xml", ["/1.html"])
        assert bench.crawl(bench.source(respect_opt_out=False)).tally.kept == 1
        with bench.look() as state:
            (article,) = state.articles.corpus()
            assert [(flag.name, flag.detail) for flag in article.flags] == [("opt_out", "noarchive")]

    def test_a_wall_is_counted_and_the_host_rests(self, bench):
        paths = bench.site(3)
        bench.room.put(A, paths[0], "<title>安全验证</title><p>请完成滑动验证后继续访问".encode())
        result = bench.crawl(bench.source())
        assert counts(result) == (1, 0, 0, 0, 1)
        assert (result.exit_code, result.n_left) == (EXIT_SOME_FAILED, 3)
        with bench.look() as state:
            assert state.pages.count() == 0, "no wall is stored as text"
        assert bench.crawl(bench.source()).n_requests == 0, "the host rests in the next run, too"
        bench.site(3)
        bench.clock.time += timedelta(hours=2)
        assert bench.crawl(bench.source()).tally.kept == 3

    def test_too_many_requests_are_taken_at_their_word(self, bench):
        paths = bench.site(2)
        bench.room.put(A, paths[0], b"slow down", status=429, headers={"Retry-After": "7200"})
        result = bench.crawl(bench.source())
        assert (result.tally.failed, result.n_left) == (1, 2)
        bench.site(2)
        bench.clock.time += timedelta(seconds=7000)
        assert bench.crawl(bench.source()).n_requests == 0
        bench.clock.time += timedelta(seconds=300)
        assert bench.crawl(bench.source()).tally.kept == 2

    def test_what_failed_is_tried_again_in_the_run_and_later(self, bench):
        paths = bench.site(2)
        bench.room.put(A, paths[0], b"later", status=500)
        assert counts(bench.crawl(bench.source())) == (2, 1, 0, 0, 1)
        assert bench.room.paths().count(paths[0]) == 3
        assert bench.crawl(bench.source()).tally.failed == 0, "not before a quarter of an hour"
        bench.site(2)
        bench.clock.time += timedelta(hours=1)
        assert bench.crawl(bench.source()).tally.kept == 1

    def test_what_fails_for_a_moment_costs_nothing(self, bench):
        paths = bench.site(2)
        bench.room.put(A, paths[0], b"later", status=503, then=story(0))
        assert counts(bench.crawl(bench.source())) == (2, 2, 0, 0, 0)

    def test_what_fails_five_times_is_set_aside(self, bench):
        paths = bench.site(1)
        bench.room.put(A, paths[0], b"later", status=500)
        for _ in range(3):
            bench.crawl(bench.source())
            bench.clock.time += timedelta(hours=9)
        result = bench.crawl(bench.source())
        assert bench.room.paths() == ["/feed.xml"]
        assert (result.tally.seen, result.n_left) == (0, 0)
        with bench.look() as state:
            assert state.addresses.find(f"http://{A}{paths[0]}").state == "dead"


class TestRobots:
    def test_it_is_asked_once_a_day(self, bench):
        bench.site(1)
        bench.room.put(A, "/robots.txt", b"User-agent: *\nAllow: /\n", content_type="text/plain")
        asked = []
        for hours in (0, 1, 24):
            bench.clock.time += timedelta(hours=hours)
            bench.crawl(bench.source())
            asked.append((A, "/robots.txt", 200) in bench.room.asked)
        assert asked == [True, False, True]

    def test_a_site_that_cannot_say_is_closed(self, bench):
        bench.site(2)
        bench.room.put(A, "/robots.txt", b"oops", status=500)
        result = bench.crawl(bench.source())
        assert bench.room.paths() == []
        assert (result.tally.seen, result.exit_code) == (0, EXIT_SOME_FAILED)
        assert "cannot be reached" in result.sources[0].trouble
        del bench.room.answers[A, "/robots.txt"]
        bench.clock.time += timedelta(minutes=1)
        assert bench.crawl(bench.source()).tally.kept == 2

    def test_pages_of_a_site_that_cannot_say_wait(self, bench):
        bench.room.put_feed(A, "/feed.xml", ["/x"])
        bench.room.put(A, "/feed.xml", feed(["/1.html"], B), content_type="application/rss+xml")
        bench.room.put(B, "/robots.txt", b"oops", status=500)
        source = bench.source(urls=(f"http://{B}/unused.xml",))
        result = bench.crawl(source)
        assert result.tally.failed == 1
        assert bench.room.paths(B) == []
        assert bench.rule_of("/1.html", B) == "fetch.connect"

    def test_a_forbidden_list_is_a_trouble(self, bench):
        bench.site(1)
        bench.room.put(A, "/robots.txt", b"User-agent: zhnews\nDisallow: /feed\n", content_type="text/plain")
        assert "robots.txt forbids" in bench.crawl(bench.source()).sources[0].trouble

    def test_the_rules_of_where_a_redirect_leads_count(self, bench):
        bench.room.put_feed(A, "/feed.xml", ["/1.html"])
        bench.room.put(A, "/1.html", b"over there", status=302, headers={"Location": f"http://{B}/closed/1.html"})
        bench.room.put(B, "/robots.txt", b"User-agent: *\nDisallow: /closed/\n", content_type="text/plain")
        source = bench.source(urls=(f"http://{B}/unused.xml",))
        assert bench.crawl(source).tally.rules == {"fetch.robots": 1}
        assert "/closed/1.html" not in bench.room.paths(B)


class TestTroubles:
    def test_a_source_that_cannot_be_reached_is_one_line_and_the_rest_goes_on(self, bench, closed_port):
        bench.site(2)
        dead = bench.source("dead", host=B, connect_to=f"127.0.0.1:{closed_port}")
        result = bench.crawl(dead, bench.source())
        assert (result.tally.kept, result.exit_code) == (2, EXIT_SOME_FAILED)
        dead_report, good_report = result.sources
        assert "b.example" in dead_report.trouble
        assert "connect" in dead_report.trouble
        assert "\n" not in dead_report.trouble
        assert good_report.trouble is None
        with bench.look() as state:
            dead_state, good_state = state.sources()
            assert dead_state.failing_since == dead_state.failing_since is not None
            assert (good_state.failing_since, good_state.last_error) == (None, None)

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"status": 404}, "Is the address still right"),
            ({"status": 503}, "status 503"),
            ({"status": 403, "body": b"no"}, "status 403"),
            ({"body": "<title>首页</title><p>不是订阅源".encode()}, "no feed"),
            ({"body": "<title>安全验证</title><p>请完成滑动验证".encode()}, "captcha"),
        ],
        ids=["gone", "down", "forbidden", "no feed", "wall"],
    )
    def test_a_list_that_cannot_be_read_is_named(self, bench, fields, words):
        bench.room.put(A, "/feed.xml", **{"body": b"x", **fields})
        result = bench.crawl(bench.source())
        assert words in result.sources[0].trouble
        assert "http://a.example/feed.xml" in result.sources[0].trouble
        assert result.exit_code == EXIT_SOME_FAILED
        bench.site(1)
        bench.clock.time += timedelta(hours=2)
        assert bench.crawl(bench.source()).tally.kept == 1, "the next run begins anew"

    def test_a_second_crawl_of_the_same_folder_is_busy(self, bench):
        with lock_folder(bench.data), pytest.raises(BusyError):
            bench.crawl(bench.source())

    def test_a_source_that_is_none_is_a_usage_error(self, bench):
        with pytest.raises(UsageError, match=r"no such source: nobody\. There are: a"):
            bench.crawl(bench.source(), only=("nobody",))

    def test_only_the_named_sources_are_read(self, bench):
        bench.site(1)
        bench.site(1, host=B, first=9)
        sources = bench.source(), bench.source("b", host=B), bench.source("off", host=B, path="/2.xml", enabled=False)
        assert [report.name for report in bench.crawl(*sources, only=("b",)).sources] == ["b"]
        assert [report.name for report in bench.crawl(*sources).sources] == ["a", "b"]


class TestManners:
    def test_one_connection_a_host_and_hosts_side_by_side(self, bench):
        bench.site(5)
        bench.site(5, host=B, first=20)
        bench.room.delay_s = 0.02
        bench.crawl(bench.source(), bench.source("b", host=B))
        assert bench.room.most_at_once == 1
        assert bench.room.most_hosts_at_once == 2

    def test_requests_are_apart(self, bench):
        bench.site(3)
        bench.room.put(A, "/robots.txt", b"User-agent: *\nCrawl-delay: 7\n", content_type="text/plain")
        bench.crawl(bench.source(delay_s=2.0))
        assert [round(s) for s in bench.clock.slept if s > 0.5] == [7, 7, 7, 7], "robots.txt is a request, too"

    def test_the_delay_of_the_source_counts_when_it_is_longer(self, bench):
        bench.site(3)
        bench.crawl(bench.source(delay_s=9.0))
        assert [round(s) for s in bench.clock.slept if s > 0.5] == [9, 9, 9, 9]

    def test_the_user_agent_has_the_contact(self, bench):
        bench.site(1)
        bench.crawl(bench.source())
        assert {agent.partition("/")[0] for agent in bench.room.agents} == {"zhnews"}
        assert all("test@example.org" in agent for agent in bench.room.agents)

    def test_headers_of_the_source_are_sent(self, bench):
        bench.site(1)
        bench.crawl(bench.source(headers=("X-Reader: ours",)))
        assert "ours" in bench.room.readers


class TestLists:
    def test_pages_of_a_list_are_followed_up_to_the_limit(self, bench):
        for n in range(1, 6):
            links = "".join(
                f'<li><a href="/2026/1120/{n}{k}.html">热线为老人开设专门窗口之{n}{k}</a></li>' for k in range(2)
            )
            bench.room.put(
                A, f"/list_{n}.html", f"<ul class=news>{links}</ul><a href='/list_{n + 1}.html'>下一页</a>".encode()
            )
            for k in range(2):
                bench.room.put(A, f"/2026/1120/{n}{k}.html", story(n * 10 + k))
        source = bench.source(kind="list", path="/list_1.html", selector=".news", max_pages=3)
        assert counts(bench.crawl(source)) == (6, 6, 0, 0, 0)
        assert [p for p in bench.room.paths() if "list" in p] == ["/list_1.html", "/list_2.html", "/list_3.html"]
        bench.crawl(source)
        assert [p for p in bench.room.paths() if "list" in p] == ["/list_1.html"], "nothing new on the first page"

    def test_sitemaps_below_an_index_are_read_though_the_index_did_not_change(self, bench):
        index = "".join(f"<sitemap><loc>http://{A}/map{n}.xml</loc></sitemap>" for n in range(3))
        bench.room.put(A, "/sitemap.xml", f"<sitemapindex>{index}</sitemapindex>".encode(), content_type="text/xml")
        for n in range(3):
            self._put_map(bench, n, [n])
        source = bench.source(kind="sitemap", path="/sitemap.xml", max_pages=2)
        assert counts(bench.crawl(source)) == (2, 2, 0, 0, 0)
        self._put_map(bench, 1, [1, 7])
        assert counts(bench.crawl(source)) == (3, 1, 0, 2, 0)
        assert bench.room.statuses() == {304: 4, 200: 2}

    def _put_map(self, bench, n, stories):
        urls = "".join(f"<url><loc>http://{A}/2026/{k}.html</loc></url>" for k in stories)
        bench.room.put(A, f"/map{n}.xml", f"<urlset>{urls}</urlset>".encode(), content_type="text/xml")
        for k in stories:
            bench.room.put(A, f"/2026/{k}.html", story(k))

    def test_a_search_asks_for_its_words_page_by_page(self, bench):
        for page in (1, 2):
            links = f'<a href="/2026/1120/{page}.html">热线为老人开设专门窗口之{page}</a>'
            bench.room.put(A, f"/s?q=%CD%B6%CB%DF&p={page}", links.encode())
            bench.room.put(A, f"/2026/1120/{page}.html", story(page))
        bench.room.put(A, "/s?q=%CD%B6%CB%DF&p=3", "<p>没有更多结果".encode())
        source = bench.source(
            kind="search", path="/s?q={query}&p={page}", query_encoding="gbk", selector="a", max_pages=9
        )
        topic = Topic(
            id="t", name="t", groups=(TermGroup(weight=2.0, words=("投诉",)), TermGroup(weight=-1.0, words=("股票",)))
        )
        assert bench.crawl(source, plan=replace(Plan(), topic=topic)).tally.kept == 2
        assert [p for p in bench.room.paths() if p.startswith("/s")] == [f"/s?q=%CD%B6%CB%DF&p={n}" for n in (1, 2, 3)]

    def test_other_settings_read_an_unchanged_list_anew(self, bench):
        bench.site(3)
        assert bench.crawl(bench.source(exclude=("/[12].html",))).tally.kept == 1
        assert bench.crawl(bench.source()).tally.kept == 2

    def test_a_limit_is_for_one_run(self, bench):
        bench.site(5)
        assert [bench.crawl(bench.source(limit=2), revisit_after_s=9e9).tally.kept for _ in range(2)] == [2, 0]
        assert bench.crawl(bench.source(limit=5), revisit_after_s=9e9).tally.kept == 3

    def test_a_feed_in_parts_is_read_to_its_end(self, bench):
        old = feed(["/2.html"], A)
        new = feed(["/1.html"], A).replace(b"<channel>", b"<channel><link rel='next' href='/old.xml'/>")
        for path, body in (("/feed.xml", new), ("/old.xml", old)):
            bench.room.put(A, path, body, content_type="application/rss+xml")
        bench.room.put(A, "/1.html", story(1))
        bench.room.put(A, "/2.html", story(2))
        assert bench.crawl(bench.source()).tally.kept == 2


class TestAddresses:
    def test_a_redirect_is_another_name_of_one_page(self, bench):
        bench.site(1)
        bench.room.put_feed(A, "/feed.xml", ["/short/1", "/2026/1120/0.html"])
        bench.room.put(A, "/short/1", b"there", status=301, headers={"Location": "/2026/1120/0.html"})
        assert counts(bench.crawl(bench.source())) == (2, 1, 1, 0, 0)
        assert bench.corpus() == [(f"http://{A}/2026/1120/0.html", "市民服务热线改进服务纪事之0")]
        with bench.look() as state:
            assert state.addresses.find(f"http://{A}/short/1").outcome == "article"

    def test_an_address_that_only_redirects_is_asked_once(self, bench):
        bench.site(1)
        bench.room.put_feed(A, "/feed.xml", ["/short/1"])
        bench.room.put(A, "/short/1", b"there", status=301, headers={"Location": "/2026/1120/0.html"})
        assert counts(bench.crawl(bench.source())) == (1, 1, 0, 0, 0)
        assert counts(bench.crawl(bench.source())) == (1, 0, 0, 1, 0)
        assert "/short/1" not in bench.room.paths()

    def test_a_page_in_two_sources_is_read_once_for_the_first(self, bench):
        bench.site(2)
        bench.room.put(B, "/feed.xml", bench.room.answers[A, "/feed.xml"].body, content_type="application/rss+xml")
        first = bench.source("first", host=B, urls=(f"http://{A}/unused.xml",))
        result = bench.crawl(first, bench.source("second"))
        assert counts(result) == (2, 2, 0, 0, 0)
        with bench.look() as state:
            assert {article.source for article in state.articles.corpus()} == {"first"}


class TestOrder:
    def test_the_corpus_does_not_depend_on_who_was_faster(self, bench, tmp_path):
        for host in (A, B):
            bench.site(4, host=host)  # each story on both hosts
        sources = bench.source(), bench.source("b", host=B)
        orders = []
        for slow in (A, B):
            bench.data = tmp_path / slow
            bench.room.slow_hosts = {slow}
            result = bench.crawl(*sources)
            assert counts(result) == (8, 4, 4, 0, 0)
            orders.append(bench.corpus())
        assert orders[0] == orders[1]
        assert all(url.startswith(f"http://{A}/") for url, _ in orders[0]), "the earlier source keeps its articles"

    def test_what_was_decided_before_stays(self, bench):
        bench.site(1)
        bench.room.put(A, "/2026/1120/0.html", story(0, date="2026-11-21 10:00"))
        bench.crawl(bench.source())
        bench.site(1, host=B)  # the same story, dated earlier, found later
        result = bench.crawl(bench.source(), bench.source("b", host=B))
        assert result.tally.duplicates == 1
        assert [url for url, _ in bench.corpus()] == [f"http://{A}/2026/1120/0.html"]


class TestBudget:
    @pytest.mark.parametrize("options", [{"max_requests": 3}, {"max_bytes": 3000}, {"max_minutes": 0.05}], ids=str)
    def test_what_is_left_waits_for_the_next_run(self, bench, options):
        bench.site(6)
        result = bench.crawl(bench.source(delay_s=1.0), **options)
        assert 0 < result.tally.kept < 6
        assert (result.n_left, result.exit_code) == (6 - result.tally.kept, EXIT_OK)
        rest = bench.crawl(bench.source(), revisit_after_s=9e9)
        assert rest.tally.kept == result.n_left
        assert rest.n_left == 0


class TestFiles:
    def test_files_go_the_same_way(self, bench):
        inbox = bench.folder / "inbox"
        inbox.mkdir()
        (inbox / "a.html").write_bytes(story(1))
        (inbox / "b.txt").write_text(story_text(2))
        (inbox / "c.jsonl").write_text(json.dumps({"text": story_text(3), "url": "http://x.example/1"}) + "\nbroken\n")
        (inbox / "d.bin").write_bytes(bytes(range(256)))
        (inbox / "e.txt").write_text(story_text(2) + "。")
        source = bench.source("inbox", kind="files", path="inbox")
        result = bench.crawl(source)
        assert counts(result) == (6, 3, 1, 0, 2)
        assert (result.tally.duplicates, result.exit_code, result.n_requests) == (1, EXIT_SOME_FAILED, 0)
        assert ["c.jsonl:2" in line or "d.bin" in line for line in result.unreadable] == [True, True]
        again = bench.crawl(source)
        assert counts(again) == (6, 0, 0, 4, 2)
        (inbox / "b.txt").write_text(story_text(8))
        assert counts(bench.crawl(source)) == (6, 1, 0, 3, 2)

    def test_equal_names_in_two_folders_and_equal_ids_in_one_file_lose_nothing(self, bench):
        for n, folder in enumerate(("one", "two")):
            (bench.folder / folder).mkdir()
            (bench.folder / folder / "a.txt").write_text(story_text(n))
            lines = [f'{{"text": "{story_text(10 * n + k + 20)}", "id": "1"}}' for k in range(2)]
            (bench.folder / folder / "b.jsonl").write_text("\n".join(lines))
        sources = [bench.source(name, kind="files", path=name) for name in ("one", "two")]
        assert counts(bench.crawl(*sources)) == (6, 6, 0, 0, 0)
        assert counts(bench.crawl(*sources)) == (6, 0, 0, 6, 0)

    def test_a_pattern_names_its_files(self, bench):
        for name in ("a.txt", "b.html", "c.txt"):
            (bench.folder / name).write_text(story_text(ord(name[0])))
        assert bench.crawl(bench.source(kind="files", path="*.txt")).tally.kept == 2
        absolute = bench.source("abs", kind="files", path=f"{bench.folder}/[c].txt")
        assert bench.crawl(absolute).tally.seen == 1

    def test_a_folder_that_is_missing_is_the_trouble_of_its_source(self, bench):
        bench.site(1)
        result = bench.crawl(bench.source("inbox", kind="files", path="nowhere"), bench.source())
        assert "does not exist" in result.sources[0].trouble
        assert (result.tally.kept, result.exit_code) == (1, EXIT_SOME_FAILED)

    def test_what_a_user_gives_is_not_asked_for(self, bench):
        paths = bench.site(2)
        (bench.folder / "a.jsonl").write_text(f'{{"text": "{story_text(5)}", "url": "http://{A}{paths[0]}"}}')
        result = bench.crawl(bench.source(), bench.source("files", kind="files", path="a.jsonl"))
        assert counts(result) == (2, 2, 0, 0, 0)
        assert paths[0] not in bench.room.paths()


def story_text(seed: int) -> str:
    return "".join(sentences(seed))


class TestStages:
    def test_the_encoding_of_the_source_counts(self, bench):
        bench.room.put_feed(A, "/feed.xml", ["/1.html"])
        page = story(1).decode().replace("charset=utf-8", "charset=big5").encode("gb18030")
        bench.room.put(A, "/1.html", page, content_type="text/html; charset=big5")
        bench.crawl(bench.source(encoding="gbk"))
        assert "改进服务纪事之1" in bench.corpus()[0][1]

    def test_a_mistake_in_a_stage_is_raised_as_it_is_and_the_page_is_not_lost(self, bench):
        bench.site(2)

        def stumble(item, plan):
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            bench.crawl(bench.source(), world=World(now=bench.clock.now, sleep=bench.clock.sleep, process=stumble))
        assert bench.crawl(bench.source()).tally.kept == 2


class TestInterrupted:
    def test_nothing_is_decided_and_the_next_run_goes_on(self, bench):
        bench.site(4)
        seen = []

        def stop_after_two(item, plan):
            seen.append(item)
            if len(seen) == 2:
                os.kill(os.getpid(), signal.SIGTERM)
            return process(item, plan)

        result = bench.crawl(
            bench.source(), world=World(now=bench.clock.now, sleep=bench.clock.sleep, process=stop_after_two)
        )
        assert (result.is_interrupted, result.exit_code) == (True, EXIT_INTERRUPTED)
        assert result.tally.kept == 0
        with bench.look() as state:
            assert (state.articles.count(), state.decisions.places()) == (len(seen), 0)
            assert state.runs()[0].exit_code == EXIT_INTERRUPTED
        assert counts(bench.crawl(bench.source())) == (4, 4, 0, 0, 0)

    def test_what_hangs_is_broken_off(self, bench):
        bench.site(2)
        bench.room.slow_hosts = {A}
        bench.room.slow_s = 1.5

        def interrupt():
            os.kill(os.getpid(), signal.SIGINT)

        timer = threading.Timer(0.3, interrupt)
        timer.start()
        result = bench.crawl(bench.source(), drain_s=0.1)
        timer.join()
        assert result.is_interrupted
        bench.room.slow_hosts = set()
        assert bench.crawl(bench.source()).tally.kept == 2


class TestSettle:
    def test_other_signatures_are_refused_until_all_is_decided_anew(self, bench):
        bench.site(3)
        bench.room.put(A, "/2026/1120/1.html", story(0))
        bench.crawl(bench.source())
        before = bench.corpus()
        plan = Plan(deduplication=replace(Plan().dedup, spec=replace(Plan().dedup.spec, ngram=4)))
        bench.site(4)
        bench.room.put(A, "/2026/1120/1.html", story(0))
        with pytest.raises(StateError, match=r"ngram 3 instead of 4.*zhnews dedup --rebuild"):
            bench.crawl(bench.source(), plan=plan)
        assert bench.room.asked == [], "it says so before it asks anybody"
        with open_state(bench.data) as state:
            run = state.begin_run("dedup", "p", bench.clock.now())
            resettle(state, plan.dedup, run=run)
            assert len(state.decisions.undecided()) == 0
        assert bench.crawl(bench.source(), plan=plan).exit_code == EXIT_OK
        assert bench.corpus()[: len(before)] == before

    def test_a_lost_index_is_made_again(self, bench):
        bench.site(3)
        bench.crawl(bench.source())
        shutil.rmtree(bench.data / "index")
        bench.site(1, host=B)
        assert bench.crawl(bench.source(), bench.source("b", host=B)).tally.duplicates == 1

    def test_an_index_of_another_state_is_made_again(self, bench):
        bench.site(3)
        bench.crawl(bench.source())
        for name in ("state.sqlite", "state.sqlite-wal", "state.sqlite-shm"):
            (bench.data / name).unlink(missing_ok=True)
        bench.site(2, first=40)
        bench.crawl(bench.source())
        bench.site(1, host=B, first=40)
        assert bench.crawl(bench.source(), bench.source("b", host=B)).tally.duplicates == 1


def test_places_follow_the_file(bench):
    sources = Sources(sources=(bench.source(), bench.source("b", delay_s=None)), delay_s=4.0, respect_opt_out=False)
    a, b = places_of(sources, Plan()).values()
    assert (a.position, a.delay_s, a.respects_opt_out) == (0, 0.0, False)
    assert (b.position, b.delay_s) == (1, 4.0)


def test_progress_is_told(bench):
    bench.site(2)
    told = []
    crawl(
        Sources(sources=(bench.source(),)),
        Plan(),
        bench.data,
        world=World(now=bench.clock.now, sleep=bench.clock.sleep),
        on_progress=lambda *args: told.append(args),
    )
    assert [stage for stage, _, _ in told] == ["lists", "pages", "pages", "near-duplicates"]
    assert all(done <= known for _, done, known in told)


def test_the_state_says_what_a_run_did(bench):
    bench.site(2)
    result = bench.crawl(bench.source())
    with bench.look() as state:
        (run,) = state.runs()
        assert (run.id, run.command, run.exit_code) == (result.run, "crawl", EXIT_OK)
        assert run.tally == result.tally.as_json()
        assert is_consistent(state)


def is_consistent(state: State) -> bool:
    return state.is_sound()
