"""Ours beside Scrapy on the same made site, on one core: fetch alone, and fetch with all stages beside Scrapy + trafilatura.

    python -m benchmarks.crawl_peers --peers FOLDER [--pages 1200] [--json]

The peers live in a folder of their own: python -m pip install --target FOLDER scrapy trafilatura
The site (`benchmarks.bigsite`, with pages as large as real ones) is served by a process on another core; each client is a process bound to core 0. Nobody waits
between requests, nobody asks robots.txt, 16 requests at a time (ours: 15 hosts, one connection each). Pages a second are of
CPU time of the client's process, so that work of others on the machine does not count; wall time is shown beside it.
Ours writes what a crawl writes: the frontier, bytes, articles, edits, near-duplicates. Scrapy writes titles and texts as JSON
lines, after trafilatura has extracted them.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

HOSTS_EACH = 5
AT_ONCE = 16
CORE = 0


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, help="folder of pip install --target with scrapy and trafilatura")
    parser.add_argument("--pages", type=int, default=1200, help="articles of the site")
    parser.add_argument("--repeat", type=int, default=3, help="turns; the best of each client counts")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--client", choices=list(CLIENTS), help=argparse.SUPPRESS)  # this very file, as a client
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.client:
        print(json.dumps(_measured(options.client, options.port)))
        return 0
    wanted = [name for name in CLIENTS if options.peers or not name.startswith("scrapy")]
    if not options.peers:
        print("crawl_peers: no --peers, so ours only", file=sys.stderr)
    rows: dict[str, dict[str, Any]] = {}
    with _site(options.pages) as (port, urls):
        for _ in range(options.repeat):
            for name in wanted:
                row = _run_client(name, port, urls, options.peers)
                if name not in rows or row["cpu_s"] < rows[name]["cpu_s"]:
                    rows[name] = row
    print(json.dumps(rows) if options.json else _table(rows))
    return 0


@contextmanager
def _site(pages: int) -> Iterator[tuple[int, str]]:
    """Serve the site from a process of its own; give the port and the addresses of the articles, a line each."""
    from benchmarks.bigsite import build  # noqa: PLC0415 - the clients must not load it

    urls = "\n".join(told.url for told in build(pages, HOSTS_EACH).truth)
    command = [sys.executable, "-m", "benchmarks.bigsite", "--pages", str(pages)]
    command += ["--hosts-each", str(HOSTS_EACH), "--heavy", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        os.sched_setaffinity(server.pid, set(range(os.cpu_count() or 1)) - {CORE} or {CORE})
        yield int(server.stdout.readline()), urls
        assert server.stdin is not None
        server.stdin.close()


def _run_client(name: str, port: int, urls: str, peers: Path | None) -> dict[str, Any]:
    env = dict(os.environ)
    if name.startswith("scrapy"):
        env["PYTHONPATH"] = f"{peers}{os.pathsep}{env.get('PYTHONPATH', '')}"
    command = [sys.executable, "-m", "benchmarks.crawl_peers", "--client", name, "--port", str(port)]
    done = subprocess.run(command, input=urls, stdout=subprocess.PIPE, text=True, check=True, env=env)
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def _measured(name: str, port: int) -> dict[str, Any]:
    """Run a client on one core; return what it did. Start-up and imports do not count."""
    os.sched_setaffinity(0, {CORE})
    urls = sys.stdin.read().split()
    with tempfile.TemporaryDirectory() as folder:
        count, cpu_s, wall_s = CLIENTS[name](urls, port, Path(folder))
    return {
        "pages": count,
        "cpu_s": round(cpu_s, 2),
        "wall_s": round(wall_s, 2),
        "pages_per_cpu_s": round(count / cpu_s, 1),
        "pages_per_s": round(count / wall_s, 1),
    }


class _Watch:
    """CPU and wall time since it was made."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def read(self) -> tuple[float, float]:
        return time.process_time() - self._cpu, time.perf_counter() - self._wall


# ---- the clients


