"""Inputs that break programs: huge, tiny, all alike, cut off, made to harm. Nothing may be lost, and memory must stay bounded.

    ZHNEWS_EVAL=… python -m benchmarks.build_hostile [--cases form,viral] [--share 1.0] [--jobs 2] [--folder DIR] [--json]

Each case is a build as a process of its own. All its inputs must be counted, and its faults told, each once; else the case is
marked and the exit code is 1. `--share` makes all cases smaller. CPU seconds and memory are those of all processes, as in
`build_scale`; the first build of a session compiles for some seconds.
"""

import argparse
import gzip
import io
import json
import os
import random
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from benchmarks.build_scale import articles, built, sentences_of

ARTICLE_BYTES = 1550  # of a row of `build_scale.articles`


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a case must come to."""

    seen: int
    failed: int = 0


Make = Callable[[Path, list[str], float], Expected]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=",".join(CASES), help="which, with commas between (default: all)")
    parser.add_argument("--share", type=float, default=1.0, help="of the size that each case has")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the texts", file=sys.stderr)
        return 2
    sentences = sentences_of(Path(root) / "dedup" / "bench.jsonl.xz")
    figures: dict[str, dict[str, float]] = {}
    for name in options.cases.split(","):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            figures[name] = measured(Path(folder), CASES[name], sentences, options.share, options.jobs)
        if not options.json:
            print(told(name, figures[name]), flush=True)
    if options.json:
        print(json.dumps(figures))
    return int(any(one["wrong"] for one in figures.values()))


def measured(folder: Path, make: Make, sentences: list[str], share: float, jobs: int) -> dict[str, float]:
    source = folder / "in"
    source.mkdir()
    expected = make(source, sentences, share)
    found = built(folder, source, jobs, may_fail=True)
    wrong = (found["seen"], found["failed"]) != (expected.seen, expected.failed)
    return {**found, "wrong": wrong}


def told(name: str, one: dict[str, float]) -> str:
    columns = f"{one['seen']:>10,.0f}{one['duplicates']:>10,.0f}{one['failed']:>8,.0f}"
    return f"{name:<12}{columns}{one['cpu_s']:>9,.1f} s{one['peak_mb']:>8,.0f} MB{'  WRONG' if one['wrong'] else ''}"


def large(folder: Path, sentences: list[str], share: float) -> Expected:
    """One file of 500 MB."""
    return Expected(seen=write_rows(folder / "large.jsonl", articles(sentences, int(500e6 * share / ARTICLE_BYTES))))


def packed(folder: Path, sentences: list[str], share: float) -> Expected:
    """The same as .gz, which no two processes can share."""
    rows = articles(sentences, int(500e6 * share / ARTICLE_BYTES))
    return Expected(seen=write_rows(folder / "large.jsonl.gz", rows))


def tiny(folder: Path, sentences: list[str], share: float) -> Expected:
    """100,000 files of a sentence each."""
    n = int(100_000 * share)
    for number, text in enumerate(tiny_texts(sentences, n)):
        path = folder / f"{number // 1000:03d}" / f"{number:06d}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Expected(seen=n)


def zipped(folder: Path, sentences: list[str], share: float) -> Expected:
    """The same in a zip archive."""
    n = int(100_000 * share)
    with zipfile.ZipFile(folder / "tiny.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, text in enumerate(tiny_texts(sentences, n)):
            archive.writestr(f"{number:06d}.txt", text)
    return Expected(seen=n)


def tarred(folder: Path, sentences: list[str], share: float) -> Expected:
    """The same in a .tar.gz."""
    n = int(100_000 * share)
    with tarfile.open(folder / "tiny.tar.gz", "w:gz", compresslevel=1) as archive:
        for number, text in enumerate(tiny_texts(sentences, n)):
            info = tarfile.TarInfo(f"{number:06d}.txt")
            info.size = len(data := text.encode())
            archive.addfile(info, io.BytesIO(data))
    return Expected(seen=n)


def form(folder: Path, _: list[str], share: float) -> Expected:
    """200,000 reports of one form, with other places and numbers."""
    return Expected(seen=write_rows(folder / "form.jsonl", islice(reports(), int(200_000 * share))))


def viral(folder: Path, sentences: list[str], share: float) -> Expected:
    """50,000 copies of one text: a third as it is, a third with a word put in, a third cut."""
    draw = random.Random(3)
    text = "\n".join("".join(draw.choices(sentences, k=4)) for _ in range(6))
    rows = (row_of(n, copied(text, draw)) for n in range(int(50_000 * share)))
    return Expected(seen=write_rows(folder / "viral.jsonl", rows))


def broken(folder: Path, sentences: list[str], share: float) -> Expected:
    """Files cut off in the middle and made to harm, texts that are none, beside whole ones."""
    n = int(2000 * share)
    whole = [f"{line}\n".encode() for line in articles(sentences, n)]
    (folder / "whole.jsonl").write_bytes(b"".join(whole))
    strange = [
        "",
        " \n\u3000",
        "\ud800",
        "ただいま電話が混み合っております。",
        "All our lines are busy.",
        "Все линии заняты.",
        "😀" * 99,
        "。" * 5000,
    ]
    write_rows(folder / "strange.jsonl", (row_of(f"s{number}", text) for number, text in enumerate(strange)))
    cut = gzip.compress(b"".join(line.replace(b'"id": "', b'"id": "g') for line in whole))
    (folder / "cut.jsonl.gz").write_bytes(cut[: len(cut) // 2])
    kept = count_lines(cut[: len(cut) // 2])
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + "热线今天接了很多电话。".encode() * 40 + b"</p>"
    records = [warc_record(f"https://a.example/{number}", page) for number in range(3)]
    (folder / "cut.warc.gz").write_bytes(b"".join(map(gzip.compress, records))[:-40])
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.jsonl", bytes(int(200e6 * share)))
        archive.writestr("good.txt", "客服中心今天回访了三位老人。")
    (folder / "broken.zip").write_bytes(b"PK\3\4 cut off")
    read = n + len(strange) + kept + 2 + 1
    return Expected(seen=read + 4, failed=4)


CASES: dict[str, Make] = {
    "large": large,
    "packed": packed,
    "tiny": tiny,
    "zipped": zipped,
    "tarred": tarred,
    "form": form,
    "viral": viral,
    "broken": broken,
}


def write_rows(path: Path, rows: Iterator[str]) -> int:
    """Write rows, compressed where the name says so; return how many."""
    n = 0
    with path.open("wb") as raw, packing(raw) if path.suffix == ".gz" else nullcontext(raw) as stream:
        for row in rows:
            stream.write(f"{row}\n".encode())
            n += 1
    return n


def packing(raw: IO[bytes]) -> gzip.GzipFile:
    return gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1)


def row_of(number: object, text: str) -> str:
    return json.dumps({"id": str(number), "text": text}, ensure_ascii=not text.isprintable() and "\ud800" in text)


def tiny_texts(sentences: list[str], n: int) -> Iterator[str]:
    draw = random.Random(5)
    return (f"{draw.choice(sentences)}{draw.choice(sentences)}" for _ in range(n))


def reports() -> Iterator[str]:
    """Yield reports of the same form, as weather services and exchanges publish them by the thousand."""
    draw = random.Random(11)
    towns = [a + b for a in "东西南北上下大小新安长平" for b in "山河口湖桥门岭溪滩坪塘沟"]
    winds = ["东风", "南风", "西北风", "偏北风"]
    for number in range(10**7):
        town, other = draw.choice(towns), draw.choice(towns)
        yield row_of(
            number,
            f"{town}气象台{draw.randint(1, 12)}月{draw.randint(1, 28)}日{draw.randint(6, 18)}时发布天气预报。\n"
            f"预计今天夜间到明天白天，{town}大部分地区多云转晴，最高气温{draw.randint(-5, 38)}度，最低气温{draw.randint(-20, 25)}度，"
            f"{draw.choice(winds)}{draw.randint(1, 6)}级，相对湿度百分之{draw.randint(20, 95)}。\n"
            f"请广大市民根据气温变化适时增减衣物，外出注意交通安全；{other}方向的旅客请留意车站公告，"
            f"咨询电话{draw.randint(10**7, 10**8)}。",
        )


def copied(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    return (text, f"{text[:at]}的确{text[at:]}", text[: max(at, len(text) // 2)])[draw.randrange(3)]


def count_lines(cut: bytes) -> int:
    """Return how many whole lines, and the begin of one, come out of a cut gzip file as Python reads it."""
    n = 0
    try:
        with gzip.open(io.BytesIO(cut)) as stream:
            for _ in stream:
                n += 1
    except EOFError:
        return n
    return n


def warc_record(url: str, block: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
    head += f"WARC-Record-ID: <urn:{url}>\r\nContent-Type: application/http;msgtype=response\r\n"
    return f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


if __name__ == "__main__":
    sys.exit(main())
