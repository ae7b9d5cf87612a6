"""Quality signals, presets and private data, measured: what clean news loses, what junk is caught, what is masked, and speed.

    ZHNEWS_EVAL=… python -m benchmarks.quality [--texts N] [--list] [--json]

* news: the originals of $ZHNEWS_EVAL/dedup and the gold texts of $ZHNEWS_EVAL/extract, 19 MB of clean Chinese news. Thresholds
  were set with one half in view (by hash of the text); figures are of the other half.
* junk: 300 documents of benchmarks/junk.py, drawn anew with another seed than the one in view.
* private: benchmarks/private_cases.py; figures are of the templates that the rules were not written with.
Speeds are megabytes of UTF-8 a second of CPU time, the best of seven for each fifty texts; beside them the fold of the same texts, which all have to
pay and which tells how busy the machine is.
"""

import argparse
import hashlib
import json
import lzma
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.junk import HELD, junk
from benchmarks.private_cases import Case, cases
from pipeline.fold import fold
from pipeline.model import Article, ArticleId, Signals
from pipeline.normalise.script import label_script
from pipeline.quality.compiling import compiled
from pipeline.quality.private import KINDS, find_private, mask_private
from pipeline.quality.select import failure_of, failures_of
from pipeline.quality.signals import measure

PRESETS = ("light", "c4-zh", "gopher-zh")
RUNS = 7
CHUNK = 50  # texts that are timed together
SPEED_TEXTS = 1_000
Show = Callable[[str], None]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=20_000, help="news texts that should stay")
    parser.add_argument("--list", action="store_true", help="print what is lost and what is missed")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    args = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root or not (Path(root) / "dedup" / "bench.jsonl.xz").exists():
        print("ZHNEWS_EVAL is not set, or has no dedup/bench.jsonl.xz: nothing measured", file=sys.stderr)
        return 2
    show: Show = (lambda text: print(text, file=sys.stderr)) if args.list else (lambda _: None)
    texts = list(islice(news(Path(root)), args.texts))
    figures = {
        **news_figures([text for text in texts if is_held(text)], show),
        **junk_figures(show),
        **private_figures(show),
        **speed_figures(texts[:SPEED_TEXTS]),
    }
    print(json.dumps(figures, ensure_ascii=False, indent=1) if args.json else table(figures))
    return 0


def news(root: Path) -> Iterator[str]:
    """Yield clean news texts: the originals of the near-duplicate sets, the gold of extraction."""
    for path in sorted((root / "extract" / "gold").glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))["text"]
    for name in ("natural", "bench"):
        with lzma.open(root / "dedup" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            yield from (row["text"] for row in map(json.loads, lines) if row["kind"] == "orig")


def is_held(text: str) -> bool:
    """Return whether the text is of the half that no threshold was set with."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


def article(text: str) -> Article:
    return label_script(Article(id=ArticleId("bench"), url=None, source="bench").with_text(text))


def signals_of(text: str) -> Signals:
    return measure(article(text), compiled())


def news_figures(texts: Sequence[str], show: Show) -> dict[str, float]:
    measured = [signals_of(text) for text in texts]
    figures: dict[str, float] = {"news_mb": sum(len(text.encode()) for text in texts) / 1e6}
    for preset in PRESETS:
        failures = [
            (text, failure)
            for text, signals in zip(texts, measured, strict=True)
            if (failure := failure_of(signals, [preset]))
        ]
        figures[f"news_lost_{preset}"] = len(failures) / max(1, len(texts))
        for text, failure in failures:
            show(f"lost {preset}\t{failure.detail}\t{text[:60]!r}")
        for clause, count in Counter(c.text for signals in measured for c in failures_of(signals, preset)).items():
            show(f"alone {preset}\t{count} of {len(texts)}\t{clause}")
    return figures


def junk_figures(show: Show) -> dict[str, float]:
    documents = [(family, text, signals_of(text)) for family, texts in junk(seed=HELD).items() for text in texts]
    figures: dict[str, float] = {"junk_documents": len(documents)}
    for preset in PRESETS:
        missed = [(family, text) for family, text, signals in documents if failure_of(signals, [preset]) is None]
        figures[f"junk_caught_{preset}"] = 1 - len(missed) / len(documents)
        for family, text in missed:
            show(f"missed {preset}\t{family}\t{text[:80]!r}")
    return figures


def private_figures(show: Show) -> dict[str, float]:
    figures: dict[str, float] = {}
    every = list(cases())
    figures["private_places"] = sum(len(case.places) for case in every)
    figures["private_lookalikes"] = sum(not case.places for case in every)
    for half in ("written", "held"):
        right, found, wanted = _found([case for case in every if case.half == half], show)
        figures[f"private_precision_{half}"] = right / max(1, found)
        figures[f"private_recall_{half}"] = right / max(1, wanted)
    return figures


def _found(mine: Sequence[Case], show: Show) -> tuple[int, int, int]:
    """Return the places that are right (kind, start and end), those found, and those wanted."""
    right = found = wanted = 0
    for case in mine:
        places = {(one.kind, one.start, one.end) for one in find_private(case.text) if not one.is_kept}
        right, found, wanted = right + len(places & {*case.places}), found + len(places), wanted + len(case.places)
        if places != {*case.places}:
            show(f"private {case.half}\t{case.text}\t{[case.text[start:end] for _, start, end in sorted(places)]}")
    return right, found, wanted


def speed_figures(texts: Sequence[str]) -> dict[str, float]:
    articles = [article(text) for text in texts]
    loops = compiled()
    steps: dict[str, Callable[[Article], Any]] = {
        "fold": lambda one: fold(one.text),
        "signals": lambda one: measure(one, loops),
        "mask": lambda one: mask_private(one, KINDS),
        "mask_nothing": lambda one: mask_private(one, ()),
    }
    size = sum(len(one.text.encode()) for one in articles) / 1e6
    speeds = {name: size / best_seconds(step, articles) for name, step in steps.items()}
    return {f"{name}_mb_s": value for name, value in speeds.items()} | {
        "fold_to_signals": speeds["signals"] / speeds["fold"],
        "fold_to_mask": speeds["mask"] / speeds["fold"],
    }


def best_seconds(step: Callable[[Article], Any], articles: Sequence[Article]) -> float:
    """Return the seconds for all, the best of the runs for each few of them: other programs of the machine disturb some."""
    step(articles[0])
    chunks = [articles[at : at + CHUNK] for at in range(0, len(articles), CHUNK)]
    return max(1e-9, sum(min(_seconds(step, chunk) for _ in range(RUNS)) for chunk in chunks))


def _seconds(step: Callable[[Article], Any], articles: Sequence[Article]) -> float:
    started = time.process_time()
    for one in articles:
        step(one)
    return time.process_time() - started


def table(figures: dict[str, float]) -> str:
    return "\n".join(f"{name:<34}{value:>12.4f}" for name, value in figures.items())


if __name__ == "__main__":
    raise SystemExit(main())
