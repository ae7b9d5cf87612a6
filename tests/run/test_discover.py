"""The order in which the articles of a list are asked for; whatever it is, the corpus is the same."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.source import Source
from pipeline.flow import Plan
from pipeline.run.discover import ListAnswer, Place, read_list
from pipeline.topics.score import title_rank
from pipeline.topics.topic import TermGroup, Topic
from tests.run.bench import A, Bench
from tests.run.newsroom import story

TOPIC = Topic(
    id="ferry",
    name="渡轮",
    groups=(TermGroup(weight=5.0, words=("渡轮",)), TermGroup(weight=-3.0, words=("军舰",))),
)
TITLES = ("菜价回落", "军舰靠港", "渡轮停航", "", "雾天渡轮改点", "球赛")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def feed_of(titles) -> bytes:
    items = "".join(
        f"<item>{f'<title>{title}</title>' if title else ''}<link>http://{A}/{n}.html</link></item>"
        for n, title in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>源</title>{items}</channel></rss>".encode()


def links_of(titles, topic):
    source = Source(name="a", kind="feed", url=f"http://{A}/feed.xml")
    place = Place(source=source, position=0, delay_s=0, respects_opt_out=True, topic=topic)
    url = f"http://{A}/feed.xml"
    answer = ListAnswer(asked=url, url=url, body=feed_of(titles), content_type="text/xml", depth=0, key=1)
    return read_list(answer, place, NOW).articles


def asked_as(titles, topic) -> list[str]:
    """Return the titles in the order in which their pages are asked for."""
    return [titles[int(link.url[-6])] for link in sorted(links_of(titles, topic), key=lambda link: link.rank)]


def test_titles_that_speak_for_the_topic_go_first_and_those_against_it_last():
    assert asked_as(TITLES, TOPIC) == ["渡轮停航", "雾天渡轮改点", "菜价回落", "", "球赛", "军舰靠港"]


def test_without_a_topic_the_list_decides():
    assert asked_as(TITLES, None) == list(TITLES)


@given(st.lists(st.sampled_from(TITLES), max_size=9))
def test_all_are_asked_for_and_those_that_say_the_same_stay_as_shown(titles):
    links = links_of(titles, TOPIC)
    assert [link.url for link in links] == [f"http://{A}/{n}.html" for n in range(len(titles))]
    assert sorted(link.rank for link in links) == list(range(len(titles)))
    said = [(-title_rank(titles[n], TOPIC), n) for n in sorted(range(len(titles)), key=lambda n: links[n].rank)]
    assert all(earlier < later for earlier, later in pairwise(said))


@pytest.mark.parametrize("kind", ["feed", "list"])
def test_a_crawl_asks_in_that_order_and_makes_the_same_corpus(bench, tmp_path, kind):
    said = [title or "今日短讯十条" for title in TITLES]
    copy = story(0).replace("试行".encode(), "试办".encode())  # of the first, under a title of the topic
    for n in range(len(said)):
        bench.room.put(A, f"/{n}.html", copy if n == 4 else story(n))
    anchors = "".join(f'<li><a href="/{n}.html">{title}</a></li>' for n, title in enumerate(said))
    bench.room.put(A, "/feed.xml", feed_of(said), content_type="application/rss+xml")
    bench.room.put(A, "/list.html", f"<ul class=news>{anchors}</ul>".encode())
    place = {"kind": "feed"} if kind == "feed" else {"kind": "list", "path": "/list.html", "selector": ".news"}
    corpora, orders = [], []
    for topic in (TOPIC, None):
        one = Bench(bench.room, tmp_path / str(topic and topic.id))
        result = one.crawl(one.source(**place), plan=replace(Plan(), topic=topic))
        orders.append([path for path in one.room.paths() if path[1].isdigit()])
        corpora.append(one.corpus())
        assert (result.tally.kept, result.tally.seen) == (5, 6)
    assert orders[0] == [f"/{n}.html" for n in (2, 4, 0, 3, 5, 1)]
    assert orders[1] == [f"/{n}.html" for n in range(6)]
    assert corpora[0] == corpora[1]
