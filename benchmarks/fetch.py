"""The fetch room, measured against what nobody here wrote: robots, addresses, URLs, feeds, sitemaps, faults.

    ZHNEWS_EVAL=… python -m benchmarks.fetch [--json] [--skip-faults] [--list]

Reads labelled data from $ZHNEWS_EVAL/fetch. The faults are served by its `fault_server.py` on 127.0.0.1; the site is called
news.test and `connect_to` leads there, so that redirects to 127.0.0.1 are what they are on the Web: forbidden. Limits are
short (deadline 4 s), 12 requests at a time. `--list` prints every case that is not as expected.
"""

import argparse
import asyncio
import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.bigsite import Answer, Site, no_wait_world, serving
from pipeline.fetch.addresses import is_public
from pipeline.fetch.client import Client, ClientLimits, Failed, Fetched, FetchResult, Gone, Refused, Request, Validators
from pipeline.fetch.feeds import parse_entries, parse_feed
from pipeline.fetch.links import plain
from pipeline.fetch.pace import HostPace, after_retry_after, wait_s
from pipeline.fetch.robots import body_in_force, is_stale, may_fetch, parse_robots, robots_body
from pipeline.fetch.sitemaps import parse_sitemap
from pipeline.fetch.source import Source
from pipeline.fetch.verdict import judge
from pipeline.flow import Plan
from pipeline.run.crawl import crawl
from pipeline.run.world import CrawlOptions
from pipeline.urls import article_id, canonical_url, join_url

URL = "http://feed.test/"


@dataclass(frozen=True)
class Score:
    what: str
    right: int
    of: int
    seconds: float
    wrong: tuple[str, ...] = ()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure the fetch room.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--list", action="store_true", help="print what is not as expected")
    parser.add_argument(
        "--skip-faults", action="store_true", help="leave the fault server out (it takes half a minute)"
    )
    options = parser.parse_args(argv)
    if "ZHNEWS_EVAL" not in os.environ:
        print("ZHNEWS_EVAL is not set: name the folder that holds the labelled data", file=sys.stderr)
        return 2
    folder = Path(os.environ["ZHNEWS_EVAL"]) / "fetch"
    scores = list(measure(folder, with_faults=not options.skip_faults))
    if options.json:
        print(json.dumps([asdict(score) for score in scores], ensure_ascii=False, indent=1))
    else:
        for score in scores:
            print(f"{score.what:28} {score.right:5} of {score.of:5}  {score.seconds:7.2f} s")
            if options.list:
                print("".join(f"    {line}\n" for line in score.wrong), end="")
    return 0 if all(score.right == score.of for score in scores if score.what != OPINION) else 1


def measure(folder: Path, *, with_faults: bool) -> Iterator[Score]:
    yield from robots(json.loads((folder / "robots_cases.json").read_text(encoding="utf-8")))
    yield robots_answers(json.loads((folder / "robots_cases.json").read_text(encoding="utf-8"))["http_cases"])
    yield addresses(json.loads((folder / "ssrf_addresses.json").read_text(encoding="utf-8")))
    yield from urls(folder / "urls")
    yield feeds(folder / "feeds")
    yield json_feeds(folder / "feeds")
    yield from second_opinion(folder / "feeds")
    yield sitemaps(folder / "sitemaps")
    if with_faults:
        yield from faults(folder)


def score(what: str, results: Sequence[tuple[str, bool]], started: float) -> Score:
    wrong = tuple(name for name, right in results if not right)
    return Score(what, len(results) - len(wrong), len(results), round(time.perf_counter() - started, 2), wrong)


def robots(data: dict[str, Any]) -> Iterator[Score]:
    started = time.perf_counter()
    rules = {key: parse_robots(body.encode("utf-8", "surrogateescape")) for key, body in data["bodies"].items()}
    groups: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for case in data["cases"]:
        allowed = may_fetch(rules[case["robots"]], case["agent"], case["url"])
        groups[case["group"].partition(":")[0]].append((case["id"], allowed == case["allowed"]))
    for group, results in sorted(groups.items()):
        yield score(f"robots {group}", results, started)


