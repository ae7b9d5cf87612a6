"""Extraction on labelled pages: $ZHNEWS_EVAL/extract (pages, gold, score.py); charsets and dates: $ZHNEWS_EVAL/fetch.

usage: python -m benchmarks.extract [--json] [--worst N] [--repeat N]
"""

import argparse
import csv
import importlib.util
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipeline.extract.article import ExtractParams, extract_article
from pipeline.extract.codecs_zh import decode_big5, decode_gb18030
from pipeline.extract.dates import parse_date
from pipeline.extract.encoding import decode_html
from pipeline.model import Article, ArticleId, CanonicalUrl, Page


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--worst", type=int, default=0, help="also list the N pages with the lowest F1")
    parser.add_argument("--repeat", type=int, default=1, help="time each page N times and take the best")
    parser.add_argument("--keep", type=Path, help="leave the predictions in this folder")
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data", file=sys.stderr)
        return 2
    folder = Path(root) / "extract"
    with tempfile.TemporaryDirectory() as scratch:
        kept = options.keep or Path(scratch)
        kept.mkdir(parents=True, exist_ok=True)
        timings = predict(folder, kept, options.repeat)
        pages = scorer_of(folder).load(str(kept))
        figures = {**_figures(scorer_of(folder), pages), **_speed(timings), **_vectors(Path(root) / "fetch")}
    if options.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        print("\n".join(f"{name:<14}{value:>10.4f}" for name, value in figures.items()))
    for page in sorted(pages, key=lambda p: p["f1"])[: options.worst]:
        print(f"{page['id']:<24}F1 {page['f1']:.3f}  P {page['p']:.3f}  R {page['r']:.3f}")
    return 0


def predict(folder: Path, kept: Path, repeat: int) -> list[float]:
    """Write one prediction a page into `kept`; return the milliseconds of CPU time that each page took."""
    timings: list[float] = []
    for row in csv.DictReader((folder / "index.csv").open(encoding="utf-8")):
        page = Page(
            id=ArticleId(row["id"]),
            url=CanonicalUrl(row["url"]) if row["url"] else None,
            source=row["site"],
            body=(folder / "pages" / f"{row['id']}.html").read_bytes(),
        )
        times: list[float] = []
        outcome = None
        for _ in range(repeat):
            start = time.process_time()
            outcome = extract_article(page, ExtractParams())
            times.append((time.process_time() - start) * 1_000)
        timings.append(min(times))
        answer = _answer(outcome) if isinstance(outcome, Article) else {}
        (kept / f"{row['id']}.json").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return timings


def _answer(article: Article) -> dict[str, Any]:
    when = article.published_at
    return {
        "title": article.title or "",
        "author": list(article.authors),
        "date": when.isoformat() if when is not None else "",
        "text": article.text,
    }


def _vectors(folder: Path) -> dict[str, float]:
    """Return the shares of charset pages, encoding vectors and date strings that come out exactly right."""
    charset = json.loads((folder / "charset" / "manifest.json").read_text("utf-8"))
    dates = json.loads((folder / "dates_zh.json").read_text("utf-8"))
    now = datetime.fromisoformat(dates["now"])
    pairs = (("big5", decode_big5), ("gb18030", decode_gb18030))
    return {
        "charset_pages": statistics.mean(_is_read(folder, case) for case in charset),
        "encoding_rows": statistics.mean(
            ok for name, decode in pairs for ok in _rows(folder / "encoding", name, decode)
        ),
        "dates": statistics.mean(_wall_time(case["text"], now) == case["expected"] for case in dates["cases"]),
    }


def _is_read(folder: Path, case: dict[str, str]) -> bool:
    data = (folder / "charset" / case["file"]).read_bytes()
    text = "".join(LexborHTMLParser(decode_html(data, content_type=case["content_type"]).text).text().split())
    return all("".join(line.split()) in text for line in case["expected"].split("\n"))


def _rows(folder: Path, name: str, decode: Callable[[bytes], str]) -> list[bool]:
    rows = decode((folder / f"{name}_in.txt").read_bytes()).split("\n")
    wanted = (folder / f"{name}_in_ref.txt").read_text("utf-8").split("\n")
    return [row == want for row, want in zip(rows, wanted, strict=True)]


def _wall_time(text: str, now: datetime) -> str:
    found = parse_date(text, now=now)
    wall = f"{found:%Y-%m-%d %H:%M:%S}" if found is not None else ""
    return wall.removesuffix(":00").removesuffix(" 00:00")


def scorer_of(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("extract_score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _figures(scorer: ModuleType, pages: list[dict[str, Any]]) -> dict[str, float]:
    summary = scorer.summarize(pages)
    short = [page["f1"] for page in pages if int(page["row"]["gold_chars"]) < 250]
    names = ("n", "f1", "p", "r", "lt50", "empty", "title_exact", "date", "time", "author_all", "author_junk")
    return {**{name: float(summary[name]) for name in names}, "f1_short": statistics.mean(short)}


def _speed(timings: list[float]) -> dict[str, float]:
    ordered = sorted(timings)
    return {"ms_p50": statistics.median(ordered), "ms_p95": ordered[int(len(ordered) * 0.95)]}


if __name__ == "__main__":
    raise SystemExit(main())
