"""`zhnews dedup` and `build` beside datatrove's MinHash pipeline and text-dedup's: time, memory and what is found.

    ZHNEWS_EVAL=… python -m benchmarks.build_peers --peers PYTHON [--articles 200000] [--only NAME …] [--folder DIR] [--json]

    python -m venv VENV && VENV/bin/pip install "datatrove[processing,io]" spacy jieba text-dedup

Articles are those of `build_scale`: 500 characters each, a fifth copies of earlier ones, a third of those equal, a third with
one place changed, a third cut. PYTHON is that of an environment which holds the peers. datatrove: four local stages, words by
jieba (`language="zh"`), 5-grams, 14 bands of 8, its defaults; and 20 bands of 4, for more recall. text-dedup: its MinHash,
given a space between all characters, as its words are what stands between marks; 5-grams, threshold .5, 256 slots. Both only
find copies, as `zhnews dedup` does; `zhnews build` also cleans. Each uses one process. `found` is the share of copies beyond
the first of a family that are gone, `lost` that of families of which none is left.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from benchmarks.build_scale import COPIES, WINDOW, Watch, copied, fresh, sentences_of

FILES = 4  # of the input
JOBS = 1  # datatrove's workers are nobody's children, so their seconds would not be counted


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--peers", metavar="PYTHON", help="of the environment that holds the peers")
    parser.add_argument("--only", nargs="*", choices=list(TOOLS), default=list(TOOLS))
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument(
        "--run", nargs=3, metavar=("NAME", "IN", "OUT"), help=argparse.SUPPRESS
    )  # the process of a peer
    options = parser.parse_args()
    if options.run:
        name, given, out = options.run
        RUNS[name](Path(given), Path(out))
        return 0
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the texts", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        family_of = write_articles(
            sentences_of(Path(root) / "dedup" / "bench.jsonl.xz"), options.articles, Path(folder)
        )
        figures = {
            name: measured(
                name, Path(folder), family_of, sys.executable if name.startswith("zhnews") else options.peers
            )
            for name in options.only
            if name.startswith("zhnews") or options.peers
        }
    print(json.dumps(figures) if options.json else table(figures))
    return 0


def write_articles(sentences: list[str], n: int, folder: Path) -> dict[str, str]:
    """Write the articles as files of equal size; return for each id that of the first of its family."""
    draw = random.Random(7)
    last: list[tuple[str, str]] = []
    family_of: dict[str, str] = {}
    (folder / "in").mkdir()
    for file in range(FILES):
        with (folder / "in" / f"{file}.jsonl").open("w", encoding="utf-8") as stream:
            for number in range(n * file // FILES, n * (file + 1) // FILES):
                name = f"{number:08d}"
                if last and draw.random() < COPIES:
                    family, text = draw.choice(last)
                    text = copied(text, draw)
                else:
                    family, text = name, fresh(sentences, draw)
                    last.append((name, text))
                    if len(last) > WINDOW:
                        last[number % WINDOW] = last.pop()
                family_of[name] = family
                stream.write(json.dumps({"id": name, "text": text}, ensure_ascii=False) + "\n")
    return family_of


def measured(name: str, folder: Path, family_of: Mapping[str, str], python: str) -> dict[str, float]:
    out = folder / name
    command = [python, "-m", "benchmarks.build_peers", "--run", name, str(folder / "in"), str(out)]
    watch = Watch(out)
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        with watch.of(process.pid):
            process.wait()
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        print((folder / f"{name}.log").read_text(errors="replace")[-3000:], file=sys.stderr)
        raise SystemExit(f"{name} failed with exit code {process.returncode}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1),
        "articles_per_cpu_s": round(len(family_of) / cpu, 1),
        "peak_mb": round(watch.peak_mb),
        **scored(TOOLS[name](out), family_of),
    }


def scored(kept: Iterator[str], family_of: Mapping[str, str]) -> dict[str, float]:
    sizes = Counter(family_of.values())
    left = Counter(family_of[name] for name in kept)
    beyond = sum(size - 1 for size in sizes.values())
    gone = sum(size - max(left[family], 1) for family, size in sizes.items())
    return {"found": round(gone / beyond, 4), "lost": round(sum(not left[f] for f in sizes) / len(sizes), 5)}


def run_build(given: Path, out: Path) -> None:
    run_zhnews("build", str(given), "-o", str(out), "--jobs", str(JOBS))


def run_dedup(given: Path, out: Path) -> None:
    out.mkdir()
    run_zhnews("dedup", str(given), "-o", str(out / "kept.jsonl"))


def run_zhnews(*words: str) -> None:
    from pipeline.cli.main import main as zhnews  # noqa: PLC0415 - the peers' environment has no zhnews

    if zhnews(list(words)):
        raise SystemExit(1)


def run_datatrove(given: Path, out: Path, bands: int = 14, rows: int = 8) -> None:
    minhash, pipeline = import_module("datatrove.pipeline.dedup.minhash"), import_module("datatrove.pipeline")
    import_module("datatrove.pipeline.readers")
    import_module("datatrove.pipeline.writers.jsonl")
    executor = import_module("datatrove.executor.local").LocalPipelineExecutor
    config = minhash.MinhashConfig(num_buckets=bands, hashes_per_bucket=rows)
    reader = pipeline.readers.JsonlReader(str(given))
    signatures, buckets, removed = (str(out / name) for name in ("signatures", "buckets", "removed"))
    stages = (
        (FILES, [reader, minhash.MinhashDedupSignature(signatures, config=config, language="zh")]),
        (bands, [minhash.MinhashDedupBuckets(signatures, buckets, config=config)]),
        (1, [minhash.MinhashDedupCluster(buckets, removed, config=config)]),
        (FILES, [reader, minhash.MinhashDedupFilter(removed), pipeline.writers.jsonl.JsonlWriter(str(out / "kept"), compression=None)]),
    )  # fmt: skip
    for number, (tasks, steps) in enumerate(stages):
        executor(pipeline=steps, tasks=tasks, workers=JOBS, logging_dir=str(out / "logs" / str(number))).run()


def run_datatrove_wide(given: Path, out: Path) -> None:
    run_datatrove(given, out, bands=20, rows=4)


def run_text_dedup(given: Path, out: Path) -> None:
    spaced = out / "in.jsonl"
    out.mkdir()
    with spaced.open("w", encoding="utf-8") as stream:
        for path in sorted(given.iterdir()):
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                stream.write(json.dumps({"id": row["id"], "text": " ".join(row["text"])}, ensure_ascii=False) + "\n")
    words = [
        "--path",
        "json",
        "--data_files",
        str(spaced),
        "--split",
        "train",
        "--column",
        "text",
        "--num_proc",
        str(JOBS),
    ]
    words += ["--cache_dir", str(out / "cache"), "--output", str(out / "kept"), "--threshold", "0.5", "--ngram", "5"]
    words += ["--hash_func", "xxh3"]
    import_module("text_dedup.minhash").main(words, standalone_mode=False)
    kept = import_module("datasets").load_from_disk(str(out / "kept"))
    (out / "kept.jsonl").write_text("".join(f"{json.dumps({'id': name})}\n" for name in kept["id"]), encoding="utf-8")


def ids_of(pattern: str) -> Callable[[Path], Iterator[str]]:
    def ids(out: Path) -> Iterator[str]:
        for path in sorted(out.glob(pattern)):
            with path.open(encoding="utf-8") as stream:
                yield from (json.loads(line)["id"] for line in stream)

    return ids


def table(figures: Mapping[str, Mapping[str, float]]) -> str:
    head = "| tool | articles a CPU second | CPU s | clock s | MB | copies found | families lost |\n|---|---:|---:|---:|---:|---:|---:|"
    rows = [
        f"| {name} | {row['articles_per_cpu_s']:,.0f} | {row['cpu_s']:,.0f} | {row['wall_s']:,.0f} | {row['peak_mb']:,.0f}"
        f" | {row['found']:.3f} | {row['lost']:.5f} |"
        for name, row in figures.items()
    ]
    return "\n".join([head, *rows])


RUNS: dict[str, Callable[[Path, Path], None]] = {
    "zhnews dedup": run_dedup,
    "zhnews build": run_build,
    "datatrove": run_datatrove,
    "datatrove, 20 bands of 4": run_datatrove_wide,
    "text-dedup": run_text_dedup,
}
TOOLS = {
    "zhnews dedup": ids_of("kept.jsonl"),
    "zhnews build": ids_of("corpus*.jsonl"),
    "datatrove": ids_of("kept/*.jsonl"),
    "datatrove, 20 bands of 4": ids_of("kept/*.jsonl"),
    "text-dedup": ids_of("kept.jsonl"),
}


if __name__ == "__main__":
    sys.exit(main())
