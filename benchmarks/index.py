"""The near-duplicate index at size: time, disk and memory an article, and `kill -9` at chance moments.

usage: python -m benchmarks.index [--rows N] [--batch N] [--kills N] [--folder DIR] [--json]

Signatures are random, and every twentieth has 100 of its 128 slots from one of the batch before: it must be found. Times
are of one core (CPU time), for each article; memory is sampled fifty times a second, apart while runs are written or
merged. `anonymous` is what the process holds itself; `resident` also counts the pages of the mapped files that happen
to be in memory, which the system takes back when it needs them.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.signature import SignatureSpec
from pipeline.store.index import NearDuplicateIndex
from pipeline.store.sorted_runs import Run, RunEntry

SPEC = SignatureSpec()
PLANTED, SHARED_SLOTS = 20, 100  # every 20th article is a copy that agrees in so many slots
KILL_BATCH = 2_048  # rows a call: runs are written at every second, and merged at every sixteenth


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000, help="articles in the index (default: 200,000)")
    parser.add_argument("--batch", type=int, default=20_000, help="articles a call, as a nightly run brings them")
    parser.add_argument("--kills", type=int, default=0, help="how often a writer is killed")
    parser.add_argument("--folder", type=Path, help="where the index is made (default: a temporary folder)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)  # the process that is killed
    options = parser.parse_args()
    if options.write:
        return write_for_ever(options.write)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        figures = costs(Path(folder), options.rows, options.batch)
    if options.kills:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            figures |= killed(Path(folder), options.kills)
    text = "\n".join(f"{name:<32}{value:>14,.3f}" for name, value in figures.items())
    print(json.dumps(figures) if options.json else text)
    return 0


class Memory:
    """The largest memory of this process, sampled, apart for each phase."""

    def __init__(self) -> None:
        self.phase = "other"
        self.most: dict[str, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
            fields = dict(line.split(":", 1) for line in lines)
            for field, name in (("RssAnon", "anonymous"), ("VmRSS", "resident")):
                key = f"{self.phase}_{name}_mb"
                self.most[key] = max(self.most.get(key, 0.0), int(fields[field].split()[0]) / 1024)


class Watched(NearDuplicateIndex):
    """An index that says when it writes or merges runs."""

    memory: Memory

    def _replace_runs(self, old: Sequence[Run], entry: RunEntry) -> None:
        self.memory.phase = "merging"
        super()._replace_runs(old, entry)
        self.memory.phase = "other"


def costs(folder: Path, rows: int, batch: int) -> dict[str, float]:
    """Fill an index; return what an article costs and how many of the planted copies were found."""
    draw = np.random.default_rng(1)
    query_s = add_s = 0.0
    found = planted = 0
    with Memory() as memory:
        Watched.memory = memory
        with Watched.open(folder, SPEC) as index:
            earlier = drawn(draw, batch)
            for first in range(0, rows, batch):
                new = drawn(draw, batch)
                new[::PLANTED, :SHARED_SLOTS] = earlier[1::PLANTED, :SHARED_SLOTS]  # of one that is no copy itself
                started = time.process_time()
                candidates = index.candidates(new, 0.25)
                query_s += time.process_time() - started
                if first:
                    planted += len(new[::PLANTED])
                    found += int((candidates.ordinals == candidates.queries + first - batch + 1).sum())
                started = time.process_time()
                index.add(range(first, first + batch), new)
                add_s += time.process_time() - started
                earlier = new
    size = sum(path.stat().st_size for path in folder.iterdir())
    started = time.perf_counter()
    NearDuplicateIndex.open(folder, SPEC).close()
    return {
        "rows": rows,
        "query_us": query_s / rows * 1e6,
        "add_us": add_s / rows * 1e6,
        "query_and_add_us": (query_s + add_s) / rows * 1e6,
        "disk_bytes": size / rows,
        "open_s": time.perf_counter() - started,
        "planted_found": found / max(planted, 1),
        **memory.most,
    }


def drawn(draw: np.random.Generator, rows: int) -> NDArray[np.uint32]:
    return draw.integers(0, 1 << 32, (rows, SPEC.num_perm), dtype=np.uint32)


def killed(folder: Path, times: int) -> dict[str, float]:
    """Kill a writer again and again; return how often the index was whole, and had all that the writer had reported."""
    chance = Random(1)
    whole = lost = inside = 0
    for _ in range(times):
        told = run_and_kill(folder, chance.uniform(0.0, 0.5))
        left = {path.name for path in folder.glob("*run-*")}  # those that a writer had not finished, too
        with NearDuplicateIndex.open(folder, SPEC) as index:
            lost += max(told - len(index), 0)
            whole += index.verify(repair=False) == [] and holds_all(index)
        inside += left != {path.name for path in folder.glob("*run-*")}
    return {"kills": times, "kills_whole": whole, "kills_lost_rows": lost, "kills_inside_a_run": inside}


def run_and_kill(folder: Path, after_s: float) -> int:
    """Start a writer, kill it that long after its first report; return the last number of rows that it reported."""
    command = [sys.executable, "-m", "benchmarks.index", "--write", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = int(writer.stdout.readline())
        time.sleep(after_s)
        writer.send_signal(signal.SIGKILL)
        lines = [line for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    return int(lines[-1]) if lines else told


def holds_all(index: NearDuplicateIndex) -> bool:
    """Whether some rows of every batch are found by the signature that they were added with."""
    for first in range(0, len(index), KILL_BATCH):
        rows = batch_at(first)[::97]
        found = index.candidates(rows, 1.0)
        if found.ordinals.tolist() != list(range(first, first + KILL_BATCH, 97)):
            return False
    return len(index) % KILL_BATCH == 0


def batch_at(first: int) -> NDArray[np.uint32]:
    return drawn(np.random.default_rng(first), KILL_BATCH)


def write_for_ever(folder: Path) -> int:
    with NearDuplicateIndex.open(folder, SPEC) as index:
        while True:
            first = len(index)
            index.add(range(first, first + KILL_BATCH), batch_at(first))
            print(len(index), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
