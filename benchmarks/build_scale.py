"""What a build costs from 10,000 to a million articles: seconds, memory, disk, by stage.

    ZHNEWS_EVAL=… python -m benchmarks.build_scale [--sizes 10000,50000] [--jobs 2] [--folder DIR] [--json]

Articles are made of the sentences of $ZHNEWS_EVAL/dedup, shuffled, about 500 characters (1.5 kB) each; a fifth are copies of
earlier ones: a third of those as they are, a third with some characters changed, a third cut. CPU seconds are those of all
processes; the wall clock depends on what else the machine does. Memory is the largest sum over the processes of what each holds
for itself (PSS), ten looks a second.
"""

import argparse
import json
import lzma
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CHARS = 500
COPIES = 0.2
WINDOW = 5000  # of the last articles, from which copies are made
EVERY_S = 0.1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000", help="numbers of articles, with commas between")
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
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            figures[str(size)] = measured(Path(folder), articles(sentences, size), options.jobs)
        if not options.json:
            print(size, json.dumps(figures[str(size)]), flush=True)
    if options.json:
        print(json.dumps(figures))
    return 0


def sentences_of(path: Path) -> list[str]:
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        texts = [json.loads(line)["text"] for line in stream]
    found = {sentence for text in texts for sentence in re.findall(r"[^。！？\n]{8,120}[。！？]", text)}
    return sorted(found)


def articles(sentences: list[str], n: int) -> Iterator[str]:
    draw = random.Random(7)
    last: list[str] = []
    for number in range(n):
        if last and draw.random() < COPIES:
            text = copied(draw.choice(last), draw)
        else:
            text = fresh(sentences, draw)
            last.append(text)
            if len(last) > WINDOW:
                last[number % WINDOW] = last.pop()
        yield json.dumps({"id": f"{number:08d}", "text": text}, ensure_ascii=False)


def fresh(sentences: list[str], draw: random.Random) -> str:
    chosen: list[str] = []
    while sum(map(len, chosen)) < CHARS:
        chosen.append(draw.choice(sentences))
    return "\n".join("".join(chosen[at : at + 3]) for at in range(0, len(chosen), 3))


def copied(text: str, draw: random.Random) -> str:
    way = draw.randrange(3)
    if way == 0:
        return text
    if way == 1:
        at = draw.randrange(len(text))
        return text[:at] + "的确" + text[at + 3 :]
    return text[: int(len(text) * draw.uniform(0.6, 0.9))]


def measured(folder: Path, lines: Iterator[str], jobs: int) -> dict[str, float]:
    source = folder / "in.jsonl"
    with source.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in lines)
    return {**built(folder, source, jobs), "input_mb": round(source.stat().st_size / 1e6, 1)}


def built(folder: Path, source: Path, jobs: int, *, may_fail: bool = False) -> dict[str, float]:
    """Build a corpus of the source in the folder; return what it cost. `may_fail`: some inputs may be unreadable."""
    watch = Watch(folder / "out.work")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    out = str(folder / "out")
    command = [sys.executable, "-m", "pipeline", "build", str(source), "-o", out, "--jobs", str(jobs), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with watch.of(process.pid):
        said, _ = process.communicate()
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in ((0, 1) if may_fail else (0,)):
        raise SystemExit(f"the build failed with exit code {process.returncode}")
    found = json.loads(said)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "seen": found["tally"]["seen"],
        "failed": found["tally"]["failed"],
        "duplicates": found["tally"]["duplicates"],
        "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1),
        "cpu_ms_per_article": round(cpu * 1000 / found["tally"]["seen"], 3),
        "peak_mb": round(watch.peak_mb, 0),
        "work_mb": round(watch.disk_mb, 0),
        **{f"{name}_s": round(seconds, 1) for name, seconds in found["seconds"].items()},
    }


class Watch:
    """Looks at a process and those below it, and at a folder, until its block ends."""

    def __init__(self, folder: Path) -> None:
        self.peak_mb = self.disk_mb = 0.0
        self._folder = folder
        self._ended = threading.Event()

    @contextmanager
    def of(self, pid: int) -> Iterator[None]:
        thread = threading.Thread(target=self._look, args=(pid,))
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _look(self, pid: int) -> None:
        looks = 0
        while not self._ended.wait(EVERY_S):
            self.peak_mb = max(self.peak_mb, sum(map(held_mb, family(pid))))
            if looks % 20 == 0:
                with suppress(OSError):  # folders go while they are looked at
                    self.disk_mb = max(self.disk_mb, sum(map(size_of, self._folder.rglob("*"))) / 1e6)
            looks += 1


def family(pid: int) -> list[int]:
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def held_mb(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def size_of(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


if __name__ == "__main__":
    sys.exit(main())
