"""Other extractors beside ours on the same labelled pages, in one run: $ZHNEWS_EVAL/extract (pages, gold, score.py).

usage: python -m benchmarks.peers --python VENV/bin/python [--only NAME ...] [--json]

The peers live in an environment of their own:
  python -m venv VENV && VENV/bin/pip install uv &&
  VENV/bin/uv pip install --python VENV/bin/python trafilatura readability-lxml newspaper4k gne resiliparse jieba

They are given text that is already decoded; ours starts from bytes. Times are CPU time of one page, the best of all runs.
All take turns, `--rounds` times: what else the machine does then slows them all alike.
"""

import argparse
import csv
import importlib.metadata
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

Extract = Callable[[str], str]
Peer = tuple[str, Callable[[], Extract]]  # the name of its distribution, and what imports it


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, help="the interpreter of the environment that holds the peers")
    parser.add_argument("--only", nargs="*", default=list(PEERS), choices=list(PEERS), help="measure these peers only")
    parser.add_argument("--repeat", type=int, default=2, help="measure each page N times in a row and take the best")
    parser.add_argument("--rounds", type=int, default=2, help="let all take N turns")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)  # this very file, run by the peers' interpreter
    options = parser.parse_args()
    if options.measure:
        return measure(options.measure, options.only, options.repeat)
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        rows = _compared(Path(root) / "extract", Path(scratch), options)
    print(json.dumps(rows) if options.json else _table(rows))
    return 0


def _compared(folder: Path, scratch: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    from benchmarks.extract import predict, scorer_of  # noqa: PLC0415 - the peers' interpreter has no pipeline
    from pipeline import __version__ as zhnews_version  # noqa: PLC0415

    (scratch / "zhnews").mkdir()
    versions = {"zhnews": zhnews_version}
    turns: dict[str, list[list[float]]] = {}
    if options.python:
        _decode(folder, scratch / "pages")
    else:
        print("peers: no --python, so ours only", file=sys.stderr)
    for _ in range(options.rounds):
        turns.setdefault("zhnews", []).append(predict(folder, scratch / "zhnews", options.repeat))
        for name in options.only if options.python else ():
            answer = _asked(name, scratch, options)
            if answer is not None:
                turns.setdefault(name, []).append(answer["ms"])
                versions[name] = answer["version"]
    timings = {name: [min(page) for page in zip(*runs, strict=True)] for name, runs in turns.items()}
    scorer = scorer_of(folder)
    return [
        {"name": name, "version": versions[name], **_row(scorer.load(str(scratch / name)), ms)}
        for name, ms in timings.items()
    ]


def _asked(name: str, scratch: Path, options: argparse.Namespace) -> dict[str, Any] | None:
    """Return the times and the version of a peer, which leaves its predictions; None: it is not installed."""
    command = [str(options.python), __file__, "--measure", str(scratch), "--repeat", str(options.repeat)]
    subprocess.run([*command, "--only", name], check=True)
    found = scratch / f"{name}.json"
    return json.loads(found.read_text("utf-8")) if found.exists() else None


def _decode(folder: Path, into: Path) -> None:
    from pipeline.extract.encoding import decode_html  # noqa: PLC0415 - the peers' interpreter has no pipeline

    into.mkdir()
    for row in csv.DictReader((folder / "index.csv").open(encoding="utf-8")):
        text = decode_html((folder / "pages" / f"{row['id']}.html").read_bytes()).text
        (into / f"{row['id']}.html").write_bytes(text.encode("utf-8", "replace"))


def _row(pages: list[dict[str, Any]], ms: list[float]) -> dict[str, float]:
    ordered = sorted(ms)
    short = [page["f1"] for page in pages if int(page["row"]["gold_chars"]) < 250]
    return {
        "f1": statistics.mean(page["f1"] for page in pages),
        "p": statistics.mean(page["p"] for page in pages),
        "r": statistics.mean(page["r"] for page in pages),
        "f1_short": statistics.mean(short),
        "lt50": sum(page["f1"] < 0.5 for page in pages),
        "ms_p50": statistics.median(ordered),
        "ms_p95": ordered[int(len(ordered) * 0.95)],
    }


def _table(rows: list[dict[str, Any]]) -> str:
    lines = ["| extractor | F1 | P | R | F1, short items | pages < .5 | ms p50 | ms p95 |", "|---|" + "---:|" * 7]
    lines += [
        f"| {row['name']} {row['version']} | {row['f1']:.3f} | {row['p']:.3f} | {row['r']:.3f} | {row['f1_short']:.3f}"
        f" | {row['lt50']} | {row['ms_p50']:.1f} | {row['ms_p95']:.1f} |"
        for row in sorted(rows, key=lambda row: -row["f1"])
    ]
    return "\n".join(lines)


def measure(scratch: Path, names: list[str], repeat: int) -> int:
    """Leave the predictions and times of the peers that can be imported in `scratch`. Runs in the peers' environment."""
    for name in names:
        distribution, load = PEERS[name]
        try:
            extract = load()
            version = importlib.metadata.version(distribution)
        except ImportError as exc:
            print(f"{name}: skipped, {exc}", file=sys.stderr)
            continue
        (scratch / name).mkdir(exist_ok=True)
        ms = [_measured(extract, page, scratch / name, repeat) for page in sorted((scratch / "pages").glob("*.html"))]
        (scratch / f"{name}.json").write_text(json.dumps({"version": version, "ms": ms}), "utf-8")
    return 0


def _measured(extract: Extract, page: Path, into: Path, repeat: int) -> float:
    html = page.read_text("utf-8")
    best, text = float("inf"), ""
    for _ in range(repeat):
        start = time.process_time()
        try:
            text = extract(html)
        except Exception:  # noqa: BLE001 - a peer that fails on a page has found nothing there
            text = ""
        best = min(best, (time.process_time() - start) * 1_000)
    (into / f"{page.stem}.json").write_text(json.dumps({"text": text}), "utf-8")
    return best


def _trafilatura() -> Extract:
    extract = import_module("trafilatura").extract
    return lambda html: extract(html, include_comments=False) or ""


def _readability() -> Extract:
    document = import_module("readability").Document
    tree_of = import_module("lxml.html").document_fromstring

    def extract(html: str) -> str:
        lines = (str(line).strip() for line in tree_of(document(html).summary()).itertext())
        return "\n".join(filter(None, lines))

    return extract


def _newspaper() -> Extract:
    article_of = import_module("newspaper").Article

    def extract(html: str) -> str:
        article = article_of("http://localhost/", language="zh", fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return str(article.text)

    return extract


def _gne() -> Extract:
    extractor = import_module("gne").GeneralNewsExtractor()
    return lambda html: str(extractor.extract(html)["content"])


def _resiliparse() -> Extract:
    plain_text = import_module("resiliparse.extract.html2text").extract_plain_text
    tree = import_module("resiliparse.parse.html").HTMLTree
    return lambda html: str(plain_text(tree.parse(html), main_content=True))


PEERS: dict[str, Peer] = {
    "trafilatura": ("trafilatura", _trafilatura),
    "readability-lxml": ("readability-lxml", _readability),
    "newspaper4k": ("newspaper4k", _newspaper),
    "gne": ("gne", _gne),
    "resiliparse": ("Resiliparse", _resiliparse),
}

if __name__ == "__main__":
    raise SystemExit(main())
