"""Near-duplicates as the number of articles grows: seconds and memory, up to a million texts of real size.

usage: python -m benchmarks.growth [--sizes N ...] [--json]

The texts are made of $ZHNEWS_EVAL/dedup: an article is 560 letters of sentences drawn from all of
its news, so that articles share what news shares; every tenth is an earlier one with one character in twenty changed.
Each size is measured in a process of its own: CPU seconds of `find_near_duplicates`, the largest memory of the process,
and of that what the texts themselves take.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from pipeline.dedup.decide import find_near_duplicates
from pipeline.model import Record
from pipeline.text import sentence_spans

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
LENGTH = 560  # letters; the mean of the benchmark's news
COPIED, CHANGED = 10, 0.05  # every tenth article is a copy; the share of its characters that are others
BAR = 40


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of articles")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)  # the process of one size
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data", file=sys.stderr)
        return 2
    if options.measure:
        print(json.dumps(measured(Path(root), options.measure)))
        return 0
    rows = [in_own_process(size) for size in options.sizes]
    print(json.dumps({str(row["articles"]): row for row in rows}) if options.json else table(rows))
    return 0


def in_own_process(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.growth", "--measure", str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    row: dict[str, float] = json.loads(done.stdout)
    print(
        f"{size:,} articles: {row['cpu_s']:.1f} s, {row['most_mb']:,.0f} MB", file=sys.stderr
    )  # the next takes longer
    return row


def measured(root: Path, size: int) -> dict[str, float]:
    records = made(sentences_of(root), size)
    find_near_duplicates(records[:4_000])  # compiled now
    before_mb = most_mb()
    cpu, wall = time.process_time(), time.perf_counter()
    decisions = find_near_duplicates(records)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    copies = {record.id for record in records if record.id.startswith("copy")}
    dropped = {decision.id for decision in decisions if not decision.is_kept}
    return {
        "articles": size,
        "cpu_s": cpu,
        "wall_s": wall,
        "us_each": cpu / size * 1e6,
        "texts_mb": before_mb,
        "most_mb": most_mb(),
        "copies_found": len(copies & dropped) / max(len(copies), 1),
        "others_dropped": len(dropped - copies) / max(size - len(copies), 1),
    }


def most_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sentences_of(root: Path) -> list[str]:
    from benchmarks.dedup import rows_of  # noqa: PLC0415 - imports datasketch, which is not what is measured

    texts = [row["text"] for row in rows_of(root / "dedup" / "bench.jsonl.xz") if row["kind"] == "orig"]
    return [text[start:end].strip() for text in texts for start, end in sentence_spans(text) if end - start >= 12]


def made(sentences: Sequence[str], size: int) -> list[Record]:
    """Return articles, always the same for a size."""
    chance = Random(size)
    letters = "".join(sentences[:2_000])
    records: list[Record] = []
    while len(records) < size:
        if records and len(records) % COPIED == 0:
            text = list(chance.choice(records).text)
            for at in chance.sample(range(len(text)), int(len(text) * CHANGED)):
                text[at] = chance.choice(letters)
            records.append(Record(id=f"copy{len(records)}", text="".join(text)))
            continue
        drawn: list[str] = []
        while sum(map(len, drawn)) < LENGTH:
            drawn.append(chance.choice(sentences))
        records.append(Record(id=str(len(records)), text="\n".join(drawn)))
    return records


def table(rows: Sequence[dict[str, float]]) -> str:
    longest = max(row["cpu_s"] for row in rows)
    lines = [
        "| articles | CPU s | µs each | largest memory, MB | of that texts, MB | copies found | others dropped |",
        "|---:|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {row['articles']:,.0f} | {row['cpu_s']:.1f} | {row['us_each']:.0f} | {row['most_mb']:,.0f} | {row['texts_mb']:,.0f}"
            f" | {row['copies_found']:.4f} | {row['others_dropped']:.5f} |"
            for row in rows
        ),
        "",
        *(
            f"{row['articles']:>9,.0f} {'█' * max(round(row['cpu_s'] / longest * BAR), 1)} {row['cpu_s']:.1f} s"
            for row in rows
        ),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
