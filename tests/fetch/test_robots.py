"""RFC 9309, by example; the labelled cases are measured in benchmarks/fetch.py."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.answers import Failed, Fetched, Gone, NotModified, Refused, Validators
from pipeline.fetch.robots import (
    CLOSED,
    OPEN,
    RobotsParams,
    body_in_force,
    crawl_delay_s,
    is_stale,
    may_fetch,
    parse_robots,
    product_token,
    robots_body,
)
from tests.builders import QUADRATIC_S

ALLOWED = {
    "no file": ("", "/x", True),
    "all closed": ("User-agent: *\nDisallow: /", "/x", False),
    "empty disallow": ("User-agent: *\nDisallow:", "/x", True),
    "prefix": ("User-agent: *\nDisallow: /a", "/abc", False),
    "other path": ("User-agent: *\nDisallow: /a", "/b", True),
    "case of paths counts": ("User-agent: *\nDisallow: /A", "/a", True),
    "longest wins": ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
    "longest wins, in any order": ("User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", False),
    "allow wins a tie": ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
    "own group": ("User-agent: *\nDisallow: /\n\nUser-agent: zhnews\nDisallow: /private", "/x", True),
    "own group forbids": ("User-agent: *\nAllow: /\n\nUser-agent: ZHNEWS\nDisallow: /x", "/x", False),
    "own groups are joined": ("User-agent: zhnews\nDisallow: /a\n\nUser-agent: zhnews\nDisallow: /b", "/a", False),
    "another's longer name": ("User-agent: zhnewsbot\nDisallow: /", "/x", True),
    "name with a version": ("User-agent: zhnews/2.0\nDisallow: /", "/x", False),
    "several names": ("User-agent: a\nUser-agent: zhnews\nDisallow: /", "/x", False),
    "blank line between names": ("User-agent: a\n\nUser-agent: zhnews\nDisallow: /", "/x", False),
    "crawl-delay closes no group": ("User-agent: zhnews\nCrawl-delay: 5\nUser-agent: b\nDisallow: /", "/x", False),
    "sitemap closes no group": ("User-agent: zhnews\nSitemap: http://a.cn/s\nUser-agent: b\nDisallow: /", "/x", False),
    "rule before any name": ("Disallow: /\nUser-agent: b\nDisallow:", "/x", True),
    "star": ("User-agent: *\nDisallow: /*.pdf", "/a/b.pdf?x", False),
    "star and end": ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
    "end": ("User-agent: *\nDisallow: /a$", "/a", False),
    "end, no more": ("User-agent: *\nDisallow: /a$", "/ab", True),
    "end only": ("User-agent: *\nDisallow: /$", "/", False),
    "dollar inside is a dollar": ("User-agent: *\nDisallow: /a$b", "/a$b", False),
    "pieces must not overlap": ("User-agent: *\nDisallow: /ab*ba$", "/aba", True),
    "query": ("User-agent: *\nDisallow: /s?q=", "/s?q=1", False),
    "raw bytes": ("User-agent: *\nDisallow: /客服", "/%E5%AE%A2%E6%9C%8D/1", False),
    "hex digits": ("User-agent: *\nDisallow: /%e5%ae%a2", "/%E5%AE%A2", False),
    "comment": ("User-agent: * # all\nDisallow: /x # here", "/x", False),
    "carriage returns": ("User-agent: *\rDisallow: /x\r", "/x", False),
    "byte order mark": ("\ufeffUser-agent: *\nDisallow: /x", "/x", False),
    "misspelt": ("user agent: *\nDissallow: /x", "/x", False),
    "no colon": ("User-agent *\nDisallow /x", "/x", False),
    "no colon, more words": ("User-agent: *\nDisallow /x please", "/x", True),
    "folder of an index page": ("User-agent: *\nDisallow: /\nAllow: /a/index.html", "/a/", True),
    "not the rest of it": ("User-agent: *\nDisallow: /\nAllow: /a/index.html", "/a/b", False),
    "page, not robots": ("<!doctype html><title>404</title>", "/x", True),
}


@pytest.mark.parametrize(("text", "path", "wanted"), ALLOWED.values(), ids=ALLOWED.keys())
def test_may_fetch(text, path, wanted):
    assert may_fetch(parse_robots(text.encode()), "zhnews", f"http://a.cn{path}") is wanted


def test_the_whole_user_agent_will_do():
    robots = parse_robots(b"User-agent: zhnews\nDisallow: /")
    assert not may_fetch(robots, "zhnews/0.1 (+crawl@b.org)", "http://a.cn/")
    assert product_token("zhnews/0.1 (+crawl@b.org)") == "zhnews"


PATHS = {
    "http://a.cn": True,
    "http://a.cn#/x": True,
    "http://a.cn/x": False,
    "http://a.cn/x#y": False,
    "//a.cn/x": False,
}


@pytest.mark.parametrize(("url", "wanted"), PATHS.items(), ids=PATHS.keys())
def test_what_is_matched_of_a_url(url, wanted):
    assert may_fetch(parse_robots(b"User-agent: *\nDisallow: /x"), "zhnews", url) is wanted


def test_a_query_without_a_path():
    robots = parse_robots(b"User-agent: *\nDisallow: /?q")
    assert not may_fetch(robots, "zhnews", "http://a.cn?q=1")


def test_other_charsets_keep_the_ascii_rules():
    for data in (
        "# 机器人协议\nUser-agent: *\nDisallow: /x".encode("gbk"),
        "User-agent: *\nDisallow: /x".encode("utf-16"),
        b"\xefUser-agent: *\nDisallow: /x",
        b"\xef\xbbUser-agent: *\nDisallow: /x",
    ):
        assert not may_fetch(parse_robots(data), "zhnews", "http://a.cn/x")


def test_sitemaps_stand_for_all():
    data = (
        b"Sitemap: http://a.cn/1.xml\nUser-agent: x\nDisallow: /\nsitemap:http://a.cn/2.xml\nSitemap: http://a.cn/1.xml"
    )
    assert parse_robots(data).sitemaps == ("http://a.cn/1.xml", "http://a.cn/2.xml")


DELAYS = {
    "for all": (b"User-agent: *\nCrawl-delay: 2.5", 2.5),
    "own group first": (b"User-agent: *\nCrawl-delay: 9\nUser-agent: zhnews\nDisallow: /x\nCrawl-delay: 3", 3.0),
    "own group without one": (b"User-agent: *\nCrawl-delay: 9\nDisallow:\nUser-agent: zhnews\nDisallow: /x", None),
    "capped": (b"User-agent: *\nCrawl-delay: 86400", 60.0),
    "no number": (b"User-agent: *\nCrawl-delay: slowly", None),
    "not asked": (b"User-agent: *\nDisallow: /x", None),
}


@pytest.mark.parametrize(("data", "wanted"), DELAYS.values(), ids=DELAYS.keys())
def test_crawl_delay(data, wanted):
    assert crawl_delay_s(parse_robots(data), "zhnews") == wanted


def test_only_the_first_half_megabyte_is_read():
    limit = RobotsParams().max_bytes
    padding = b"#" * (limit - 100) + b"\n"
    assert not may_fetch(parse_robots(padding + b"User-agent: *\nDisallow: /x"), "zhnews", "http://a.cn/x")
    assert may_fetch(parse_robots(padding + b"#" * 100 + b"\nUser-agent: *\nDisallow: /x"), "zhnews", "http://a.cn/x")


def fetched(body):
    return Fetched(
        url="u",
        final_url="u",
        status=200,
        content_type=None,
        body=body,
        headers={},
        validators=Validators(),
        elapsed_s=0.0,
    )


def refused(status, reason="status"):
    return Refused(url="u", final_url="u", reason=reason, status=status)


def failed(reason, status=None):
    return Failed(url="u", final_url="u", reason=reason, status=status)


BODIES = {
    "file": (fetched(b"User-agent: *"), b"User-agent: *"),
    "none": (Gone(url="u", final_url="u", status=404, elapsed_s=0.0), OPEN),
    "forbidden": (refused(403), OPEN),
    "too many": (refused(429, "too_many"), OPEN),
    "empty": (failed("empty", 200), OPEN),
    "endless redirects": (failed("redirects", 302), OPEN),
    "server error": (failed("status", 503), None),
    "challenge": (refused(521, "blocked"), None),
    "dns": (failed("dns"), None),
    "timeout": (failed("timeout"), None),
    "tls": (failed("tls"), None),
    "private address": (refused(None, "address"), None),
}


@pytest.mark.parametrize(("result", "wanted"), BODIES.values(), ids=BODIES.keys())
def test_what_an_answer_means(result, wanted):
    assert robots_body(result) == wanted


def test_not_modified_is_the_callers():
    with pytest.raises(AssertionError):
        robots_body(NotModified(url="u", final_url="u", validators=Validators(), elapsed_s=0.0))


def test_which_copy_counts():
    day = 24 * 3600.0
    assert body_in_force(b"new", b"old", 0.0) == b"new"
    assert body_in_force(OPEN, b"old", 0.0) == OPEN
    assert body_in_force(None, b"old", 5 * day) == b"old"
    assert body_in_force(None, None, 5 * day) == CLOSED
    assert body_in_force(None, b"old", 31 * day) == OPEN
    assert not may_fetch(parse_robots(CLOSED), "zhnews", "http://a.cn/")


def test_staleness():
    assert not is_stale(23 * 3600.0)
    assert is_stale(25 * 3600.0)
    assert is_stale(-60.0)  # the clock was put back


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_give_rules(data, path):
    robots = parse_robots(b"User-agent: *\n" + data)
    assert may_fetch(robots, "zhnews", f"http://a.cn/{path}") in {True, False}


@given(st.text(st.sampled_from("ab*$/"), max_size=12), st.text(st.sampled_from("ab/$"), max_size=12))
def test_matching_agrees_with_a_regular_expression(pattern, path):
    import re  # noqa: PLC0415 - the oracle's

    anchored = pattern.endswith("$")
    expression = ".*".join(map(re.escape, pattern.removesuffix("$").split("*"))) + (r"\Z" if anchored else "")
    wanted = re.match(expression, f"/{path}", re.DOTALL) is None or pattern == ""
    robots = parse_robots(f"User-agent: *\nDisallow: {pattern}".encode())
    assert may_fetch(robots, "zhnews", f"http://a.cn/{path}") is wanted


def test_hostile_files_take_linear_time():
    started = time.process_time()
    for data in (
        b"*" * 500_000,
        b"User-agent: *\nDisallow: /" + b"*a" * 8000,
        b"User-agent: *\n" + b"Disallow: /a*b\n" * 30_000,
    ):
        may_fetch(parse_robots(data), "zhnews", "http://a.cn/" + "a" * 2000)
    assert time.process_time() - started < QUADRATIC_S
