"""What sources.yaml may say, and what is wrong with it."""

import pickle

import pytest

from pipeline.fetch.source import (
    Selectors,
    Source,
    Sources,
    agent_of,
    find_faults,
    hosts_of,
    is_live,
    requires_topic,
    starts_of,
    wants,
)


def source(**fields):
    fields = {"name": "one", "kind": "feed", "url": "https://a.cn/rss.xml", "connect_to": "127.0.0.1:80"} | fields
    return Source(**fields)


def faults(*sources, **fields):
    return [str(fault) for fault in find_faults(Sources(sources=sources, **fields))]


def test_a_good_file_has_no_faults():
    every_kind = (
        source(name="feed"),
        source(name="map", kind="sitemap", url="https://a.cn/sitemap.xml", since="2026-01-31"),
        source(name="list", kind="list", selector="ul.news a", next_selector="a.next", encoding="gbk"),
        source(name="search", kind="search", url="https://a.cn/s?q={query}&p={page}", query_encoding="gbk"),
        source(name="files", kind="files", url=None, connect_to=None, path="texts/*.txt"),
    )
    assert faults(*every_kind) == []
    assert faults(source(connect_to=None), contact="https://b.org/crawler") == []
    assert faults(source(connect_to=None), contact="crawl@b.org") == []
    assert faults(source(connect_to=None), user_agent="corpus/1 (+https://b.org/bot)") == []


WRONG = {
    "no place": (source(url=None), "sources[0].url: a source of kind feed needs a url"),
    "no path": (source(kind="files", url=None), "sources[0].path: a source of kind files needs a path"),
    "files with url": (source(kind="files", path="x"), "has a path, not a url"),
    "site with path": (source(path="x"), "has a url, not a path"),
    "no web address": (source(url="a.cn/rss"), "sources[0].url: no URL"),
    "file address": (source(url="file:///etc/passwd"), "not http or https"),
    "password": (source(url="https://u:p@a.cn/"), "carries a user name"),
    "search without query": (source(kind="search"), "needs {query}"),
    "include": (source(include=("(",)), "sources[0].include: '(' is no regular expression"),
    "exclude": (source(exclude=("ok", "[")), "sources[0].exclude: '[' is no regular expression"),
    "encoding": (source(encoding="gbq"), "sources[0].encoding: unknown encoding 'gbq'"),
    "not a text encoding": (source(query_encoding="base64"), "unknown encoding 'base64'"),
    "since": (source(since="2026-02-30"), "sources[0].since: '2026-02-30' is no day"),
    "since with words": (source(since="yesterday"), "is no day"),
    "selector": (source(selector="ul >"), "sources[0].selector: 'ul >' is no CSS selector"),
    "body selector": (source(selectors=Selectors(body="[")), "sources[0].selectors.body: '[' is no CSS selector"),
    "limit": (source(limit=0), "sources[0].limit: must be 1 or more"),
    "delay": (source(delay_s=-1.0), "sources[0].delay_s: must not be negative"),
    "network": (source(allow_private=("10.0.0.1/8",)), "sources[0].allow_private: '10.0.0.1/8' is no network"),
    "connect_to": (source(connect_to="localhost"), "sources[0].connect_to"),
    "header": (source(headers=("no header",)), "sources[0].headers: 'no header' is no header"),
    "header with a line break": (source(headers=("A: b\r\nC: d",)), "is no header"),
    "our header": (source(headers=("Cookie: a=1",)), "cookie is set by the client"),
    "name": (source(name=" "), "sources[0].name: must not be empty"),
}


@pytest.mark.parametrize(("wrong", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_fault_says_where_and_what(wrong, message):
    found = faults(wrong)
    assert len(found) == 1
    assert message in found[0]


def test_all_faults_come_at_once_in_order():
    found = faults(source(limit=0, include=("(",)), source(), source(url=None), delay_s=-1.0, hosts_at_once=0)
    assert [fault.split(":")[0] for fault in found] == [
        "sources[1].name",
        "sources[2].name",
        "delay_s",
        "hosts_at_once",
        "sources[0].include",
        "sources[0].limit",
        "sources[2].url",
    ]


def test_live_sites_need_a_contact():
    (fault,) = faults(source(connect_to=None))
    assert fault.startswith("contact: live sites are asked")
    assert "Add a line" in fault
    assert faults(source(connect_to=None), user_agent="corpus/1") == [fault]
    assert faults(source(connect_to=None, enabled=False)) == []
    assert "neither a web page nor a mail address" in faults(contact="call me")[0]


def test_a_topic_that_is_required_is_there():
    required = source(require_topic=True)
    assert faults(required, topic="service") == faults(source(topic="t.yaml"), require_topic=True) == []
    assert faults(source(require_topic=False), require_topic=True) == []
    (fault,) = faults(source(name="two", topic="service"), required)
    assert fault.startswith("sources[1].require_topic: source 'one' has no topic")
    (fault,) = faults(source(), require_topic=True)
    assert fault.startswith("require_topic: source 'one' has no topic")
    assert faults(source(), keywords=-1) == ["keywords: must not be negative"]


@pytest.mark.parametrize(
    ("own", "file", "effective"),
    [(None, False, False), (None, True, True), (True, False, True), (False, True, False)],
)
def test_a_source_may_differ_from_the_file(own, file, effective):
    one = source(require_topic=own)
    assert requires_topic(one, Sources(sources=(one,), require_topic=file)) is effective


def test_what_is_live():
    assert not is_live(source())
    assert is_live(source(connect_to=None))
    assert not is_live(source(connect_to=None, enabled=False))
    assert not is_live(source(kind="files", path="x", connect_to=None))


def test_include_and_exclude():
    chosen = source(include=(r"/n/\d+", r"/c/"), exclude=(r"video",))
    assert wants(chosen, "https://a.cn/n/12.html")
    assert wants(chosen, "https://a.cn/c/x")
    assert not wants(chosen, "https://a.cn/n/video/12")
    assert not wants(chosen, "https://a.cn/other")
    assert wants(source(), "https://a.cn/other")


def test_agent():
    assert agent_of(Sources(sources=(), contact="crawl@b.org"), "1.2") == "zhnews/1.2 (+crawl@b.org)"
    assert agent_of(Sources(sources=()), "1.2") == "zhnews/1.2"
    assert agent_of(Sources(sources=(), user_agent="corpus/9"), "1.2") == "corpus/9"


def test_places():
    many = source(url="https://a.cn/1", urls=("https://B.cn/{page}", "https://a.cn/1"))
    assert starts_of(many) == ("https://a.cn/1", "https://B.cn/{page}")
    assert hosts_of(many) == {"a.cn", "b.cn"}


def test_sources_travel_between_processes():
    value = Sources(sources=(source(selectors=Selectors(title="h1")),))
    assert pickle.loads(pickle.dumps(value)) == value