def _ours_fetch(urls: Sequence[str], port: int, _folder: Path) -> tuple[int, float, float]:
    from pipeline.fetch.client import Client, ClientLimits, Fetched, Request  # noqa: PLC0415 - only what is measured
    from pipeline.urls import host_of  # noqa: PLC0415

    async def fetch_all() -> tuple[int, float, float]:
        waiting = iter(urls)
        hosts = frozenset(map(host_of, urls))
        count = 0

        async def worker(client: Client) -> None:
            nonlocal count
            for url in waiting:
                asked = Request(url=url, connect_to=f"127.0.0.1:{port}", connect_hosts=hosts)
                result = await client.fetch(asked)
                count += isinstance(result, Fetched)

        async with Client(ClientLimits(), "zhnews/benchmark") as client:
            watch = _Watch()
            await asyncio.gather(*(worker(client) for _ in range(AT_ONCE)))
            return (count, *watch.read())

    return asyncio.run(fetch_all())


def _ours_all(urls: Sequence[str], port: int, folder: Path) -> tuple[int, float, float]:
    """The whole crawl, from sitemaps that show these addresses to decided near-duplicates."""
    from benchmarks.bigsite import build, no_wait_world  # noqa: PLC0415 - only what is measured
    from pipeline.flow import Plan, process  # noqa: PLC0415
    from pipeline.model import ArticleId, Page  # noqa: PLC0415
    from pipeline.run.crawl import crawl  # noqa: PLC0415
    from pipeline.run.world import CrawlOptions  # noqa: PLC0415

    site = build(len(urls), HOSTS_EACH)  # for its sources: what the pages hold, the server knows
    sources = replace(site.sources_at(port), hosts_at_once=AT_ONCE)
    warm = Page(id=ArticleId("w"), url=None, source="w", body=b"<p>x</p>", content_type=None, fetched_at=None)
    process(warm, Plan())  # rule files and tables are loaded once for a run of any length
    watch = _Watch()
    result = crawl(sources, Plan(), folder, CrawlOptions(), world=no_wait_world())
    return (result.tally.kept, *watch.read())


def _scrapy_fetch(urls: Sequence[str], port: int, folder: Path) -> tuple[int, float, float]:
    return _scrapy(urls, port, folder, with_text=False)


def _scrapy_all(urls: Sequence[str], port: int, folder: Path) -> tuple[int, float, float]:
    return _scrapy(urls, port, folder, with_text=True)


def _scrapy(urls: Sequence[str], port: int, folder: Path, *, with_text: bool) -> tuple[int, float, float]:
    import scrapy  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - a peer, in a folder of its own
    from scrapy.crawler import CrawlerProcess  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    extract: Any = None
    if with_text:
        from trafilatura import bare_extraction as extract  # type: ignore[import-not-found,unused-ignore,no-redef]  # noqa: PLC0415
    counted = {"pages": 0}

    class Spider(scrapy.Spider):  # type: ignore[misc,unused-ignore]
        name = "bench"

        async def start(self) -> Any:  # noqa: ANN401 - an iterator of scrapy's
            for url in urls:
                yield scrapy.Request(url.replace("http://", f"http://127.0.0.1:{port}/@"))

        def parse(self, response: Any) -> Any:  # noqa: ANN401 - scrapy's types
            counted["pages"] += 1
            if extract is not None:
                found = extract(response.body, url=response.url, with_metadata=True)
                yield {"url": response.url, "title": found and found.title, "text": found and found.text}

    feeds = {str(folder / "out.jsonl"): {"format": "jsonlines"}} if with_text else {}
    settings = {
        "LOG_LEVEL": "ERROR",
        "ROBOTSTXT_OBEY": False,
        "CONCURRENT_REQUESTS": AT_ONCE,
        "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
        "DOWNLOAD_DELAY": 0,
        "TELNETCONSOLE_ENABLED": False,
        "FEEDS": feeds,
    }
    runner = CrawlerProcess(settings)
    runner.crawl(Spider)
    watch = _Watch()
    runner.start()
    return (counted["pages"], *watch.read())


CLIENTS: dict[str, Any] = {
    "zhnews fetch": _ours_fetch,
    "scrapy fetch": _scrapy_fetch,
    "zhnews all stages": _ours_all,
    "scrapy + trafilatura": _scrapy_all,
}


def _table(rows: dict[str, dict[str, Any]]) -> str:
    lines = ["| client | pages | CPU s | wall s | pages/CPU s | pages/s |", "|---|---:|---:|---:|---:|---:|"]
    for name, row in rows.items():
        lines.append(f"| {name} | " + " | ".join(str(value) for value in row.values()) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