def robots_answers(cases: Sequence[dict[str, Any]]) -> Score:
    """What the fetch of robots.txt means, and that the file itself is asked for whatever it says."""
    started = time.perf_counter()
    results = [
        (case["id"], (_asks_for_robots if case.get("url") == "/robots.txt" else _robots_case_is_right)(case))
        for case in cases
    ]
    return score("robots answers", results, started)


def _asks_for_robots(case: dict[str, Any]) -> bool:
    """Return whether a whole crawl asks for robots.txt, and a day later again, though that closes everything, and nothing else."""
    answers = {("a.test", "/robots.txt"): Answer(body=str(case["body"]).encode(), content_type="text/plain")}
    source = Source(name="a", kind="feed", url="http://a.test/feed.xml")
    site, now = Site(answers=answers, sources=[source]), datetime.now(UTC)
    with tempfile.TemporaryDirectory() as data, serving(site) as port:
        runs = [
            crawl(
                site.sources_at(port),
                Plan(),
                Path(data),
                CrawlOptions(),
                world=replace(no_wait_world(), now=lambda hours=hours: now + timedelta(hours=hours)),  # type: ignore[misc]  # mypy: default of a lambda
            )
            for hours in (0, 25)
        ]
    return [run.n_requests for run in runs] == [1, 1]


def _robots_case_is_right(case: dict[str, Any]) -> bool:
    if case.get("expect") == "refetch":
        return is_stale(case["age_hours"] * 3600.0)
    body = body_in_force(robots_body(_robots_answer(case)), None, case.get("age_days", 0) * 86400.0)
    return may_fetch(parse_robots(body), "zhnews", f"http://a.test{case['url']}") is bool(case["allowed"])


def _robots_answer(case: dict[str, Any]) -> FetchResult:
    """Return what the client gives for such an answer."""
    status = case.get("then", case.get("status", 302))
    if "error" in case:
        return Failed(url="u", final_url="u", reason=case["error"])
    if status == 302 or status >= 500:
        return Failed(url="u", final_url="u", reason="redirects" if status == 302 else "status", status=status)
    if status in {404, 410}:
        return Gone(url="u", final_url="u", status=status, elapsed_s=0.0)
    if status >= 400:
        return Refused(url="u", final_url="u", reason="too_many" if status == 429 else "status", status=status)
    body = _robots_text(case)
    if not body:
        return Failed(url="u", final_url="u", reason="empty", status=status)
    validators = Validators()
    return Fetched(
        url="u",
        final_url="u",
        status=200,
        content_type=None,
        body=body,
        headers={},
        validators=validators,
        elapsed_s=0.0,
    )


def _robots_text(case: dict[str, Any]) -> bytes:
    if "rule_at_kib" in case:
        rule = b"\nUser-agent: *\nDisallow: /x\n"
        return (b"#" * (int(case["rule_at_kib"]) << 10) + rule).ljust(int(case["body_kib"]) << 10, b"#")
    return str(case["body_gbk"]).encode("gbk") if "body_gbk" in case else str(case["body"]).encode()


def addresses(data: dict[str, list[str]]) -> Score:
    started = time.perf_counter()
    results = [(text, not is_public(text)) for text in data["must_block"]]
    results += [(text, is_public(text)) for text in data["must_allow"]]
    return score("addresses", results, started)


def urls(folder: Path) -> Iterator[Score]:
    started = time.perf_counter()
    cases = [c for c in json.loads((folder / "urltestdata.json").read_text(encoding="utf-8")) if isinstance(c, dict)]
    joins = [c for c in cases if not c.get("failure") and c["protocol"] in {"http:", "https:"}]
    yield score("URL joins", [(c["input"], _joined(c) == c["href"]) for c in joins], started)
    pairs = json.loads((folder / "canon_zh.json").read_text(encoding="utf-8"))
    results = [(" = ".join(pair), _is_one_page(*pair)) for pair in pairs["same"]]
    results += [(" ≠ ".join(pair), not _is_one_page(*pair)) for pair in pairs["different"]]
    yield score("URL pairs", results, started)


