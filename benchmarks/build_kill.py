"""Builds that are killed at random moments must end in the undisturbed output, byte for byte.

    ZHNEWS_EVAL=… python -m benchmarks.build_kill [--texts 2000] [--kills 30] [--seed 1] [--json]

A build runs as a process of its own with two workers. After a random time one of the workers, the driver, or all of them get
SIGKILL; the same command is given again until the build ends. Then the next build begins, until there were enough kills. A build
is killed so often at most as `--a-build` says, so that it ends on a busy machine, too. Each kill is told on stderr.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from benchmarks.build_scale import articles, family, sentences_of

VICTIMS = ("worker", "driver", "all")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--a-build", type=int, default=6, metavar="N", help="kills of one build, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the texts", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = articles(sentences_of(Path(root) / "dedup" / "bench.jsonl.xz"), options.texts)
        (folder / "in.jsonl").write_text("\n".join(rows), encoding="utf-8")
        figures = killed_builds(folder, options.kills, options.a_build, random.Random(options.seed))
    print(json.dumps(figures) if options.json else "\n".join(f"{name:<12}{n}" for name, n in figures.items()))
    return 0 if figures["differing"] == 0 else 1


def killed_builds(folder: Path, kills: int, a_build: int, draw: random.Random) -> dict[str, int]:
    begun = time.perf_counter()
    assert start(folder, "whole").wait() == 0
    longest = time.perf_counter() - begun
    expected = digest(folder / "whole")
    counts: Counter[str] = Counter({"builds": 0, **dict.fromkeys(VICTIMS, 0), "differing": 0})
    while (left := kills - sum(counts[victim] for victim in VICTIMS)) > 0:
        shutil.rmtree(folder / "out", ignore_errors=True)
        counts.update(killed_on_the_way(folder, min(left, a_build), longest, draw))
        counts["builds"] += 1
        if digest(folder / "out") != expected:
            counts["differing"] += 1
            print("differs: " + ", ".join(differing(folder / "out", folder / "whole")), file=sys.stderr)
    return dict(counts)


def killed_on_the_way(folder: Path, at_most: int, longest: float, draw: random.Random) -> Counter[str]:
    """Build, and kill on the way; return how often who was killed. The output stands when this returns."""
    killed: Counter[str] = Counter()
    while not (folder / "out").exists():
        process = start(folder, "out")
        if killed.total() < at_most:
            time.sleep(draw.uniform(0.3, longest))
            victim = draw.choice(VICTIMS)
            if process.poll() is None and kill(process.pid, victim, draw):
                killed[victim] += 1
                print(f"killed: {victim} ({stage_of(folder)})", file=sys.stderr)
        process.wait()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # workers whose driver is gone
    return killed


def stage_of(folder: Path) -> str:
    """Return what the build was at, as its log says."""
    try:
        last = (folder / "out.work" / "build.log").read_text(encoding="utf-8").splitlines()[-1]
    except (OSError, IndexError):
        return "before the first stage, or after the last"
    return last.split(" ", 2)[2].partition(":")[0]


def start(folder: Path, out: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "build",
        str(folder / "in.jsonl"),
        "-o",
        str(folder / out),
        "--jobs",
        "2",
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def kill(driver: int, victim: str, draw: random.Random) -> bool:
    """Return whether there was somebody to kill."""
    workers = family(driver)[1:]
    if victim == "worker" and not workers:
        return False
    with suppress(ProcessLookupError):
        if victim == "all":
            os.killpg(driver, signal.SIGKILL)
        else:
            os.kill(draw.choice(workers) if victim == "worker" else driver, signal.SIGKILL)
    return True


def differing(folder: Path, other: Path) -> list[str]:
    """Return what differs: names of files, and of those in JSON the first line."""
    found = []
    for name in sorted({path.name for path in (*folder.iterdir(), *other.iterdir())} - {"report.html"}):
        both = [path.read_bytes().splitlines() if path.exists() else [] for path in (folder / name, other / name)]
        if both[0] != both[1]:
            at = next((n for n, (a, b) in enumerate(zip(*both, strict=False)) if a != b), min(map(len, both)))
            found.append(f"{name}:{at + 1} {[lines[at][:300] if at < len(lines) else None for lines in both]}")
    return found


def digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.name != "report.html"):  # it tells seconds
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
