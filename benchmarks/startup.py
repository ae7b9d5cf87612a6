"""How long one command takes from start to end: `zhnews --help`, and `zhnews clean` of a text of 10 kB, warm.

    python -m benchmarks.startup [--runs 9] [--json]

Each is a process of its own. What counts is CPU time, the best of `--runs` in turns, so that other work on the machine
matters little; on an idle machine that is the time one waits. Beside them stand an interpreter that does nothing and one
that imports numpy, which no text can be folded without: figures of two machines compare as `clean_in_numpys`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PARAGRAPH = (
    "区里上周在文化馆办了一场讲座，请来三位退休的老教师，讲他们第{}年怎样骑着车去乡下送书，台下听的人记了下来。\n"
)
SIZE = 10_000  # bytes
FRAME = ("首页 > 资讯 > 正文\n", "责任编辑：周某\n分享到：微信 微博\n")
UNWANTED = ("numba", "selectolax", "jieba", "tomllib", "sqlite3", "httpx2")  # what one text must not load


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9, help="how often each is started; the best counts")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(write_text(Path(scratch)), options.runs)
    print(json.dumps(figures) if options.json else "\n".join(f"{k:<24}{v:>8.3f}" for k, v in figures.items()))
    return 0


def write_text(folder: Path) -> Path:
    """Write a text of 10 kB in the frame of a page."""
    count = SIZE // len(PARAGRAPH.encode())
    path = folder / "text.txt"
    path.write_text(FRAME[0] + "".join(map(PARAGRAPH.format, range(count))) + FRAME[1], encoding="utf-8")
    return path


def measure(text: Path, runs: int) -> dict[str, float]:
    clean = ["-m", "pipeline", "clean", str(text)]
    commands = {
        "python": ["-c", "pass"],
        "numpy": ["-c", "import numpy"],
        "help": ["-m", "pipeline", "--help"],
        "clean": clean,
    }
    seconds = {name: min(times) for name, times in _in_turns(commands, runs).items()}
    spent = {f"{name}_cpu_s": value for name, value in seconds.items()}
    ratio = (seconds["clean"] - seconds["python"]) / (seconds["numpy"] - seconds["python"])
    return {**spent, "clean_in_numpys": ratio, "unwanted_modules": len(loaded(clean))}


def loaded(words: list[str]) -> list[str]:
    """Return the unwanted modules that the command loads."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    names = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    return [name for name in UNWANTED if name in names]


def _in_turns(commands: dict[str, list[str]], runs: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, words in commands.items():
            times[name].append(_cpu_seconds(words))
    return times


def _cpu_seconds(words: list[str]) -> float:
    before = os.times()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    raise SystemExit(main())
