"""One input on every engine: does the same come out?

    ZHNEWS_EVAL=… python -m benchmarks.build_engines [--articles 2000] [--only NAME …] [--folder DIR] [--json]

Articles are those of `build_scale`, in three files and many tasks. Engines that are not installed are left out: `pip install
ray pyspark`, and a Java for Spark. The two nodes of Ray are two raylets of this machine with a core each; of "one lost" the
second is killed when some tasks are done. The digest is of all files of the output but report.html, which tells seconds.
"""

import argparse
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.build_kill import digest
from benchmarks.build_scale import articles, sentences_of
from pipeline.flow import Plan
from pipeline.run.build import BuildOptions, build
from pipeline.run.cluster import ray_executor
from pipeline.run.executor import Executor
from pipeline.store.inputs import InputOptions

FILES = 12
LOST_AFTER = 5  # tasks

T = TypeVar("T")
R = TypeVar("R")
Executing = Callable[[], AbstractContextManager[Executor]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--only", nargs="*", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the texts", file=sys.stderr)
        return 2
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        given = written(Path(folder), root, options.articles)
        for name in options.only:
            needed, made = ENGINES[name]
            if needed is None or importlib.util.find_spec(needed):
                found[name] = built(given, Path(folder) / name.replace(" ", "-"), made)
                if not options.json:
                    print(f"{name:<32} " + " ".join(f"{key} {value}" for key, value in found[name].items()), flush=True)
    if options.json:
        print(json.dumps(found))
    return int(len({row["digest"] for row in found.values()}) != 1)


def written(folder: Path, root: str, n: int) -> Path:
    lines = list(articles(sentences_of(Path(root) / "dedup" / "bench.jsonl.xz"), n))
    given = folder / "in"
    given.mkdir()
    for file in range(FILES):
        part = lines[n * file // FILES : n * (file + 1) // FILES]
        (given / f"{file:02d}.jsonl").write_text("".join(f"{line}\n" for line in part), encoding="utf-8")
    return given


def built(given: Path, out: Path, made: Callable[[], BuildOptions]) -> dict[str, Any]:
    begun = time.perf_counter()
    result = build([str(given)], out, Plan(), made())
    tally = result.tally
    return {
        "digest": digest(out)[:16],
        "kept": tally.kept,
        "duplicates": tally.duplicates,
        "clock_s": round(time.perf_counter() - begun, 1),
    }


def options_of(executing: Executing | None = None, jobs: int = 1, partitions: int | None = None) -> BuildOptions:
    return BuildOptions(jobs=jobs, partitions=partitions, executing=executing, inputs=InputOptions())


@contextmanager
def two_nodes(*, is_lossy: bool) -> Iterator[Executor]:
    cluster = import_module("ray.cluster_utils").Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    node = cluster.add_node(num_cpus=1)
    try:
        with ray_executor(cluster.address) as executor:
            yield Losing(executor, lambda: cluster.remove_node(node, allow_graceful=False)) if is_lossy else executor
    finally:
        cluster.shutdown()


class Losing:
    """Another executor, which loses a node on the way."""

    def __init__(self, executor: Executor, lose: Callable[[], object]) -> None:
        self._executor, self._lose, self._left = executor, lose, LOST_AFTER

    def map(self, fn: Callable[[T], R], tasks: Sequence[T], on_done: Callable[[T], None]) -> list[R]:
        def done(task: T) -> None:
            on_done(task)
            self._left -= 1
            if self._left == 0:
                self._lose()

        return self._executor.map(fn, tasks, done)


class SparkTasks:
    """The adapter of docs/how-to/run-on-a-cluster.md."""

    def __init__(self, context: Any) -> None:  # noqa: ANN401 - of pyspark, which is not here
        self.context = context

    def map(self, fn: Callable[[T], R], tasks: Sequence[T], on_done: Callable[[T], None]) -> list[R]:
        results: list[R] = self.context.parallelize(tasks, max(len(tasks), 1)).map(fn).collect()
        for task in tasks:
            on_done(task)
        return results


@contextmanager
def spark() -> Iterator[Executor]:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = import_module("pyspark").SparkConf().setMaster("local[2]").set("spark.ui.enabled", "false")
    context = import_module("pyspark").SparkContext(conf=settings.set("spark.driver.bindAddress", "127.0.0.1"))
    try:
        yield SparkTasks(context)
    finally:
        context.stop()


ENGINES: dict[str, tuple[str | None, Callable[[], BuildOptions]]] = {
    "in process": (None, options_of),
    "two processes": (None, lambda: options_of(jobs=2)),
    "in process, 1 partition": (None, lambda: options_of(partitions=1)),
    "in process, 3 partitions": (None, lambda: options_of(partitions=3)),
    "in process, 16 partitions": (None, lambda: options_of(partitions=16)),
    "Ray, this machine": ("ray", lambda: options_of(lambda: ray_executor(None))),
    "Ray, two nodes": ("ray", lambda: options_of(lambda: two_nodes(is_lossy=False))),
    "Ray, two nodes, one lost": ("ray", lambda: options_of(lambda: two_nodes(is_lossy=True))),
    "Spark, local[2]": ("pyspark", lambda: options_of(spark)),
}


if __name__ == "__main__":
    sys.exit(main())
