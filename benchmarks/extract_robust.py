"""Extraction on pages that nobody should have to read: mutated pages, hostile pages, and thousands in one process.

usage: python -m benchmarks.extract_robust [--json] [--mutants N] [--pages N] [--seed N]

Mutants are made of the golden pages in tests/golden; a failing one is printed with the seed that makes it again. Memory is
measured on the pages of $ZHNEWS_EVAL/extract, without it on the golden ones. Each hostile page has a process of its own.
Times are CPU time.
"""

import argparse
import json
import multiprocessing
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from pipeline.extract.article import ExtractParams, extract_article
from pipeline.extract.nextpage import find_next_pages
from pipeline.model import Article, ArticleId, CanonicalUrl, Page, Rejected

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"
URL = CanonicalUrl("https://a.example/2026/c12345.html")
FETCHED_AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
PARAMS = ExtractParams()
MAX_CUTS = 40  # places of a page that are changed
MAX_CUT_BYTES = 400


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--mutants", type=int, default=20_000, help="mutated pages")
    parser.add_argument("--pages", type=int, default=10_000, help="pages in one process, for the memory")
    parser.add_argument("--seed", type=int, default=0, help="of the first mutant; each next one has the next number")
    options = parser.parse_args()
    figures = {
        **memory(options.pages),
        **mutants(range(options.seed, options.seed + options.mutants)),
        **hostile(),
    }
    print(json.dumps(figures) if options.json else "\n".join(f"{k:<36}{v:>12.3f}" for k, v in figures.items()))
    return 0


def mutants(seeds: range) -> dict[str, float]:
    """Return how many mutants fail, and the seconds that the slowest one takes."""
    pages = [path.read_bytes() for path in sorted(GOLDEN.glob("*/page.html"))]
    failed, slowest, articles = 0, 0.0, 0
    for seed in seeds:
        page = _page(mutant(pages, seed))
        start = time.process_time()
        try:
            articles += checked(page)
        except Exception as exc:  # noqa: BLE001 - any exception is what this looks for
            failed += 1
            print(f"mutant {seed}: {exc!r}", file=sys.stderr)
        slowest = max(slowest, time.process_time() - start)
    return {"mutants": len(seeds), "mutants_failed": failed, "mutant_articles": articles, "mutant_slowest_s": slowest}


