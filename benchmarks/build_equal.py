"""A build is the same whoever does it, and finds the copies that were made: what the gate can look at in seconds.

    ZHNEWS_EVAL=… python -m benchmarks.build_equal [--texts 600] [--json]

Articles are made as in `build_scale`, a quarter of them copies of another: as it is, with a word put in, or cut. `differing`:
of three ways to build them (two processes, three partitions, JSONL in a zip archive) those whose corpus is not the one of
a single process.
"""

import argparse
import hashlib
import json
import os
import random
import sys
import tempfile
import zipfile
from pathlib import Path

from benchmarks.build_scale import copied, fresh, sentences_of
from pipeline.flow import Plan
from pipeline.run.build import BuildOptions, build

EVERY = 4  # the fourth is a copy
COPY = "-copy"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=600)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the texts", file=sys.stderr)
        return 2
    sentences = sentences_of(Path(root) / "dedup" / "bench.jsonl.xz")
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder), made(sentences, options.texts))
    print(json.dumps(figures) if options.json else "\n".join(f"{name:<24}{n:>10.4f}" for name, n in figures.items()))
    return 0


def made(sentences: list[str], n: int) -> list[dict[str, str]]:
    draw = random.Random(5)
    rows: list[dict[str, str]] = []
    for number in range(n):
        if number % EVERY == EVERY - 1:
            rows.append({"id": f"{number:06d}{COPY}", "text": copied(rows[-draw.randint(1, EVERY - 1)]["text"], draw)})
        else:
            rows.append({"id": f"{number:06d}", "text": fresh(sentences, draw)})
    return rows


def measured(folder: Path, rows: list[dict[str, str]]) -> dict[str, float]:
    data = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (folder / "in.jsonl").write_text(data, encoding="utf-8")
    with zipfile.ZipFile(folder / "in.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in.jsonl", data)
    expected = digest(folder, "in.jsonl", BuildOptions(force=True))
    others = [
        digest(folder, "in.jsonl", BuildOptions(force=True, jobs=2)),
        digest(folder, "in.jsonl", BuildOptions(force=True, partitions=3)),
        digest(folder, "in.zip", BuildOptions(force=True)),
    ]
    dropped = [row["id"].endswith(COPY) for row in lines(folder / "out" / "duplicates.jsonl")]
    return {
        "differing": float(sum(other != expected for other in others)),
        "copies_found": sum(dropped) / (len(rows) // EVERY),
        "others_dropped": float(len(dropped) - sum(dropped)),
    }


def digest(folder: Path, name: str, options: BuildOptions) -> str:
    """Build; return the digest of all that says what became of the articles."""
    build([str(folder / name)], folder / "out", Plan(), options)
    whole = hashlib.sha256()
    for kind in ("corpus", "duplicates", "rejected", "failed"):
        whole.update((folder / "out" / f"{kind}.jsonl").read_bytes())
    return whole.hexdigest()


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    sys.exit(main())
