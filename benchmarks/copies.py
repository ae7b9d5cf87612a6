"""Documents and altered copies of them through `zhnews build`: each copy must be dropped in favour of its own original.

    ZHNEWS_EVAL=… python -m benchmarks.copies [--json]

The documents are the texts of $ZHNEWS_EVAL/../seeds. Each is copied in the other script, with an injected string in several
sentences, with other punctuation, and with both.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from opencc import OpenCC

SPAM = "leyu乐鱼官方网站"
WIDE = str.maketrans(",;:?!()", "，；：？！（）")


def other_script(text: str) -> str:
    simplified: str = OpenCC("t2s").convert(text)
    return str(OpenCC("s2t").convert(text)) if simplified == text else simplified


def spammed(text: str) -> str:
    """Return the text with the string before some of its commas: a seeded choice, always the same."""
    chance = random.Random(7)
    return "".join(SPAM + c if c in ",，" and chance.random() < 0.08 else c for c in text)


ALTERATIONS: dict[str, Callable[[str], str]] = {
    "script": other_script,
    "spam": spammed,
    "punctuation": lambda text: text.translate(WIDE),
    "script_and_spam": lambda text: spammed(other_script(text)),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data", file=sys.stderr)
        return 2
    figures = measure(sorted((Path(root).parent / "seeds").glob("*.txt")))
    print(json.dumps(figures) if options.json else "\n".join(f"{k:<24}{v:>8}" for k, v in figures.items()))
    return 0


def measure(seeds: list[Path]) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as scratch:
        rows = Path(scratch) / "in.jsonl"
        texts = [(seed.stem, seed.read_text(encoding="utf-8")) for seed in seeds]
        made = texts + [(f"{stem}.{how}", alter(text)) for stem, text in texts for how, alter in ALTERATIONS.items()]
        rows.write_text(
            "\n".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) for i, t in made), encoding="utf-8"
        )
        out = Path(scratch) / "out"
        subprocess.run(
            [sys.executable, "-m", "pipeline", "build", str(rows), "-o", str(out)], check=True, capture_output=True
        )
        kept = [json.loads(line)["id"] for line in (out / "corpus.jsonl").open(encoding="utf-8")]
        copies = [json.loads(line) for line in (out / "duplicates.jsonl").open(encoding="utf-8")]
    right = [c for c in copies if c["id"].startswith(c["kept"] + ".")]
    return {
        "documents": len(texts),
        "copies": len(made) - len(texts),
        "originals_kept": sum(i in kept for i, _ in texts),
        "copies_left": len(kept) - sum(i in kept for i, _ in texts),
        "copies_right": len(right),
        **{f"right_{how}": sum(c["id"].endswith(f".{how}") for c in right) for how in ALTERATIONS},
    }


if __name__ == "__main__":
    sys.exit(main())