def mutant(pages: list[bytes], seed: int) -> bytes:
    """Return a page with pieces cut out, put in, doubled, taken from another page, or with its bytes changed."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(pages))
    other = chance.choice(pages)
    for _ in range(chance.randrange(1, MAX_CUTS)):
        at = chance.randrange(len(data) + 1)
        end = at + chance.choice((0, 0, chance.randrange(8), chance.randrange(MAX_CUT_BYTES)))
        start = chance.randrange(len(other))
        data[at:end] = chance.choice(
            (
                chance.choice(PIECES),
                chance.choice(PIECES),
                data[at:end] * 2,
                other[start : start + chance.randrange(MAX_CUT_BYTES)],
                chance.randbytes(chance.randrange(1, 5)),
                b"",
            )
        )
    return bytes(data) if chance.random() < 0.95 else bytes(data[: chance.randrange(len(data) + 1)])


PIECES = (
    b"<", b">", b'"', b"'", b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"&#0;", b"&#xd800;", b"</div>", b"<table>", b"<tr><td>", b"<!--", b"-->",
    b"<p>", b"<br>", b"<script>", b"</script>", b"<a href=x>", b"<pre>", b"</body>", b"<template>", b"<h1>", b"<svg>", b"<math>",
    b"<plaintext>", b"<select>", b"<base href='//'>", b"<div hidden>", b"\n" * 50, b'<script type="application/ld+json">{"@type":"NewsArticle"',
    "<p>相关链接</p>".encode(), "责任编辑：某".encode(), b"2026-11-20 ", "<p>标签：甲 乙</p>".encode(), "首页 &gt; 财经 &gt; 正文".encode(),
    "（记者".encode(), "标题".encode("gb18030"), "來源：".encode("big5"),
)  # fmt: skip


def checked(page: Page) -> bool:
    """Return whether the page becomes an article, which is well formed."""
    outcome = extract_article(page, PARAMS)
    find_next_pages(page)
    if isinstance(outcome, Rejected):
        return False
    if not outcome.text or outcome.text != outcome.original:
        raise AssertionError("text differs from the original")
    if any(not paragraph or paragraph != paragraph.strip() for paragraph in outcome.paragraphs):
        raise AssertionError("a blank or padded paragraph")
    if outcome.published_at is not None and outcome.published_at.tzinfo is None:
        raise AssertionError("a date without a time zone")
    return True


def memory(count: int) -> dict[str, float]:
    """Return what the process holds after each page was read once, and after `count` pages."""
    root = os.environ.get("ZHNEWS_EVAL")
    paths = sorted((Path(root) / "extract" / "pages").glob("*.html")) if root else sorted(GOLDEN.glob("*/page.html"))
    pages = [_page(path.read_bytes()) for path in paths]
    early = late = done = 0.0
    while done < count:
        for page in pages:
            extract_article(page, PARAMS)
        done += len(pages)
        early = early or _resident_mb()
        late = max(late, _resident_mb())
    return {"memory_pages": done, "memory_mb_early": early, "memory_mb_late": late, "memory_growth": late / early}


def _resident_mb() -> float:
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * resource.getpagesize() / 1e6


_TEXT = "<p>这是一段正文，说的是窗口前排队的人，队伍很长。</p>"
_MARKUP = '<div class="a b" id=c><a href="/x/y">栏目</a></div>'
HOSTILE: dict[str, Callable[[], str]] = {
    "20 MB of prose": lambda: _TEXT * (20_000_000 // len(_TEXT.encode())),
    "20 MB of menus": lambda: _MARKUP * (20_000_000 // len(_MARKUP.encode())),
    "20 MB of br": lambda: "正文<br>" * 2_000_000,
    "100,000 nested div": lambda: "<div>" * 100_000 + _TEXT * 5,
    "100,000 nested span": lambda: "<span>" * 100_000 + _TEXT * 5,
    "a million attributes": lambda: "<p " + " ".join(f"a{n}=1" for n in range(1_000_000)) + ">" + _TEXT * 5,
    "nothing closed": lambda: ("<div><p><b><a href=x><table><tr><td>" + "正文，说的是。") * 20_000,
    "NUL bytes": lambda: _TEXT.replace("，", "\0，") * 2_000,
    "one line of a million": lambda: "<p>" + "的" * 1_000_000,
    "8,000 headings of lists": lambda: ("<p>相关链接</p>" + _TEXT) * 8_000,
    "5,000 h1": lambda: ("<h1>标题标题标题标题</h1>" + _TEXT) * 5_000,
    "100,000 tags": lambda: "<p>关键词：" + "<a>标签</a>" * 100_000 + _TEXT * 5,
    "300 trails": lambda: "<div class=crumb>" * 300 + "首页 &gt; " * 100_000,
    "100,000 brackets of JSON": lambda: '<script type="application/ld+json">' + "[" * 100_000 + "</script>" + _TEXT * 5,
    "a script of dates": lambda: "<script>" + 'ct="1' * 200_000 + "</script>" + _TEXT * 5,
    "a million brackets": lambda: ">" * 1_000_000 + "<" * 1_000_000,
    "a million open tags": lambda: "<a" * 1_000_000,
}


def hostile() -> dict[str, float]:
    """Return for each hostile page the seconds and the memory that it takes, building it left out of the seconds."""
    figures: dict[str, float] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context, max_tasks_per_child=1) as pool:
        for name, (seconds, mb) in zip(HOSTILE, pool.map(measure_hostile, HOSTILE), strict=True):
            figures |= {f"{name}, s": seconds, f"{name}, MB": mb}
    figures["hostile_slowest_s"] = max(value for name, value in figures.items() if name.endswith(", s"))
    figures["hostile_peak_mb"] = max(value for name, value in figures.items() if name.endswith(", MB"))
    return figures


def measure_hostile(name: str) -> tuple[float, float]:
    page = _page(f"<title>标题标题标题标题</title>{HOSTILE[name]()}".encode())
    start = time.process_time()
    outcome = extract_article(page, PARAMS)
    seconds = time.process_time() - start
    if not isinstance(outcome, Article | Rejected):
        raise TypeError(outcome)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _page(data: bytes) -> Page:
    return Page(id=ArticleId("x"), url=URL, source="s", body=data, fetched_at=FETCHED_AT)


if __name__ == "__main__":
    raise SystemExit(main())