def _joined(case: dict[str, Any]) -> str | None:
    try:
        return join_url(case["input"], case.get("base"))
    except ValueError:
        return None


def _is_one_page(one: str, other: str) -> bool:
    return article_id(canonical_url(one)) == article_id(canonical_url(other))


def feeds(folder: Path) -> Score:
    started = time.perf_counter()
    results = []
    for path in sorted(folder.glob("*/*.xml")):
        expected = path.with_suffix(".json")
        if expected.exists():
            results.append(
                (path.name, _feed_is_right(path.read_bytes(), json.loads(expected.read_text(encoding="utf-8"))))
            )
    return score("feeds", results, started)


def _feed_is_right(data: bytes, expected: dict[str, Any]) -> bool:
    """Return whether number, titles, links and dates of the items are as expected, where something is."""
    wanted = expected.get("entries", expected.get("items")) or []
    try:
        found = parse_entries(data, url=URL)
    except ValueError:
        return False
    return len(found) == len(wanted) and all(
        (plain(want.get("title") or "") == (have.title or ""))
        and (_link(want) is None or (have.url or "").rstrip("/") == str(_link(want)).rstrip("/"))
        and (_date(want) is None or have.published == _date(want))
        for have, want in zip(found, wanted, strict=True)
    )


def _link(want: dict[str, Any]) -> str | None:
    if want.get("link"):
        return str(want["link"])
    links = [link for link in want.get("links") or [] if isinstance(link, dict)]
    return next(
        (link["href"] for link in links if link.get("rel", "alternate") == "alternate" and link.get("href")), None
    )


def _date(want: dict[str, Any]) -> str | None:
    return want.get("pubDate") or want.get("published") or want.get("updated")


def json_feeds(folder: Path) -> Score:
    started = time.perf_counter()
    results = []
    for path in sorted([*folder.glob("json/version*.json"), *folder.glob("universal/json*.json")]):
        items = json.loads(path.read_text(encoding="utf-8"))["items"]
        found = parse_feed(path.read_bytes(), url=URL).entries
        wanted = [(item["url"], item["title"], item["date_published"]) for item in items]
        results.append((path.name, [(link.url, link.title, link.published) for link in found] == wanted))
    return score("JSON feeds", results, started)


def second_opinion(folder: Path) -> Iterator[Score]:
    """What feedparser finds in the same feeds: as many items, the same links and titles. Left out where it is not installed."""
    try:
        import feedparser  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415 - only a second opinion
    except ImportError:
        print("feedparser is not installed: no second opinion on feeds", file=sys.stderr)
        return
    started = time.perf_counter()
    results = []
    for path in sorted(folder.glob("*/*.xml")):
        theirs = [
            (_plain_url(entry.get("link")), plain(entry.get("title", ""))) for entry in feedparser.parse(path).entries
        ]
        results.append((f"{path.parent.name}/{path.name}", _ours(path) == theirs))
    yield score(OPINION, results, started)


OPINION = "feeds as feedparser"  # an opinion: where the two differ the expected values above decide


def _ours(path: Path) -> list[tuple[str, str]]:
    try:
        found = parse_entries(path.read_bytes(), url="")
    except ValueError:
        return []
    return [(_plain_url(link.url), link.title or "") for link in found]


def _plain_url(url: str | None) -> str:
    return (url or "").rstrip("/")


def sitemaps(folder: Path) -> Score:
    """Right is what gives at least one link; which ones, the tests say."""
    started = time.perf_counter()
    results = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            found = parse_sitemap(path.read_bytes(), url=URL)
            results.append((path.name, bool(found.pages or found.sitemaps)))
        except ValueError:
            results.append((path.name, False))
    return score("sitemaps", results, started)


# ---- faults: what each must end as. A word is a reason, a verdict, or a kind of result.
DEADLINE_S = 4.0
GRACE_S = 2.0  # for a busy machine, on top of the deadline
PAGE = frozenset({"page"})
FAILED = frozenset({"deadline", "timeout", "protocol", "too_large", "encoding", "redirects", "empty", "connect"})
REFUSED = frozenset({"address", "url"})
SPECIAL = {
    "secret": PAGE,
    "calendar": PAGE,  # each page is one; that there is an end is the frontier's to see
    "503-retry-after-2": frozenset({"retry 2"}),
    "429-retry-after-date": frozenset({"retry 1", "retry 2"}),
    "429-retry-after-huge": frozenset({"retry 86400"}),
    "304-unasked": frozenset({"status"}),
    "204": frozenset({"empty"}),
    "empty-200": frozenset({"empty"}),
    "binary-as-html": frozenset({"binary"}),
    "pdf": frozenset({"binary"}),
    "soft404": frozenset({"soft_404"}),
    "captcha": frozenset({"blocked:captcha"}),
    "jsl-521": frozenset({"blocked"}),
    "waf-412": frozenset({"blocked"}),
    "meta-refresh": frozenset({"refresh"}),
    "redirect-growing": FAILED | REFUSED,
}


def faults(folder: Path) -> Iterator[Score]:
    started = time.perf_counter()
    expected = json.loads((folder / "fault_cases.json").read_text(encoding="utf-8"))
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with _fault_server(folder / "fault_server.py") as port:
        ended, slowest_s, hits = asyncio.run(_visit_all(list(expected), port))
    results = [(f"{name}: {ended[name]}", ended[name] in _allowed(name, text)) for name, text in expected.items()]
    yield score("faults", results, started)
    yield score(f"slowest fault {slowest_s:.1f} s", [(f"{slowest_s} s", slowest_s <= DEADLINE_S + GRACE_S)], started)
    yield score("hits on /secret", [(f"{hits} hits", hits == 1)], started)  # one: the case of that name
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield score(f"memory {peak_mib} MB (before: {before_kib // 1024})", [(f"{peak_mib} MB", peak_mib <= 150)], started)


def _allowed(name: str, text: str) -> frozenset[str]:
    if name in SPECIAL:
        return SPECIAL[name]
    if text.startswith("page or error"):
        return PAGE | FAILED
    if text.startswith("page"):
        return PAGE
    return REFUSED if name.startswith("ssrf-") else FAILED | (PAGE if "wins" in text else frozenset())


@contextlib.contextmanager
def _fault_server(script: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, str(script), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        try:
            server.stdout.readline()
            yield port
        finally:
            server.kill()


async def _visit_all(names: Sequence[str], port: int) -> tuple[dict[str, str], float, int]:
    async def look_up(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host == "internal.test" else []

    limits = ClientLimits(deadline_s=DEADLINE_S, read_s=3.0)
    ended: dict[str, str] = {}
    slowest_s = 0.0
    async with Client(limits, "zhnews/benchmark", resolve=look_up) as client:

        async def visit(name: str) -> FetchResult:
            nonlocal slowest_s
            began = time.monotonic()
            result = await client.fetch(Request(url=f"http://news.test/{name}", connect_to=f"127.0.0.1:{port}"))
            slowest_s = max(slowest_s, time.monotonic() - began)
            return result

        for at in range(0, len(names), 12):
            some = names[at : at + 12]
            results = await asyncio.gather(*map(visit, some))
            ended |= {name: _end(result) for name, result in zip(some, results, strict=True)}
        counts = await visit("__hits")
    return ended, slowest_s, json.loads(counts.body).get("secret", 0) if isinstance(counts, Fetched) else -1


def _end(result: FetchResult) -> str:
    if isinstance(result, Fetched):
        return judge(
            status=result.status, headers=result.headers, body=result.body, content_type=result.content_type
        ).label
    if isinstance(result, (Failed, Refused)):
        if result.retry_after_s is not None:
            pace = after_retry_after(HostPace(), now_s=0.0, retry_after_s=result.retry_after_s)
            return f"retry {round(wait_s(pace, 0.0))}"
        return result.reason
    return type(result).__name__


if __name__ == "__main__":
    sys.exit(main())
